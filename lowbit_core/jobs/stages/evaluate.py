"""Stage evaluate: perplexity, distance to the float model and size of every variant of the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lowbit_core.allocator import release_memory
from lowbit_core.data.files import DEFAULT_TEXT, find_text
from lowbit_core.errors import UserError
from lowbit_core.events import Metric, Notice, Progress
from lowbit_core.jobs.job import Job
from lowbit_core.jobs.task_scores import measure_tasks, task_file
from lowbit_core.jobs.variants import variant_adapters, variant_base
from lowbit_core.recipe.schema import Recipe

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from lowbit_core.jobs.answers import AnswerRows

STAGE = "evaluate"


def run(job: Job) -> None:
    """Measure float, quantized, repaired and tuned, as far as the run has them.

    Results go into the state after each variant, so that a resumed run measures none twice. The float model is run
    block by block and only its last hidden states stay.

    Raises:
        UserError: a text or a task's file that cannot be read, or a text that is too short.
        Interrupted: between windows, and at every token of an answer.
    """
    done: dict[str, Any] = job.state.partial.setdefault(STAGE, {"text": {}, "answers": {}, "sizes": {}})
    windows = _text_windows(job)
    if windows is not None:
        _measure_text(job, windows, done["text"])
    answers = _answer_rows(job)
    if answers is not None:
        _measure_answers(job, answers, done["answers"])
    if job.recipe.evaluate.tasks:
        names = list(variant_adapters(job.folder))
        measure_tasks(job, names, partial(_with_variants, job), done.setdefault("tasks", {}))
    _measure_sizes(job, done["sizes"])
    job.facts |= done
    job.facts["text_name"] = _text_name(job)
    job.facts["device"] = str(job.device)


def check_files(recipe: Recipe) -> None:
    """Text and tasks are there, asked before hours are spent.

    Raises:
        UserError: ``text-missing`` or ``task-missing``.
    """
    if recipe.evaluate.text:
        find_text(recipe.evaluate.text)
    for task in recipe.evaluate.tasks:
        _, path = task_file(task)
        if not path.is_file():
            raise UserError("task-missing", f"There is no file {path}.", hint="Check the path.", where="evaluate.tasks")


def text_path(job: Job) -> Path | None:
    """The text file perplexity is measured on; None where the held-back rows serve."""
    text = job.recipe.evaluate.text
    if not text and job.recipe.data.source and job.data.report().validation:
        return None
    return find_text(text or DEFAULT_TEXT)


def _text_name(job: Job) -> str:
    path = text_path(job)
    return path.name if path else ""


def _text_windows(job: Job) -> torch.Tensor | None:
    """The text's tokens, as many as are measured: int64 [n]; None without a text."""
    from lowbit_core.evaluate import read_text_ids

    path = text_path(job)
    return None if path is None else read_text_ids(path, job.tokenizer)


def _measure_text(job: Job, ids: torch.Tensor, done: dict[str, Any]) -> None:
    import torch

    from lowbit_core.evaluate import compare, text_windows
    from lowbit_core.jobs.float_reference import FloatReference

    settings = job.recipe.evaluate
    context = _context_length(job)
    stride = min(settings.stride, context)
    windows = text_windows(len(ids), context, stride, settings.limit)
    length = windows[0].end - windows[0].begin
    full = [window for window in windows if window.end - window.begin == length]
    missing = [name for name in variant_adapters(job.folder) if name not in done]
    if not missing:
        return
    tokens = torch.stack([ids[window.begin : window.end] for window in full])
    reference = _reference(job, FloatReference, tokens)

    def measure(name: str, model: PreTrainedModel) -> None:
        measured = compare(
            model,
            reference.rows,
            ids,
            context=context,
            job_context=job.context,
            stride=stride,
            limit=len(full),
            stage=STAGE,
        )
        done["float"] = asdict(measured.reference_perplexity)
        done[name] = asdict(measured.perplexity) | {"kl": measured.kl, "top1": measured.top1}
        _tell(job, f"perplexity/{name}", measured.perplexity.value)
        job.state.write()

    _with_variants(job, missing, measure)
    _tell(job, "perplexity/float", done["float"]["value"])
    reference.close()


