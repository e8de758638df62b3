"""Training rows as the trainer sees them: mappings of token lists, and a function that makes batches of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from torch import Tensor
from torch.utils.data import Dataset

from lowbit_core.errors import UserError
from lowbit_core.events import Notice
from lowbit_core.train.loss import IGNORED

Row = Mapping[str, Any]
"""``input_ids`` and ``labels`` [length] as lists or arrays of int (labels not shifted, -100 where nothing is learned),
and whatever else the collation knows. A row whose labels are all -100 must come out of it silent."""

Collate = Callable[[list[Row]], dict[str, Tensor]]
"""Rows -> a batch of tensors, padded."""


class TrainingRows(Dataset[Row]):
    """Rows by number; ``~i`` is row ``i`` with nothing to learn in it (see `sampler.EpochBatches`)."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        """Row ``index``, silenced if negative."""
        if index >= 0:
            return self.rows[index]
        row = self.rows[~index]
        return {**row, "labels": np.full(len(row["labels"]), IGNORED).tolist()}


def learned_tokens(row: Row) -> int:
    """Tokens of a row that count; its first is never predicted."""
    return int(np.count_nonzero(np.asarray(row["labels"])[1:] != IGNORED))


def check_rows(rows: Sequence[Row]) -> list[Notice]:
    """Refuse data from which nothing can be learned; tell about rows that add nothing.

    Raises:
        UserError: ``no-rows`` or ``all-masked``.
    """
    if not rows:
        raise UserError(
            "no-rows",
            "There is no row to train on.",
            hint="Check data.source and the report of refused rows.",
            where="data.source",
        )
    empty = sum(learned_tokens(row) == 0 for row in rows)
    if empty == len(rows):
        raise UserError(
            "all-masked",
            f"None of the {len(rows)} rows has a token to learn: every label is masked.",
            hint='Set data.loss_on = "all", raise data.max_length, or check that the rows have answers.',
            where="data.loss_on",
            arguments={"rows": len(rows)},
        )
    if not empty:
        return []
    return [
        Notice(
            level="warning",
            code="rows-masked",
            message=f"{empty} of {len(rows)} rows have no token to learn and add nothing.",
            hint="Often their answers lie beyond data.max_length.",
            arguments={"masked": empty, "rows": len(rows)},
        )
    ]


def rows_sha256(rows: Sequence[Row]) -> str:
    """Fingerprint of tokens and labels, to refuse resuming on other data."""
    digest = hashlib.sha256()
    for row in rows:
        for name in ("input_ids", "labels"):
            values = np.asarray(row[name], dtype="<i8")
            digest.update(len(values).to_bytes(8, "little"))
            digest.update(values.tobytes())
    return digest.hexdigest()
