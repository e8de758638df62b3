"""The adapter that is trained: the repair's own, one beside it, or one alone."""

from __future__ import annotations

import copy
import math

import torch
from peft import LoraConfig, PeftModel
from peft.tuners.tuners_utils import BaseTunerLayer
from torch import nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from lowbit_core.errors import UserError
from lowbit_core.events import Notice
from lowbit_core.packed import PackedLinear
from lowbit_core.packed.adapter import add_adapter
from lowbit_core.recipe.schema import Tune
from lowbit_core.train.adapters import adapter_parameters, set_active, tuner_layers
from lowbit_core.train.memory import block_list

_MATRICES = (PackedLinear, nn.Linear, Conv1D)


def attach(
    model: PreTrainedModel | PeftModel, settings: Tune, *, name: str, repair: str | None
) -> tuple[PeftModel, tuple[str, ...], list[Notice]]:
    """Add the adapter ``name`` as the recipe wants it, active and alone in learning.

    A repair that takes no part from then on leaves the memory; it lies on the disk as it was.

    Args:
        model: packed model, with or without a repair.
        settings: which kind, rank, targets.
        name: of the new adapter.
        repair: name of the repair's adapter on ``model``, or None where there is none.

    Returns:
        The wrapped model, the active adapters in order, and what the person should know.

    Raises:
        UserError: ``targets-unknown`` or ``dora-continue``.
    """
    kind, notices = settings.adapter, []
    if repair is None and kind != "fresh":
        if kind == "continue":
            notices.append(_nothing_to_continue())
        kind = "fresh"
    if kind == "continue":
        assert repair is not None
        assert isinstance(model, PeftModel)
        peft_model = _continued(model, settings, name, repair)
        active: tuple[str, ...] = (name,)
    else:
        peft_model = add_adapter(model, _config(model, settings), name)
        active = (repair, name) if kind == "stack" and repair is not None else (name,)
    set_active(peft_model, active, {name})
    freeze_scales(peft_model)
    if repair is not None and repair not in active:
        peft_model.delete_adapter(repair)
    return peft_model, active, notices


def _continued(model: PeftModel, settings: Tune, name: str, repair: str) -> PeftModel:
    """An adapter that goes on where the repair is."""
    if settings.dora:
        raise UserError(
            "dora-continue",
            "The repair's adapter is a plain low-rank term and cannot be trained on as a DoRA adapter.",
            hint='Set tune.adapter = "stack" or "fresh", or tune.dora = false.',
            where="tune.dora",
        )
    config = copy.deepcopy(model.peft_config[repair])
    config.inference_mode, config.lora_dropout = False, settings.dropout
    peft_model = add_adapter(model, config, name)
    take_over(peft_model, repair, name)
    return peft_model


@torch.no_grad()
def take_over(model: PeftModel, source: str, target: str) -> None:
    """Give the adapter ``target`` the numbers of ``source``, which has the same configuration and is to be deleted:
    its scale changes, which are not trained on, go over as they are.
    """
    for layer in tuner_layers(model):
        for part in layer.adapter_layer_names:
            found = getattr(layer, part, {})
            if source not in found:
                continue
            if part == "lora_scale_delta":
                found[target] = found.pop(source)
                continue
            for into, origin in zip(found[target].parameters(), found[source].parameters(), strict=True):
                into.copy_(origin)


def freeze_scales(model: PeftModel) -> None:
    """Trained scales of a repair are used but not trained on: that would keep every layer's input in memory."""
    for layer in tuner_layers(model):
        for parameter in getattr(layer, "lora_scale_delta", {}).values():
            parameter.requires_grad_(False)


def _config(model: PreTrainedModel | PeftModel, settings: Tune) -> LoraConfig:
    whole = math.isclose(settings.alpha, round(settings.alpha))
    return LoraConfig(
        r=settings.rank,
        lora_alpha=round(settings.alpha) if whole else settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(target_names(model, settings.targets)),
        use_dora=settings.dora,
        bias="none",
        task_type="CAUSAL_LM",
    )


def target_names(model: nn.Module, targets: tuple[str, ...]) -> tuple[str, ...]:
    """Last parts of the names of the matrices that get an adapter, e.g. q_proj.

    Args:
        model: packed model.
        targets: ``("all",)`` for every matrix inside the blocks, or last parts of names.

    Raises:
        UserError: ``targets-unknown``: a name that no matrix inside the blocks has.
    """
    found: set[str] = set()
    for block in block_list(model):
        for path, module in block.named_modules():
            parts = path.split(".")
            if any(part == "base_layer" or part.startswith("lora_") for part in parts):
                continue
            matrix = module.get_base_layer() if isinstance(module, BaseTunerLayer) else module
            if isinstance(matrix, _MATRICES):
                found.add(parts[-1])
    if targets == ("all",):
        return tuple(sorted(found))
    unknown = sorted(set(targets) - found)
    if unknown:
        raise UserError(
            "targets-unknown",
            f"No matrix of this model is called {', '.join(unknown)}.",
            hint=f"It has: {', '.join(sorted(found))}; or write all.",
            where="tune.targets",
            arguments={"unknown": ", ".join(unknown), "known": ", ".join(sorted(found))},
        )
    return tuple(sorted(set(targets)))


def trainable_parameters(model: nn.Module, name: str) -> int:
    """How many numbers of the adapter ``name`` learn."""
    return sum(item.numel() for owner, item in adapter_parameters(model) if owner == name and item.requires_grad)


def _nothing_to_continue() -> Notice:
    return Notice(
        level="info",
        code="nothing-to-continue",
        message="There is no repair to train on; the adapter starts fresh.",
        hint='Set correct.method = "activation" to begin from a repaired model.',
    )
