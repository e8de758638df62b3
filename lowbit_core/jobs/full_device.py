"""A graphics card that turned out to be full: what the run needs, what is free, and which settings would fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from lowbit_core.errors import UserError
from lowbit_core.machine import Machine, inspect_machine
from lowbit_core.memory import torch_on_device
from lowbit_core.plan import plan, suggest, with_changes
from lowbit_core.recipe.schema import Recipe
from lowbit_core.source import ModelSpec

SAVERS = ("tune.checkpointing", "tune.offload", "tune.embedding")
"""Settings that say where things lie and not what is computed: a run goes on with others of these."""

ROOM = 0.95
"""Share of what is free that a suggestion may need."""


def only_savers_differ(one: Recipe, other: Recipe) -> bool:
    """Whether two recipes are the same but for `SAVERS`."""
    return _neutral(one) == _neutral(other)


def told_with_what_fits(error: UserError, recipe: Recipe, spec: ModelSpec, folder: Path) -> UserError:
    """``error`` (a full device) with the numbers of this run and the changes that would make it fit."""
    machine = inspect_machine(folder)
    torch = torch_on_device()
    if not machine.gpus or torch is None:
        return error
    # What this process holds is given back before anybody tries again.
    free = machine.gpus[0].free_bytes + torch.cuda.memory_reserved()
    machine = replace(machine, gpus=(replace(machine.gpus[0], free_bytes=free), *machine.gpus[1:]))
    need = plan(recipe, spec, machine).worst("gpu")
    figures = f"The run needs about {need / 1e9:.2f} GB of it, {free / 1e9:.2f} GB are there for it."
    return UserError(
        error.code,
        f"{error.message} {figures}",
        hint=what_fits(recipe, spec, machine, int(ROOM * min(free, need))) or error.hint,
        where=error.where,
        arguments={"needed_bytes": need, "free_bytes": free},
    )


def what_fits(recipe: Recipe, spec: ModelSpec, machine: Machine, budget_bytes: int) -> str:
    """A sentence with the changes that bring a run below a budget on the device; empty where nothing would."""
    found = suggest(recipe, spec, machine, budget_bytes)
    changes = {key: value for item in found for key, value in item.changes.items()}
    return _hint(recipe, changes, fits=found[-1].fits) if found else ""


def assignments(changes: Mapping[str, object]) -> str:
    """Changes as ``lowbit run`` takes them."""
    return " ".join(f"--set {key}={_toml(value)}" for key, value in changes.items())


def _hint(recipe: Recipe, changes: Mapping[str, str | int | float | bool], *, fits: bool) -> str:
    words = assignments(changes)
    if only_savers_differ(recipe, with_changes(recipe, changes)):
        return f"Go on with --resume {words}; what was done so far is kept." + ("" if fits else " It saves the most.")
    return f"{'This would fit' if fits else 'This needs the least'}, as a new run: {words}. Or close other programs."


def _neutral(recipe: Recipe) -> Recipe:
    tune = replace(recipe.tune, checkpointing=True, offload=False, embedding="auto")
    return replace(recipe, tune=tune)


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else f"{value:g}"
