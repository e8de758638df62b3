"""A linear layer whose weight is packed bytes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lowbit_core.formats.codec import Codec
from lowbit_core.packed import dispatch, ops
from lowbit_core.packed.buffers import PackedBuffers, buffer_shapes


class PackedLinear(nn.Module):
    """y = x·Wᵀ + bias over packed buffers, in the dtype of x (or of autocast).

    Plain buffers, no tensor subclass: ``state_dict`` holds `codes`, `scales`, `zeros`, `permutation` and `bias` under
    those names, byte for byte as `formats.layout` draws them. The scales stay fp16 whatever dtype the model is cast to.

    Args:
        in_features: columns of W.
        out_features: rows of W.
        codec: what the codes mean.
        bias: whether there is one; it follows the model's dtype.
        permuted: whether the columns are permuted (imported act-order files).
        dtype: what `weight` claims to be and the bias is: the dtype the layer computes in.
        device: where the buffers are made; ``meta`` while a checkpoint is being loaded.
    """

    codes: Tensor
    scales: Tensor
    zeros: Tensor | None
    permutation: Tensor | None
    bias: Tensor | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        codec: Codec,
        *,
        bias: bool = False,
        permuted: bool = False,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.codec = codec
        self.compute_dtype = dtype
        shapes = buffer_shapes(codec, out_features, in_features)
        self.register_buffer("codes", torch.zeros(shapes.codes, dtype=torch.uint8, device=device))
        self.register_buffer("scales", torch.zeros(shapes.scales, dtype=torch.float16, device=device))
        zeros = None if shapes.zeros is None else torch.zeros(shapes.zeros, dtype=torch.uint8, device=device)
        self.register_buffer("zeros", zeros)
        order = torch.arange(in_features, dtype=torch.int32, device=device) if permuted else None
        self.register_buffer("permutation", order)
        self.register_buffer("bias", torch.zeros(out_features, dtype=dtype, device=device) if bias else None)

    @classmethod
    def from_buffers(
        cls, buffers: PackedBuffers, bias: Tensor | None = None, *, dtype: torch.dtype = torch.float32
    ) -> PackedLinear:
        """A layer around buffers that exist; nothing is copied."""
        layer = cls(
            buffers.in_features,
            buffers.out_features,
            buffers.codec,
            bias=bias is not None,
            permuted=buffers.permutation is not None,
            dtype=dtype if bias is None else bias.dtype,
            device="meta",
        )
        layer.codes, layer.scales, layer.zeros = buffers.codes, buffers.scales, buffers.zeros
        layer.permutation = buffers.permutation
        layer.bias = None if bias is None else bias.detach()
        return layer

    @property
    def buffers_packed(self) -> PackedBuffers:
        """The weight as the functions of this room take it; references, no copy."""
        return PackedBuffers(
            codec=self.codec,
            in_features=self.in_features,
            codes=self.codes,
            scales=self.scales,
            zeros=self.zeros,
            permutation=self.permutation,
        )

    @property
    def weight(self) -> Tensor:
        """Dtype, device and shape of W [out, in] and nothing else: one element, expanded, never the numbers.

        PEFT and transformers ask a layer's weight for these; a property that dequantized was called 114 times for six
        layers. The numbers are in `dequantize`.
        """
        probe = torch.empty(1, dtype=self.compute_dtype, device=self.codes.device)
        # Models that initialise a child's weight themselves (GPT-2) skip one that says it is loaded.
        view = probe.expand(self.out_features, self.in_features)
        view._is_hf_initialized = True  # type: ignore[attr-defined]
        return view

    def dequantize(self, dtype: torch.dtype | None = None) -> Tensor:
        """W [out, in], all of it, in ``dtype`` or the layer's own."""
        return dispatch.dequantize(self.buffers_packed, dtype or self.compute_dtype)

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., in] -> [..., out]."""
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        bias = self.bias
        if bias is not None and bias.dtype != x.dtype:
            bias = bias.to(x.dtype)
        return ops.linear(x, self.buffers_packed, bias)

    def extra_repr(self) -> str:
        """Shape and codec, as `print(model)` shows them."""
        codec = self.codec
        text = f"in_features={self.in_features}, out_features={self.out_features}, {codec.kind} {codec.bits} bits"
        return f"{text}, group {codec.group_size or 'row'}, bias={self.bias is not None}"

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> PackedLinear:
        """`.to`, `.half`, `.cuda`: casts what computes, moves what is stored: a rounded scale is another scale."""
        scales = self.scales
        super()._apply(fn, recurse)
        if self.scales.dtype != torch.float16:
            self.scales = scales.to(self.scales.device)
        self.compute_dtype = fn(torch.empty(0, dtype=self.compute_dtype, device=scales.device)).dtype
        return self
