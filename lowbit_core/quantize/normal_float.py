"""The normal-float codec's arithmetic: w = s·level[q], levels from `formats.levels` (QLoRA, LoftQ)."""

from __future__ import annotations

import torch
from torch import Tensor

from lowbit_core.formats.codec import NormalFloatCodec
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.quantize.integer import to_half


def _tables(bits: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Levels [2^b] and the midpoints between them [2^b − 1], float32."""
    levels = torch.tensor(normal_float_levels(bits), dtype=torch.float64)
    middles = (levels[1:] + levels[:-1]) / 2
    return levels.float().to(device), middles.float().to(device)


def snap(codec: NormalFloatCodec, units: Tensor) -> Tensor:
    """Nearest level of u = w/s; float [...]."""
    levels, middles = _tables(codec.bits, units.device)
    return levels[torch.bucketize(units, middles)]


def code(codec: NormalFloatCodec, levels: Tensor) -> Tensor:
    """Index of each level that `snap` gave; uint8 [...]."""
    _, middles = _tables(codec.bits, levels.device)
    return torch.bucketize(levels, middles).to(torch.uint8)


def range_grid(groups: Tensor) -> Tensor:
    """The scale of QLoRA and LoftQ: max|w| of each group [..., g]; float32 [...] rounded to fp16."""
    return to_half(groups.abs().amax(dim=-1))
