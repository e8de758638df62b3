"""Packed matrices through the CUDA kernels: what they can serve, and why not where they cannot."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.formats.tiles import tile_rows
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.scratch import dense_scratch


@cache
def why_not(device: torch.device) -> str:
    """Empty where the kernels serve this CUDA device, else the reason they do not."""
    try:
        from lowbit_core.kernels.cuda import compile as compiler
    except ImportError as error:
        return f"the kernels cannot be imported: {error}"
    major, minor = torch.cuda.get_device_capability(device)
    if (major, minor) < (7, 5):
        return f"compute capability {major}.{minor} is older than 7.5"
    try:
        from lowbit_core.kernels.cuda.variants import Variant

        compiler.cubin("dequantize.cu", Variant(bits=4, grid="zeros", bfloat16=False).macros(), f"sm_{major}{minor}")
    except compiler.CompileError as error:
        return str(error)
    return ""


def serves(buffers: PackedBuffers, dtype: torch.dtype) -> bool:
    """Whether the kernels take this matrix in this dtype."""
    device = buffers.codes.device
    if device.type != "cuda" or dtype not in (torch.float16, torch.bfloat16) or buffers.permutation is not None:
        return False
    if dtype == torch.bfloat16 and torch.cuda.get_device_capability(device) < (8, 0):
        return False
    return not why_not(device)


def dequantize(buffers: PackedBuffers, out: Tensor) -> Tensor:
    """Write W [out, in] into ``out``, half or bfloat16."""
    from lowbit_core.kernels.cuda.launch import dequantize as launch

    return launch(kernel_matrix(buffers), out)


def linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None) -> Tensor:
    """y = x·Wᵀ + bias: the fused product for few rows, else W in slices through the scratch and a dense product."""
    from lowbit_core.kernels.cuda import launch

    flat = x.reshape(-1, buffers.in_features)
    matrix = kernel_matrix(buffers)
    if launch.gemv_fits(matrix, flat.shape[0]):
        y = launch.gemv(flat, matrix, bias)
    else:
        y = x.new_empty(flat.shape[0], buffers.out_features)
        for start, stop in _slices(buffers):
            with dense_scratch(stop - start, buffers.in_features, x.dtype, x.device) as weight:
                launch.dequantize(_rows(matrix, start, stop), weight)
                part = None if bias is None else bias[start:stop]
                if stop - start == buffers.out_features:
                    y = torch.nn.functional.linear(flat, weight, part)
                else:
                    y[:, start:stop] = torch.nn.functional.linear(flat, weight, part)
    return y.reshape(*x.shape[:-1], buffers.out_features)


def linear_backward(grad: Tensor, buffers: PackedBuffers) -> Tensor:
    """dX = dY·W, W in slices through the scratch."""
    from lowbit_core.kernels.cuda import launch

    flat = grad.reshape(-1, buffers.out_features)
    matrix = kernel_matrix(buffers)
    total: Tensor | None = None
    for start, stop in _slices(buffers):
        with dense_scratch(stop - start, buffers.in_features, grad.dtype, grad.device) as weight:
            launch.dequantize(_rows(matrix, start, stop), weight)
            part = flat[:, start:stop] @ weight
        total = part if total is None else total.add_(part)
    assert total is not None
    return total.reshape(*grad.shape[:-1], buffers.in_features)


def _slices(buffers: PackedBuffers) -> list[tuple[int, int]]:
    rows = tile_rows(buffers.out_features, buffers.in_features)
    return [(start, min(start + rows, buffers.out_features)) for start in range(0, buffers.out_features, rows)]


def kernel_matrix(buffers: PackedBuffers) -> Any:
    """The matrix as the launchers take it; references, no copy."""
    from lowbit_core.kernels.cuda.matrix import PackedMatrix

    codec = buffers.codec
    integer = isinstance(codec, IntegerCodec)
    return PackedMatrix(
        codes=buffers.codes,
        scales=buffers.scales,
        zeros=buffers.zeros,
        levels=None if integer else _levels(codec.bits, buffers.codes.device),
        bits=codec.bits,
        grid=("fixed" if buffers.zeros is None else "zeros") if integer else "levels",
        fixed_zero=(codec.fixed_zero or 0) if isinstance(codec, IntegerCodec) else 0,
        group_size=codec.group_size,
        in_features=buffers.in_features,
    )


def _rows(matrix, start: int, stop: int):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    from dataclasses import replace

    return replace(
        matrix,
        codes=matrix.codes[start:stop],
        scales=matrix.scales[start:stop],
        zeros=None if matrix.zeros is None else matrix.zeros[start:stop],
    )


@cache
def _levels(bits: int, device: torch.device) -> Tensor:
    return torch.tensor(normal_float_levels(bits), dtype=torch.float32, device=device)
