"""A training run from start to end: checks, memory savers, resume, the loop, and the best state put back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from lowbit_core import processes
from lowbit_core.context import Context
from lowbit_core.errors import Interrupted
from lowbit_core.events import Notice, Resumed
from lowbit_core.memory import peak_bytes, reset_peak
from lowbit_core.train import checkpoint, state
from lowbit_core.train.block_graphs import block_graphs
from lowbit_core.train.head import causal_model, check_head
from lowbit_core.train.lean_gates import lean_gates
from lowbit_core.train.lean_norms import lean_norms
from lowbit_core.train.memory import checkpoint_blocks
from lowbit_core.train.objective import CrossEntropy, Objective, objective_inside
from lowbit_core.train.optimizer import choose_optimizer
from lowbit_core.train.rows import Collate, Row, check_rows, rows_sha256
from lowbit_core.train.sampler import EpochBatches
from lowbit_core.train.settings import TrainSettings
from lowbit_core.train.trainer import Trainer


@dataclass(frozen=True, kw_only=True)
class TrainResult:
    """What came out; the model itself holds the best state (the last without validation).

    Attributes:
        steps: optimizer steps done.
        best_step: steps after which validation was best; 0 without validation.
        best_loss: validation loss there, nats a token; None without validation.
        last_loss: training loss of the last step, nats a token; None if no step was needed.
        stopped_early: patience ran out.
        peak_bytes: most memory in use while training: of the GPU, or the process's own on the CPU.
    """

    steps: int
    best_step: int
    best_loss: float | None
    last_loss: float | None
    stopped_early: bool
    peak_bytes: int


def train(
    model: nn.Module,
    rows: Sequence[Row],
    *,
    collate: Collate,
    settings: TrainSettings,
    folder: Path,
    context: Context,
    validation: Sequence[Row] = (),
    objective: Objective | None = None,
    resume: bool = False,
    identity: Mapping[str, str | int | float] | None = None,
    look: Callable[[int], None] | None = None,
) -> TrainResult:
    """Train what requires gradients in ``model``.

    Args:
        model: causal model, usually inside PEFT's wrapper, on its device; left in eval mode with its best state.
        rows: training rows.
        collate: rows -> batch.
        settings: of the run.
        folder: where checkpoints go; emptied of old ones unless ``resume``.
        context: reports and interruptions.
        validation: rows to measure on; empty measures nothing and keeps the last state.
        objective: the loss; None is cross-entropy.
        resume: go on from the newest whole checkpoint, if there is one.
        identity: what else a checkpoint must have in common with this run, e.g. the adapter mode.
        look: called on the first process with the steps done: before the first one, and after every measurement. It
            must leave the model and the random states as they were; `Interrupted` passes through.

    Raises:
        UserError: ``no-rows``, ``all-masked``, ``nan-loss``, ``checkpoint-mismatch``, ``optimizer-needs-gpu``,
            ``head-unknown``, ``disk-full``, ``folder-unwritable``.
        Interrupted: after saving a checkpoint where the user asked to pause or stop; after a stop the model
            holds its best state so far.
    """
    notices = check_rows(rows)
    choose_optimizer(settings.optimizer, next(model.parameters()).device)
    check_head(model)
    measured = validation_subset(validation, settings)
    batches = EpochBatches(
        [len(row["input_ids"]) for row in rows],
        batch=settings.batch,
        accumulate=settings.accumulate,
        seed=settings.seed,
        group_by_length=settings.group_by_length,
        rank=processes.rank(),
        world=processes.world_size(),
    )
    steps = settings.steps or max(1, math.ceil(settings.epochs * batches.steps_per_epoch))
    start = _prepare_folder(folder, resume)
    with _ready(model, settings, objective or CrossEntropy(), context):
        trainer = Trainer(
            model,
            rows=rows,
            validation=measured,
            collate=collate,
            settings=settings,
            total_steps=steps,
            batches=batches,
            folder=folder,
            fingerprint=_fingerprint(rows, measured, settings, steps, identity or {}),
            context=context,
            look=look,
            parts=getattr(objective, "parts", None),
        )
        for notice in notices:
            trainer.reporter.emit(notice)
        try:
            _loop(trainer, start)
        except Interrupted as interrupt:
            if interrupt.mode == "stop":  # what was reached can be used; the checkpoint has the rest
                load_best(model, folder, trainer.progress)
            raise
    return _finish(trainer, model, folder)


def validation_subset(rows: Sequence[Row], settings: TrainSettings) -> Sequence[Row]:
    """The rows measured on: all, or ``evaluate_rows`` of them spread evenly, the same each time."""
    limit = settings.evaluate_rows
    if not limit or len(rows) <= limit:
        return rows
    return [rows[index * len(rows) // limit] for index in range(limit)]


def _prepare_folder(folder: Path, resume: bool) -> Path | None:
    """The checkpoint to go on from; leftovers, and what a fresh run must not find, are removed by process 0."""
    if processes.rank() == 0:
        checkpoint.clean(folder)
        if not resume:
            for path in [*checkpoint.saved(folder, "step"), *checkpoint.saved(folder, "best")]:
                checkpoint.discard(path)
    return checkpoint.newest(folder) if resume else None


def _fingerprint(
    rows: Sequence[Row],
    validation: Sequence[Row],
    settings: TrainSettings,
    steps: int,
    identity: Mapping[str, str | int | float],
) -> dict[str, str | int | float]:
    return {
        "rows": rows_sha256(rows),
        "validation": rows_sha256(validation),
        "steps": steps,
        "batch": settings.batch,
        "accumulate": settings.accumulate,
        "group_by_length": settings.group_by_length,
        "seed": settings.seed,
        "precision": settings.precision,
        "optimizer": settings.optimizer,
        "learning_rate": settings.learning_rate,
        "schedule": settings.schedule,
        "warmup": settings.warmup,
        "weight_decay": settings.weight_decay,
        "gradient_clip": settings.gradient_clip,
        "processes": processes.world_size(),
        **identity,
    }


@contextmanager
def _ready(model: nn.Module, settings: TrainSettings, objective: Objective, context: Context) -> Iterator[None]:
    """The loss inside the forward, memory savers on; everything as before afterwards, whatever happens."""
    config: Any = causal_model(model).config
    use_cache, outer = getattr(config, "use_cache", True), model.__dict__.get("forward")
    with ExitStack() as stack:
        stack.enter_context(objective_inside(model, objective))
        stack.enter_context(lean_norms(model))
        stack.enter_context(lean_gates(model))
        if settings.checkpointing:
            graphs = stack.enter_context(block_graphs(model, _device(model), lambda why: _say_plain(context, why)))
            stack.enter_context(checkpoint_blocks(model, offload=settings.offload, graphs=graphs))
        try:
            yield
        finally:
            config.use_cache = use_cache
            model.__dict__.pop("_original_forward", None)  # mixed precision leaves its wrapper on the model
            model.__dict__.pop("forward", None)
            if outer is not None:
                model.__dict__["forward"] = outer
            for parameter in model.parameters():
                parameter.grad = None
            model.eval()


def _say_plain(context: Context, why: str) -> None:
    if processes.rank() == 0:
        message = f"Training runs without recorded steps, which is slower: {why}"
        context.emit(Notice(level="info", code="steps-not-recorded", message=message, arguments={"why": why}))


def _device(model: nn.Module) -> torch.device:
    return next(model.parameters()).device


def _loop(trainer: Trainer, start: Path | None) -> None:
    """Train to the end, or not at all where a checkpoint says it is done."""
    reset_peak(trainer.args.device)
    if start is None:
        trainer.look_at(0)
        trainer.train()
        return
    done = checkpoint.step_of(start)
    trainer.reporter.emit(Resumed(stage=trainer.settings.stage, step=done))
    trainer.go_back_to(start)
    if done < trainer.total_steps and not trainer.progress.stopped_early:
        trainer.train(resume_from_checkpoint=str(start))


def _finish(trainer: Trainer, model: nn.Module, folder: Path) -> TrainResult:
    progress = trainer.progress
    load_best(model, folder, progress)
    return TrainResult(
        steps=trainer.state.global_step,
        best_step=progress.best_step,
        best_loss=progress.best_loss,
        last_loss=progress.last_loss,
        stopped_early=progress.stopped_early,
        peak_bytes=peak_bytes(trainer.args.device),
    )


def load_best(model: nn.Module, folder: Path, progress: state.Progress) -> None:
    """Put the best measured state into the model; without a measurement it keeps the one it has."""
    path = checkpoint.best(folder, progress.best_step) if progress.best_loss is not None else None
    if path is not None:
        state.read_best(path, model)
