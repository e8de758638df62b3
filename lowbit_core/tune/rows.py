"""Rendered rows as the trainer takes them, several in one where they are packed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from torch import Tensor

from lowbit_core.render.batch import IGNORED, Tokens, collate, pack
from lowbit_core.train.rows import Row


class TrainingView(Sequence[Row]):
    """Rows of one or more rendered segments; nothing is copied until a row is asked for.

    Args:
        rows: rendered rows, e.g. `render.TokenRows`.
        capacity: tokens of a packed row; 0 does not pack.
    """

    def __init__(self, rows: Sequence[Tokens], *, capacity: int = 0) -> None:
        self.rows = rows
        lengths = [len(rows[index].input_ids) for index in range(len(rows))]
        self.groups = pack(lengths, capacity) if capacity else [[index] for index in range(len(rows))]

    def __len__(self) -> int:
        """Rows after packing."""
        return len(self.groups)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """``input_ids`` and ``labels`` of the whole row, ``parts`` its segments."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        parts = [self.rows[number] for number in self.groups[index]]
        return {
            "input_ids": np.concatenate([part.input_ids for part in parts]),
            "labels": np.concatenate([_labels(part) for part in parts]),
            "parts": parts,
        }

    def __iter__(self) -> Iterator[Row]:
        """All rows in order."""
        return (self[index] for index in range(len(self)))


def _labels(part: Tokens) -> np.ndarray:
    labels = np.where(part.loss_mask, part.input_ids, IGNORED)
    labels[:1] = IGNORED  # nothing predicts a segment's first token
    return labels


class Padding:
    """Makes batches of rows of a `TrainingView`.

    Args:
        pad_id: token that fills up.
    """

    def __init__(self, pad_id: int) -> None:
        self.pad_id = pad_id

    def __call__(self, rows: list[Row]) -> dict[str, Tensor]:
        """Tensors by the names a transformers model gives them."""
        batch = collate([row["parts"] for row in rows], self.pad_id)
        for number, row in enumerate(rows):
            if bool((np.asarray(row["labels"]) == IGNORED).all()):
                batch.labels[number] = IGNORED
        return {name: item for name, item in batch.model_inputs().items() if isinstance(item, Tensor)}
