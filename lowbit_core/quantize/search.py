"""Scale and zero point of each group by search for the least weighted squared error.

For a group w with weights h (h_i = E[x_i²], or 1) the error is sum_i h_i (s·v_i − w_i)², v_i the level nearest to
w_i/s. Scales are tried on a logarithmic ladder of fractions of the min/max scale with zero points enumerated (NeUQI,
2025), then the best is polished: given the levels, the best scale is sum(h w v)/sum(h v²); the levels are chosen anew,
and so on. Every scale is rounded to fp16 before its error is measured, so that the codes are best for the scale that is
stored.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from lowbit_core.formats.codec import Codec, IntegerCodec
from lowbit_core.formats.layout import group_count
from lowbit_core.quantize import integer, normal_float
from lowbit_core.quantize.grid import Grid, fixed_zero, reciprocal, split_groups
from lowbit_core.quantize.integer import to_half

_CPU_CHUNK = 1 << 17
_GPU_CHUNK = 1 << 24
"""Weights handled at once: what stays in a core's cache, or fills a GPU; temporary memory is about eight times that."""

_POLISH_ROUNDS = 4


@dataclass(frozen=True)
class Ladder:
    """Fractions of the min/max scale to try, from ``low`` to ``high`` in ``steps`` logarithmic steps, and how far from
    the middle of the range zero points are tried (None: all of them).
    """

    low: float
    high: float
    steps: int
    zero_reach: int | None = None

    def fractions(self) -> list[float]:
        """The fractions, ascending."""
        ratio = math.log(self.high / self.low) / max(self.steps - 1, 1)
        return [self.low * math.exp(ratio * index) for index in range(self.steps)]


_ASYMMETRIC = {
    2: Ladder(0.25, 1.2, 20),
    3: Ladder(0.4, 1.1, 14),
    4: Ladder(0.55, 1.06, 11, 2),
    8: Ladder(0.9, 1.01, 5, 0),
}
_SIGNED = {2: Ladder(0.2, 1.5, 24), 3: Ladder(0.4, 1.1, 16), 4: Ladder(0.5, 1.06, 14), 8: Ladder(0.9, 1.01, 6)}


def search_grid(weight: Tensor, codec: Codec, importance: Tensor | None = None) -> Grid:
    """The grid of least weighted squared error.

    Args:
        weight: float32 [out, in].
        codec: integer or normal-float.
        importance: float [in], h_i = E[x_i²] (the diagonal of the gram matrix), or None for equal weights.

    Returns:
        Grid on the weight's device.
    """
    rows, columns = weight.shape
    weights = torch.ones(columns, device=weight.device) if importance is None else importance.float()
    scale = torch.empty(group_count(codec.group_size, columns), rows, device=weight.device)
    fixed = fixed_zero(codec)
    zero: Tensor | int = torch.empty_like(scale) if fixed is None else fixed
    for groups, part, x, h in _chunks(weight, weights, codec.group_size):
        scale[groups, part], best_zero = _search_chunk(x, h, codec)
        if not isinstance(zero, int):
            zero[groups, part] = best_zero
    return Grid(codec=codec, scale=scale, zero=zero)


