"""The stages of a run, in order. Each is a module with one function ``run(job)``."""

from __future__ import annotations

import importlib
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
    """

    name: str
    run: Callable[[Job], None]
    outputs: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()


TRAINED = ("lrec", "qad")
"""Corrections that are trained in a stage of their own, from a closed-form start."""


def stages_of(recipe: Recipe) -> tuple[Stage, ...]:
    """The stages this recipe has. Heavy libraries are imported by a stage when it runs, not before."""
    from lowbit_core.jobs.stages.sample import needed as needs_sample

    has_data = bool(recipe.data.source)
    stages = [Stage(name="model", run=_module("model"))]
    if has_data:
        stages.append(Stage(name="data", run=_module("data")))
    if needs_sample(recipe):
        stages.append(Stage(name="sample", run=_module("sample"), outputs=("calibration.safetensors",)))
    trained = recipe.correct.method in TRAINED
    outputs = ("quantized", "adapters/start" if trained else "adapters/repair")
    stages.append(Stage(name="quantize", run=_module("quantize"), outputs=outputs, scratch=("work",)))
    if trained:
        made = ("corrected", "adapters/repair") if recipe.correct.method == "qad" else ("adapters/repair",)
        stages.append(Stage(name="correct", run=_module("correct"), outputs=made, scratch=("checkpoints-correct",)))
    if has_data:
        stages.append(Stage(name="tune", run=_module("tune"), outputs=("adapters/tuned",), scratch=("checkpoints",)))
    stages.append(Stage(name="evaluate", run=_module("evaluate")))
    stages.append(Stage(name="report", run=_module("report"), outputs=("report.json",)))
    return tuple(stages)


def _module(name: str) -> Callable[[Job], None]:
    """The ``run`` of a stage's module, imported at the first call."""

    def run(job: Job) -> None:
        importlib.import_module(f"lowbit_core.jobs.stages.{name}").run(job)

    return run
