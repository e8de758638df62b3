"""A quantized matrix whose codes can be trained: a latent weight rounded in the forward pass.

    u = v·s₀ / s,  q = round(clamp(u, lo, hi)),  W' = s·q,  s = s₀·exp(δ)

v is the latent weight in steps of the grid it started on, so that one learning rate means the same in every matrix.

lo = −z and hi = 2^b − 1 − z bound the signed codes of the integer grid; z stays as quantized. The gradient passes
through the rounding (straight-through, Bengio et al. 2013) where u is inside the grid and is cut outside; the scale's
is that of LSQ (arXiv 1902.08153): dW'/ds = q − u inside, the bound outside. Nothing dense is saved for backward
besides the latent weight itself.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.packed import distilling
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix

_INSIDE = 0.49
"""How far from its code's centre a latent weight may start: in the cell, so that training starts from the codes."""


class LatentLinear(nn.Module):
    """y = x·W'ᵀ + b·(a·x) + bias, with W' as above.

    Args:
        weight: float W [out, in], which pulls each latent weight to the side of its cell it came from.
        quantized: Q, an integer codec without permutation; training starts from its codes.
        low_rank: an adapter trained with it, or None.
        bias: of the layer, or None; not trained.
    """

    latent: nn.Parameter
    scale_delta: nn.Parameter
    scales: Tensor
    lowest: Tensor

    def __init__(
        self, weight: Tensor, quantized: QuantizedMatrix, low_rank: LowRank | None = None, bias: Tensor | None = None
    ) -> None:
        super().__init__()
        codec = quantized.codec
        assert isinstance(codec, IntegerCodec), "codes can be trained on the integer grid only"
        assert quantized.permutation is None
        self.codec = codec
        self.in_features = weight.shape[1]
        size = codec.group_size or self.in_features
        zeros = quantized.zeros
        zero = torch.full_like(quantized.scales, codec.fixed_zero or 0) if zeros is None else zeros
        self.zeros = zeros
        scales = quantized.scales.float()
        self.register_buffer("scales", scales)
        self.register_buffer("lowest", -zero.float())
        self.size = size
        wide = _spread(scales, size, self.in_features)
        code = quantized.codes.float() - _spread(zero.float(), size, self.in_features)
        safe = torch.where(wide == 0, torch.ones_like(wide), wide)
        offset = (weight.float() / safe - code).clamp(-_INSIDE, _INSIDE)
        self.latent = nn.Parameter(code + offset)
        self.scale_delta = nn.Parameter(torch.zeros_like(scales))
        self.low_rank_a = None if low_rank is None else nn.Parameter(low_rank.a.float().clone())
        self.low_rank_b = None if low_rank is None else nn.Parameter(low_rank.b.float().clone())
        self.bias = bias

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., in] -> [..., out], in the dtype of x (or of autocast)."""
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        weight = _Rounded.apply(
            self.latent, self.scale_delta, self.scales, self.lowest, self.size, (1 << self.codec.bits) - 1, x.dtype
        )
        y = F.linear(x, weight, None if self.bias is None else self.bias.to(x.dtype))
        if self.low_rank_a is not None and self.low_rank_b is not None:
            y = y + F.linear(F.linear(x, self.low_rank_a.to(x.dtype)), self.low_rank_b.to(x.dtype))
        return y

    @torch.no_grad()
    def quantized(self) -> QuantizedMatrix:
        """The trained codes with their fp16 scales."""
        scales = (self.scales * self.scale_delta.exp()).half()
        wide = _spread(scales.float(), self.size, self.in_features)
        lowest = _spread(self.lowest, self.size, self.in_features)
        start = _spread(self.scales, self.size, self.in_features)
        code = _codes(self.latent * start, wide, lowest, (1 << self.codec.bits) - 1)[0]
        return QuantizedMatrix(
            codec=self.codec, codes=(code - lowest).round().to(torch.uint8), scales=scales, zeros=self.zeros
        )

    @torch.no_grad()
    def trained_low_rank(self) -> LowRank | None:
        """The adapter's factors as trained."""
        if self.low_rank_a is None or self.low_rank_b is None:
            return None
        return LowRank(a=self.low_rank_a.detach().clone(), b=self.low_rank_b.detach().clone())


def _spread(groups: Tensor, size: int, columns: int) -> Tensor:
    """[out, G] -> [out, in]."""
    return groups.repeat_interleave(size, dim=1)[:, :columns]


def _codes(latent: Tensor, scale: Tensor, lowest: Tensor, span: int) -> tuple[Tensor, Tensor]:
    """Signed codes q [out, in] and u = latent / scale."""
    safe = torch.where(scale == 0, torch.ones_like(scale), scale)
    u = latent / safe
    return torch.minimum(torch.maximum(u, lowest), lowest + span).round(), u


class _Rounded(torch.autograd.Function):
    """W' from the latent weight; saves references to parameters and buffers only, recomputes the rest."""

    @staticmethod
    def forward(
        ctx: Any,
        latent: Tensor,
        delta: Tensor,
        scales: Tensor,
        lowest: Tensor,
        size: int,
        span: int,
        dtype: torch.dtype,
    ) -> Tensor:
        ctx.save_for_backward(latent, delta, scales, lowest)
        ctx.size, ctx.span = size, span
        fused = distilling.rounded(latent, delta, scales, lowest, size, span, dtype)
        if fused is not None:
            return fused
        columns = latent.shape[1]
        # Rounded to fp16 as stored, so that what is trained is what is read later.
        scale = _spread((scales * delta.exp()).half().float(), size, columns)
        start = _spread(scales, size, columns)
        code, _ = _codes(latent * start, scale, _spread(lowest, size, columns), span)
        return (code * scale).to(dtype)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        latent, delta, scales, lowest = ctx.saved_tensors
        size, columns = ctx.size, latent.shape[1]
        fused = distilling.rounded_backward(grads[0], latent, delta, scales, lowest, size, ctx.span)
        if fused is not None:
            return *fused, None, None, None, None, None
        grad = grads[0].float()
        narrow = (scales * delta.exp()).half().float()
        scale = _spread(narrow, size, columns)
        low = _spread(lowest, size, columns)
        start = _spread(scales, size, columns)
        code, u = _codes(latent * start, scale, low, ctx.span)
        inside = (u >= low) & (u <= low + ctx.span)
        change = grad * scale * torch.where(inside, code - u, code)
        pad = -columns % size
        grouped = F.pad(change, (0, pad)).reshape(change.shape[0], -1, size).sum(dim=-1)
        return torch.where(inside, grad * start, 0.0), grouped, None, None, None, None, None