def _chunks(weight: Tensor, weights: Tensor, group_size: int) -> Iterator[tuple[slice, slice, Tensor, Tensor]]:
    """Whole groups of equal size, as many as fit: (groups, rows, x [k, rows, g], h [k, g])."""
    rows, columns = weight.shape
    size = group_size or columns
    limit = _CPU_CHUNK if weight.device.type == "cpu" else _GPU_CHUNK
    height = min(rows, max(1, limit // size))
    together = max(1, limit // (size * height))
    full = columns // size
    spans = [(first, min(first + together, full), size) for first in range(0, full, together)]
    if columns % size:
        spans.append((full, full + 1, columns % size))
    for first, last, width in spans:
        inside = slice(first * size, first * size + (last - first) * width)
        h = weights[inside].view(last - first, width)
        for top in range(0, rows, height):
            part = slice(top, top + height)
            x = weight[part, inside].reshape(-1, last - first, width).transpose(0, 1).contiguous()
            yield slice(first, last), part, x, h


def range_grid(weight: Tensor, codec: Codec) -> Grid:
    """The grid that just holds every weight: min/max, absmax; the 2-bit fixed-zero grid is searched all the same,
    because −s, 0, s, 2s stretched over the whole range rounds most weights to zero.
    """
    if isinstance(codec, IntegerCodec) and codec.bits == 2 and codec.symmetric:
        return search_grid(weight, codec)
    groups = split_groups(weight, codec.group_size)
    if isinstance(codec, IntegerCodec):
        scale, zero = integer.range_grid(codec, groups)
        return Grid(codec=codec, scale=scale, zero=zero)
    return Grid(codec=codec, scale=normal_float.range_grid(groups), zero=0)


class _Best:
    """The best scale and zero so far of every group [k, rows], and its error; x [k, rows, g], h [k, g]."""

    def __init__(self, x: Tensor, h: Tensor, codec: Codec) -> None:
        self.x, self.h, self.codec = x, h, codec
        self.error = torch.full(x.shape[:-1], math.inf, device=x.device)
        self.scale = torch.zeros_like(self.error)
        self.zero = torch.zeros_like(self.error)
        self.grid = Grid(codec=codec, scale=self.scale, zero=0)
        self.at_zero = self.weigh(x.square())

    def levels(self, units: Tensor, zero: Tensor | int) -> Tensor:
        """Nearest levels [k, rows, g]."""
        return self.grid.snap(units, zero if isinstance(zero, int) else zero[..., None])

    def weigh(self, squares: Tensor) -> Tensor:
        """Sums of [k, rows, g] weighted by h; [k, rows]."""
        return (squares @ self.h[..., None])[..., 0]

    def offer(
        self, scale: Tensor, zero: Tensor | int, units: Tensor | None = None, levels: Tensor | None = None
    ) -> None:
        """Take scale and zero [k, rows] where they are better. Scales must hold fp16 values.

        ``units`` x/s and the ``levels`` nearest to them (overwritten) are worked out where they are not given.
        """
        units = self.x * reciprocal(scale)[..., None] if units is None else units
        miss = (self.levels(units, zero) if levels is None else levels).sub_(units)
        error = self.weigh(miss.square_())
        # Where the scale is 0 every level is worth 0; the error is that of rounding to zero.
        error = torch.where(scale == 0, self.at_zero, error * scale * scale)
        better = error < self.error
        self.error = torch.where(better, error, self.error)
        self.scale = torch.where(better, scale, self.scale)
        self.zero = torch.where(better, torch.as_tensor(zero, dtype=scale.dtype, device=scale.device), self.zero)

    def polish(self, *, move_zero: bool, rounds: int = _POLISH_ROUNDS) -> None:
        """Alternate between the best scale for the levels and the best levels for the scale (never worse)."""
        top = (1 << self.codec.bits) - 1
        for step in range(rounds):
            zero: Tensor | int = self.zero if move_zero else (fixed_zero(self.codec) or 0)
            levels = self.levels(self.x * reciprocal(self.scale)[..., None], zero)
            power = self.weigh(levels.square())
            best = self.weigh(levels.mul_(self.x)) / power.clamp_min(torch.finfo(power.dtype).tiny)
            scale = to_half(torch.where(power > 0, best, self.scale))
            self.offer(scale, zero)
            if move_zero and step == 0:
                self.offer(scale, (self.zero - 1).clamp_(0, top))
                self.offer(scale, (self.zero + 1).clamp_(0, top))


def _search_chunk(x: Tensor, h: Tensor, codec: Codec) -> tuple[Tensor, Tensor]:
    """Best scale and zero [k, rows] of groups x [k, rows, g] under weights h [k, g]."""
    best = _Best(x, h, codec)
    if isinstance(codec, IntegerCodec) and codec.fixed_zero is None:
        _try_affine(best, codec, _ASYMMETRIC[codec.bits])
        best.polish(move_zero=True)
    else:
        _try_signed(best, codec, _SIGNED[codec.bits])
        best.polish(move_zero=False)
    return best.scale, best.zero


def _try_affine(best: _Best, codec: IntegerCodec, ladder: Ladder) -> None:
    top = (1 << codec.bits) - 1
    low, high = best.x.amin(-1).clamp_(max=0), best.x.amax(-1).clamp_(min=0)
    best.offer(*integer.range_grid(codec, best.x))
    full = (high - low) / top
    for fraction in ladder.fractions():
        scale = to_half(full * fraction)
        units = best.x * reciprocal(scale)[..., None]
        if ladder.zero_reach is None:
            rounded = units.round()  # once for all zero points
            for zero in range(top + 1):
                best.offer(scale, zero, units, rounded.clamp(-zero, top - zero))
            continue
        middle = ((top - (low + high) * reciprocal(scale)) / 2).round_()
        for shift in range(-ladder.zero_reach, ladder.zero_reach + 1):
            best.offer(scale, (middle + shift).clamp_(0, top), units)


def _try_signed(best: _Best, codec: Codec, ladder: Ladder) -> None:
    if isinstance(codec, IntegerCodec):
        zero = codec.fixed_zero or 0
        full, _ = integer.range_grid(codec, best.x)
    else:
        zero, full = 0, normal_float.range_grid(best.x)
    best.offer(full, zero)
    for fraction in ladder.fractions():
        for sign in (1, -1):
            best.offer(to_half(full * (sign * fraction)), zero)
