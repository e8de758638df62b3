"""The packed product, with its adapters, as plain autograd functions: what training runs.

An operator of torch.library costs about 25 us a call each way, which at 7B is most of a short step; `ops` has it for
torch.compile and export. Forward saves references to the packed buffers, the input where an adapter needs it, and
A·x [M, r]; backward dequantizes again (INT2.1, section 3.2).
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor

from lowbit_core.packed import dispatch
from lowbit_core.packed.buffers import PackedBuffers


def packed_product(x: Tensor, buffers: PackedBuffers, bias: Tensor | None) -> Tensor:
    """The product x·Wᵀ + bias with gradients for x and bias: [..., in] -> [..., out]."""
    return cast(Tensor, _PackedProduct.apply(x, bias, buffers))


def adapted_product(
    x: Tensor, buffers: PackedBuffers, bias: Tensor | None, adapters: list[tuple[Tensor, Tensor, float]]
) -> Tensor:
    """The product plus Σ s·B·(A·x), in the number format of x, sums in fp32 inside each product.

    Args:
        x: [..., in].
        buffers: W [out, in].
        bias: [out] or None.
        adapters: (A [r, in], B [out, r], s); of any float type, rounded to x's for the arithmetic.
    """
    if not torch.is_grad_enabled():
        together = dispatch.adapted(x, buffers, bias, adapters)
        if together is not None:
            return together
    flat = [tensor for a, b, _ in adapters for tensor in (a, b)]
    scales = tuple(scale for _, _, scale in adapters)
    if not torch.is_grad_enabled():
        return _adapted_forward(x, buffers, bias, flat, scales)[0]
    return cast(Tensor, _AdaptedProduct.apply(x, bias, buffers, scales, *flat))


class _PackedProduct(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, bias: Tensor | None, buffers: PackedBuffers) -> Tensor:
        ctx.save_for_backward(buffers.codes)  # a reference: autograd will notice if someone writes into them
        ctx.buffers = buffers
        return dispatch.linear(x, buffers, bias)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        grad_x = dispatch.linear_backward(grads[0], ctx.buffers) if ctx.needs_input_grad[0] else None
        return grad_x, _bias_gradient(ctx, grads[0]), None


class _AdaptedProduct(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, bias: Tensor | None, buffers: PackedBuffers, scales: tuple[float, ...], *factors: Tensor
    ) -> Tensor:
        y, lows = _adapted_forward(x, buffers, bias, factors, scales)
        ctx.buffers, ctx.scales = buffers, scales
        ctx.save_for_backward(x, *factors, *lows)
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        count = len(ctx.scales)
        x, *saved = ctx.saved_tensors
        factors, lows = saved[: 2 * count], saved[2 * count :]
        flat, grad = x.reshape(-1, x.shape[-1]), grads[0].reshape(-1, grads[0].shape[-1])
        grad_x = None
        if ctx.needs_input_grad[0]:
            grad_x = dispatch.linear_backward(grad, ctx.buffers)
        found: list[Tensor | None] = []
        for index, scale in enumerate(ctx.scales):
            a, b = factors[2 * index : 2 * index + 2]
            needs_a, needs_b = ctx.needs_input_grad[4 + 2 * index : 6 + 2 * index]
            low_grad = grad @ b.to(grad.dtype)
            if scale != 1.0:
                low_grad = low_grad * scale
            found.append((low_grad.T @ flat).to(a.dtype) if needs_a else None)
            # lows hold scale·A·x already
            found.append((grad.T @ lows[index]).to(b.dtype) if needs_b else None)
            if grad_x is not None:
                grad_x.addmm_(low_grad, a.to(grad.dtype))
        shaped = None if grad_x is None else grad_x.view(x.shape)
        return shaped, _bias_gradient(ctx, grads[0]), None, None, *found


def _bias_gradient(ctx: Any, grad: Tensor) -> Tensor | None:
    return grad.reshape(-1, grad.shape[-1]).sum(0) if ctx.needs_input_grad[1] else None


def _adapted_forward(
    x: Tensor, buffers: PackedBuffers, bias: Tensor | None, factors: Any, scales: tuple[float, ...]
) -> tuple[Tensor, list[Tensor]]:
    """The result, and s·A·x of each adapter."""
    flat = x.reshape(-1, x.shape[-1])
    y, lows = dispatch.linear(flat, buffers, bias), []
    for index, scale in enumerate(scales):
        a, b = factors[2 * index : 2 * index + 2]
        low = flat @ a.to(x.dtype).T
        if scale != 1.0:
            low = low * scale
        y.addmm_(low, b.to(x.dtype).T)
        lows.append(low)
    return y.view(*x.shape[:-1], y.shape[-1]), lows
