"""Which repair is computed while quantizing, and of which rank for each matrix."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Literal

from lowbit_core.recipe.schema import Correct

ClosedForm = Literal["none", "activation", "loftq", "zero"]


def closed_form(correct: Correct) -> ClosedForm:
    """The repair computed inside the block loop; a trained one starts from it."""
    if correct.method in ("activation", "loftq"):
        return correct.method
    return correct.start if correct.method == "lrec" else "none"


def rank_of(name: str, rank: int, ranks: Mapping[str, int]) -> int:
    """The rank of the matrix ``name``; 0 is no repair.

    Args:
        name: module name, e.g. ``model.layers.0.self_attn.q_proj``.
        rank: for matrices no pattern fits.
        ranks: pattern (shell style) -> rank; the first that fits the name or any of its ends counts, so that
            ``down_proj``, ``mlp.*`` and ``model.layers.0.*`` are all understood.
    """
    parts = name.split(".")
    ends = [".".join(parts[start:]) for start in range(len(parts))]
    return next(
        (wanted for pattern, wanted in ranks.items() if any(fnmatchcase(end, pattern) for end in ends)),
        rank,
    )
