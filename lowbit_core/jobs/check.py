"""The measured preflight: one training step at the greatest length, on random codes in the model's shapes.

No weight is read or downloaded: what a step takes depends on shapes and settings alone, so made-up numbers show the
true peak before hours are spent.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from lowbit_core import source
from lowbit_core.context import Context
from lowbit_core.jobs.device import choose_device, choose_dtype
from lowbit_core.jobs.planning import plan_run
from lowbit_core.jobs.stages.tune import PRECISIONS
from lowbit_core.model import skeleton, structure_of
from lowbit_core.packed import Manifest
from lowbit_core.packed.hf import mark_packed
from lowbit_core.packed.swap import swap_modules
from lowbit_core.quantize import codec_for
from lowbit_core.quantize.outside import is_skipped
from lowbit_core.recipe.schema import Quantize, Recipe, Tune
from lowbit_core.render import TokenRow
from lowbit_core.source import ModelSpec
from lowbit_core.tune import tune

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What one step took.

    Attributes:
        device: where.
        length: tokens of each row.
        batch: rows.
        peak_bytes: most memory in use: torch's peak on a GPU, else the process's resident memory (`memory.peak_bytes`).
        planned_bytes: what the plan says of the same stage and place.
        seconds: of the step, with its preparation.
    """

    device: str
    length: int
    batch: int
    peak_bytes: int
    planned_bytes: int
    seconds: float


def check_step(recipe: Recipe, context: Context) -> Checked:
    """Run the step.

    Raises:
        UserError: no such model, settings nothing implements.
        Interrupted: by ``context``.
        torch.OutOfMemoryError: it does not fit; `failures.as_user_error` has the words for it.
    """
    spec = source.inspect_model(recipe.model.source, recipe.model.revision)
    recipe, made = plan_run(recipe, spec, Path.cwd())
    device = choose_device(recipe.device)
    dtype = choose_dtype(recipe.precision, device)
    context.checkpoint()
    model = random_packed(spec, recipe.quantize, device, dtype)
    length = min(recipe.data.max_length, spec.context_length or recipe.data.max_length)
    ids = np.random.default_rng(0).integers(0, spec.vocab_size, length).astype(np.int32)
    row = TokenRow(ids, np.ones(length, dtype=np.bool_))
    precision: Any = PRECISIONS[str(dtype)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lowbit-check-") as folder:
        result = tune(
            model,
            SimpleNamespace(pad_token_id=0),  # nothing else of a tokenizer is looked at
            [row] * recipe.tune.batch,
            _one_step(recipe),
            recipe.data,
            folder=Path(folder) / "tuned",
            checkpoints=Path(folder) / "checkpoints",
            context=context,
            seed=recipe.seed,
            precision=precision,
        )
    gpu = device.type == "cuda"
    return Checked(
        device=str(device),
        length=length,
        batch=recipe.tune.batch,
        peak_bytes=result.peak_bytes,
        planned_bytes=made.peak("tune", "gpu" if gpu else "ram", torch_only=gpu),
        seconds=time.monotonic() - began,
    )


def random_packed(spec: ModelSpec, settings: Quantize, device: torch.device, dtype: torch.dtype) -> PreTrainedModel:
    """A packed model with random codes; fractional bits are rounded up, so that the memory is never too small."""
    model = skeleton(spec, dtype)
    assert not isinstance(settings.bits, str)
    bits = int(settings.bits) if float(settings.bits).is_integer() else 4
    linears = [item for item in structure_of(model).linears() if not is_skipped(item, settings.skip)]
    manifest = Manifest(matrices={item.name: codec_for(settings, bits) for item in linears}, base_sha256="random")
    swap_modules(model, manifest)
    torch.manual_seed(0)
    for module in model.modules():
        fill_random(module, device)
    model.tie_weights()
    mark_packed(model, manifest)
    return model.eval()


def fill_random(module: nn.Module, device: torch.device) -> None:
    """Small random numbers in place of everything that is on the meta device."""
    for name, parameter in list(module._parameters.items()):
        if parameter is not None:
            value = torch.empty(parameter.shape, dtype=parameter.dtype, device=device).normal_(std=0.02)
            module._parameters[name] = nn.Parameter(value, requires_grad=False)
    for name, buffer in list(module._buffers.items()):
        if buffer is None:
            continue
        if buffer.device.type != "meta":
            module._buffers[name] = buffer.to(device)
        elif buffer.dtype.is_floating_point:
            module._buffers[name] = torch.full(buffer.shape, 0.01, dtype=buffer.dtype, device=device)
        else:
            module._buffers[name] = torch.randint(0, 256, buffer.shape, device=device).to(buffer.dtype)


def _one_step(recipe: Recipe) -> Tune:
    """The recipe's settings for one step; continuing a repair trains an adapter of the repair's rank."""
    settings = replace(recipe.tune, steps=1, accumulate=1, evaluate_every=0, checkpoint_every=0, adapter="fresh")
    if recipe.tune.adapter == "continue" and recipe.correct.method != "none":
        return replace(settings, rank=recipe.correct.rank, alpha=float(recipe.correct.rank))
    return settings
