"""Packed matrices through the CUDA kernels: what they can serve, and why not where they cannot."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import torch
from torch import Tensor

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.packed import sliced
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.reference import slice_rows


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
    return _fill(buffers, 0, buffers.out_features, out)


def linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None) -> Tensor:
    """y = x·Wᵀ + bias: the fused product for few rows, else W in slices through the scratch and a dense product."""
    from lowbit_core.kernels.cuda import launch

    rows = x.numel() // max(1, buffers.in_features)
    if rows <= launch.GEMV_ROWS:
        matrix = kernel_matrix(buffers)
        if launch.gemv_fits(matrix, rows):
            y = launch.gemv(x.reshape(-1, buffers.in_features), matrix, bias, overlaps=not buffers.fresh)
            return y.reshape(*x.shape[:-1], buffers.out_features)
    return sliced.linear(x, buffers, bias, partial(_fill, buffers))


def wide_linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None) -> Tensor | None:
    """The product of a few rows [M, in] in fp32, W and the result not rounded; None for more rows than that takes."""
    from lowbit_core.kernels.cuda import launch

    matrix = kernel_matrix(buffers)
    if not launch.gemv_fits(matrix, x.shape[0]):
        return None
    return launch.gemv(x, matrix, bias, overlaps=not buffers.fresh, wide=True)


def linear_backward(grad: Tensor, buffers: PackedBuffers) -> Tensor:
    """dX = dY·W, W in slices through the scratch."""
    return sliced.linear_backward(grad, buffers, partial(_fill, buffers))


def _fill(buffers: PackedBuffers, start: int, stop: int, weight: Tensor) -> Tensor:
    from lowbit_core.kernels.cuda.launch import dequantize as launch

    whole = stop - start == buffers.out_features
    matrix = kernel_matrix(buffers if whole else slice_rows(buffers, start, stop))
    return launch(matrix, weight, overlaps=not buffers.fresh)


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


@cache
def _levels(bits: int, device: torch.device) -> Tensor:
    return torch.tensor(normal_float_levels(bits), dtype=torch.float32, device=device)
