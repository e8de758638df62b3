"""Launchers: torch tensors in, kernels on torch's current stream, usable under CUDA-graph capture.

Shapes: x [M, K], W packed [N, K], y [M, N].
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any, Literal, Protocol

import numpy
import torch
from torch import Tensor

from lowbit_core.kernels.cuda.block_shapes import INT8_BITS, STEP, BlockShape, block_shape
from lowbit_core.kernels.cuda.compile import cubin
from lowbit_core.kernels.cuda.matrix import PackedMatrix, check
from lowbit_core.kernels.cuda.variants import Variant

GEMV_ROWS = 8
"""Rows of x the fused product takes."""

_STRIP = 2048
"""Columns 256 threads of `dequantize` make at a time."""

_C_TYPES = {numpy.int32: ctypes.c_int32, numpy.int64: ctypes.c_int64, numpy.float32: ctypes.c_float}

_SHARED_BYTES = 44 * 1024
"""Dynamic shared memory a kernel may have without asking for more (48 KiB less the static part)."""

LARGE_SHARED_BYTES = 60 * 1024
"""What it may have on request on every architecture since Turing (64 KiB less the static part)."""


def dequantize(matrix: PackedMatrix, out: Tensor, *, overlaps: bool = False) -> Tensor:
    """Write deq(W) into ``out`` [N, K], half or bfloat16, contiguous: rounded once, as fp32 arithmetic would.

    Args:
        matrix: W.
        out: where it goes.
        overlaps: W may be read while the work before it still runs; not for a W that this work makes.

    Raises:
        ValueError: wrong shapes, dtypes or devices.
    """
    check(matrix)
    rows, columns = matrix.out_features, matrix.in_features
    if tuple(out.shape) != (rows, columns) or not out.is_contiguous() or out.device != matrix.codes.device:
        raise ValueError(f"out must be contiguous [{rows}, {columns}] on {matrix.codes.device}")
    wide = columns > _STRIP
    tile_columns, tile_rows = (2 * _STRIP, 1) if wide else (_STRIP, 4)
    variant = Variant(bits=matrix.bits, grid=matrix.grid, bfloat16=is_bfloat16(out), wide=wide)
    if rows and columns:
        row_bytes, plane0 = matrix.codes.shape[1], matrix.planes[0]
        launch(
            "dequantize", variant, matrix.codes.device, grid=(-(-columns // tile_columns), -(-rows // tile_rows)),
            block=256, shared=0, overlaps=overlaps,
            arguments=[
                matrix.codes, matrix.scales, matrix.zeros, matrix.levels, out, int32(rows), int32(columns),
                int32(row_bytes), int32(plane0), int32(matrix.scales.shape[1]), int32(matrix.group_shift),
                int32(zero_row(matrix)), int32(matrix.fixed_zero),
            ],
        )  # fmt: skip
    return out


def gemv(
    x: Tensor,
    matrix: PackedMatrix,
    bias: Tensor | None = None,
    *,
    shape: BlockShape | None = None,
    int8: bool | None = None,
    overlaps: bool = True,
    wide: bool = False,
) -> Tensor:
    """Y = x·deq(W)ᵀ + bias for at most 8 rows, fp32 sums; x half or bfloat16 with contiguous rows.

    W is read while the work before it still runs, unless ``overlaps`` is off. ``wide``: y is fp32, not rounded to x's.
    ``shape`` and ``int8`` overrule `block_shape` and `product_in_int8`; integers take one row and integer grids only.

    Raises:
        ValueError: more rows than `GEMV_ROWS`, wrong shapes, dtypes or devices.
    """
    check(matrix)
    if x.dim() != 2 or x.shape[1] != matrix.in_features or x.shape[0] > GEMV_ROWS:
        raise ValueError(f"x must be [M <= {GEMV_ROWS}, {matrix.in_features}], found {tuple(x.shape)}")
    if not gemv_fits(matrix, x.shape[0]):
        raise ValueError(f"{matrix.in_features} columns do not fit shared memory")
    if x.device != matrix.codes.device:
        raise ValueError(f"x is on {x.device}, the weights on {matrix.codes.device}")
    if x.stride(1) != 1 and x.shape[1] > 1:
        x = x.contiguous()
    if bias is not None and (bias.dtype != x.dtype or tuple(bias.shape) != (matrix.out_features,)):
        raise ValueError(f"bias must be {x.dtype} [{matrix.out_features}]")
    bfloat16 = is_bfloat16(x)
    out = torch.empty((x.shape[0], matrix.out_features), dtype=torch.float32 if wide else x.dtype, device=x.device)
    if out.numel() == 0:
        return out
    int8 = product_in_int8(matrix, x.shape[0]) if int8 is None else int8
    chosen = shape or block_shape(matrix.bits, int8, matrix.out_features, matrix.in_features)
    variant = Variant(
        bits=matrix.bits, grid=matrix.grid, bfloat16=bfloat16, group=group_path(matrix), tiles=chosen.tiles, int8=int8,
        ahead=chosen.ahead,
    )  # fmt: skip
    block_rows = 2 if x.shape[0] > 1 and gemv_shared_bytes(matrix, 2) <= LARGE_SHARED_BYTES else 1
    plane0, plane1 = matrix.planes
    launch(
        "gemv", variant, x.device, grid=(-(-matrix.out_features // (16 * chosen.tiles)), -(-x.shape[0] // block_rows)),
        block=32 * chosen.warps, shared=gemv_shared_bytes(matrix, block_rows), overlaps=overlaps,
        arguments=[
            x, numpy.int64(x.stride(0)), matrix.codes, matrix.scales, matrix.zeros, matrix.levels, bias, out,
            numpy.int64(out.stride(0)), int32(x.shape[0]), int32(matrix.out_features), int32(matrix.in_features),
            int32(matrix.codes.shape[1]), int32(plane0), int32(plane1), int32(matrix.scales.shape[1]),
            int32(matrix.group_shift), int32(zero_row(matrix)), int32(matrix.fixed_zero), int32(block_rows),
            int32(wide),
        ],
    )  # fmt: skip
    return out


def gemv_fits(matrix: PackedMatrix, rows: int) -> bool:
    """Whether `gemv` can take ``rows`` rows of x: few enough, and the staging of one fits shared memory."""
    return rows <= GEMV_ROWS and gemv_shared_bytes(matrix, 1) <= LARGE_SHARED_BYTES


def gemv_shared_bytes(matrix: PackedMatrix, rows: int) -> int:
    """Shared memory for ``rows`` (1 or 2) staged rows of x, their sums and the level table."""
    padded = -(-matrix.in_features // STEP) * STEP
    span = 32 if matrix.group_size == 32 else 64
    table = (1 << matrix.bits) * 32 * 4 if matrix.grid == "levels" else 0
    return rows * padded * 2 + rows * (padded // span) * 8 + table


def product_in_int8(matrix: PackedMatrix, rows: int) -> bool:
    """Whether the product is made in 8-bit integers: one row of x, an integer grid of few bits, sm_80 on."""
    few = matrix.bits in INT8_BITS and matrix.grid != "levels"
    return few and rows == 1 and torch.cuda.get_device_capability(matrix.codes.device) >= (8, 0)


def group_path(matrix: PackedMatrix) -> Literal[0, 32, 64]:
    """Which path of the product serves the matrix's groups."""
    if matrix.group_size == 32:
        return 32
    return 64 if matrix.group_size == 64 and matrix.scales.shape[1] % 2 == 0 else 0


