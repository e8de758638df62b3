"""Stage correct: adapters, or the codes themselves, trained to make the packed model say what the float model says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lowbit_core.allocator import return_freed_memory
from lowbit_core.errors import Interrupted
from lowbit_core.events import Notice
from lowbit_core.files import app_folder
from lowbit_core.jobs.job import Job
from lowbit_core.jobs.stages.sample import free_bytes, model_hash, text_tokens
from lowbit_core.jobs.stages.tune import PRECISIONS

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

    from lowbit_core.correct.lrec import CorrectionResult
    from lowbit_core.correct.matrix_errors import Corrected
    from lowbit_core.correct.teacher import Teacher
    from lowbit_core.model import Linear, Structure

STAGE = "correct"

SAMPLED_LENGTH = 512
"""Tokens of a piece of sampled text. A token's cost grows with the cache before it; rows of several pieces train far
positions all the same, since student and teacher read the same row."""


def run(job: Job) -> None:
    """Train the repair, going on from the newest checkpoint where there is one.

    Raises:
        UserError: see `correct.lrec.lrec`, `correct.qad.qad` and `sample.text_tokens`.
        Interrupted: pause and stop save first; after a stop what was reached can be talked with.
    """
    tokens = _text(job)
    if job.recipe.correct.method == "qad":
        result = _blocks(job, tokens) if _scope(job) == "blocks" else _codes(job, tokens)
    else:
        result = _adapter(job, tokens)
    job.facts |= asdict(result) | {"tokens": int(tokens.numel())}


def _text(job: Job) -> Tensor:
    """What is learned from: int64 [n, length]. Sampled text is drawn in short pieces and joined to long rows."""
    settings = job.recipe.correct
    joined = settings.length // SAMPLED_LENGTH if settings.data == "self" else 1
    pieces = joined if joined > 1 and settings.length % SAMPLED_LENGTH == 0 else 1
    length = settings.length // pieces
    samples = pieces * max(2, settings.tokens // settings.length)
    return text_tokens(job, settings.data, samples, length, key="correct.data").reshape(-1, settings.length)


def _adapter(job: Job, tokens: Tensor) -> CorrectionResult:
    """LREC: the closed-form adapter goes on learning, on codes that stay."""
    from lowbit_core.correct.lrec import lrec
    from lowbit_core.correct.matrix_errors import with_adapter
    from lowbit_core.packed import load_adapter, load_model

    folder, name = job.folder, job.folder.repair.name
    packed = load_model(folder.quantized, job.device, job.dtype)
    model = load_adapter(packed, folder.repair_start, name, trainable=True)
    result = lrec(
        model,
        name,
        tokens,
        job.recipe.correct,
        _teacher(job, tokens),
        folder=folder.repair,
        **_training(job),
    )
    _tell_errors(job, model, tokens, lambda parts, read: with_adapter(model, name, parts, read))
    return result


def _codes(job: Job, tokens: Tensor) -> CorrectionResult:
    """Trained codes: the whole quantized model learns, and is packed again into a folder of its own."""
    from lowbit_core.correct.matrix_errors import with_trained_codes
    from lowbit_core.correct.qad import make_trainable, qad, write_trained
    from lowbit_core.correct.repacked import PackedMatrices
    from lowbit_core.model import structure
    from lowbit_core.model.loading import checkpoint_names
    from lowbit_core.model.skeleton import skeleton
    from lowbit_core.packed import PackedFolder, load_model
    from lowbit_core.train.checkpoint import reached
    from lowbit_core.weights import open_weights

    folder, parts = job.folder, structure(job.spec)
    linears = [linear for block in parts.blocks for linear in block.linears]
    model = load_model(folder.quantized, job.device, job.dtype)
    reader = open_weights(job.spec)
    names = checkpoint_names(skeleton(job.spec, job.dtype), reader.names())
    transposed = frozenset(linear.name for linear in linears if linear.transposed)
    layers = make_trainable(model, reader, names, {}, transposed)

    def store() -> None:
        shutil.rmtree(folder.corrected, ignore_errors=True)
        sink = PackedFolder(folder.corrected, folder.repair, job.spec, parts, dtype=job.dtype)
        write_trained(layers, folder.quantized, parts, sink)
        job.tokenizer.save_pretrained(folder.corrected)

    try:
        result = qad(model, tokens, job.recipe.correct, _teacher(job, tokens), **_training(job))
    except Interrupted as interrupt:
        if interrupt.mode == "stop" and reached(folder.correct_checkpoints):
            store()
        raise
    store()
    start = PackedMatrices(folder.quantized, parts)
    _tell_errors(job, model, tokens, lambda parts, read: with_trained_codes(layers, start, parts.blocks, read))
    return result


def _blocks(job: Job, tokens: Tensor) -> CorrectionResult:
    """Trained codes, one block in memory at a time."""
    from lowbit_core.correct.qad_blocks import BlockTraining
    from lowbit_core.model import structure
    from lowbit_core.packed import PackedFolder, read_manifest

    folder = job.folder
    key = f"blocks of {read_manifest(folder.quantized).base_sha256}"
    sink = PackedFolder(folder.corrected, folder.repair, job.spec, structure(job.spec), dtype=job.dtype, run_key=key)
    training = BlockTraining(
        spec=job.spec,
        start=folder.quantized,
        tokens=tokens,
        settings=job.recipe.correct,
        sink=sink,
        context=job.context,
        device=job.device,
        dtype=job.dtype,
        hidden_dir=folder.correct_checkpoints,
        seed=job.recipe.seed,
    )
    result = training.run()
    job.tokenizer.save_pretrained(folder.corrected)
    return result


def _tell_errors(
    job: Job,
    model: Module,
    tokens: Tensor,
    matrices: Callable[[Structure, Callable[[Linear], Tensor]], Sequence[Corrected]],
) -> None:
    """What training did to each matrix; ``matrices`` is given the model's parts and a reader of its float weights."""
    from lowbit_core.correct.matrix_errors import held_out_sequences, tell_errors
    from lowbit_core.model import BlockStream
    from lowbit_core.model.head import backbone
    from lowbit_core.quantize.width_errors import float_weight

    stream = BlockStream(job.spec, dtype=job.dtype, device=job.device)
    ids = held_out_sequences(tokens).to(job.device)
    trained = matrices(stream.structure, lambda linear: float_weight(stream, linear))
    tell_errors(trained, lambda: backbone(model)(input_ids=ids, use_cache=False), job.context)


