"""A packed folder as a model, read tensor by tensor: the peak is the packed size and one tensor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from lowbit_core.errors import UserError
from lowbit_core.model import skeleton
from lowbit_core.model.loading import checkpoint_names, load_generation_config, materialise
from lowbit_core.packed.hf import LowbitConfig, mark_packed
from lowbit_core.packed.identity import base_sha256
from lowbit_core.packed.manifest import Manifest, read_manifest
from lowbit_core.packed.swap import swap_modules
from lowbit_core.source import inspect_model
from lowbit_core.weights import open_weights


def load_model(
    folder: Path, device: torch.device | str = "cpu", dtype: torch.dtype = torch.bfloat16
) -> PreTrainedModel:
    """The model of a packed folder in eval mode, nothing trainable.

    Args:
        folder: written by `PackedFolder` or `save_pretrained`.
        device: where everything goes.
        dtype: what it computes in, and what embeddings and norms are cast to; codes and scales stay as they are.

    Raises:
        UserError: a file is missing, truncated or damaged, or does not fit the configuration.
    """
    manifest = read_manifest(folder)
    spec = inspect_model(f"path:{folder}")
    model = skeleton(spec, dtype)
    swap_modules(model, manifest, str(folder / "config.json"))
    reader = open_weights(spec)
    names = checkpoint_names(model, reader.names())
    _check_buffers(model, names, folder)
    materialise(model, "", names, reader, dtype, device)
    for module in model.modules():
        for name, buffer in module._buffers.items():
            module._buffers[name] = None if buffer is None else buffer.to(device)
    model.tie_weights()
    load_generation_config(model, spec)
    mark_packed(model, manifest)
    model.config._name_or_path = model.name_or_path = str(folder)
    return model.eval()


def manifest_of(model: torch.nn.Module) -> Manifest:
    """The manifest of a loaded model, however it was loaded, with or without adapters around it.

    Raises:
        UserError: ``not-packed``.
    """
    base: Any = model
    while hasattr(base, "get_base_model"):
        base = base.get_base_model()
    config = getattr(getattr(base, "config", None), "quantization_config", None)
    if isinstance(config, LowbitConfig):
        return config.manifest()
    raise UserError(
        "not-packed",
        f"{type(base).__name__} is no packed model.",
        hint="Load it with lowbit_core.packed.load_model, or quantize it first.",
    )


def verify(folder: Path) -> None:
    """Read every stored byte and compare with the hash written when the folder was made.

    Raises:
        UserError: ``base-changed``, or as for `load_model`.
    """
    manifest = read_manifest(folder)
    found = base_sha256(open_weights(inspect_model(f"path:{folder}")))
    if found != manifest.base_sha256:
        raise UserError(
            "base-changed",
            f"The weights in {folder} are not those it was written with: base {found[:12]}, not "
            f"{manifest.base_sha256[:12]}.",
            hint="Copy the folder again, or quantize the model again.",
            where=str(folder),
            arguments={"path": str(folder), "wanted": manifest.base_sha256, "found": found},
        )


def _check_buffers(model: PreTrainedModel, names: Mapping[str, str], folder: Path) -> None:
    """Packed buffers are no parameters: one that is stored nowhere would stay on meta and fail at its first use."""
    missing = [name for name in model.state_dict() if name not in names]
    if missing:
        shown = ", ".join(missing[:4]) + (f" and {len(missing) - 4} more" if len(missing) > 4 else "")
        raise UserError(
            "tensor-missing",
            f"{len(missing)} of the model's tensors are in none of its files: {shown}.",
            hint="Copy the folder again, or quantize the model again.",
            where=str(folder),
            arguments={"count": len(missing), "names": shown},
        )
