"""Packed matrices through the CPU kernels: what they can serve, and why not where they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.packed import sliced
from lowbit_core.packed.buffers import PackedBuffers

_FLOATS = (torch.float32, torch.bfloat16)


@cache
def why_not() -> str:
    """Empty where the kernels serve this processor, else the reason they do not."""
    try:
        return str(_library().why_not())
    except ImportError as error:
        return f"the kernels cannot be imported: {error}"


def describe() -> str:
    """The instructions the kernels use."""
    return str(_library().instructions())


def serves(buffers: PackedBuffers, dtype: torch.dtype) -> bool:
    """Whether the kernels take this matrix in this dtype."""
    return (
        buffers.codes.device.type == "cpu" and dtype in _FLOATS and buffers.permutation is None and not why_not()
    )  # fmt: skip


def dequantize(buffers: PackedBuffers, out: Tensor) -> Tensor:
    """Write W [out, in] into ``out``, fp32 or bfloat16, contiguous."""
    return _library().dequantize(kernel_matrix(buffers), out)


def adapted(
    x: Tensor, buffers: PackedBuffers, bias: Tensor | None, adapters: Sequence[tuple[Tensor, Tensor, float]]
) -> Tensor | None:
    """Product, bias and adapters (A, B, s) of few rows in one call; None where there are too many rows for it, or the
    adapters are of another float type.
    """
    flat = x if x.dim() == 2 else x.reshape(-1, buffers.in_features)
    library = _library()
    if flat.shape[0] > library.MOST_ROWS:
        return None
    if any(a.dtype not in _FLOATS or b.dtype != a.dtype for a, b, _ in adapters):
        return None
    y = library.product(flat, kernel_matrix(buffers), bias, adapters)
    return y if x.dim() == 2 else y.view(*x.shape[:-1], y.shape[1])


def linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None) -> Tensor:
    """y = x·Wᵀ + bias: from the packed bytes for few rows, else W in slices through the scratch and a dense product."""
    few = adapted(x, buffers, bias, ())
    if few is not None:
        return few
    return sliced.linear(x, buffers, bias, partial(_fill, buffers))


def linear_backward(grad: Tensor, buffers: PackedBuffers) -> Tensor:
    """dX = dY·W, W in slices through the scratch."""
    return sliced.linear_backward(grad, buffers, partial(_fill, buffers))


def _fill(buffers: PackedBuffers, start: int, stop: int, weight: Tensor) -> Tensor:
    return _library().dequantize(kernel_matrix(buffers, start, stop), weight)


def kernel_matrix(buffers: PackedBuffers, start: int = 0, stop: int | None = None) -> Any:
    """Rows start..stop as the kernels take them; it points into the buffers, nothing is copied."""
    codes, scales, zeros, codec = buffers.codes, buffers.scales, buffers.zeros, buffers.codec
    if stop is not None:
        codes, scales = codes[start:stop], scales[start:stop]
        zeros = None if zeros is None else zeros[start:stop]
    integer = isinstance(codec, IntegerCodec)
    return _library().matrix(
        codes, scales, zeros, None if integer else _levels(codec.bits), columns=buffers.in_features, bits=codec.bits,
        grid=("fixed" if zeros is None else "zeros") if integer else "levels",
        fixed_zero=(codec.fixed_zero or 0) if isinstance(codec, IntegerCodec) else 0, group_size=codec.group_size,
    )  # fmt: skip


@cache
def _levels(bits: int) -> Tensor:
    return torch.tensor(normal_float_levels(bits), dtype=torch.float32)


@cache
def _library() -> Any:
    from lowbit_core.kernels.cpu import library

    return library
