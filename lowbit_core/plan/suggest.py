"""What to change so that a recipe fits: tried on the plan itself, the least harmful first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lowbit_core.machine import Machine
from lowbit_core.plan.estimate import UNKNOWN_DATA, DataStatistics, plan
from lowbit_core.plan.lines import Plan
from lowbit_core.plan.stored import as_stored
from lowbit_core.recipe.schema import Recipe
from lowbit_core.source import ModelSpec

AUTO_BITS = (8.0, 4.0, 3.5, 3.0, 2.5, 2.25, 2.0)
"""Widths ``auto`` tries, best first."""

Value = str | int | float | bool


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One thing to change.

    Attributes:
        changes: recipe key such as ``data.max_length`` -> value.
        why: one sentence: what it saves by, and what it costs.
        saves_bytes: off the worst stage on the device that is too full.
        fits: this alone is enough.
    """

    changes: Mapping[str, Value]
    why: str
    saves_bytes: int
    fits: bool


def suggest(
    recipe: Recipe,
    spec: ModelSpec,
    machine: Machine,
    budget_bytes: int,
    *,
    data: DataStatistics = UNKNOWN_DATA,
) -> tuple[Suggestion, ...]:
    """Changes that lower the peak on the device that computes, those that cost the result least first.

    Each one is planned with those before it applied, so that applying them in order reaches the budget where anything
    does; the list ends there. What saves less than one percent is left out.

    Args:
        recipe: to be made smaller.
        spec: the model.
        machine: the machine.
        budget_bytes: what the device may take at most.
        data: what is known of the data.

    Returns:
        Nothing, if it fits already.
    """
    machine = within(machine, budget_bytes)
    current = plan(recipe, spec, machine, data=data)
    found: list[Suggestion] = []
    for changes, why in _candidates(recipe):
        need = current.worst(current.device)
        if need <= budget_bytes:
            break
        changed = with_changes(recipe, changes)
        after = plan(changed, spec, machine, data=data)
        saves = need - after.worst(after.device)
        if saves < need / 100:
            continue
        recipe, current = changed, after
        found.append(
            Suggestion(changes=changes, why=why, saves_bytes=saves, fits=after.worst(after.device) <= budget_bytes)
        )
    return tuple(found)


def resolve_bits(
    recipe: Recipe,
    spec: ModelSpec,
    machine: Machine,
    *,
    budget_bytes: int = 0,
    data: DataStatistics = UNKNOWN_DATA,
) -> Recipe:
    """The recipe with ``bits = "auto"`` turned into the most bits that fit (below 4 with a repair), or into those of
    codes made elsewhere; others as they are.

    Args:
        recipe: any.
        spec: the model.
        machine: the machine.
        budget_bytes: what the device may take; 0 takes nine tenths of what is free on it.
        data: what is known of the data.
    """
    recipe = as_stored(recipe, spec)
    if recipe.quantize.bits != "auto":
        return recipe
    best = recipe
    for bits in AUTO_BITS:
        best = with_changes(recipe, {"quantize.bits": bits})
        if bits < 4 and recipe.correct.method == "none":
            best = with_changes(best, {"correct.method": "activation"})
        if _fits(plan(best, spec, machine, data=data), budget_bytes):
            return best
    return best


def with_changes(recipe: Recipe, changes: Mapping[str, Value]) -> Recipe:
    """The recipe with some keys changed; keys are ``section.field`` or a top-level field."""
    for key, value in changes.items():
        section, _, name = key.rpartition(".")
        change: dict[str, Any] = {name: value}
        recipe = replace(recipe, **({section: replace(getattr(recipe, section), **change)} if section else change))
    return recipe


def within(machine: Machine, budget_bytes: int) -> Machine:
    """The machine with no more than a budget free where it computes: stages that take what they find take less then."""
    gpus = tuple(replace(gpu, free_bytes=min(gpu.free_bytes, budget_bytes)) for gpu in machine.gpus)
    ram = machine.ram_available_bytes if gpus else min(machine.ram_available_bytes, budget_bytes)
    return replace(machine, gpus=gpus, ram_available_bytes=ram)


def _fits(found: Plan, budget_bytes: int) -> bool:
    free = budget_bytes or int(0.9 * found.free_bytes.get(found.device, 0))
    return found.worst(found.device) <= free


def _candidates(recipe: Recipe) -> Iterator[tuple[Mapping[str, Value], str]]:
    """What may be changed, the least harmful first."""
    tune = recipe.tune
    if not tune.checkpointing:
        yield {"tune.checkpointing": True}, "One hidden state a block is kept instead of everything; a third slower."
    if tune.batch > 1:
        changes: dict[str, Value] = {"tune.batch": 1, "tune.accumulate": tune.batch * tune.accumulate}
        yield changes, "One sequence on the device at a time; the steps stay the same."
    if not tune.offload:
        yield {"tune.offload": True}, "The hidden states between blocks wait in RAM; a little slower."
    if recipe.quantize.head_bits == 0:
        yield {"quantize.head_bits": 8}, "Embedding and head at 8 bits; hardly noticeable."
    if recipe.quantize.head_bits != 4:
        yield {"quantize.head_bits": 4}, "Embedding and head at 4 bits; a slight loss."
    length = recipe.data.max_length
    while length >= 512:
        length //= 2
        yield {"data.max_length": length}, f"Examples of at most {length} tokens; longer rows are cut or refused."
    bits = recipe.quantize.bits
    for lower in AUTO_BITS:
        if not isinstance(bits, str) and lower < bits:
            changes = {"quantize.bits": lower}
            if lower < 4 and recipe.correct.method == "none":
                yield (
                    changes | {"correct.method": "activation"},
                    f"{lower:g} bits a weight, with a repair of the error.",
                )
            else:
                yield changes, f"{lower:g} bits a weight; the model loses some quality."
    rank = tune.rank
    while rank > 4:
        rank //= 2
        yield {"tune.rank": rank}, f"An adapter of rank {rank}; it can learn less."
    yield {"device": "cpu"}, "The work is done by the processor in RAM; much slower."
