"""Stage quantize: the packed folder and, where the recipe repairs, the adapter that belongs to it."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

from lowbit_core.errors import UserError
from lowbit_core.events import Notice, Resumed
from lowbit_core.jobs.files import fingerprint
from lowbit_core.jobs.job import Job
from lowbit_core.jobs.stages.sample import read_calibration
from lowbit_core.plan import stored_codes
from lowbit_core.recipe.check import BUILT_METHODS
from lowbit_core.recipe.repairs import closed_form, is_trained, rounds_of

if TYPE_CHECKING:
    from lowbit_core.quantize import Alternation, GptqImport, LoftqImport, Repair


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
    codes = _codes(job)
    tokens = read_calibration(folder.calibration) if folder.calibration.exists() else None
    sink = PackedFolder(
        folder.quantized,
        folder.repair_start if is_trained(recipe.correct) else folder.repair,
        job.spec,
        structure(job.spec),
        dtype=job.dtype,
        run_key=_run_key(job, "" if codes is None else codes.key),
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
        repair=_repair(job, codes),
        codes=codes,
        device=job.device,
        dtype=job.dtype,
        hidden_dir=folder.work / "hidden",
    )
    job.tokenizer.save_pretrained(folder.quantized)
    shutil.rmtree(folder.work, ignore_errors=True)


def _codes(job: Job) -> GptqImport | LoftqImport | None:
    """The codes made elsewhere that the recipe takes as they are.

    Raises:
        UserError: damaged files, or codes in an order that they cannot be trained in.
    """
    from lowbit_core.quantize import GptqImport, LoftqImport

    stored = stored_codes(job.recipe, job.spec)
    if stored is None:
        return None
    codes = GptqImport(stored.folder) if stored.kind == "gptq" else LoftqImport(stored.folder)
    if job.recipe.correct.method == "qad" and codes.permuted:
        raise UserError(
            "codes-permuted",
            "These codes were chosen with their columns reordered (act-order) and cannot be trained.",
            hint='Take correct.method = "lrec", which trains adapters, or quantize.codes = "new".',
            where="correct.method",
        )
    return codes


def _published(job: Job, codes: LoftqImport) -> LoftqImport:
    """The low-rank term that came with the codes; told where PEFT would scale it otherwise."""
    scale = codes.adapter.published_scale()
    if scale != 1:
        job.context.emit(
            Notice(
                level="info",
                code="loftq-scale",
                message=f"The adapter's configuration scales its term by {scale:g}; LoftQ solved it for 1, so it is "
                "taken at 1.",
                arguments={"scale": scale},
            )
        )
    return codes


def _repair(job: Job, codes: GptqImport | LoftqImport | None) -> Repair | Alternation | None:
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
            if codes is not None:
                return ActivationRepair(settings.rank, ranks=settings.ranks)
            return LoftQ(settings.rank, rounds_of(settings), settings.ranks)
        case "loftq" if codes is not None and codes.kind == "loftq":
            return _published(job, codes)
        case "loftq":
            return LoftQ(settings.rank, rounds_of(settings), settings.ranks)
        case "zero":
            return ZeroStart(settings.rank, settings.ranks, job.recipe.seed)
        case "none":
            return None


def _run_key(job: Job, codes: str) -> str:
    """Everything the packed bytes depend on: parts made with anything else are thrown away."""
    recipe, calibration = job.recipe, job.folder.calibration
    text = json.dumps(
        [
            asdict(recipe.quantize),
            asdict(recipe.correct),
            recipe.seed,
            codes,
            job.device.type,
            str(job.dtype),
            fingerprint(sorted({job.spec.folder / item.file for item in job.spec.tensors}), job.spec.architecture),
            hashlib.sha256(calibration.read_bytes()).hexdigest() if calibration.exists() else "",
        ],
        sort_keys=True,
    )
    return hashlib.sha256(text.encode()).hexdigest()
