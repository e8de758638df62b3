"""Stage sample: the text the solver and the repair look at."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from lowbit_core.errors import UserError
from lowbit_core.events import Notice
from lowbit_core.files import app_folder
from lowbit_core.jobs.files import fingerprint
from lowbit_core.jobs.job import Job
from lowbit_core.plan.quantizing import uses_text
from lowbit_core.recipe.schema import Quantize, Recipe

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

HEADROOM = 1.25
"""Free memory a float model needs to sample, as a multiple of its weights: cache and activations come on top."""

_NAME = "tokens"


def needed(recipe: Recipe) -> bool:
    """Whether anything in the recipe looks at text while quantizing."""
    return uses_text(recipe)


def run(job: Job) -> None:
    """Write `calibration.safetensors`: int32 [samples, length].

    Raises:
        UserError: a text that cannot be read or is too short; no memory to sample in and no data to take instead.
        Interrupted: at any token.
    """
    if not needed(job.recipe):
        return  # the recipe asked for it, and then the model brought codes of its own
    settings = job.recipe.quantize
    tokens = text_tokens(job, settings.calibration, settings.samples, settings.length, key="quantize.calibration")
    _write(job.folder.calibration, tokens)
    job.facts |= {"sequences": tokens.shape[0], "length": tokens.shape[1], "source": settings.calibration}


def text_tokens(job: Job, text: str, samples: int, length: int, *, key: str) -> Tensor:
    """Token sequences int64 [samples, length] from the recipe's choice ``text``, named ``key`` there.

    Args:
        job: the run.
        text: ``self`` (sampled from the model), ``data`` (the user's rows) or a text or jsonl file.
        samples: sequences.
        length: tokens in each.
        key: for messages.

    Raises:
        UserError: as `run`.
        Interrupted: at any token.
    """
    if text == "self":
        return _own_text(job, samples, length, key)
    if text == "data":
        return _from_data(job, samples, length, key)
    from lowbit_core.render import token_blocks

    path = Path(text).expanduser()
    if not path.is_file():
        raise UserError(
            "calibration-missing",
            f"There is no text {path}.",
            hint=f"{key} is self, data or a text or jsonl file.",
            where=key,
        )
    return token_blocks(path, length, samples, job.recipe.seed, tokenizer=job.tokenizer)


def model_hash(job: Job) -> str:
    """Names the float model and how it is computed, for caches of what it says."""
    files = sorted({job.spec.folder / tensor.file for tensor in job.spec.tensors})
    return f"{fingerprint(files, job.spec.architecture)}-{job.device.type}-{job.dtype}"


def read_calibration(path: Path) -> Tensor:
    """The tokens of an earlier `run`: int64 [samples, length]."""
    from safetensors.torch import load

    return load(path.read_bytes())[_NAME].long()


def _write(path: Path, tokens: Tensor) -> None:
    from lowbit_core.weights import write_safetensors

    path.parent.mkdir(parents=True, exist_ok=True)
    write_safetensors(path, {_NAME: tokens.int().contiguous()})


def _from_data(job: Job, samples: int, length: int, key: str) -> Tensor:
    from lowbit_core.render import token_blocks

    if not job.recipe.data.source:
        raise UserError(
            "calibration-no-data",
            "The text shall come from the data, but the recipe has none.",
            hint=f'Set data.source, or {key} = "self".',
            where=key,
        )
    return token_blocks(
        job.data.examples("train"),
        length,
        samples,
        job.recipe.seed,
        tokenizer=job.tokenizer,
        where=job.recipe.data.source,
    )


def _own_text(job: Job, samples: int, length: int, key: str) -> Tensor:
    """Text sampled from the model, or taken from the cache of such texts."""
    from lowbit_core.chat.sample_text import sample_key, sample_text

    seed, count = job.recipe.seed, samples * length
    kept = app_folder() / "samples" / f"{sample_key(model_hash(job), count, length, seed)}.safetensors"
    if kept.is_file():
        return read_calibration(kept)
    model = _sampling_model(job, key)
    if model is None:
        return _from_data(job, samples, length, key)
    tokens = sample_text(model, job.tokenizer, count, length, seed, context=job.context)
    _write(kept, tokens)
    return tokens


def _sampling_model(job: Job, key: str) -> PreTrainedModel | None:
    """The float model where it fits; else a packed copy at 8 or 4 bits; else None, where there is data to take."""
    from lowbit_core.model import load_float

    weights = job.spec.parameters
    free = free_bytes(job)
    if weights * job.dtype.itemsize * HEADROOM <= free:
        return load_float(job.spec, job.dtype, job.device)
    for bits in (8, 4):
        if weights * (bits + 0.5) / 8 * HEADROOM <= free:
            return _packed_copy(job, bits)
    if not job.recipe.data.source:
        raise UserError(
            "no-memory-to-sample",
            f"The model does not fit the free memory ({free / 1e9:.1f} GB) even at 4 bits, so no text can be sampled "
            "from it.",
            hint=f'Name a text file in {key}, or set data.source and {key} = "data".',
            where=key,
            arguments={"free_bytes": free},
        )
    job.context.emit(
        Notice(
            level="warning",
            code="calibration-from-data",
            message="The model is too large to sample text from; the text is taken from your data.",
            hint="The quantized model will fit your data better than other text.",
        )
    )
    return None


def _packed_copy(job: Job, bits: int) -> PreTrainedModel:
    """A quickly quantized copy to sample from; it lies in the run's scratch folder."""
    from lowbit_core.model import structure
    from lowbit_core.packed import PackedFolder, load_model
    from lowbit_core.quantize import quantize_model

    job.context.emit(
        Notice(
            level="info",
            code="sampling-from-packed",
            message=f"The float model does not fit the free memory; the text is sampled from a {bits}-bit copy.",
            arguments={"bits": bits},
        )
    )
    folder = job.folder.work / f"sampler-{bits}bit"
    sink = PackedFolder(folder, folder / "repair", job.spec, structure(job.spec), dtype=job.dtype)
    settings = Quantize(bits=float(bits), solver="nearest")
    quantize_model(job.spec, settings, None, sink=sink, context=job.context, device=job.device, dtype=job.dtype)
    model = load_model(folder, job.device, job.dtype)
    shutil.rmtree(folder, ignore_errors=True)
    return model


def free_bytes(job: Job) -> int:
    """Free memory where the run computes: the GPU's, or the computer's."""
    if job.device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(job.device)[0])
    return int(psutil.virtual_memory().available)
