"""LREC (INT2.1, arXiv 2306.08162): the float model distilled into low-rank adapters on the packed base.

It differs from the published recipe in three things: the adapter starts from the closed-form repair instead of zero,
the quantization scales can learn with it, and the text is by default sampled from the model itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from peft import PeftModel
from torch import Tensor

from lowbit_core.context import Context
from lowbit_core.correct.distillation import Distillation, SequenceRows, collate
from lowbit_core.correct.teacher import Teacher
from lowbit_core.errors import Interrupted
from lowbit_core.packed import save_adapter, switch, train_scales
from lowbit_core.packed.adapter import round_adapter
from lowbit_core.plan.correcting import OPTIMIZER
from lowbit_core.recipe.schema import Correct
from lowbit_core.train import checkpoint
from lowbit_core.train.run import train
from lowbit_core.train.settings import TrainSettings

HELD_OUT = 0.03
"""Share of the sequences that is only measured on; the best state there is kept."""


@dataclass(frozen=True, kw_only=True)
class CorrectionResult:
    """What a trained correction came to.

    Attributes:
        steps: optimizer steps done.
        best_step: the step whose state was kept.
        kl: loss on the held-out sequences there, nats a token (KL plus weighted cross-entropy).
        peak_bytes: most memory in use while training.
    """

    steps: int
    best_step: int
    kl: float | None
    peak_bytes: int


def lrec(
    model: PeftModel,
    adapter: str,
    tokens: Tensor,
    settings: Correct,
    teacher: Teacher,
    *,
    folder: Path,
    checkpoints: Path,
    context: Context,
    seed: int = 0,
    precision: Literal["fp32", "bf16", "fp16"] = "fp32",
    checkpointing: bool = True,
    resume: bool = False,
) -> CorrectionResult:
    """Train the adapter (and scales) of the packed model on ``tokens`` and write it to ``folder``.

    Args:
        model: packed, with ``adapter`` loaded, e.g. from the activation-aware start.
        adapter: its name; it stays the only active one.
        tokens: int64 [n, length]; the teacher knows the rows by these numbers.
        settings: the recipe's section.
        teacher: the float model.
        folder: becomes the adapter's folder; an older one is replaced.
        checkpoints: where training can be resumed from.
        context: reports and interruptions.
        seed: of the order of the rows.
        precision: autocast of the forward pass.
        checkpointing: keep one hidden state a block and recompute the rest in backward.
        resume: go on from the newest whole checkpoint.

    Raises:
        UserError: see `train.train`.
        Interrupted: after a save where the user asked to pause or stop; a stop writes the adapter reached so far.
    """
    if settings.train_scales:
        train_scales(model, adapter)
    switch(model, [adapter], trainable=[adapter])
    rows, held_out = split_rows(tokens)
    try:
        result = train(
            model,
            rows,
            collate=collate,
            settings=training_settings(settings, seed=seed, precision=precision, checkpointing=checkpointing),
            folder=checkpoints,
            context=context,
            validation=held_out,
            objective=Distillation(teacher, settings.kl_weight, settings.ce_weight),
            resume=resume,
            identity={"adapter": adapter, "rank": settings.rank, "scales": int(settings.train_scales)},
        )
    except Interrupted as interrupt:
        if interrupt.mode == "stop" and checkpoint.reached(checkpoints):
            save_adapter(model, folder, adapter, dtype=round_adapter(model, adapter))
        raise
    save_adapter(model, folder, adapter, dtype=round_adapter(model, adapter))
    return CorrectionResult(
        steps=result.steps, best_step=result.best_step, kl=result.best_loss, peak_bytes=result.peak_bytes
    )


def split_rows(tokens: Tensor) -> tuple[SequenceRows, SequenceRows]:
    """Training and held-out rows; the numbers are those of ``tokens``."""
    held = max(1, round(HELD_OUT * len(tokens))) if len(tokens) > 1 else 0
    cut = len(tokens) - held
    return SequenceRows(tokens[:cut]), SequenceRows(tokens[cut:], first=cut)


def training_settings(
    settings: Correct,
    *,
    seed: int,
    precision: Literal["fp32", "bf16", "fp16"],
    checkpointing: bool = True,
    saves: int = 10,
) -> TrainSettings:
    """The recipe's section as the trainer takes it: cosine, measured ten times, saved ``saves`` times."""
    steps = settings.steps
    often = max(min(10, steps), steps // 10)
    return TrainSettings(
        stage="correct",
        seed=seed,
        precision=precision,
        learning_rate=settings.learning_rate,
        schedule="cosine",
        warmup=0.04,
        steps=steps,
        batch=settings.batch,
        accumulate=1,
        optimizer=OPTIMIZER,
        checkpointing=checkpointing,
        group_by_length=False,
        evaluate_every=often,
        evaluate_rows=64,
        checkpoint_every=max(1, steps // saves),
        beta2=0.95,
    )
