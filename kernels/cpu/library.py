"""The compiled CPU kernels through ctypes: loaded at first use; the interpreter lock is free while they run."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from lowbit_core.kernels.cpu.build import library_path

ABI_VERSION = 2
"""Of the structs below; packed.h has the same number."""

MOST_ROWS = 8
"""Rows of x in one product."""

Grid = Literal["fixed", "zeros", "levels"]
InstructionSet = Literal["auto", "plain", "avx2", "avx512"]

_SETS: dict[str, int] = {"auto": 0, "plain": 1, "avx2": 2, "avx512": 3}
_NAMES = {1: "plain C", 2: "AVX2", 3: "AVX-512"}
_GRIDS = {"fixed": 0, "zeros": 1, "levels": 2}
TYPES = {torch.float32: 0, torch.bfloat16: 1}
"""Number formats the library knows, by its own numbers."""


class Unavailable(Exception):
    """The library cannot be used here; the text says why."""


class Matrix(ctypes.Structure):
    """W [rows, columns] as packed.h has it. It points into tensors and does not keep them alive."""

    _fields_ = [
        *[(name, ctypes.c_void_p) for name in ("codes", "scales", "zeros", "levels")],
        *[
            (name, ctypes.c_int64)
            for name in ("rows", "columns", "row_bytes", "second_plane", "group_size", "groups", "zero_bytes")
        ],
        *[(name, ctypes.c_int32) for name in ("bits", "grid", "fixed_zero", "reserved")],
    ]


class LowRank(ctypes.Structure):
    """An adapter as packed.h has it."""

    _fields_ = [
        ("a", ctypes.c_void_p), ("b", ctypes.c_void_p), ("rank", ctypes.c_int64), ("scale", ctypes.c_float),
        ("type", ctypes.c_int32),
    ]  # fmt: skip


class _Product(ctypes.Structure):
    _fields_ = [
        *[(name, ctypes.c_void_p) for name in ("x", "bias", "y", "adapters")],
        *[(name, ctypes.c_int64) for name in ("count", "x_stride", "y_stride")],
        *[(name, ctypes.c_int32) for name in ("type", "adapter_count", "add", "reserved")],
    ]


class _Loaded:
    """The functions, torch's thread runtime (two functions of it), and the instruction set."""

    def __init__(self, functions: ctypes.CDLL, threads: tuple[Any, Any], instructions: int) -> None:
        self.product: Any = functions.lowbit_product
        self.dequantize: Any = functions.lowbit_dequantize
        self.token: Any = functions.lowbit_token
        pointer, number, wide = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
        self.product.argtypes = [pointer, pointer, number, pointer, number]
        self.dequantize.argtypes = [pointer, pointer, number, number, pointer, number]
        self.token.argtypes = [pointer, pointer, wide, pointer, number, pointer, pointer, number]
        self.parallel, self.thread_count = threads
        self.instructions = instructions


@cache
def load() -> _Loaded:
    """The library; LOWBIT_CPU_KERNELS=plain|avx2|avx512 chooses narrower instructions, =off none of it.

    Raises:
        Unavailable: it was not built, was built for something else, or is switched off.
    """
    wanted = os.environ.get("LOWBIT_CPU_KERNELS", "auto").lower()
    if wanted == "off":
        raise Unavailable("switched off by LOWBIT_CPU_KERNELS=off")
    if wanted not in _SETS:
        raise Unavailable(f"LOWBIT_CPU_KERNELS must be one of {', '.join(_SETS)} or off, not {wanted!r}")
    path = library_path()
    if not path.exists():
        raise Unavailable("the CPU kernels were not built into this installation (no C compiler was there)")
    try:
        functions = ctypes.CDLL(str(path))
        version = int(functions.lowbit_abi_version())
    except (OSError, AttributeError) as error:
        raise Unavailable(f"{path.name} cannot be loaded: {error}") from error
    if version != ABI_VERSION:
        raise Unavailable(f"{path.name} is of another version ({version}, wanted {ABI_VERSION}); build it again")
    best = int(functions.lowbit_best())
    return _Loaded(functions, _torch_threads(), min(best, _SETS[wanted] or best))