def _scope(job: Job) -> str:
    """Whether the whole model is trained at once; decided once a run, since memory may be freer when it is resumed."""
    from lowbit_core.plan.correcting import trains_blocks, whole_model_bytes
    from lowbit_core.plan.shape import shape_of

    settings, element = job.recipe.correct, job.dtype.itemsize
    if settings.scope != "auto":
        return settings.scope
    decided: dict[str, Any] = job.state.partial.setdefault(STAGE, {})
    if "scope" not in decided:
        shape = shape_of(job.spec, job.recipe.quantize.skip)
        decided["scope"] = "blocks" if trains_blocks(settings, shape, element, free_bytes(job)) else "model"
        job.state.write()
        if decided["scope"] == "blocks":
            needed = whole_model_bytes(shape, element)
            job.context.emit(
                Notice(
                    level="info",
                    code="codes-by-blocks",
                    message=f"Training the whole model takes {needed / 1e9:.1f} GB; its blocks are trained one by one.",
                    arguments={"needed_bytes": needed},
                )
            )
    return str(decided["scope"])


def _training(job: Job) -> dict[str, Any]:
    """How `lrec` and `qad` train, one as the other."""
    return {
        "checkpoints": job.folder.correct_checkpoints,
        "context": job.context,
        "seed": job.recipe.seed,
        "precision": PRECISIONS[str(job.dtype)],
        "checkpointing": _checkpointing(job),
        "resume": True,
    }


def _checkpointing(job: Job) -> bool:
    """Whether blocks are recomputed in backward, with everything else in memory already."""
    from lowbit_core.plan.correcting import correction_step, later_bytes
    from lowbit_core.plan.shape import shape_of
    from lowbit_core.plan.storage import adapters_of

    shape = shape_of(job.spec, job.recipe.quantize.skip)
    free = free_bytes(job) - later_bytes(adapters_of(shape, job.recipe))
    return correction_step(job.recipe.correct, shape, job.dtype.itemsize, free).checkpointing


def _teacher(job: Job, tokens: Tensor) -> Teacher:
    """The float model beside the student where both fit, else its hidden states, streamed once and kept."""
    from lowbit_core.correct.teacher import CachedTeacher, ResidentTeacher, cache_hidden, cache_key
    from lowbit_core.model import load_float
    from lowbit_core.plan.correcting import keeps_teacher

    if keeps_teacher(job.recipe.correct, job.spec.parameters, job.dtype.itemsize, free_bytes(job)):
        return ResidentTeacher(load_float(job.spec, job.dtype, job.device), tokens)
    path = app_folder() / "teachers" / f"{cache_key(model_hash(job), tokens)}.hidden"
    shape = cache_hidden(job.spec, tokens, path, dtype=job.dtype, device=job.device, context=job.context, stage=STAGE)
    return_freed_memory()
    return CachedTeacher(job.spec, path, shape, dtype=job.dtype, device=job.device)
