"""Which repair is computed while quantizing, which is trained after it, and of which rank for each matrix."""

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


def is_trained(correct: Correct) -> bool:
    """Whether the repair is trained in a stage of its own, from a closed-form start."""
    return correct.method in ("lrec", "qad")


ACTIVATION_ROUNDS = 2
"""Times the codes are chosen for the activation-aware repair, the second time for what the low-rank term leaves. On the
starter's matrices the output error on text not looked at falls by a further 3 to 15 % in the second round."""

LOFTQ_ROUNDS = 5
"""Of LoftQ, as published."""


def rounds_of(correct: Correct) -> int:
    """Times the codes of a matrix are chosen for the closed form."""
    by_form = {"loftq": LOFTQ_ROUNDS, "activation": ACTIVATION_ROUNDS}
    form = closed_form(correct)
    if form not in by_form:
        return 1
    return by_form[form] if correct.iterations == "auto" else correct.iterations


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
