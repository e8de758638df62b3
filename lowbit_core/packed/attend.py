"""Attention of one new token over a cache of fixed room whose length lies on the device: rotate, store, attend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lowbit_core.packed import cuda_path

Rotation = tuple[Tensor, Tensor]
"""Cosine and sine [head_dim]."""


@dataclass(frozen=True, kw_only=True)
class CacheSlot:
    """One layer's room for keys and values.

    Attributes:
        keys: [key heads, capacity, head_dim], contiguous.
        values: likewise.
        length: int32 [1] on the device, tokens held before this step.
    """

    keys: Tensor
    values: Tensor
    length: Tensor


def native(head_dim: int, heads: int, kv_heads: int, dtype: torch.dtype, device: torch.device) -> bool:
    """Whether the CUDA kernel attends; torch does otherwise."""
    if device.type != "cuda" or heads % kv_heads or cuda_path.why_not(device):
        return False
    from lowbit_core.kernels.cuda.decoding import attention_fits

    return attention_fits(head_dim, heads // kv_heads, dtype)


def working_memory(heads: int, kv_heads: int, head_dim: int, device: torch.device) -> Any:
    """What the kernel works in; one for all layers of a model."""
    from lowbit_core.kernels.cuda.decoding import attention_work

    return attention_work(heads, kv_heads, head_dim, device)


def attend(
    q: Tensor, k: Tensor, v: Tensor, slot: CacheSlot, *, scaling: float, rotation: Rotation | None, work: Any = None
) -> Tensor:
    """One token's attention.

    Args:
        q: [heads, head_dim].
        k: [key heads, head_dim]; it and ``v`` are put into the cache.
        v: [key heads, head_dim].
        slot: the layer's cache.
        scaling: of the scores.
        rotation: applied to q and k first; None where they are rotated.
        work: from `working_memory`: the kernel attends; None: torch does.

    Returns:
        [heads, head_dim].
    """
    if work is None:
        return _in_torch(q, k, v, slot, scaling, rotation)
    from lowbit_core.kernels.cuda.decoding import attention

    out = q.new_empty(q.numel())
    attention(
        q, k, v, slot.keys, slot.values, slot.length, out, work, scaling=scaling, rotation=rotation
    )  # fmt: skip
    return out.view(q.shape)


def rotate(x: Tensor, rotation: Rotation) -> Tensor:
    """x [heads, head_dim] turned in pairs (i, i + head_dim/2), as the Llama family does."""
    cosine, sine = rotation
    half = x.shape[-1] // 2
    return x * cosine + torch.cat([-x[..., half:], x[..., :half]], dim=-1) * sine


def _in_torch(q: Tensor, k: Tensor, v: Tensor, slot: CacheSlot, scaling: float, rotation: Rotation | None) -> Tensor:
    if rotation is not None:
        q, k = rotate(q, rotation), rotate(k, rotation)
    place = slot.length.long()
    slot.keys.index_copy_(1, place, k[:, None])
    slot.values.index_copy_(1, place, v[:, None])
    kv_heads, capacity, head_dim = slot.keys.shape
    grouped = q.view(kv_heads, -1, head_dim).float()
    scores = grouped @ slot.keys.float().transpose(1, 2) * scaling
    unseen = torch.arange(capacity, device=q.device) > slot.length
    # What lies beyond the length was never written: zeros times NaN would be NaN.
    held = slot.values.float().masked_fill(unseen[:, None], 0.0)
    weights = scores.masked_fill(unseen, -torch.inf).softmax(-1)
    return (weights @ held).to(q.dtype).view(q.shape)
