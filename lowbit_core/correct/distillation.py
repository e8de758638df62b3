"""The objective of LREC and of trained codes: be the float model, token by token.

loss = w_kl·KL(teacher || student) + w_ce·CE on the real next token, full vocabulary, all positions, each a mean over
tokens. INT2.1 (section 2.1 of its code) sums KL over tokens and divides by the batch only, so its per-token weights are
length·w_kl : w_ce; `int21_weights` translates. Left out: temperature other than 1, hidden-state losses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

import torch
from torch import Tensor, nn

from lowbit_core.correct.teacher import Teacher
from lowbit_core.train.head import Head
from lowbit_core.train.loss import IGNORED, chunked_cross_entropy, chunked_kl
from lowbit_core.train.objective import counted_tokens
from lowbit_core.train.rows import Row


class Distillation:
    """See `train.Objective`.

    Args:
        teacher: whose next-token distribution is learned.
        kl_weight: of KL(teacher || student).
        ce_weight: of the cross-entropy on the text itself.
    """

    inputs = frozenset({"labels", "rows"})

    def __init__(self, teacher: Teacher, kl_weight: float, ce_weight: float) -> None:
        self.teacher = teacher
        self.kl_weight = kl_weight
        self.ce_weight = ce_weight
        self._sums: dict[str, Tensor] = {}

    def parts(self) -> dict[str, float]:
        """KL and cross-entropy a token, unweighted, of what was learned from since the last call; each where it has a
        weight.
        """
        sums, self._sums = self._sums, {}
        tokens = sums.pop("tokens", None)
        return {} if tokens is None else {name: float(total / tokens) for name, total in sums.items()}

    def _add(self, name: str, total: Tensor) -> None:
        """Nothing waits for the device here; `parts` does."""
        known = self._sums.get(name)
        self._sums[name] = total.detach() if known is None else known + total.detach()

    def __call__(
        self, hidden: Tensor, head: Head, parameters: list[nn.Parameter], batch: Mapping[str, Tensor]
    ) -> Tensor:
        """Sum over the tokens that count; the last position of a row is compared too."""
        counts = batch["labels"] != IGNORED
        learning = hidden.requires_grad
        total = hidden.new_zeros((), dtype=torch.float32)
        if self.kl_weight:
            taught = self.teacher.hidden(batch["rows"])[counts]
            kl = chunked_kl(hidden[counts], taught, head, self.teacher.head, parameters)
            total = total + self.kl_weight * kl
            if learning:
                self._add("kl", kl)
        if self.ce_weight:
            ce = chunked_cross_entropy(hidden, batch["labels"], head, parameters)
            total = total + self.ce_weight * ce
            if learning:
                self._add("ce", ce)
        if learning:
            self._add("tokens", counted_tokens(batch["labels"]))  # what the trainer divides by
        return total


class SequenceRows(Sequence[Row]):
    """Token sequences of one length as training rows that know their number.

    Args:
        tokens: int64 [n, length].
        first: number of the first row among all the teacher knows.
    """

    def __init__(self, tokens: Tensor, first: int = 0) -> None:
        self.tokens = tokens
        self.first = first

    def __len__(self) -> int:
        """Number of sequences."""
        return len(self.tokens)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """``input_ids``, ``labels`` and the row's number."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        ids = self.tokens[index].numpy()
        return {"input_ids": ids, "labels": ids, "row": self.first + range(len(self))[index]}


def collate(rows: list[Row]) -> dict[str, Tensor]:
    """A batch of `SequenceRows`; all of one length, so nothing is padded."""

    def stacked(name: str) -> Tensor:
        return torch.stack([torch.as_tensor(row[name], dtype=torch.long) for row in rows])

    numbers: list[Any] = [row["row"] for row in rows]
    return {"input_ids": stacked("input_ids"), "labels": stacked("labels"), "rows": torch.tensor(numbers)}


def int21_weights(kl_weight: float, ce_weight: float, length: int) -> tuple[float, float]:
    """INT2.1's (w_kl, w_ce) as weights of means over tokens, up to a common factor: (1, w_ce / (length·w_kl))."""
    return 1.0, ce_weight / (length * kl_weight)
