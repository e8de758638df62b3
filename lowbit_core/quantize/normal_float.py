"""The normal-float codec's arithmetic: w = s·level[q], levels from `formats.levels` (QLoRA, LoftQ)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from lowbit_core.formats.codec import NormalFloatCodec
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.quantize.integer import to_half

_CELLS = 4096
"""Cells of −1..1 in the look-up table: fine enough that no cell holds two borders, also at 8 bits."""


@dataclass(frozen=True)
class _Tables:
    """Levels [2^b] and borders (midpoints) [2^b − 1]; per cell the level at its left end, the border inside the cell
    (infinity if there is none) and the level to the right of that. All float32.
    """

    levels: Tensor
    borders: Tensor
    left: Tensor
    border: Tensor
    right: Tensor


@lru_cache(maxsize=32)
def _tables(bits: int, device: torch.device) -> _Tables:
    levels = torch.tensor(normal_float_levels(bits), dtype=torch.float64)
    borders = ((levels[1:] + levels[:-1]) / 2).float()
    levels = levels.float()
    ends = torch.arange(_CELLS + 1) * (2.0 / _CELLS) - 1
    first = torch.bucketize(ends, borders)
    assert int(first.diff().max()) <= 1, "two borders in one cell"
    inside = torch.cat([borders, torch.tensor([torch.inf])])[first]
    tables = levels, borders, levels[first], inside, levels[(first + 1).clamp_max(len(levels) - 1)]
    return _Tables(*(table.to(device) for table in tables))


def snap(codec: NormalFloatCodec, units: Tensor) -> Tensor:
    """Nearest level of u = w/s; float [...]. Exactly what a search among the borders finds, several times as fast."""
    tables = _tables(codec.bits, units.device)
    cell = units.clamp(-1, 1).add_(1).mul_(_CELLS / 2).to(torch.int32).flatten()
    # index_select takes 0.7 ns a number here, plain indexing 2.9, a binary search among the borders 39.
    left, border, right = (table.index_select(0, cell) for table in (tables.left, tables.border, tables.right))
    return torch.where(units > border.view_as(units), right.view_as(units), left.view_as(units))


def code(codec: NormalFloatCodec, levels: Tensor) -> Tensor:
    """Index of each level that `snap` gave; uint8 [...]."""
    return torch.bucketize(levels, _tables(codec.bits, levels.device).borders).to(torch.uint8)


def range_grid(groups: Tensor) -> Tensor:
    """The scale of QLoRA and LoftQ: max|w| of each group [..., g]; float32 [...] rounded to fp16."""
    return to_half(groups.abs().amax(dim=-1))
