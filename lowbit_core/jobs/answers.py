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
from lowbit_core.plan.seconds import MOST_ANSWERS
from lowbit_core.render import IGNORED, collate

TOKENS_AT_ONCE = 1024
"""In one forward pass: short rows share the unpacking of the weights."""


class AnswerRows:
    """Held-back rows as one block of tokens; at most `MOST_ANSWERS`, spread evenly.

    Attributes:
        tokens: int64 [n, length], padded at the right; what comes after a token does not change what it sees.
        labels: int64 [n, length], `IGNORED` where nothing is scored.
    """

    def __init__(self, rows: Sequence[Any], pad_id: int) -> None:
        step = max(1, len(rows) // MOST_ANSWERS)
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
    count, length = rows.tokens.shape
    together = max(1, TOKENS_AT_ONCE // length)
    total: list[float] = []
    for begin in range(0, count, together):
        context.checkpoint()
        tokens = rows.tokens[begin : begin + together]
        logits = model.rows(begin, tokens)
        vocabulary = logits.logits(0, 1).shape[1]
        targets = F.pad(rows.labels[begin : begin + together, 1:], (0, 1), value=IGNORED).flatten()
        for start in range(0, tokens.numel(), length):
            scored = (targets[start : start + length] != IGNORED).nonzero().flatten()
            if not len(scored):
                continue
            first, last = start + int(scored[0]), start + int(scored[-1]) + 1
            for a, b in chunks(last - first, vocabulary):
                piece = logits.logits(first + a, first + b)
                goal = targets[first + a : first + b].to(piece.device)
                total.append(float(F.cross_entropy(piece, goal, ignore_index=IGNORED, reduction="sum")))
    return math.exp(min(math.fsum(total) / rows.scored, 700.0))
