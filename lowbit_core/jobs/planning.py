"""The plan of a run on this computer, and the refusal of one that cannot fit."""

from __future__ import annotations

from pathlib import Path

from lowbit_core.errors import UserError
from lowbit_core.jobs.full_device import ROOM, what_fits
from lowbit_core.machine import inspect_machine
from lowbit_core.plan import DataStatistics, Place, Plan, plan, resolve_bits
from lowbit_core.plan.estimate import UNKNOWN_DATA
from lowbit_core.recipe.schema import Recipe
from lowbit_core.source import ModelSpec

_PLACES: dict[Place, str] = {"gpu": "graphics memory", "ram": "main memory", "disk": "disk space"}
_HINTS: dict[Place, str] = {
    "gpu": 'Take a smaller data.max_length or tune.batch, turn tune.checkpointing on, or set device = "cpu".',
    "ram": "Close other programs, or take fewer quantize.samples, a smaller data.max_length or a smaller model.",
    "disk": "Free some space, or choose a folder on another disk with --out or [output] dir.",
}


def plan_run(recipe: Recipe, spec: ModelSpec, folder: Path, data: DataStatistics = UNKNOWN_DATA) -> tuple[Recipe, Plan]:
    """The recipe with ``bits = "auto"`` resolved, and its plan with what is free now around ``folder``."""
    machine = inspect_machine(folder)
    resolved = resolve_bits(recipe, spec, machine, data=data)
    return resolved, plan(resolved, spec, machine, data=data)


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
