"""Launchers: torch tensors in, kernels on torch's current stream, usable under CUDA-graph capture.

Shapes: x [M, K], W packed [N, K], y [M, N].
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy
import torch
from torch import Tensor

from lowbit_core.kernels.cuda.compile import cubin
from lowbit_core.kernels.cuda.matrix import PackedMatrix, check
from lowbit_core.kernels.cuda.variants import Variant

GEMV_ROWS = 8
"""Rows of x the fused product takes."""

_SHARED_BYTES = 44 * 1024
"""Dynamic shared memory a kernel may have without asking for more (48 KiB less the static part)."""

_LARGE_SHARED_BYTES = 60 * 1024
"""What it may have on request on every architecture since Turing (64 KiB less the static part)."""


class _Stream:
    """torch's current stream in cuda-core's protocol."""

    def __cuda_stream__(self) -> tuple[int, int]:
        return (0, torch.cuda.current_stream().cuda_stream)


def dequantize(matrix: PackedMatrix, out: Tensor) -> Tensor:
    """Write deq(W) into ``out`` [N, K], half or bfloat16, contiguous: fp32 arithmetic, rounded once.

    Raises:
        ValueError: wrong shapes, dtypes or devices.
    """
    check(matrix)
    rows, columns = matrix.out_features, matrix.in_features
    if tuple(out.shape) != (rows, columns) or not out.is_contiguous() or out.device != matrix.codes.device:
        raise ValueError(f"out must be contiguous [{rows}, {columns}] on {matrix.codes.device}")
    variant = Variant(bits=matrix.bits, grid=matrix.grid, bfloat16=_is_bfloat16(out))
    pieces = rows * ((columns + 7) // 8)
    if pieces:
        row_bytes, plane0 = matrix.codes.shape[1], matrix.planes[0]
        _launch(
            "dequantize", variant, matrix.codes.device, grid=(-(-pieces // 1024), 1), block=256, shared=0,
            arguments=[
                matrix.codes, matrix.scales, matrix.zeros, matrix.levels, out, _i(rows), _i(columns), _i(row_bytes),
                _i(plane0), _i(matrix.scales.shape[1]), _i(matrix.group_shift), _i(_zero_row(matrix)),
                _i(matrix.fixed_zero),
            ],
        )  # fmt: skip
    return out


def gemv(x: Tensor, matrix: PackedMatrix, bias: Tensor | None = None, *, warps: int = 0) -> Tensor:
    """Y = x·deq(W)ᵀ + bias for at most 8 rows, fp32 sums; x half or bfloat16 with contiguous rows.

    Raises:
        ValueError: more rows than `GEMV_ROWS`, wrong shapes, dtypes or devices.
    """
    check(matrix)
    if x.dim() != 2 or x.shape[1] != matrix.in_features or x.shape[0] > GEMV_ROWS:
        raise ValueError(f"x must be [M <= {GEMV_ROWS}, {matrix.in_features}], found {tuple(x.shape)}")
    if x.device != matrix.codes.device:
        raise ValueError(f"x is on {x.device}, the weights on {matrix.codes.device}")
    if x.stride(1) != 1 and x.shape[1] > 1:
        x = x.contiguous()
    if bias is not None and (bias.dtype != x.dtype or tuple(bias.shape) != (matrix.out_features,)):
        raise ValueError(f"bias must be {x.dtype} [{matrix.out_features}]")
    bfloat16 = _is_bfloat16(x)
    out = torch.empty((x.shape[0], matrix.out_features), dtype=x.dtype, device=x.device)
    if out.numel() == 0:
        return out
    small = matrix.bits in (2, 3) and matrix.group_size == 32
    variant = Variant(bits=matrix.bits, grid=matrix.grid, bfloat16=bfloat16, small_groups=small)
    plane0, plane1 = matrix.planes
    _launch(
        "gemv", variant, x.device, grid=(-(-matrix.out_features // 16), -(-x.shape[0] // 2)),
        block=32 * (warps or gemv_warps(matrix)), shared=gemv_shared_bytes(matrix, min(2, x.shape[0])),
        arguments=[
            x, numpy.int64(x.stride(0)), matrix.codes, matrix.scales, matrix.zeros, matrix.levels, bias, out,
            numpy.int64(out.stride(0)), _i(x.shape[0]), _i(matrix.out_features), _i(matrix.in_features),
            _i(matrix.codes.shape[1]), _i(plane0), _i(plane1), _i(matrix.scales.shape[1]), _i(matrix.group_shift),
            _i(_zero_row(matrix)), _i(matrix.fixed_zero),
        ],
    )  # fmt: skip
    return out


def gemv_fits(matrix: PackedMatrix, rows: int) -> bool:
    """Whether `gemv` can take ``rows`` rows of x: few enough, and their staging fits shared memory."""
    return rows <= GEMV_ROWS and gemv_shared_bytes(matrix, min(2, rows)) <= _LARGE_SHARED_BYTES


def gemv_shared_bytes(matrix: PackedMatrix, rows: int) -> int:
    """Shared memory for ``rows`` (1 or 2) staged rows of x, their sums and the level table."""
    chunk = {8: 16, 4: 32}.get(matrix.bits, 64)
    padded = -(-matrix.in_features // (4 * chunk)) * 4 * chunk
    span = 32 if matrix.bits in (2, 3) and matrix.group_size == 32 else chunk
    table = (1 << matrix.bits) * 32 * 4 if matrix.grid == "levels" else 0
    return rows * padded * 2 + rows * (padded // span) * 4 + table


def gemv_warps(matrix: PackedMatrix) -> int:
    """Warps that share a block's 16 rows along K: as many as have a step to do, 8 at most."""
    steps = -(-matrix.in_features // (4 * {8: 16, 4: 32}.get(matrix.bits, 64)))
    return max(1, min(8, steps))


def _launch(
    name: str, variant: Variant, device: torch.device, *, grid: tuple[int, int], block: int, shared: int,
    arguments: list[Any],
) -> None:  # fmt: skip
    from cuda.core import LaunchConfig, launch

    with torch.cuda.device(device):
        core_device, kernel = _kernel(name, variant, device.index or 0, shared > _SHARED_BYTES)
        pointers = [
            numpy.uint64(0 if item is None else item.data_ptr()) if item is None or isinstance(item, Tensor) else item
            for item in arguments
        ]
        config = LaunchConfig(grid=grid, block=block, shmem_size=shared)
        launch(core_device.create_stream(_Stream()), config, kernel, *pointers)


@cache
def _kernel(name: str, variant: Variant, index: int, large_shared: bool) -> tuple[Any, Any]:
    from cuda.core import Device, ObjectCode

    device = Device(index)
    device.set_current()
    code = cubin(f"{name}.cu", variant.macros(), f"sm_{device.arch}")
    kernel = ObjectCode.from_cubin(code).get_kernel(name)
    if large_shared:
        _allow_shared(kernel, device.device_id, _LARGE_SHARED_BYTES)
    return device, kernel


def _allow_shared(kernel: Any, ordinal: int, size: int) -> None:
    from cuda.bindings import driver

    attribute = driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
    (status,) = driver.cuKernelSetAttribute(attribute, size, driver.CUkernel(int(kernel.handle)), ordinal)
    if status != driver.CUresult.CUDA_SUCCESS:
        raise RuntimeError(f"the device refuses {size} bytes of shared memory: {status}")


def _is_bfloat16(tensor: Tensor) -> bool:
    if tensor.dtype not in (torch.float16, torch.bfloat16):
        raise ValueError(f"half or bfloat16, not {tensor.dtype}")
    return tensor.dtype == torch.bfloat16


def _zero_row(matrix: PackedMatrix) -> int:
    return 0 if matrix.zeros is None else matrix.zeros.shape[1]


def _i(value: int) -> Any:
    return numpy.int32(value)
