"""Weights from the lazy reader into transformers' modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from transformers import GenerationConfig, PreTrainedModel

from lowbit_core.errors import UserError
from lowbit_core.model.skeleton import skeleton
from lowbit_core.source import ModelSpec
from lowbit_core.weights import WeightReader, open_weights


def load_float(spec: ModelSpec, dtype: torch.dtype, device: torch.device | str = "cpu") -> PreTrainedModel:
    """The whole float model in eval mode, read tensor by tensor: the peak is the model plus one tensor.

    Works for safetensors and GGUF alike; the result is no "quantized" model to transformers and can be saved.

    Raises:
        UserError: a tensor of the model is in none of its files, or has another shape.
    """
    model = skeleton(spec, dtype)
    reader = open_weights(spec)
    names = checkpoint_names(model, reader.names())
    materialise(model, "", names, reader, dtype, device)
    for module in model.modules():
        for name, buffer in module.named_buffers(recurse=False):
            module._buffers[name] = buffer.to(device)
    model.tie_weights()
    load_generation_config(model, spec)
    return model


def load_generation_config(model: PreTrainedModel, spec: ModelSpec) -> None:
    """Take over the folder's generation_config.json where it has a readable one."""
    try:
        model.generation_config = GenerationConfig.from_pretrained(spec.folder)
    except (OSError, ValueError):
        return


def checkpoint_names(model: PreTrainedModel, stored: Iterable[str]) -> Mapping[str, str]:
    """Parameter or persistent buffer of the model -> its name in the files; tied ones share a name.

    Old checkpoints of a base model leave its prefix out (GPT-2's ``h.0...``), others carry one the class lacks; both
    are found. A head that is tied and not stored maps to the embedding.

    Raises:
        UserError: a parameter is in no file (``tensor-missing``), all such names in the message.
    """
    have = set(stored)
    prefix = f"{model.base_model_prefix}."
    names: dict[str, str] = {}
    first: dict[int, str] = {}
    missing: list[str] = []
    for name, parameter in model.named_parameters(remove_duplicate=False):
        found = next((other for other in _spellings(name, prefix) if other in have), None)
        tied_to = first.get(id(parameter))
        if tied_to is not None:
            names[name] = names.get(tied_to, "")
        elif found is None:
            missing.append(name)
        else:
            names[name] = found
            first[id(parameter)] = name
    persistent = set(model.state_dict().keys())
    for name, _ in model.named_buffers():
        found = next((other for other in _spellings(name, prefix) if other in have), None)
        if name in persistent and found is not None:
            names[name] = found
    if missing:
        shown = ", ".join(missing[:4]) + (f" and {len(missing) - 4} more" if len(missing) > 4 else "")
        raise UserError(
            "tensor-missing",
            f"{len(missing)} of the model's tensors are in none of its files: {shown}.",
            hint="Fetch the model again; if it stays so, its layout (for example separate experts) is not supported.",
            where=missing[0],
            arguments={"count": len(missing), "names": shown},
        )
    return names


def _spellings(name: str, prefix: str) -> tuple[str, ...]:
    bare = name.removeprefix(prefix)
    # GPT-NeoX files call the head embed_out; transformers renames it on loading.
    return (name, bare, prefix + bare, name.replace("lm_head.", "embed_out."))


def materialise(
    model: PreTrainedModel,
    inside: str,
    names: Mapping[str, str],
    reader: WeightReader,
    dtype: torch.dtype,
    device: torch.device | str,
    *,
    leave: tuple[str, ...] = (),
) -> None:
    """Read the parameters below the module ``inside`` ("" for all) and put them in, as ``dtype`` on ``device``.

    Parameters whose name starts with an entry of ``leave`` stay on meta. A parameter shared by several modules is
    read once and stays shared.

    Raises:
        UserError: a stored tensor has another shape than the model wants (``tensor-shape``).
    """
    root = f"{inside}." if inside else ""
    shared: dict[int, nn.Parameter] = {}
    for path, module in list(model.named_modules()):
        for own, parameter in list(module._parameters.items()):
            name = f"{path}.{own}" if path else own
            if parameter is None or not name.startswith(root) or name.startswith(leave or ("\0",)):
                continue
            if id(parameter) not in shared:
                value = checked(reader.read(names[name]), parameter.shape, name).to(device=device, dtype=dtype)
                shared[id(parameter)] = nn.Parameter(value, requires_grad=False)
            module._parameters[own] = shared[id(parameter)]
        for own, buffer in list(module._buffers.items()):
            name = f"{path}.{own}" if path else own
            if buffer is not None and name in names and name.startswith(root):
                module._buffers[own] = checked(reader.read(names[name]), buffer.shape, name).to(device, buffer.dtype)


def release(module: nn.Module) -> None:
    """Put every parameter below a module back on the meta device; its memory is free afterwards."""
    for child in module.modules():
        for own, parameter in child._parameters.items():
            if parameter is not None and parameter.device.type != "meta":
                empty = torch.empty_like(parameter, device="meta")
                child._parameters[own] = nn.Parameter(empty, requires_grad=False)


def checked(tensor: Tensor, shape: torch.Size, name: str) -> Tensor:
    """The tensor, if it has the shape the model wants.

    Raises:
        UserError: it has not (``tensor-shape``).
    """
    if tensor.shape == shape:
        return tensor
    raise UserError(
        "tensor-shape",
        f"{name} is {list(tensor.shape)} in the file, but the configuration asks for {list(shape)}.",
        hint="The file and config.json do not belong together; fetch the model again.",
        where=name,
        arguments={"name": name},
    )
