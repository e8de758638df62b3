"""The stages of a run, in order. Each is a module with one function ``run(job)``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lowbit_core.jobs.job import Job
from lowbit_core.recipe.repairs import is_trained
from lowbit_core.recipe.schema import Recipe


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of a run.

    Attributes:
        name: as in events and state.
        run: does the work; raises `Interrupted` at safe points; leaves complete artifacts only.
        outputs: files and folders of the run folder the stage makes; hashed when it ends.
        scratch: what it keeps there only to resume; removed with the outputs when the stage starts over.
        processes: of several (`jobs.together`), who does it: the ``first`` for all, ``all`` together, or ``one``, where
            it cannot be done beside others.
    """

    name: str
    run: Callable[[Job], None]
    outputs: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    processes: Literal["first", "all", "one"] = "first"


def stages_of(recipe: Recipe) -> tuple[Stage, ...]:
    """The stages this recipe has. Heavy libraries are imported by a stage when it runs, not before."""
    from lowbit_core.jobs.stages.sample import needed as needs_sample

    has_data = bool(recipe.data.source)
    stages = [Stage(name="model", run=_module("model"))]
    if has_data:
        stages.append(Stage(name="data", run=_module("data")))
    if needs_sample(recipe):
        stages.append(Stage(name="sample", run=_module("sample"), outputs=("calibration.safetensors",)))
    trained = is_trained(recipe.correct)
    outputs = ("quantized", "adapters/start" if trained else "adapters/repair")
    stages.append(Stage(name="quantize", run=_module("quantize"), outputs=outputs, scratch=("work",)))
    if trained:
        made = ("corrected", "adapters/repair") if recipe.correct.method == "qad" else ("adapters/repair",)
        correct, scratch = _module("correct"), ("checkpoints-correct",)
        stages.append(Stage(name="correct", run=correct, outputs=made, scratch=scratch, processes="one"))
    if has_data:
        tune = _module("tune")
        stages.append(
            Stage(name="tune", run=tune, outputs=("adapters/tuned",), scratch=("checkpoints",), processes="all")
        )
    stages.append(Stage(name="evaluate", run=_module("evaluate")))
    stages.append(Stage(name="report", run=_module("report"), outputs=("report.json",)))
    return tuple(stages)


def _module(name: str) -> Callable[[Job], None]:
    """The ``run`` of a stage's module, imported at the first call."""

    def run(job: Job) -> None:
        importlib.import_module(f"lowbit_core.jobs.stages.{name}").run(job)

    return run
