"""Which rows make up each batch of each epoch: a function of seed and epoch alone, so any step can be found again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from torch.utils.data import Sampler


class EpochBatches(Sampler[list[int]]):
    """Batches of row numbers for one process; all processes together see each row once an epoch.

    Process r takes the r-th slice of every global batch, so n processes with batch b walk through the data exactly
    as one process with batch n·b. Where the last global batch is too small to go round, a process gets row ``i`` as
    ``~i`` (negative): the row is there to keep the processes in step, its tokens do not count.

    Args:
        lengths: tokens of each row.
        batch: rows in a batch of one process.
        accumulate: batches in an optimizer step.
        seed: of the order.
        group_by_length: rows of like length come together; the order of the optimizer steps stays random.
        rank: of this process.
        world: number of processes.
    """

    def __init__(
        self,
        lengths: Sequence[int],
        *,
        batch: int,
        accumulate: int = 1,
        seed: int = 0,
        group_by_length: bool = False,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        self.lengths = np.asarray(lengths)
        self.batch, self.accumulate, self.seed = batch, accumulate, seed
        self.group_by_length = group_by_length
        self.rank, self.world = rank, world
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch the next iteration walks through."""
        self.epoch = epoch

    def __len__(self) -> int:
        """Batches in an epoch, the same for every process."""
        return math.ceil(len(self.lengths) / (self.batch * self.world))

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps in an epoch; the last one may have fewer batches."""
        return math.ceil(len(self) / self.accumulate)

    def order(self) -> list[int]:
        """Row numbers of this epoch in the order they are seen by all processes together."""
        random = np.random.default_rng((self.seed, self.epoch))
        order = random.permutation(len(self.lengths))
        if not self.group_by_length:
            return order.tolist()
        step = self.batch * self.world * self.accumulate
        # Sorting pools of many steps rather than everything keeps some chance in who meets whom.
        pool = step * 50
        pools = [order[begin : begin + pool] for begin in range(0, len(order), pool)]
        ordered = np.concatenate([item[np.argsort(-self.lengths[item], kind="stable")] for item in pools])
        steps = [ordered[begin : begin + step] for begin in range(0, len(ordered), step)]
        short = [steps.pop()] if len(steps[-1]) < step else []
        # The longest step goes first: a row that does not fit in memory shows itself at once.
        longest = max(range(len(steps)), key=lambda i: int(self.lengths[steps[i]].sum()), default=0)
        rest = [steps[i] for i in random.permutation(len(steps)) if i != longest]
        head = [steps[longest]] if steps else []
        return np.concatenate([*head, *rest, *short]).tolist()

    def __iter__(self) -> Iterator[list[int]]:
        """The batches of this process in this epoch."""
        order, width = self.order(), self.batch * self.world
        for begin in range(0, len(order), width):
            rows = order[begin : begin + width]
            if len(rows) == width:
                yield rows[self.rank * self.batch : (self.rank + 1) * self.batch]
                continue
            share = math.ceil(len(rows) / self.world)
            yield rows[self.rank * share : (self.rank + 1) * share] or [~rows[0]]