def _answer_rows(job: Job) -> AnswerRows | None:
    from lowbit_core.jobs.answers import AnswerRows
    from lowbit_core.jobs.stages.tune import rendered_rows

    if not job.recipe.data.source or not job.data.report().validation:
        return None
    tokenizer = job.tokenizer
    pad_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id or 0
    return AnswerRows(rendered_rows(job, "validation"), pad_id)


def _measure_answers(job: Job, rows: AnswerRows, done: dict[str, Any]) -> None:
    from lowbit_core.evaluate import ModelRows
    from lowbit_core.jobs.answers import answer_perplexity
    from lowbit_core.jobs.float_reference import FloatReference

    if "float" not in done:
        reference = _reference(job, FloatReference, rows.tokens)
        done["float"] = answer_perplexity(reference.rows, rows, job.context)
        _tell(job, "answer_perplexity/float", done["float"])
        reference.close()
        job.state.write()

    def measure(name: str, model: PreTrainedModel) -> None:
        done[name] = answer_perplexity(ModelRows(model), rows, job.context)
        _tell(job, f"answer_perplexity/{name}", done[name])
        job.state.write()

    _with_variants(job, [name for name in variant_adapters(job.folder) if name not in done], measure)
    done["tokens"] = rows.scored


def _measure_sizes(job: Job, done: dict[str, Any]) -> None:
    from lowbit_core.packed import account

    for name, adapters in variant_adapters(job.folder).items():
        base = variant_base(job.folder, name)
        done[name] = asdict(account(base, [job.folder.adapters / item for item in adapters]))
    spec = job.spec
    # A float model that comes as GGUF is dequantized; 16 bits is what it would be stored in.
    size = 2 * spec.parameters if spec.gguf_file else spec.total_bytes
    bits = 8 * size / spec.parameters
    done["float"] = {"linear_bits": bits, "model_bits": bits, "model_bytes": size}


def _with_variants(job: Job, names: list[Any], measure: Callable[[str, PreTrainedModel], None]) -> None:
    """Measure each named variant by the packed model switched to it; each is loaded once, and one is held at a time."""
    from lowbit_core.packed import load_adapter, load_model, switch

    variants = variant_adapters(job.folder)
    bases = {name: variant_base(job.folder, name) for name in variants if name in names}
    for base in dict.fromkeys(bases.values()):
        wanted = {name: variants[name] for name in bases if bases[name] == base}
        model: PreTrainedModel = load_model(base, job.device, job.dtype)
        for adapter in sorted({adapter for adapters in wanted.values() for adapter in adapters}):
            model = load_adapter(model, job.folder.adapters / adapter, adapter)
        model.eval()
        for name, adapters in wanted.items():
            switch(model, adapters)
            measure(name, model)
        del model
        release_memory()


def _reference(job: Job, kind: Any, tokens: torch.Tensor) -> Any:
    def each(done: int, total: int) -> None:
        job.context.checkpoint()
        job.context.emit(Progress(stage=STAGE, done=done, total=total, unit="blocks"))

    folder, name, keep = job.folder.work, "reference.bin", job.shared is not None
    if job.shared is not None:
        folder, name = job.shared, f"{_reference_key(job, tokens)}.hidden"
    folder.mkdir(parents=True, exist_ok=True)
    made = kind(job.spec, tokens, folder / name, device=job.device, dtype=job.dtype, each=each, keep=keep)
    release_memory()
    return made


def _reference_key(job: Job, tokens: torch.Tensor) -> str:
    """Names the float model's hidden states of these tokens."""
    from lowbit_core.jobs.stages.sample import model_hash

    digest = hashlib.sha256(model_hash(job).encode())
    digest.update(tokens.numpy().tobytes())
    return digest.hexdigest()[:32]


def _context_length(job: Job) -> int:
    """Tokens in a window: the recipe's, or the model's where that is shorter."""
    wanted, longest = job.recipe.evaluate.context, job.spec.context_length
    if longest and wanted > longest:
        job.context.emit(
            Notice(
                level="info",
                code="context-shortened",
                message=f"The model sees {longest} tokens; perplexity is measured in windows of that length.",
                arguments={"wanted": wanted, "longest": longest},
            )
        )
        return longest
    return wanted


def _tell(job: Job, name: str, value: float) -> None:
    job.context.emit(Metric(name=name, value=value, unit="", step=0))