def why_not() -> str:
    """Empty where the kernels can be used, else the reason."""
    try:
        load()
    except Unavailable as error:
        return str(error)
    return ""


def instructions() -> str:
    """What the kernels use here, in words."""
    loaded = load()
    return _NAMES[loaded.instructions] + ("" if loaded.parallel else ", one thread")


def set_index(name: InstructionSet) -> int:
    """The number the library knows a set by; never more than the processor has."""
    best = load().instructions
    return min(best, _SETS[name] or best)


def matrix(
    codes: Tensor,
    scales: Tensor,
    zeros: Tensor | None,
    levels: Tensor | None,
    *,
    columns: int,
    bits: int,
    grid: Grid,
    fixed_zero: int,
    group_size: int,
) -> Matrix:
    """W in layout version 1 as the kernels take it; the tensors must outlive it.

    Args:
        codes: uint8 [rows, row_bytes], contiguous like all of them, on the CPU.
        scales: fp16 [rows, groups].
        zeros: uint8 [rows, ceil(groups·bits/8)] for grid ``zeros``.
        levels: fp32 [2^bits] for grid ``levels``.
        columns: K.
        bits: 2, 3, 4 or 8.
        grid: how a code becomes a number.
        fixed_zero: the zero point of grid ``fixed``.
        group_size: columns that share a scale; 0 is the whole row.

    Raises:
        ValueError: what the kernels would read wrongly.
    """
    rows, row_bytes = codes.shape
    groups = -(-columns // group_size) if group_size else 1
    second = -(-columns // 64) * 16  # the 2-bit plane of 3-bit codes
    plane = -(-columns // 128) * 16 + second if bits == 3 else -(-columns * bits // 128) * 16
    parts = (codes, scales) if zeros is None else (codes, scales, zeros)
    if row_bytes != plane or scales.shape != (rows, groups) or (grid == "zeros") != (zeros is not None):
        raise ValueError(f"codes {tuple(codes.shape)} and scales {tuple(scales.shape)} are no {bits}-bit matrix")
    if zeros is not None and zeros.shape != (rows, (groups * bits + 7) // 8):
        raise ValueError(f"zeros {tuple(zeros.shape)} do not fit {groups} groups of {bits} bits")
    if grid == "levels" and (levels is None or levels.shape != (1 << bits,) or levels.dtype != torch.float32):
        raise ValueError(f"{bits}-bit levels must be {1 << bits} fp32 numbers")
    for part in parts:
        if not part.is_contiguous() or part.is_cuda:
            raise ValueError("packed matrices must be contiguous and on the CPU")
    return Matrix(
        codes.data_ptr(), scales.data_ptr(), None if zeros is None else zeros.data_ptr(),
        None if levels is None else levels.data_ptr(), rows, columns, row_bytes, second, group_size or max(columns, 1),
        groups, 0 if zeros is None else zeros.shape[1], bits, _GRIDS[grid], fixed_zero, 0,
    )  # fmt: skip


def product(
    x: Tensor,
    weight: Matrix,
    bias: Tensor | None = None,
    adapters: Sequence[tuple[Tensor, Tensor, float]] = (),
    *,
    use: InstructionSet = "auto",
) -> Tensor:
    """y = x·Wᵀ + bias + Σ s·B·(A·x) for few rows, sums in fp32.

    Args:
        x: fp32 or bf16 [M, K], M up to `MOST_ROWS`; any strides.
        weight: [N, K].
        bias: [N] in the dtype of x.
        adapters: (A [r, K], B [N, r], s), both of one dtype, fp32 or bf16.
        use: the instructions; narrower ones for tests.

    Returns:
        [M, N] in the dtype of x.

    Raises:
        ValueError: shapes or dtypes that do not fit.
    """
    loaded = load()
    count, columns = x.shape
    kind = TYPES.get(x.dtype)
    if kind is None or columns != weight.columns or count > MOST_ROWS or x.is_cuda:
        raise ValueError(f"x {x.dtype} {tuple(x.shape)} does not fit [≤ {MOST_ROWS}, {weight.columns}] on the CPU")
    if bias is not None and (bias.dtype != x.dtype or bias.shape != (weight.rows,)):
        raise ValueError(f"bias {bias.dtype} {tuple(bias.shape)} does not fit [{weight.rows}]")
    y = x.new_empty(count, weight.rows)
    if y.numel() == 0:
        return y
    if x.stride(1) != 1:
        x = x.contiguous()
    if bias is not None:
        bias = bias.contiguous()
    low, kept = low_ranks(adapters, weight.rows, weight.columns)
    job = _Product(
        x.data_ptr(), None if bias is None else bias.data_ptr(), y.data_ptr(), ctypes.addressof(low) if low else None,
        count, x.stride(0), weight.rows, kind, len(kept) // 2, 0, 0,
    )  # fmt: skip
    status = loaded.product(
        ctypes.byref(weight), ctypes.byref(job), set_index(use) if use != "auto" else loaded.instructions,
        loaded.parallel, torch.get_num_threads(),
    )  # fmt: skip
    if status:
        raise MemoryError("no memory for the input of a packed product")
    return y


def dequantize(weight: Matrix, out: Tensor, *, use: InstructionSet = "auto") -> Tensor:
    """Writes W into ``out`` [N, K], fp32 or bf16, contiguous; returns it.

    Raises:
        ValueError: ``out`` does not fit.
    """
    loaded = load()
    kind = TYPES.get(out.dtype)
    if kind is None or out.shape != (weight.rows, weight.columns) or not out.is_contiguous() or out.is_cuda:
        raise ValueError(f"out {out.dtype} {tuple(out.shape)} must be a contiguous [{weight.rows}, {weight.columns}]")
    if out.numel():
        loaded.dequantize(
            ctypes.byref(weight), out.data_ptr(), kind, set_index(use), loaded.parallel, torch.get_num_threads()
        )
    return out


def low_ranks(adapters: Sequence[tuple[Tensor, Tensor, float]], rows: int, columns: int) -> tuple[Any, list[Tensor]]:
    """Adapters of a matrix [rows, columns] as the library takes them, None for none, and the tensors they point into.

    Raises:
        ValueError: shapes or dtypes that do not fit.
    """
    if not adapters:
        return None, []
    kept: list[Tensor] = []
    items = []
    for a, b, scale in adapters:
        rank = a.shape[0]
        if a.dtype != b.dtype or a.dtype not in TYPES:
            raise ValueError(f"adapters must be fp32 or bf16, found {a.dtype} and {b.dtype}")
        if a.shape != (rank, columns) or b.shape != (rows, rank):
            raise ValueError(f"an adapter {tuple(a.shape)}, {tuple(b.shape)} does not fit the matrix")
        kept += [a.contiguous(), b.contiguous()]
        items.append(LowRank(kept[-2].data_ptr(), kept[-1].data_ptr(), rank, scale, TYPES[a.dtype]))
    return (LowRank * len(items))(*items), kept


def _torch_threads() -> tuple[Any, Any]:
    """Of torch's OpenMP runtime: what runs work on its threads, and what says inside how many they are; None, None
    where there is none to be found.

    GNU's runtime has it, LLVM's and Intel's offer it for compatibility. Opening the very file torch has loaded gives
    the runtime that is running already.
    """
    home = Path(torch.__file__).parent
    for folder in (home / "lib", home.parent / "torch.libs"):
        for pattern in ("libgomp*", "libiomp5*", "libomp*"):
            for path in sorted(folder.glob(pattern)):
                try:
                    runtime = ctypes.CDLL(str(path))
                    found = runtime.GOMP_parallel, runtime.omp_get_num_threads
                except (OSError, AttributeError):
                    continue
                return ctypes.cast(found[0], ctypes.c_void_p), ctypes.cast(found[1], ctypes.c_void_p)
    return None, None
