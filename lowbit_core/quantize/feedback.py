"""Columns rounded one after another, each error passed on to the others: the inner loop of GPTQ and of the descent.

T [n, out] holds the value each column should have, given what was rounded so far. Column i goes to the level nearest
to T_i, misses its mark by e = base_i − s·level, and T_j changes by C_ij·e. GPTQ has base = T and C = −U_ij/U_ii; the
descent has base = the old value of the column, C = H_ij/H_jj, and comes by as often as it likes, since a move of
column i leaves T_i alone.

Five operations a column, none of which allocates: on a GPU a block of columns is recorded once a matrix as a CUDA
graph, and then costs one launch in place of a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.quantize.grid import Grid, reciprocal

BLOCK = 128
"""Columns between two updates of everything else (a matrix product)."""

_STRIP = 16
"""Columns whose errors are passed on one by one on a CPU; what lies beyond them in the block gets a matrix product."""


@dataclass(frozen=True)
class _Block:
    """What rounding a block reads and writes; all [n, out], ``coupling`` [n, n] with a diagonal of zeros.

    ``low`` and ``high`` are the least and greatest level, numbers where the codec fixes them. ``current`` None: GPTQ.
    """

    grid: Grid
    target: Tensor
    coupling: Tensor
    current: Tensor | None
    scale: Tensor
    inverse: Tensor
    low: Tensor | int
    high: Tensor | int
    levels: Tensor
    errors: Tensor

    def first(self, count: int) -> _Block:
        """The block's first columns."""
        parts: dict[str, Any] = {name: item[:count] for name, item in vars(self).items() if isinstance(item, Tensor)}
        return replace(self, **parts | {"coupling": self.coupling[:count, :count]})

    def inputs(self) -> list[Tensor]:
        """The tensors to fill in before a recorded block is played."""
        found = [self.target, self.coupling, self.scale, self.inverse, self.current, self.low, self.high]
        return [item for item in found if isinstance(item, Tensor)]


class ColumnRounder:
    """Rounds blocks of columns of one matrix; on a GPU it keeps the recorded graphs for as long as it lives."""

    def __init__(self) -> None:
        self._recorded: dict[tuple[int, ...], tuple[_Block, torch.cuda.CUDAGraph]] = {}

    def round(
        self, target: Tensor, coupling: Tensor, grid: Grid, group_of: Tensor, current: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Round the columns in order.

        Args:
            target: T, float32 [n, out]; changed in place, as the columns of the block change each other.
            coupling: C, float32 [n, n], its diagonal zero.
            grid: of the whole matrix.
            group_of: group of each of the columns, int64 [n].
            current: the values the columns have, float32 [n, out]; None takes ``target`` as it is when their turn
                comes.

        Returns:
            Levels and errors e, float32 [n, out]. On a GPU they are only good until the next call.
        """
        scale, zero = grid.rows(group_of)
        low, high = _range(grid, zero)
        block = _Block(
            grid, target, coupling, current, scale, reciprocal(scale), low, high,
            torch.empty_like(target), torch.empty_like(target),
        )  # fmt: skip
        if target.device.type != "cuda":
            _run(block, _STRIP)
            return block.levels, block.errors
        return self._replay(block)

    def _replay(self, block: _Block) -> tuple[Tensor, Tensor]:
        key = (*block.target.shape, block.current is not None)
        if key not in self._recorded:
            self._recorded[key] = _record(block)
        kept, graph = self._recorded[key]
        for into, origin in zip(kept.inputs(), block.inputs(), strict=True):
            into.copy_(origin)
        graph.replay()
        block.target.copy_(kept.target)
        return kept.levels, kept.errors


def _record(like: _Block) -> tuple[_Block, torch.cuda.CUDAGraph]:
    """The work on a block of this shape as a graph over buffers of its own."""
    contiguous = torch.contiguous_format
    tensors = {name: item for name, item in vars(like).items() if isinstance(item, Tensor)}
    own: dict[str, Any] = {name: item.clone(memory_format=contiguous) for name, item in tensors.items()}
    kept = replace(like, **own)
    graph, stream = torch.cuda.CUDAGraph(), torch.cuda.Stream(like.target.device)
    stream.wait_stream(torch.cuda.current_stream(like.target.device))
    with torch.cuda.stream(stream):
        _run(kept.first(2), BLOCK)  # loads what is loaded at first use, which must not happen while recording
        graph.capture_begin(capture_error_mode="thread_local")  # other threads may ask the driver for free memory
        _run(kept, BLOCK)
        graph.capture_end()
    torch.cuda.current_stream(like.target.device).wait_stream(stream)
    return kept, graph


def _run(block: _Block, width: int) -> None:
    """Strips of ``width`` columns: inside one by one, then the rest of the block at once."""
    count = block.target.shape[0]
    base = block.target if block.current is None else block.current
    for start in range(0, count, width):
        strip = slice(start, min(start + width, count))
        _run_strip(block, base, strip)
        errors, coupling = block.errors[strip], block.coupling[strip]
        for rest in (slice(0, start if block.current is not None else 0), slice(strip.stop, count)):
            if rest.stop > rest.start:
                block.target[rest].addmm_(coupling[:, rest].T, errors)


def _run_strip(block: _Block, base: Tensor, strip: slice) -> None:
    inside = block.target[strip]
    # Views are cut once: a column's index costs as much as its arithmetic.
    columns = zip(
        inside.unbind(), base[strip].unbind(), block.coupling[strip, strip].unbind(), block.scale[strip].unbind(),
        block.inverse[strip].unbind(), _each(block.low, strip), _each(block.high, strip),
        block.levels[strip].unbind(), block.errors[strip].unbind(), strict=True,
    )  # fmt: skip
    integer = isinstance(block.grid.codec, IntegerCodec)
    for target, old, coupling, scale, inverse, low, high, level, error in columns:
        torch.mul(target, inverse, out=level)
        if integer:
            level.round_().clamp_(low, high)
        else:
            level.copy_(block.grid.snap(level, 0))
        torch.addcmul(old, level, scale, value=-1, out=error)
        inside.addr_(coupling, error)


def _each(bound: Tensor | int, strip: slice) -> tuple[Tensor, ...] | list[int]:
    return bound[strip].unbind() if isinstance(bound, Tensor) else [bound] * (strip.stop - strip.start)


def _range(grid: Grid, zero: Tensor | int) -> tuple[Tensor | int, Tensor | int]:
    """Least and greatest level for zero points [n, out] or one of all."""
    top = (1 << grid.codec.bits) - 1
    return -zero, top - zero
