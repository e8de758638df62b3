"""Which code serves a packed matrix: a native kernel where one is built for the device, else the torch reference."""

from __future__ import annotations

import torch
from torch import Tensor

from lowbit_core.packed import reference
from lowbit_core.packed.buffers import PackedBuffers


def dequantize(buffers: PackedBuffers, dtype: torch.dtype) -> Tensor:
    """W [out, in] in ``dtype``."""
    return reference.dequantize(buffers, dtype)


def linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None) -> Tensor:
    """The product x·Wᵀ + bias, no autograd."""
    return reference.linear(x, buffers, bias)


def linear_backward(grad: Tensor, buffers: PackedBuffers) -> Tensor:
    """The gradient dX = dY·W, no autograd."""
    return reference.linear_backward(grad, buffers)


def describe(device: torch.device) -> str:
    """Which path serves matrices on ``device`` and why, for the log and the machine page."""
    return f"torch reference on {device.type}: no native kernel is built for it"
