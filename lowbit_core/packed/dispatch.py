"""Which code serves a packed matrix: a native kernel where one is built for the device, else the torch reference."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from lowbit_core.packed import cpu_path, cuda_path, reference
from lowbit_core.packed.buffers import PackedBuffers


def dequantize(buffers: PackedBuffers, dtype: torch.dtype) -> Tensor:
    """W [out, in] in ``dtype``."""
    if cuda_path.serves(buffers, dtype):
        out = torch.empty(buffers.out_features, buffers.in_features, dtype=dtype, device=buffers.codes.device)
        return cuda_path.dequantize(buffers, out)
    if cpu_path.serves(buffers, dtype):
        return cpu_path.dequantize(buffers, torch.empty(buffers.out_features, buffers.in_features, dtype=dtype))
    return reference.dequantize(buffers, dtype)


def linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None) -> Tensor:
    """The product x·Wᵀ + bias, no autograd."""
    if cuda_path.serves(buffers, x.dtype):
        return cuda_path.linear(x, buffers, bias)
    if cpu_path.serves(buffers, x.dtype):
        return cpu_path.linear(x, buffers, bias)
    return reference.linear(x, buffers, bias)


def adapted(
    x: Tensor, buffers: PackedBuffers, bias: Tensor | None, adapters: Sequence[tuple[Tensor, Tensor, float]]
) -> Tensor | None:
    """Product, bias and adapters (A, B, s) of a few rows, summed in fp32 and rounded once, no autograd; None for more
    rows, whose adapters are products of their own.
    """
    if cpu_path.serves(buffers, x.dtype):
        return cpu_path.adapted(x, buffers, bias, adapters)
    flat = x.reshape(-1, buffers.in_features)
    y = wide_linear(flat, buffers, bias) if x.element_size() == 2 else None
    if y is None:
        return None
    for a, b, scale in adapters:
        low = flat.float() @ a.to(x.dtype).float().T
        y.addmm_(low * scale, b.to(x.dtype).float().T)
    return y.to(x.dtype).view(*x.shape[:-1], buffers.out_features)


def wide_linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None) -> Tensor | None:
    """The product of a few rows [M, in] in fp32, W and the result not rounded, no autograd; None for more rows."""
    if x.shape[0] > reference.FEW_ROWS:
        return None
    if cuda_path.serves(buffers, x.dtype):
        return cuda_path.wide_linear(x, buffers, bias)
    return reference.wide_linear(x, buffers, bias)


def linear_backward(grad: Tensor, buffers: PackedBuffers) -> Tensor:
    """The gradient dX = dY·W, no autograd."""
    if cuda_path.serves(buffers, grad.dtype):
        return cuda_path.linear_backward(grad, buffers)
    if cpu_path.serves(buffers, grad.dtype):
        return cpu_path.linear_backward(grad, buffers)
    return reference.linear_backward(grad, buffers)


def describe(device: torch.device) -> str:
    """Which path serves matrices on ``device`` and why, for the log and the machine page."""
    if device.type == "cpu":
        reason = cpu_path.why_not()
        return f"torch reference on cpu: {reason}" if reason else f"CPU kernels ({cpu_path.describe()})"
    if device.type != "cuda":
        return f"torch reference on {device.type}: no native kernel is built for it"
    reason = cuda_path.why_not(device)
    return f"torch reference on {device}: {reason}" if reason else f"CUDA kernels on {device}"
