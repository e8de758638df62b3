"""DoRA's row norms of a packed matrix, without ever holding the matrix."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from lowbit_core.packed import dispatch, reference
from lowbit_core.packed.buffers import PackedBuffers

_TILE = 1 << 20
"""Weights a tile while the squares are summed: 4 MB of fp32."""


class RowMagnitude(nn.Module):
    """The trained magnitude m [out]; a module with a ``weight``, because PEFT's files and switches look for that."""

    def __init__(self, magnitude: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(magnitude.clone(), requires_grad=True)


@torch.no_grad()
def square_norms(buffers: PackedBuffers) -> Tensor:
    """Squared L2 norm of each row of W, fp32 [out], by row tiles."""
    step = max(1, _TILE // buffers.in_features)
    rows = buffers.out_features
    tile = torch.empty(min(step, rows), buffers.in_features, device=buffers.codes.device)
    norms = torch.empty(rows, device=buffers.codes.device)
    for start in range(0, rows, step):
        stop = min(start + step, rows)
        part = reference.dequantize_rows(buffers, start, stop, tile[: stop - start])
        norms[start:stop] = part.square().sum(dim=1)
    return norms


@torch.no_grad()
def dora_row_norm(buffers: PackedBuffers, squares: Tensor, adapters: Sequence[tuple[Tensor, Tensor, float]]) -> Tensor:
    """‖W + Σ s·B·A‖ of each row, fp32 [out], no gradient.

    Multiplied out, so that W enters only through its own norms and through W·Aᵀ, a product with r columns:
    ‖w + Cᵀa‖² = ‖w‖² + 2·(W·Aᵀ)·C + C·(A·Aᵀ)·C with A [r, in] all factors stacked and C [out, r] their s·B.

    Args:
        buffers: W.
        squares: fp32 [out], from `square_norms`.
        adapters: A [r, in], B [out, r] and scaling s of each.
    """
    stacked_a = torch.cat([lora_a.float() for lora_a, _, _ in adapters])
    stacked_b = torch.cat([scaling * lora_b.float() for _, lora_b, scaling in adapters], dim=1)
    with torch.autocast(stacked_a.device.type, enabled=False):
        crossed = dispatch.linear(stacked_a, buffers, None).T
        total = squares + 2 * (crossed * stacked_b).sum(dim=1)
        total += ((stacked_b @ (stacked_a @ stacked_a.T)) * stacked_b).sum(dim=1)
    return total.clamp_min_(torch.finfo(torch.float32).tiny).sqrt_()
