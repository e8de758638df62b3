"""The plan of a run on this computer, and the refusal of one that cannot fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lowbit_core.data import Example
from lowbit_core.errors import UserError
from lowbit_core.jobs.full_device import ROOM, what_fits
from lowbit_core.jobs.stages.evaluate import DEFAULT_TEXT, find_text
from lowbit_core.machine import inspect_machine
from lowbit_core.plan import DataStatistics, Place, Plan, plan, resolve_bits
from lowbit_core.recipe.schema import Recipe
from lowbit_core.source import ModelSpec

CHARACTERS_A_TOKEN = 4.2
"""Of English text in the vocabularies of today's models; what counts without a tokenizer."""

TURN_TOKENS = 5
"""A chat template puts around a turn: its role and two marks."""

SYSTEM_TOKENS = 25
"""The system prompt many templates begin with."""

MOST_BYTES = 64_000_000
"""Of data that is read for a plan: a second or two."""

_PLACES: dict[Place, str] = {"gpu": "graphics memory", "ram": "main memory", "disk": "disk space"}
_HINTS: dict[Place, str] = {
    "gpu": 'Take a smaller data.max_length or tune.batch, turn tune.checkpointing on, or set device = "cpu".',
    "ram": "Close other programs, or take fewer quantize.samples, a smaller data.max_length or a smaller model.",
    "disk": "Free some space, or choose a folder on another disk with --out or [output] dir.",
}


def plan_run(recipe: Recipe, spec: ModelSpec, folder: Path, data: DataStatistics | None = None) -> tuple[Recipe, Plan]:
    """The recipe with ``bits = "auto"`` resolved, and its plan with what is free now around ``folder``."""
    machine, known = inspect_machine(folder), data or DataStatistics()
    resolved = resolve_bits(recipe, spec, machine, data=known)
    return resolved, plan(resolved, spec, machine, data=known)


def data_statistics(recipe: Recipe) -> DataStatistics:
    """Rows, their mean length and the length of the measured text, without a tokenizer: a token is 4.2 characters.

    Data of the hub and large files are not read; what a plan assumes without data stands for them.

    Raises:
        UserError: the data or the text cannot be read.
    """
    known = DataStatistics()
    if recipe.evaluate.text or recipe.evaluate.limit:
        size = find_text(recipe.evaluate.text or DEFAULT_TEXT).stat().st_size
        known = replace(known, evaluation_tokens=max(1, round(size / CHARACTERS_A_TOKEN)))
    source = recipe.data.source
    if not source or source.startswith("hub:") or _size(source) > MOST_BYTES:
        return known
    from lowbit_core.data import open_data

    opened = open_data(recipe.data, seed=recipe.seed)
    lengths = [min(float(recipe.data.max_length), _tokens(example)) for example in opened.examples("train")]
    return replace(known, rows=len(lengths), mean_tokens=sum(lengths) / len(lengths)) if lengths else known


def _tokens(example: Example) -> float:
    """About how many a row has, its template included."""
    characters = len(example.text) + sum(len(turn.content) for turn in example.messages)
    around = SYSTEM_TOKENS + TURN_TOKENS * len(example.messages) if example.messages else 1
    return characters / CHARACTERS_A_TOKEN + around


def _size(source: str) -> int:
    """Bytes of a file or folder of data; 0 for a sample that comes with the program."""
    path = Path(source).expanduser()
    if path.is_file():
        return path.stat().st_size
    return sum(item.stat().st_size for item in path.rglob("*") if item.is_file()) if path.is_dir() else 0


def check_space(made: Plan, recipe: Recipe | None = None, spec: ModelSpec | None = None) -> None:
    """Refuse a plan that needs more than is free.

    Args:
        made: the plan.
        recipe: what was planned; where given with ``spec``, the refusal names what would fit.
        spec: the model.

    Raises:
        UserError: ``no-space-for-plan`` with the numbers of the scarcest place.
    """
    for place, name in _PLACES.items():
        need, free = made.worst(place), made.free_bytes.get(place, 0)
        if made.verdict_of(place) != "does-not-fit" or not need:
            continue
        raise UserError(
            "no-space-for-plan",
            f"The run needs about {need / 1e9:.2f} GB of {name}, but {free / 1e9:.2f} GB are free.",
            hint=_what_fits(made, place, free, recipe, spec) or _HINTS[place],
            where=place,
            arguments={"place": place, "needed_bytes": need, "free_bytes": free},
        )


def _what_fits(made: Plan, place: Place, free: int, recipe: Recipe | None, spec: ModelSpec | None) -> str:
    if recipe is None or spec is None or place != made.device:
        return ""
    return what_fits(recipe, spec, inspect_machine(), int(ROOM * free))