class Compiled(Protocol):
    """What names a compiled variant of a source."""

    def __hash__(self) -> int:
        """Variants are looked up."""

    def macros(self) -> dict[str, int]:
        """Preprocessor constants."""


def launch(
    name: str, variant: Compiled, device: torch.device, *, grid: tuple[int, int], block: int, shared: int,
    arguments: list[Any], overlaps: bool = False,
) -> None:  # fmt: skip
    """Start a kernel on torch's current stream; ``overlaps`` lets it begin before its predecessor has ended."""
    from cuda.bindings import driver

    with torch.cuda.device(device):
        kernel, attributes, _ = _kernel(name, variant, device.index or 0, shared > _SHARED_BYTES)
        values, types = [], []
        for item in arguments:
            pointer = item is None or isinstance(item, Tensor)
            values.append((0 if item is None else item.data_ptr()) if pointer else item.item())
            types.append(ctypes.c_void_p if pointer else _C_TYPES[type(item)])
        config = driver.CUlaunchConfig()
        config.gridDimX, config.gridDimY, config.gridDimZ = (*grid, 1)
        config.blockDimX, config.blockDimY, config.blockDimZ = block, 1, 1
        config.sharedMemBytes = shared
        config.hStream = torch.cuda.current_stream().cuda_stream
        if overlaps and attributes:
            config.attrs = attributes
            config.numAttrs = len(attributes)
        (status,) = driver.cuLaunchKernelEx(config, kernel, (tuple(values), tuple(types)), 0)
    if status != driver.CUresult.CUDA_SUCCESS:
        raise RuntimeError(f"{name} cannot be launched: {status}")


@cache
def _kernel(name: str, variant: Compiled, index: int, large_shared: bool) -> tuple[Any, list[Any], Any]:
    """The kernel's function and the launch attributes that let it overlap its predecessor, where the device can."""
    from cuda.bindings import driver
    from cuda.core import Device, ObjectCode

    device = Device(index)
    device.set_current()
    code = ObjectCode.from_cubin(cubin(f"{name}.cu", variant.macros(), f"sm_{device.arch}"))
    kernel = code.get_kernel(name)
    if large_shared:
        _allow_shared(kernel, device.device_id, LARGE_SHARED_BYTES)
    attributes = []
    if int(device.arch) >= 90:
        attribute = driver.CUlaunchAttribute()
        attribute.id = driver.CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION
        attribute.value.programmaticStreamSerializationAllowed = 1
        attributes.append(attribute)
    return driver.CUkernel(int(kernel.handle)), attributes, code  # a kernel dies with its module


def _allow_shared(kernel: Any, ordinal: int, size: int) -> None:
    from cuda.bindings import driver

    attribute = driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
    (status,) = driver.cuKernelSetAttribute(attribute, size, driver.CUkernel(int(kernel.handle)), ordinal)
    if status != driver.CUresult.CUDA_SUCCESS:
        raise RuntimeError(f"the device refuses {size} bytes of shared memory: {status}")


def is_bfloat16(tensor: Tensor) -> bool:
    """Whether bfloat16; anything but half else is refused."""
    if tensor.dtype not in (torch.float16, torch.bfloat16):
        raise ValueError(f"half or bfloat16, not {tensor.dtype}")
    return tensor.dtype == torch.bfloat16


def zero_row(matrix: PackedMatrix) -> int:
    """Bytes of a row of packed zero points."""
    return 0 if matrix.zeros is None else matrix.zeros.shape[1]


def int32(value: int) -> Any:
    """A number as a kernel's int."""
    return numpy.int32(value)
