"""Adapters of a packed model: attach, load, save, switch.

PEFT's hook for layers it does not know is a property of a configuration object and is not saved, so configurations go
through `register_layers` here before PEFT sees them.
"""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from peft.utils import load_peft_weights
from torch import nn
from transformers import PreTrainedModel

from lowbit_core.errors import UserError
from lowbit_core.files import flush_folder, temporary_path
from lowbit_core.packed.identity import MARK_FILE, check_same_base
from lowbit_core.packed.linear import PackedLinear
from lowbit_core.packed.load import manifest_of
from lowbit_core.packed.lora import PackedLoraLinear
from lowbit_core.packed.repair_adapter import write_mark
from lowbit_core.source.damaged import corrupt, file_missing
from lowbit_core.source.safetensors_header import read_header
from lowbit_core.weights import write_safetensors


def register_layers(config: LoraConfig) -> LoraConfig:
    """Tell a configuration which layer serves a `PackedLinear`; returns it."""
    config._register_custom_module({PackedLinear: PackedLoraLinear})
    return config


def add_adapter(model: PreTrainedModel | PeftModel, config: LoraConfig, name: str) -> PeftModel:
    """Attach a new adapter; the model is wrapped once, later ones join it. What is active does not change, except that
    the first adapter is.
    """
    register_layers(config)
    if not isinstance(model, PeftModel):
        return get_peft_model(model, config, adapter_name=name)
    active = list(model.base_model.active_adapters)
    model.add_adapter(name, config)
    model.base_model.set_adapter(active)
    return model


def load_adapter(model: PreTrainedModel | PeftModel, folder: Path, name: str, *, trainable: bool = False) -> PeftModel:
    """Attach the adapter in ``folder`` under ``name``, with its weights; call `switch` to choose what is active.

    Unless it is to be trained, changes of the scales stay in the 16 bits they are stored in.

    Raises:
        UserError: made for another base, a file missing or damaged, or tensors that do not fit the model.
    """
    mark = _read_json(folder / MARK_FILE) if (folder / MARK_FILE).is_file() else {}
    _read_json(folder / "adapter_config.json")
    check_same_base(manifest_of(model), str(mark.get("base_sha256", "")), folder)
    read_header(folder / "adapter_model.safetensors")
    config = LoraConfig.from_pretrained(str(folder))
    assert isinstance(config, LoraConfig)
    config.inference_mode = not trainable
    config.base_model_name_or_path = getattr(model, "name_or_path", None)
    peft_model = add_adapter(model, config, name)
    try:
        _fill_adapter(peft_model, folder, name, trainable=trainable)
    except BaseException:
        # An adapter of random numbers must not stay behind.
        if isinstance(model, PeftModel):
            model.delete_adapter(name)
        else:
            peft_model.unload()
        raise
    return peft_model


def save_adapter(model: PeftModel, folder: Path, name: str, *, dtype: torch.dtype | None = None) -> None:
    """Write one adapter in PEFT's format with the hash of its base; the folder appears whole, replacing an older one.

    Args:
        model: holds the adapter.
        folder: becomes the adapter's folder.
        name: of the adapter.
        dtype: what the tensors are stored in; None keeps theirs.

    Raises:
        UserError: ``disk-full`` or ``folder-unwritable``.
    """
    state = get_peft_model_state_dict(model, adapter_name=name, save_embedding_layers=False)
    tensors = {key: value.detach().to(dtype or value.dtype).cpu() for key, value in state.items()}
    temporary, older = temporary_path(folder), folder.with_name(f".{folder.name}.{os.getpid()}.old")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    write_safetensors(temporary / "adapter_model.safetensors", dict(sorted(tensors.items())))
    write_mark(temporary, manifest_of(model).base_sha256)
    _saved_config(model, name).save_pretrained(str(temporary))
    flush_folder(temporary)
    if folder.exists():
        folder.rename(older)
    temporary.rename(folder)
    flush_folder(folder.parent)
    shutil.rmtree(older, ignore_errors=True)


