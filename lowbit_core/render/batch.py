"""Rows put together: padding, labels, packing, batches of like length."""

from __future__ import annotations

import bisect
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

IGNORED = -100
"""Label of a token that does not count, as transformers and torch have it."""


class Tokens(Protocol):
    """What a row needs to be batched: `Rendered` and `TokenRow` have it."""

    @property
    def input_ids(self) -> NDArray[np.int32]:
        """int32 [n]."""

    @property
    def loss_mask(self) -> NDArray[np.bool_]:
        """Bool [n]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of equal length.

    Attributes:
        input_ids: int64 [rows, length].
        labels: int64 [rows, length], not shifted (transformers shifts), `IGNORED` where nothing is learned:
            padding, and the first token of each segment, which nothing predicts.
        position_ids: int64 [rows, length], from 0 in each segment; padding goes on as a segment of its own.
        segment_ids: int64 [rows, length], 0, 1, … within a row; -1 for padding.
        packed: some row has more than one segment.
    """

    input_ids: Tensor
    labels: Tensor
    position_ids: Tensor
    segment_ids: Tensor
    packed: bool

    def model_inputs(self) -> dict[str, Any]:
        """Keyword arguments for a transformers model, labels included.

        A packed batch goes without attention_mask: transformers then finds the segments by their restarting
        position_ids and keeps them apart. That needs ``use_cache=False`` (with a cache it does not look). For models
        that do not look at all, pass `block_mask` as attention_mask.
        """
        inputs: dict[str, Any] = {"input_ids": self.input_ids, "labels": self.labels}
        if self.packed:
            return inputs | {"position_ids": self.position_ids, "use_cache": False}
        if bool((self.segment_ids < 0).any()):
            return inputs | {"attention_mask": (self.segment_ids >= 0).long()}
        return inputs

    def to(self, device: torch.device | str) -> Batch:
        """The same batch on another device."""
        return replace(
            self,
            input_ids=self.input_ids.to(device),
            labels=self.labels.to(device),
            position_ids=self.position_ids.to(device),
            segment_ids=self.segment_ids.to(device),
        )

    def block_mask(self, dtype: torch.dtype = torch.bool) -> Tensor:
        """Causal attention within segments, [rows, 1, length, length], query by key.

        bool: True may be seen (sdpa). A float dtype: 0 where seen and its least value elsewhere (eager). Padding sees
        itself, so that no row of the softmax is empty.
        """
        segments = self.segment_ids
        same = segments[:, :, None] == segments[:, None, :]
        length = segments.shape[1]
        seen = (same & torch.ones(length, length, dtype=torch.bool, device=segments.device).tril())[:, None]
        if dtype == torch.bool:
            return seen
        return torch.zeros(seen.shape, dtype=dtype, device=seen.device).masked_fill(~seen, torch.finfo(dtype).min)

    def cu_seqlens(self) -> Tensor:
        """Segment borders of the flattened batch, int32, padding as segments: for variable-length attention kernels."""
        starts = (self.position_ids.flatten() == 0).nonzero().flatten()
        total = torch.tensor([self.position_ids.numel()], device=starts.device)
        return torch.cat([starts, total]).to(torch.int32)


def collate(rows: Sequence[Sequence[Tokens]], pad_id: int, *, multiple: int = 8) -> Batch:
    """One batch; each row is a sequence of segments (a single one without packing).

    Args:
        rows: segments of each row; each has at least one token.
        pad_id: token that fills up at the right; any id does, its label is ignored.
        multiple: the length is rounded up to it, as tensor cores like it.
    """
    longest = max(sum(len(segment.input_ids) for segment in row) for row in rows)
    shape = (len(rows), -(-longest // multiple) * multiple)
    ids, labels = np.full(shape, pad_id, np.int64), np.full(shape, IGNORED, np.int64)
    positions, segments = np.zeros(shape, np.int64), np.full(shape, -1, np.int64)
    for row, parts in enumerate(rows):
        at = 0
        for number, part in enumerate(parts):
            end = at + len(part.input_ids)
            ids[row, at:end] = part.input_ids
            labels[row, at:end] = np.where(part.loss_mask, part.input_ids, IGNORED)
            labels[row, at] = IGNORED
            positions[row, at:end] = np.arange(end - at)
            segments[row, at:end] = number
            at = end
        positions[row, at:] = np.arange(shape[1] - at)
    return Batch(
        input_ids=torch.from_numpy(ids),
        labels=torch.from_numpy(labels),
        position_ids=torch.from_numpy(positions),
        segment_ids=torch.from_numpy(segments),
        packed=any(len(parts) > 1 for parts in rows),
    )


def pack(lengths: Sequence[int], capacity: int) -> list[list[int]]:
    """Rows (lists of indices) of at most ``capacity`` tokens: longest first, each into the fullest row it fits in.

    Every index comes exactly once; one longer than the capacity gets a row of its own. The result depends on the
    lengths alone.
    """
    rows: list[list[int]] = []
    room: dict[int, list[int]] = {}  # free tokens -> rows that have them
    sizes: list[int] = []  # keys of room, rising
    for index in sorted(range(len(lengths)), key=lambda item: (-lengths[item], item)):
        length = lengths[index]
        place = bisect.bisect_left(sizes, length)
        if place == len(sizes):
            rows.append([])
            row, free = len(rows) - 1, max(capacity, length)
        else:
            free = sizes[place]
            row = room[free].pop()
            if not room[free]:
                del room[free]
                sizes.pop(place)
        rows[row].append(index)
        left = free - length
        if left:
            if left not in room:
                bisect.insort(sizes, left)
            room.setdefault(left, []).append(row)
    return rows


def length_grouped(lengths: Sequence[int], batch: int, *, seed: int, window: int = 50) -> list[int]:
    """A shuffled order in which neighbours have like lengths: within windows of ``window`` batches of a random order,
    longest first. The very longest row comes first of all, so that a lack of memory shows at once.
    """
    order = list(range(len(lengths)))
    random.Random(seed).shuffle(order)
    size = max(1, window * batch)
    order = [
        index
        for start in range(0, len(order), size)
        for index in sorted(order[start : start + size], key=lambda item: -lengths[item])
    ]
    if order:
        longest = max(order, key=lambda item: lengths[item])
        at = order.index(longest)
        order[0], order[at] = order[at], order[0]
    return order
