"""From logits to the next token: temperature, cuts of the distribution, and a draw by inverse cumulative sum."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from lowbit_core.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How tokens are chosen.

    Attributes:
        max_new_tokens: most tokens to generate.
        temperature: logits are divided by it; 0 takes the most likely token.
        top_k: keep the k most likely tokens; 0 keeps all.
        top_p: keep the fewest most likely tokens with this much probability together; 1 keeps all.
        min_p: keep tokens at least this fraction as likely as the most likely one; 0 keeps all.
        repetition_penalty: logits of tokens seen are divided by it when positive, multiplied when negative; 1 is off.
        seed: of the random numbers; None takes a fresh one.
    """

    max_new_tokens: int = 512
    temperature: float = 0.7
    top_k: int = 0
    top_p: float = 0.95
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int | None = None

    def __post_init__(self) -> None:
        checks = (
            ("max_new_tokens", self.max_new_tokens >= 1, "at least 1"),
            ("temperature", self.temperature >= 0, "0 or more"),
            ("top_k", self.top_k >= 0, "0 or more"),
            ("top_p", 0 < self.top_p <= 1, "above 0 and at most 1"),
            ("min_p", 0 <= self.min_p <= 1, "from 0 to 1"),
            ("repetition_penalty", self.repetition_penalty > 0, "above 0"),
        )
        for name, holds, rule in checks:
            if not holds:
                value = getattr(self, name)
                raise UserError(
                    "sampling-value",
                    f"{name} cannot be {value}; it has to be {rule}.",
                    where=name,
                    arguments={"name": name, "value": value, "rule": rule},
                )


GREEDY = Sampling(temperature=0.0, top_p=1.0)
"""Always the most likely token."""


def filtered(logits: Tensor, sampling: Sampling, seen: Tensor | None = None) -> Tensor:
    """Logits after penalty, temperature and cuts; what is cut is −inf. The most likely token always stays.

    Args:
        logits: [rows, vocab], fp32.
        sampling: the settings; temperature 0 is not divided by.
        seen: [rows, tokens] the prompt and what was generated, for the repetition penalty.
    """
    if sampling.repetition_penalty != 1.0 and seen is not None:
        known = logits.gather(1, seen)
        penalty = sampling.repetition_penalty
        logits = logits.scatter(1, seen, torch.where(known < 0, known * penalty, known / penalty))
    if sampling.temperature not in (0.0, 1.0):
        logits = logits / sampling.temperature
    if 0 < sampling.top_k < logits.shape[1]:
        least = logits.topk(sampling.top_k, dim=1).values[:, -1:]
        logits = logits.masked_fill(logits < least, -torch.inf)
    if sampling.top_p < 1.0:
        logits = _nucleus(logits, sampling.top_p)
    if sampling.min_p > 0.0:
        probability = logits.softmax(1)
        floor = probability.amax(1, keepdim=True) * sampling.min_p
        logits = logits.masked_fill(probability < floor, -torch.inf)
    return logits


def _nucleus(logits: Tensor, top_p: float) -> Tensor:
    """Cut the unlikely tail, of at most 1 − top_p together (Holtzman et al. 2020)."""
    ascending, order = logits.sort(dim=1)
    tail = ascending.softmax(1).cumsum(1) <= 1 - top_p
    tail[:, -1] = False
    return logits.masked_fill(torch.zeros_like(tail).scatter(1, order, tail), -torch.inf)


_RUN = 256
"""Entries whose probabilities are summed at once."""


def draw(logits: Tensor, uniform: Tensor) -> Tensor:
    """One token a row from softmax(logits), given one uniform number a row.

    The inverse of the cumulative sum wants one random number where torch.multinomial makes one for every entry of the
    vocabulary, and gives the same token on every device. Double precision, so that 150,000 small terms lose nothing.

    Args:
        logits: [rows, vocab], fp32; −inf is never drawn.
        uniform: [rows] in [0, 1), float64, on any device.

    Returns:
        int64 [rows].
    """
    rows, vocabulary = logits.shape
    size = min(_RUN, vocabulary)
    probability = F.pad(logits.softmax(1, dtype=torch.float32), (0, -vocabulary % size)).view(rows, -1, size)
    # Sums of runs of entries first, then the entries of one run: a running sum over 150,000 entries of 2,000 rows in
    # double precision is most of what drawing costs on a GPU.
    runs = probability.sum(2, dtype=torch.float64).cumsum(1)
    goal = uniform.to(runs.device)[:, None] * runs[:, -1:]
    # The first whose sum is above the goal: an entry of probability 0 adds nothing and is passed over.
    run = torch.searchsorted(runs, goal, right=True).clamp(max=runs.shape[1] - 1)
    before = torch.where(run > 0, runs.gather(1, (run - 1).clamp(min=0)), 0.0)
    chosen = probability.gather(1, run[:, :, None].expand(-1, -1, size))[:, 0]
    entry = torch.searchsorted(before + chosen.cumsum(1, dtype=torch.float64), goal, right=True)
    # Rounding may leave a goal above the sum of the run it was found in: its last possible entry then.
    last = size - 1 - (chosen > 0).flip(1).int().argmax(1)
    return (run * size)[:, 0] + torch.minimum(entry[:, 0], last)


def choose(logits: Tensor, sampling: Sampling, uniform: Tensor, seen: Tensor | None = None) -> Tensor:
    """The next token of each row: int64 [rows]. Arguments as in `filtered` and `draw`."""
    if sampling.temperature == 0.0:
        # No cut ever takes the most likely token; sorting a vocabulary costs 4 ms on a CPU core.
        sampling = replace(sampling, top_k=0, top_p=1.0, min_p=0.0)
        return filtered(logits, sampling, seen).argmax(1)
    return draw(filtered(logits, sampling, seen), uniform)
