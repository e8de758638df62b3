"""Drives the stages of a recipe in a run folder, and makes sure that every run ends in words."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lowbit_core.allocator import large_blocks_go_back, release_memory
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.events import (
    ArtifactWritten,
    JobEnded,
    JobStarted,
    Notice,
    Paused,
    StageFinished,
    StageStarted,
)
from lowbit_core.files import write_text_atomic
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.failures import as_user_error, exit_code, explain
from lowbit_core.jobs.files import remove_leftovers
from lowbit_core.jobs.full_device import only_savers_differ, told_with_what_fits
from lowbit_core.jobs.job import Job, JobContext
from lowbit_core.jobs.log_file import RunLog, open_log
from lowbit_core.jobs.memory import memory_beat
from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.jobs.stages import Stage, stages_of
from lowbit_core.jobs.state import StageRecord, changed_artifact, record_artifacts
from lowbit_core.jobs.stream import EventLog, Listener
from lowbit_core.plan import as_stored
from lowbit_core.recipe import Recipe, dump, load, parse

if TYPE_CHECKING:
    from lowbit_core.jobs.together import Team

LARGE_BLOCKS = ("correct", "tune", "evaluate")
"""Stages whose large blocks go back to the system when they are freed: those that hold the most, and holes beside it.
Quantizing decides for itself, by the size of its matrices."""


def run(
    recipe: Recipe | None,
    run_dir: Path,
    *,
    listener: Listener | None = None,
    control: Control | None = None,
    resume: bool = False,
    stages: Sequence[Stage] | None = None,
    shared: Path | None = None,
    team: Team | None = None,
) -> JobEnded:
    """Every stage of the recipe, or what is left of them.

    Args:
        recipe: what to do; None takes the one saved in ``run_dir``.
        run_dir: the run folder; made if missing.
        listener: hears every event as it is written.
        control: asked at safe points whether to pause, stop or cancel.
        resume: go on in a folder that has a run.
        stages: in place of the recipe's (tests).
        shared: folder for what several runs need alike (see `Job.shared`).
        team: the processes this one leads; they join the stages that all do.

    Returns:
        The last event: done, paused, stopped, cancelled, or failed with the reason. Whatever goes wrong once the
        folder is open ends here.

    Raises:
        UserError: the folder cannot be written, is in use, already holds a run, or holds a run of another recipe.
    """
    folder = RunFolder(run_dir)
    if recipe is not None:
        # As it will be read back: bits = 3 and bits = 3.0 are one recipe, but two texts and two keys of saved work.
        recipe = parse(dump(recipe))
    recipe = _admit(folder, recipe, resume=resume)
    folder.prepare()
    with folder.lock():
        remove_leftovers(folder.path)
        if not folder.exists():
            write_text_atomic(folder.recipe, dump(recipe))
        todo = tuple(stages) if stages is not None else stages_of(recipe)
        log = EventLog(folder.events, listener)
        with open_log(folder.log) as run_log:
            return _run_open(folder, recipe, todo, log, run_log, control or Control(), shared, team)


def _admit(folder: RunFolder, recipe: Recipe | None, *, resume: bool) -> Recipe:
    """The recipe to run in the folder, after refusing what would mix two runs."""
    if not folder.exists():
        if recipe is None:
            raise UserError(
                "no-run", "There is no run in this folder.", hint="Give a recipe to start one.", where=str(folder.path)
            )
        return recipe
    saved = load(folder.recipe)
    if not resume:
        raise UserError(
            "run-exists",
            "This folder already holds a run.",
            hint="Add --resume to go on with it, or choose another folder.",
            where=str(folder.path),
        )
    if recipe is not None and only_savers_differ(recipe, saved):
        if dump(recipe) != dump(saved):
            write_text_atomic(folder.recipe, dump(recipe))
        return recipe
    if recipe is not None and dump(recipe) != dump(saved):
        raise UserError(
            "recipe-changed",
            f"The run in this folder was started with another recipe; different: {_differences(recipe, saved)}.",
            hint="Resume without changes, or start a new run.",
            where=str(folder.recipe),
        )
    return saved


def _differences(one: Recipe, other: Recipe) -> str:
    new, old = dump(one).splitlines(), dump(other).splitlines()
    return ", ".join(line for line in new if line and line not in old) or "a removed key"


def _run_open(
    folder: RunFolder,
    recipe: Recipe,
    stages: Sequence[Stage],
    log: EventLog,
    run_log: RunLog,
    control: Control,
    shared: Path | None,
    team: Team | None,
) -> JobEnded:
    """The run between its first and its last event."""
    context = JobContext(log.emit, control)
    job: Job | None = None
    ended = JobEnded(outcome="failed", code="internal-error", message="The run ended without a reason.")
    try:
        state = folder.state()
        resumed = bool(state.stages) or folder.checkpoints.exists() or folder.quantized.exists()
        names = tuple(stage.name for stage in stages)
        context.emit(JobStarted(name=folder.path.name, run_dir=str(folder.path), stages=names, resumed=resumed))
        job = Job(recipe=recipe, folder=folder, context=context, state=state, shared=shared, team=team)
        if team is not None:
            team.end_hard = partial(_end_hard, log, run_log)
        with memory_beat(log.emit):
            _run_stages(job, stages)
        shutil.rmtree(folder.work, ignore_errors=True)
        ended = JobEnded(outcome="done", message="Done.")
    except Interrupted as error:
        if error.mode == "pause":
            stage = next((stage.name for stage in stages if stage.name not in state.stages), "")
            context.emit(Paused(stage=stage, step=context.last_step.get(stage, 0)))
        ended = explain(error)
    except (Exception, KeyboardInterrupt) as error:
        run_log.error(error)
        ended = explain(_with_what_fits(error, job), folder.log)
    finally:
        release_memory()
        log.emit(ended)
        log.close()
    return ended


def _with_what_fits(error: BaseException, job: Job | None) -> BaseException:
    """A full device told with this run's numbers; anything else as it is."""
    told = as_user_error(error)
    if job is None or told is None or told.code != "device-out-of-memory" or "spec" not in job.__dict__:
        return error
    return told_with_what_fits(told, job.recipe, job.spec, job.folder.path)


