"""Which matrix gets how many bits when the mean is between two widths."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import WIDTHS, Codec, IntegerCodec, NormalFloatCodec
from lowbit_core.model import Linear, Structure
from lowbit_core.recipe.schema import Quantize


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What one matrix loses at each width.

    Attributes:
        name: module name.
        weights: number of weights.
        errors: width -> what the model loses by it, in any unit that adds up over matrices.
    """

    name: str
    weights: int
    errors: Mapping[int, float]


def codec_for(settings: Quantize, bits: int) -> Codec:
    """The recipe's codec at a width.

    Raises:
        UserError: a codec that is not built, or a width no codec has (``codec-not-built``, ``bits-not-built``).
    """
    if bits not in WIDTHS:
        raise UserError(
            "bits-not-built",
            f"A matrix cannot be stored at {bits} bits.",
            hint="Take 2, 3, 4 or 8; a mixture of them has any number between.",
            where="quantize.bits",
            arguments={"bits": bits},
        )
    if settings.codec == "integer":
        return IntegerCodec(bits=bits, group_size=settings.group_size, symmetric=settings.symmetric)  # type: ignore[arg-type]
    if settings.codec == "normal-float":
        return NormalFloatCodec(bits=bits, group_size=settings.group_size)  # type: ignore[arg-type]
    raise UserError(
        "codec-not-built",
        f"The codec {settings.codec!r} is not built yet.",
        hint="Take integer or normal-float.",
        where="quantize.codec",
        arguments={"codec": settings.codec},
    )


def uniform(linears: Sequence[Linear], bits: int) -> dict[str, int]:
    """The same width for every matrix."""
    return {linear.name: bits for linear in linears}


def first_layers(structure: Structure, bits: float) -> dict[str, int]:
    """LoftQ's rule: the first k4 = int(n·(bits − 2) // 2) of n blocks at 4 bits, the rest at 2.

    Source: LoftQ (arXiv 2310.08659) section 4.1 and its code.

    Raises:
        UserError: more than 4 bits, where the rule ends (``bits-not-built``).
    """
    if bits > 4:
        raise UserError(
            "bits-not-built",
            f"The first-layers mixture has no {bits:g} bits.",
            hint='Take at most 4, or quantize.mixed = "sensitivity".',
            where="quantize.bits",
            arguments={"bits": float(bits)},
        )
    at_four = int(len(structure.blocks) * (bits - 2) // 2)
    return {linear.name: 4 if block.index < at_four else 2 for block in structure.blocks for linear in block.linears}


def sensitivity(choices: Sequence[Choice], bits: float) -> dict[str, int]:
    """Widths of least summed error whose mean over the weights is at most ``bits``.

    Every matrix starts at its smallest width; the step that saves most error for each bit spent comes first, among
    the steps on the lower convex hull of its (bits, error) curve. This is the Lagrangian optimum up to the last steps,
    which no longer fit; smaller ones that do are taken still.

    Raises:
        UserError: ``bits`` is below the smallest width (``bits-too-few``).
    """
    total = sum(choice.weights for choice in choices)
    chosen = {choice.name: min(choice.errors) for choice in choices}
    room = bits * total - sum(chosen[choice.name] * choice.weights for choice in choices)
    if room < 0:
        raise UserError(
            "bits-too-few",
            f"A mean of {bits:g} bits is below the smallest width, {min(chosen.values())}.",
            where="quantize.bits",
            arguments={"bits": bits},
        )
    hulls = {choice.name: _hull(choice) for choice in choices}
    weights = {choice.name: choice.weights for choice in choices}
    queue = [(-steps[0].gain, name, 0) for name, steps in hulls.items() if steps]
    heapq.heapify(queue)
    while queue:
        _, name, number = heapq.heappop(queue)
        step = hulls[name][number]
        cost = (step.bits - chosen[name]) * weights[name]
        if cost > room:
            continue
        chosen[name] = step.bits
        room -= cost
        if number + 1 < len(hulls[name]):
            heapq.heappush(queue, (-hulls[name][number + 1].gain, name, number + 1))
    return chosen


@dataclass(frozen=True)
class _Step:
    bits: int
    gain: float
    """Error saved for each bit spent."""


def _hull(choice: Choice) -> list[_Step]:
    """Steps up the lower convex hull of the error over the width; widths above it are left out."""
    steps: list[_Step] = []
    here = min(choice.errors)
    while True:
        better = [
            _Step(bits, (choice.errors[here] - error) / ((bits - here) * choice.weights))
            for bits, error in choice.errors.items()
            if bits > here and error < choice.errors[here]
        ]
        if not better:
            return steps
        best = max(better, key=lambda step: (step.gain, step.bits))
        steps.append(best)
        here = best.bits