@torch.no_grad()
def round_adapter(model: PeftModel, name: str) -> torch.dtype:
    """Round an adapter's numbers, in place, to the 16 bits it is stored in, so that what is measured is what is saved.

    Returns:
        fp16, or bfloat16 where a number leaves fp16's range. The tensors keep the type they have.
    """
    state = get_peft_model_state_dict(model, adapter_name=name, save_embedding_layers=False)
    limit = torch.finfo(torch.float16).max
    dtype = torch.float16 if all(bool((item.abs() <= limit).all()) for item in state.values()) else torch.bfloat16
    for item in state.values():
        item.copy_(item.to(dtype))
    return dtype


def switch(model: PreTrainedModel | PeftModel, names: Collection[str], *, trainable: Collection[str] = ()) -> None:
    """Make exactly these adapters active, in this order; none gives the bare base. Nothing is reloaded.

    Args:
        model: with or without adapters.
        names: of loaded adapters.
        trainable: those of ``names`` that receive gradients; every other adapter is frozen.

    Raises:
        UserError: ``adapter-unknown``.
    """
    known = list(model.peft_config) if isinstance(model, PeftModel) else []
    for name in (*names, *trainable):
        if name not in known:
            loaded = ", ".join(known) or "none"
            raise UserError(
                "adapter-unknown",
                f"No adapter called {name!r} is loaded; loaded: {loaded}.",
                arguments={"name": name, "loaded": loaded},
            )
    if not isinstance(model, PeftModel):
        return
    tuner = model.base_model
    if names:
        tuner.enable_adapter_layers()
        tuner.set_adapter(list(names), inference_mode=True)
    else:
        tuner.disable_adapter_layers()
    for module in model.modules():
        if isinstance(module, PackedLoraLinear):
            _set_trainable(module, set(trainable))


def active_adapters(model: nn.Module) -> tuple[str, ...]:
    """Names of the adapters the next forward uses, in order."""
    for module in model.modules():
        if isinstance(module, PackedLoraLinear):
            return () if module.disable_adapters else tuple(module.active_adapters)
    return ()


def train_scales(model: PeftModel, name: str) -> None:
    """Give every matrix the adapter ``name`` targets a trainable change of its scales, zero so far."""
    for module in model.modules():
        if isinstance(module, PackedLoraLinear):
            module.train_scales(name)


def _fill_adapter(model: PeftModel, folder: Path, name: str, *, trainable: bool) -> None:
    """Copy the stored tensors into a freshly attached adapter.

    Raises:
        UserError: ``adapter-mismatch``.
    """
    state = load_peft_weights(str(folder), device="cpu")
    for key in state:
        path, _, last = key.removeprefix("base_model.model.").rpartition(".")
        if last == "lora_scale_delta":
            stored = torch.float32 if trainable else state[key].dtype
            model.get_base_model().get_submodule(path).train_scales(name, stored)
    wanted = get_peft_model_state_dict(model, adapter_name=name, save_embedding_layers=False)
    wrong = [
        key
        for key in sorted({*state, *wanted})
        if key not in state or key not in wanted or state[key].shape != wanted[key].shape
    ]
    if wrong:
        shown = ", ".join(wrong[:4])
        raise UserError(
            "adapter-mismatch",
            f"The adapter {folder} does not fit the model: {len(wrong)} tensors are missing, unknown or of another "
            f"shape ({shown}).",
            hint="Its adapter_config.json and adapter_model.safetensors do not belong together; copy the folder again.",
            where=str(folder),
            arguments={"path": str(folder), "names": shown},
        )
    set_peft_model_state_dict(model, state, adapter_name=name)


def _set_trainable(module: PackedLoraLinear, names: set[str]) -> None:
    for group in ("lora_A", "lora_B", "lora_magnitude_vector", "lora_scale_delta"):
        for name, layer in getattr(module, group).items():
            layer.requires_grad_(name in names)


def _saved_config(model: PeftModel, name: str) -> LoraConfig:
    """The configuration as it should lie on disk: frozen, naming the base."""
    config = copy.copy(model.peft_config[name])
    config.inference_mode = True
    if config.base_model_name_or_path is None:
        config.base_model_name_or_path = getattr(model.get_base_model().config, "_name_or_path", "")
    return config


def _read_json(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise file_missing(path) from error
    except ValueError as error:
        raise corrupt(str(path), "it is not JSON") from error
    if not isinstance(value, dict):
        raise corrupt(str(path), "it is no table")
    return value