def _end_hard(log: EventLog, run_log: RunLog, told: UserError) -> NoReturn:
    """End this process from a thread, while its main one hangs in a collective that another process left.

    Every file is whole or not there, so this loses no more than a kill does.
    """
    run_log.error(told)
    ended = explain(told)
    log.emit(ended)
    log.close()
    os._exit(exit_code(ended))


def _run_stages(job: Job, stages: Sequence[Stage]) -> None:
    """Do what is not done; a stage whose artifacts were changed is done again, and so is everything after it."""
    for number, stage in enumerate(stages):
        job.context.checkpoint()
        if stage.name in job.state.stages:
            changed = changed_artifact(job.folder.path, job.state.stages[stage.name])
            if not changed:
                job.context.emit(StageStarted(stage=stage.name, skipped=True))
                take_decisions(job)
                continue
            _start_over(job, stages[number:], changed)
        _run_stage(job, stage)
        take_decisions(job)


def take_decisions(job: Job) -> None:
    """What the model stage chose for ``bits = "auto"`` holds for the rest of the run, resumed or not, and so do codes
    made elsewhere.
    """
    decided = job.state.stages.get("model")
    if decided is not None and decided.facts.get("codes"):
        job.recipe = as_stored(job.recipe, job.spec)
        return
    if job.recipe.quantize.bits == "auto" and decided is not None and "bits" in decided.facts:
        quantize = replace(job.recipe.quantize, bits=decided.facts["bits"])
        correct = replace(job.recipe.correct, method=decided.facts["correction"])
        job.recipe = replace(job.recipe, quantize=quantize, correct=correct)


def _run_stage(job: Job, stage: Stage) -> None:
    job.context.emit(StageStarted(stage=stage.name))
    began = time.monotonic()
    job.facts = {}
    heaps = large_blocks_go_back() if stage.name in LARGE_BLOCKS else nullcontext()
    with _its_processes(job, stage), heaps:
        stage.run(job)
    release_memory()  # the trainer's models hold themselves in cycles; the next stage wants their memory
    root = job.folder.path
    artifacts = record_artifacts(root, [root / name for name in stage.outputs if (root / name).exists()])
    seconds = time.monotonic() - began
    job.state.finish(stage.name, StageRecord(seconds=seconds, artifacts=artifacts, facts=job.facts))
    for artifact in artifacts:
        job.context.emit(
            ArtifactWritten(
                what=stage.name,
                path=str(root / artifact.path),
                size_bytes=artifact.size_bytes,
                sha256=artifact.sha256,
            )
        )
    job.context.emit(StageFinished(stage=stage.name, seconds=seconds))


def _its_processes(job: Job, stage: Stage) -> AbstractContextManager[None]:
    """Call the other processes where all do the stage.

    Raises:
        UserError: ``one-process-only``.
    """
    if job.team is None or stage.processes == "first":
        return nullcontext()
    if stage.processes == "all":
        return job.team.stage(stage.name, job)
    raise UserError(
        "one-process-only",
        f"The stage {stage.name} is not spread over several processes.",
        hint="Start the run without torchrun and let it finish this stage; then stop it and go on with "
        "torchrun and --resume.",
        where="correct.method",
    )


def _start_over(job: Job, stages: Sequence[Stage], changed: str) -> None:
    """Remove what these stages made, since the first of them no longer has the bytes it wrote."""
    job.context.emit(
        Notice(
            level="warning",
            code="artifact-changed",
            message=f"{changed} is not as this run wrote it; it is made again, with everything after it.",
            arguments={"path": changed},
        )
    )
    job.state.forget(stage.name for stage in stages)
    for stage in stages:
        for name in (*stage.outputs, *stage.scratch):
            path = job.folder.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
