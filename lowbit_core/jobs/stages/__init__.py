"""The stages of a run, in order. Each is a module with one function ``run(job)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lowbit_core.jobs.job import Job
from lowbit_core.recipe.schema import Recipe


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of a run.

    Attributes:
        name: as in events and state.
        run: does the work; raises `Interrupted` at safe points; leaves complete artifacts only.
        outputs: files and folders of the run folder the stage makes; hashed when it ends.
        scratch: what it keeps there only to resume; removed with the outputs when the stage starts over.
        needed: whether this recipe has it.
    """

    name: str
    run: Callable[[Job], None]
    outputs: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    needed: Callable[[Recipe], bool] = lambda _recipe: True


def stages_of(recipe: Recipe) -> tuple[Stage, ...]:
    """The stages this recipe has. Heavy libraries are imported by a stage when it runs, not before."""
    from lowbit_core.jobs.stages import data, evaluate, model, quantize, report, sample, tune

    every = (
        Stage(name="model", run=model.run),
        Stage(name="data", run=data.run, needed=_has_data),
        Stage(name="sample", run=sample.run, outputs=("calibration.safetensors",), needed=sample.needed),
        Stage(name="quantize", run=quantize.run, outputs=("quantized", "adapters/repair"), scratch=("work",)),
        Stage(name="tune", run=tune.run, outputs=("adapters/tuned",), scratch=("checkpoints",), needed=_has_data),
        Stage(name="evaluate", run=evaluate.run),
        Stage(name="report", run=report.run, outputs=("report.json",)),
    )
    return tuple(stage for stage in every if stage.needed(recipe))


def _has_data(recipe: Recipe) -> bool:
    return bool(recipe.data.source)
