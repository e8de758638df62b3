"""The packed matrix as operators torch knows: autograd, torch.compile and export see `lowbit::linear`, not its insides.

Forward saves references to the packed buffers and nothing else; backward dequantizes again and returns dX = dY·W
(INT2.1, section 3.2). Training the scales needs the input as well and is an operator of its own in `scales`.

Operators take flat arguments (torch.library knows no dataclasses): the buffers, then the codec's kind, bits and group.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor

from lowbit_core.formats.codec import Codec, IntegerCodec, NormalFloatCodec, Width
from lowbit_core.packed import dispatch
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.product import packed_product


def buffers_from_flat(
    codes: Tensor,
    scales: Tensor,
    zeros: Tensor | None,
    permutation: Tensor | None,
    kind: str,
    bits: int,
    group_size: int,
    in_features: int,
) -> PackedBuffers:
    """The dataclass behind an operator's arguments."""
    width = cast(Width, bits)
    codec: Codec
    if kind == "integer":
        codec = IntegerCodec(bits=width, group_size=group_size, symmetric=zeros is None)
    else:
        assert kind == "normal-float", kind
        codec = NormalFloatCodec(bits=width, group_size=group_size)
    return PackedBuffers(
        codec=codec, in_features=in_features, codes=codes, scales=scales, zeros=zeros, permutation=permutation
    )


@torch.library.custom_op("lowbit::dequantize", mutates_args=())
def dequantize_op(
    codes: Tensor,
    scales: Tensor,
    zeros: Tensor | None,
    permutation: Tensor | None,
    kind: str,
    bits: int,
    group_size: int,
    in_features: int,
    dtype: torch.dtype,
) -> Tensor:
    """W [out, in] in ``dtype``."""
    buffers = buffers_from_flat(codes, scales, zeros, permutation, kind, bits, group_size, in_features)
    return dispatch.dequantize(buffers, dtype)


@dequantize_op.register_fake
def _(codes, scales, zeros, permutation, kind, bits, group_size, in_features, dtype):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return codes.new_empty((codes.shape[0], in_features), dtype=dtype)


@torch.library.custom_op("lowbit::linear", mutates_args=())
def linear_op(
    x: Tensor,
    codes: Tensor,
    scales: Tensor,
    zeros: Tensor | None,
    permutation: Tensor | None,
    bias: Tensor | None,
    kind: str,
    bits: int,
    group_size: int,
    in_features: int,
) -> Tensor:
    """The product x·Wᵀ + bias: [..., in] -> [..., out], in the dtype of x."""
    buffers = buffers_from_flat(codes, scales, zeros, permutation, kind, bits, group_size, in_features)
    return dispatch.linear(x, buffers, bias)


@linear_op.register_fake
def _(x, codes, scales, zeros, permutation, bias, kind, bits, group_size, in_features):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return x.new_empty((*x.shape[:-1], codes.shape[0]))


@torch.library.custom_op("lowbit::linear_backward", mutates_args=())
def linear_backward_op(
    grad: Tensor,
    codes: Tensor,
    scales: Tensor,
    zeros: Tensor | None,
    permutation: Tensor | None,
    kind: str,
    bits: int,
    group_size: int,
    in_features: int,
) -> Tensor:
    """The gradient dX = dY·W: [..., out] -> [..., in], in the dtype of dY."""
    buffers = buffers_from_flat(codes, scales, zeros, permutation, kind, bits, group_size, in_features)
    return dispatch.linear_backward(grad, buffers)


@linear_backward_op.register_fake
def _(grad, codes, scales, zeros, permutation, kind, bits, group_size, in_features):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return grad.new_empty((*grad.shape[:-1], in_features))


def _save_packed(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    """Keeps references to the module's own buffers: not one byte more than the weights already take."""
    _, codes, scales, zeros, permutation, _, *codec = inputs
    ctx.save_for_backward(codes, scales, zeros, permutation)
    ctx.codec = codec


def _backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    codes, scales, zeros, permutation = ctx.saved_tensors
    needs_x, needs_bias = ctx.needs_input_grad[0], ctx.needs_input_grad[5]
    grad_x = grad_bias = None
    if needs_x:
        grad_x = torch.ops.lowbit.linear_backward(grad, codes, scales, zeros, permutation, *ctx.codec)
    if needs_bias:
        grad_bias = grad.reshape(-1, grad.shape[-1]).sum(0)
    return grad_x, None, None, None, None, grad_bias, None, None, None, None


linear_op.register_autograd(_backward, setup_context=_save_packed)


def linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None = None) -> Tensor:
    """The product x·Wᵀ + bias with autograd; the operator where something is being compiled, else plain functions."""
    if torch.compiler.is_compiling():
        codec = buffers.codec
        return cast(
            Tensor,
            torch.ops.lowbit.linear(
                x,
                buffers.codes,
                buffers.scales,
                buffers.zeros,
                buffers.permutation,
                bias,
                codec.kind,
                codec.bits,
                codec.group_size,
                buffers.in_features,
            ),
        )
    if torch.is_grad_enabled() and (x.requires_grad or (bias is not None and bias.requires_grad)):
        return packed_product(x, buffers, bias)
    return dispatch.linear(x, buffers, bias)
