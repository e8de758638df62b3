"""Fine-tuning on a packed base (EMEF, INT2.1 section 3): the base stays packed, one adapter learns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import transformers
from peft import PeftModel
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lowbit_core import processes
from lowbit_core.context import Context
from lowbit_core.errors import Interrupted
from lowbit_core.packed.adapter import round_adapter, save_adapter
from lowbit_core.recipe.schema import Data, Tune
from lowbit_core.render.batch import Tokens
from lowbit_core.train import checkpoint, launch
from lowbit_core.train.run import TrainResult, train
from lowbit_core.train.settings import TrainSettings
from lowbit_core.tune.adapter import attach, trainable_parameters
from lowbit_core.tune.memory import make_small
from lowbit_core.tune.rows import Padding, TrainingView
from lowbit_core.tune.samples import SamplePrompt, Samples

EVALUATE_ROWS = 256
"""Validation rows measured during training; the report at the end takes all."""


@dataclass(frozen=True, kw_only=True)
class TuneResult:
    """What came out.

    Attributes:
        folder: the trained adapter in PEFT's format.
        active: adapters that together are the tuned model, in order; the last is the trained one.
        trainable: numbers trained.
        steps: optimizer steps done.
        best_step: steps after which validation was best; the adapter is that one. 0 without validation.
        best_validation_loss: nats a token; None without validation.
        last_loss: training loss of the last step, nats a token.
        stopped_early: patience ran out.
        peak_bytes: most memory in use: of the GPU, or the process's own on the CPU.
    """

    folder: Path
    active: tuple[str, ...]
    trainable: int
    steps: int
    best_step: int
    best_validation_loss: float | None
    last_loss: float | None
    stopped_early: bool
    peak_bytes: int


def tune(
    model: PreTrainedModel | PeftModel,
    tokenizer: PreTrainedTokenizerBase,
    rows: Sequence[Tokens],
    settings: Tune,
    data: Data,
    *,
    folder: Path,
    checkpoints: Path,
    context: Context,
    validation: Sequence[Tokens] = (),
    repair: str | None = None,
    seed: int = 0,
    precision: Literal["fp32", "bf16", "fp16"] = "fp32",
    resume: bool = False,
    prompts: Sequence[SamplePrompt] = (),
) -> TuneResult:
    """Train an adapter on rendered rows and write it; ``folder.name`` is what it is called.

    Args:
        model: packed model on its device, from `packed.load_model`, the repair attached by `packed.load_adapter`.
            Under torchrun each process brings its own, on `train.local_device`.
        tokenizer: for the padding token.
        rows: training rows, e.g. from `render.render_all`.
        settings: the recipe's section.
        data: for ``packing`` and ``max_length``.
        folder: becomes the adapter's folder.
        checkpoints: where training can be resumed from.
        context: reports and interruptions.
        validation: rows to measure on.
        repair: name of the repair's adapter on ``model``; None where there is none.
        seed: of initialisation, order and dropout.
        precision: autocast of the forward pass.
        resume: go on from the newest whole checkpoint.
        prompts: answered at the start and at every measurement, see `samples`.

    Raises:
        UserError: see `train.train`; ``targets-unknown``, ``dora-continue``.
        Interrupted: a stop writes the adapter reached so far before it is raised.
    """
    transformers.set_seed(seed)
    peft_model, active, notices = attach(model, settings, name=folder.name, repair=repair)
    make_small(peft_model, settings, name=folder.name, notices=notices)
    if processes.rank() == 0:
        for notice in notices:
            context.emit(notice)
    trainable = trainable_parameters(peft_model, folder.name)
    capacity = data.max_length if data.packing else 0
    pad_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id or 0
    try:
        result = train(
            peft_model,
            TrainingView(rows, capacity=capacity),
            collate=Padding(pad_id),
            settings=train_settings(settings, seed=seed, precision=precision),
            folder=checkpoints,
            context=context,
            validation=TrainingView(validation),
            resume=resume,
            identity=_identity(settings, data),
            look=_samples(peft_model, tokenizer, prompts, precision, context),
        )
    except Interrupted as interrupt:
        newest = checkpoint.newest(checkpoints)
        if interrupt.mode == "stop" and newest is not None and checkpoint.step_of(newest) > 0:
            _write(peft_model, folder)
        raise
    _write(peft_model, folder)
    return _result(result, folder, active, trainable)


def train_settings(
    settings: Tune, *, seed: int, precision: Literal["fp32", "bf16", "fp16"], stage: str = "tune"
) -> TrainSettings:
    """The recipe's section as the trainer takes it."""
    return TrainSettings(
        stage=stage,
        seed=seed,
        precision=precision,
        learning_rate=settings.learning_rate,
        schedule=settings.schedule,
        warmup=settings.warmup,
        weight_decay=settings.weight_decay,
        gradient_clip=settings.gradient_clip,
        epochs=settings.epochs,
        steps=settings.steps,
        batch=settings.batch,
        accumulate=settings.accumulate,
        optimizer=settings.optimizer,
        checkpointing=settings.checkpointing,
        offload=settings.offload,
        group_by_length=settings.group_by_length,
        evaluate_every=settings.evaluate_every,
        evaluate_rows=EVALUATE_ROWS,
        patience=settings.patience,
        checkpoint_every=settings.checkpoint_every,
    )


def _samples(
    model: PeftModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[SamplePrompt],
    precision: Literal["fp32", "bf16", "fp16"],
    context: Context,
) -> Samples | None:
    # Several processes are interrupted together, at their next step; one alone inside an answer would leave the others.
    alone = processes.world_size() == 1
    speaking = context if alone else _Uninterrupted(context)
    return Samples(model, tokenizer, prompts, precision=precision, context=speaking) if prompts else None


class _Uninterrupted:
    """A context whose safe points are left for later."""

    def __init__(self, inner: Context) -> None:
        self.emit = inner.emit

    def checkpoint(self) -> None:
        """Not here."""


def _identity(settings: Tune, data: Data) -> dict[str, str | int | float]:
    return {
        "adapter": settings.adapter,
        "rank": settings.rank,
        "alpha": settings.alpha,
        "dropout": settings.dropout,
        "dora": settings.dora,
        "targets": ",".join(settings.targets),
        "packing": data.packing,
    }


def _write(model: PeftModel, folder: Path) -> None:
    """In 16 bits, and so in the model. Only the first process writes; the others wait, so that all find the folder."""
    dtype = round_adapter(model, folder.name)
    if processes.rank() == 0:
        folder.parent.mkdir(parents=True, exist_ok=True)
        save_adapter(model, folder, folder.name, dtype=dtype)
    launch.wait_for_all()


def _result(result: TrainResult, folder: Path, active: tuple[str, ...], trainable: int) -> TuneResult:
    return TuneResult(
        folder=folder,
        active=active,
        trainable=trainable,
        steps=result.steps,
        best_step=result.best_step,
        best_validation_loss=result.best_loss,
        last_loss=result.last_loss,
        stopped_early=result.stopped_early,
        peak_bytes=result.peak_bytes,
    )
