"""How well a model predicts the answers of the held-back rows: only tokens that count for the loss are scored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from lowbit_core.context import Context
from lowbit_core.evaluate import Reference
from lowbit_core.evaluate.logits import chunks
from lowbit_core.render import IGNORED, collate

MOST_ROWS = 512
"""Rows measured at most, spread evenly: enough for three digits of the mean."""


class AnswerRows:
    """Held-back rows as one block of tokens.

    Attributes:
        tokens: int64 [n, length], padded at the right; what comes after a token does not change what it sees.
        labels: int64 [n, length], `IGNORED` where nothing is scored.
    """

    def __init__(self, rows: Sequence[Any], pad_id: int) -> None:
        step = max(1, len(rows) // MOST_ROWS)
        batch = collate([[rows[index]] for index in range(0, len(rows), step)], pad_id)
        self.tokens: Tensor = batch.input_ids
        self.labels: Tensor = batch.labels

    @property
    def scored(self) -> int:
        """Tokens that count."""
        return int((self.labels[:, 1:] != IGNORED).sum())


@torch.inference_mode()
def answer_perplexity(model: Reference, rows: AnswerRows, context: Context) -> float:
    """exp(mean NLL of the scored tokens), over all rows together."""
    total: list[float] = []
    for number in range(len(rows.tokens)):
        context.checkpoint()
        logits = model.rows(number, rows.tokens[number : number + 1])
        targets = torch.cat([rows.labels[number, 1:], torch.tensor([IGNORED])])
        scored = (targets != IGNORED).nonzero().flatten()
        if not len(scored):
            continue
        vocabulary = logits.logits(0, 1).shape[1]
        first, last = int(scored[0]), int(scored[-1]) + 1
        for a, b in chunks(last - first, vocabulary):
            piece = logits.logits(first + a, first + b)
            goal = targets[first + a : first + b].to(piece.device)
            total.append(float(F.cross_entropy(piece, goal, ignore_index=IGNORED, reduction="sum")))
    return math.exp(min(math.fsum(total) / rows.scored, 700.0))
