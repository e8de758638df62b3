"""Stage correct: the repair's adapter trained to make the packed model say what the float model says."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lowbit_core.files import app_folder
from lowbit_core.jobs.job import Job
from lowbit_core.jobs.stages.sample import HEADROOM, free_bytes, model_hash, text_tokens
from lowbit_core.jobs.stages.tune import PRECISIONS

if TYPE_CHECKING:
    from torch import Tensor

    from lowbit_core.correct.teacher import Teacher

STAGE = "correct"


def run(job: Job) -> None:
    """LREC from the closed-form start, going on from the newest checkpoint where there is one.

    Raises:
        UserError: see `correct.lrec.lrec` and `sample.text_tokens`.
        Interrupted: pause and stop save first.
    """
    from lowbit_core.correct.lrec import lrec
    from lowbit_core.packed import load_adapter, load_model

    settings, folder = job.recipe.correct, job.folder
    samples = max(2, settings.tokens // settings.length)
    tokens = text_tokens(job, settings.data, samples, settings.length, key="correct.data")
    teacher = _teacher(job, tokens)
    model = load_model(folder.quantized, job.device, job.dtype)
    adapted = load_adapter(model, folder.repair_start, folder.repair.name, trainable=True)
    precision: Any = PRECISIONS[str(job.dtype)]
    result = lrec(
        adapted,
        folder.repair.name,
        tokens,
        settings,
        teacher,
        folder=folder.repair,
        checkpoints=folder.correct_checkpoints,
        context=job.context,
        seed=job.recipe.seed,
        precision=precision,
        resume=True,
    )
    job.facts |= asdict(result) | {"tokens": int(tokens.numel())}


def _teacher(job: Job, tokens: Tensor) -> Teacher:
    """The float model beside the student where both fit, else its hidden states, streamed once and kept."""
    from lowbit_core.correct.teacher import CachedTeacher, ResidentTeacher, cache_hidden, cache_key
    from lowbit_core.model import load_float

    wanted = job.recipe.correct.teacher
    fits = job.spec.parameters * job.dtype.itemsize * HEADROOM * 2 <= free_bytes(job)
    if wanted == "resident" or (wanted == "auto" and fits):
        return ResidentTeacher(load_float(job.spec, job.dtype, job.device), tokens)
    path = app_folder() / "teachers" / f"{cache_key(model_hash(job), tokens)}.hidden"
    shape = cache_hidden(job.spec, tokens, path, dtype=job.dtype, device=job.device, context=job.context, stage=STAGE)
    return CachedTeacher(job.spec, path, shape, dtype=job.dtype, device=job.device)
