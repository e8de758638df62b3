"""Training the quantization scales: a relative change of each group's scale, beside an adapter and switched with it.

s' = fp16(s·(1 + δ)), δ a parameter [out, G] that starts at zero. Rounding to fp16 happens in training as well (its
gradient passes through), so what is trained is what is stored and what the kernels read. Relative, because the scales
of one model differ by orders of magnitude and share one learning rate.

This path saves the layer's input for backward, unlike plain `lowbit::linear`: the plan counts it on its own line.
"""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import torch
from torch import Tensor

from lowbit_core.packed import dispatch, reference
from lowbit_core.packed.buffers import PackedBuffers

_TILE = 1 << 22
"""Weights whose gradient is dense at once, while it is summed over its groups: 16 MB of fp32."""


def scaled_buffers(buffers: PackedBuffers, delta: Tensor) -> PackedBuffers:
    """The matrix with scales fp16(s·(1 + δ)); δ: [out, G], codes and zeros shared."""
    scales = (buffers.scales.float() * (1 + delta.detach().float())).to(torch.float16)
    return dataclasses.replace(buffers, scales=scales, fresh=True)


def scaled_linear(x: Tensor, buffers: PackedBuffers, delta: Tensor, bias: Tensor | None = None) -> Tensor:
    """The product x·W'ᵀ + bias with gradients for x, δ and bias, W' of the changed scales: [..., in] -> [..., out]."""
    product = cast(Tensor, _ScaledLinear.apply(x, delta, buffers))
    return product if bias is None else product + bias.to(product.dtype)


def scale_gradient(x: Tensor, grad: Tensor, buffers: PackedBuffers) -> Tensor:
    """dδ [out, G] fp32: dδ[n, j] = s[n, j]·Σ_k dW[n, k]·u[n, k] over the group, dW = dYᵀ·X and u = q − z or level[q].

    By row tiles: never more than a few rows of dW at once.

    Args:
        x: [M, in].
        grad: dY [M, out].
        buffers: with the stored scales s, which δ is relative to.
    """
    if buffers.permutation is not None:
        x = x[:, buffers.permutation.long()]
    result = torch.empty(buffers.scales.shape, device=x.device)
    step = max(1, _TILE // buffers.in_features)
    for start in range(0, buffers.out_features, step):
        stop = min(start + step, buffers.out_features)
        weight_grad = (grad[:, start:stop].T @ x).float()
        weight_grad *= reference.signed_codes(reference.slice_rows(buffers, start, stop))
        for view, groups in reference.group_views(weight_grad, buffers.codec.group_size):
            result[start:stop, groups] = view.sum(dim=-1)
    return result * buffers.scales.float()


class _ScaledLinear(torch.autograd.Function):
    """Not an operator of the library: a trained scale is a parameter of one run, and nothing exports it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, delta: Tensor, buffers: PackedBuffers) -> Tensor:
        ctx.save_for_backward(x, delta)
        ctx.buffers = buffers
        return dispatch.linear(x, scaled_buffers(buffers, delta), None)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, Tensor | None, None]:
        x, delta = ctx.saved_tensors
        (grad,) = grads
        grad_x = grad_delta = None
        if ctx.needs_input_grad[0]:
            grad_x = dispatch.linear_backward(grad, scaled_buffers(ctx.buffers, delta))
        if ctx.needs_input_grad[1]:
            flat_x, flat_grad = x.reshape(-1, x.shape[-1]), grad.reshape(-1, grad.shape[-1])
            grad_delta = scale_gradient(flat_x, flat_grad, ctx.buffers).to(delta.dtype)
        return grad_x, grad_delta, None
