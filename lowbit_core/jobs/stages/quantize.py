"""Stage quantize: the packed folder and, where the recipe repairs, the adapter that belongs to it."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

from lowbit_core.errors import UserError
from lowbit_core.events import Resumed
from lowbit_core.jobs.files import fingerprint
from lowbit_core.jobs.job import Job
from lowbit_core.jobs.stages import TRAINED
from lowbit_core.jobs.stages.sample import read_calibration
from lowbit_core.recipe.check import BUILT_METHODS
from lowbit_core.recipe.repairs import closed_form

if TYPE_CHECKING:
    from lowbit_core.quantize import Alternation, Repair


def run(job: Job) -> None:
    """Quantize block by block, taking up the blocks an interrupted run left.

    Raises:
        UserError: see `quantize.quantize_model`.
        Interrupted: finished blocks stay.
    """
    from lowbit_core.model import structure
    from lowbit_core.packed import PackedFolder
    from lowbit_core.quantize import quantize_model

    recipe, folder = job.recipe, job.folder
    tokens = read_calibration(folder.calibration) if folder.calibration.exists() else None
    sink = PackedFolder(
        folder.quantized,
        folder.repair_start if recipe.correct.method in TRAINED else folder.repair,
        job.spec,
        structure(job.spec),
        dtype=job.dtype,
        run_key=_run_key(job),
    )
    done = len(sink.done_blocks())
    if done:
        job.context.emit(Resumed(stage="quantize", step=done))
    quantize_model(
        job.spec,
        recipe.quantize,
        tokens,
        sink=sink,
        context=job.context,
        repair=_repair(job),
        device=job.device,
        dtype=job.dtype,
        hidden_dir=folder.work / "hidden",
    )
    job.tokenizer.save_pretrained(folder.quantized)
    shutil.rmtree(folder.work, ignore_errors=True)


def _repair(job: Job) -> Repair | Alternation | None:
    from lowbit_core.correct import ActivationRepair, LoftQ, ZeroStart

    settings = job.recipe.correct
    if settings.method not in BUILT_METHODS:
        raise UserError(
            "correction-not-built",
            f"The correction {settings.method} is not built yet.",
            hint=f"Take {', '.join(BUILT_METHODS)}.",
            where="correct.method",
            arguments={"method": settings.method},
        )
    match closed_form(settings):
        case "activation":
            return ActivationRepair(settings.rank, ranks=settings.ranks)
        case "loftq":
            return LoftQ(settings.rank, settings.iterations, settings.ranks)
        case "zero":
            return ZeroStart(settings.rank, settings.ranks, job.recipe.seed)
        case "none":
            return None


def _run_key(job: Job) -> str:
    """Everything the packed bytes depend on: parts made with anything else are thrown away."""
    recipe, calibration = job.recipe, job.folder.calibration
    text = json.dumps(
        [
            asdict(recipe.quantize),
            asdict(recipe.correct),
            recipe.seed,
            job.device.type,
            str(job.dtype),
            fingerprint(sorted({job.spec.folder / item.file for item in job.spec.tensors}), job.spec.architecture),
            hashlib.sha256(calibration.read_bytes()).hexdigest() if calibration.exists() else "",
        ],
        sort_keys=True,
    )
    return hashlib.sha256(text.encode()).hexdigest()
