"""A Hugging Face folder as a model: config.json and the headers of its safetensors files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lowbit_core.errors import UserError
from lowbit_core.source.damaged import corrupt, file_missing
from lowbit_core.source.gptq import gptq_settings, is_gptq, plain_tensors
from lowbit_core.source.loftq import loftq_adapter
from lowbit_core.source.safetensors_header import StoredTensor, read_header
from lowbit_core.source.spec import ModelSpec, TensorSpec

SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
_HEADS = ("lm_head.weight", "embed_out.weight", "output.weight")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")
_CONTEXT = ("max_position_embeddings", "n_positions", "max_seq_len", "max_sequence_length", "seq_length", "n_ctx")
_HIDDEN = ("hidden_size", "n_embd", "d_model", "dim")
_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")


def folder_model(folder: Path, source: str, revision: str = "") -> ModelSpec:
    """The model in ``folder``.

    Raises:
        UserError: no folder, no config.json, no safetensors (``pickle-refused`` where there are only pickles), a file
            named by the index missing, a file truncated or corrupt.
    """
    if not folder.is_dir():
        raise UserError(
            "folder-missing",
            f"There is no folder {folder}.",
            hint=f"For a GGUF file write gguf:{folder}." if folder.is_file() else "Check the path.",
            where=str(folder),
            arguments={"path": str(folder)},
        )
    config = read_config(folder / "config.json")
    headers = {name: read_header(folder / name) for name in weight_files(folder)}
    spec = describe(
        source,
        folder,
        config,
        headers,
        licence=folder_licence(folder),
        revision=revision,
        settings=gptq_settings(folder, config),
    )
    if not spec.quantization and loftq_adapter(folder) is not None:
        return replace(spec, quantization="loftq")
    return spec


def read_config(path: Path) -> dict[str, Any]:
    """config.json as a table.

    Raises:
        UserError: ``config-missing`` or ``file-corrupt``.
    """
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(
            "config-missing",
            f"{path.parent} has no config.json, so it is not a Hugging Face model folder.",
            hint="Point to the folder that holds config.json and the .safetensors files.",
            where=str(path.parent),
        ) from error
    except ValueError as error:
        raise corrupt(str(path), f"it is not JSON ({error})") from error
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise corrupt(str(path), "it names no model_type")
    return config


def weight_files(folder: Path) -> tuple[str, ...]:
    """Names of the safetensors files that make up the model: the index's if there is one, else the single one.

    Raises:
        UserError: none there, or the index is broken or names a file that is missing.
    """
    if (folder / SINGLE).is_file():  # transformers prefers it too when an index lies beside it
        return (SINGLE,)
    if (folder / INDEX).is_file():
        names = index_files((folder / INDEX).read_text(encoding="utf-8"), str(folder / INDEX))
        for name in names:
            if not (folder / name).is_file():
                raise file_missing(folder / name)
        return names
    others = sorted(path.name for path in folder.glob("*.safetensors") if not path.name.startswith((".", "adapter")))
    if len(others) == 1:
        return (others[0],)
    pickles = sorted(path.name for pattern in _PICKLES for path in folder.glob(pattern))
    if pickles:
        raise pickle_refused(pickles[0], str(folder))
    raise UserError(
        "weights-missing",
        f"{folder} has no {SINGLE} and no {INDEX}.",
        hint="Download the model's weights in safetensors format into this folder.",
        where=str(folder),
    )


def index_files(text: str, where: str) -> tuple[str, ...]:
    """The file names in a ``model.safetensors.index.json``, each once, sorted.

    Raises:
        UserError: ``file-corrupt``.
    """
    try:
        names = sorted(set(json.loads(text)["weight_map"].values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise corrupt(where, "it is not a table of tensors and files") from error
    if not names or not all(isinstance(name, str) and name == Path(name).name for name in names):
        raise corrupt(where, "it names files outside its folder, or none")
    return tuple(names)


def pickle_refused(name: str, where: str) -> UserError:
    """The error for weights that only exist as pickles."""
    return UserError(
        "pickle-refused",
        f"The weights of {where} are only there as a pickle ({name}); loading one runs whatever code it carries.",
        hint="Take a version with .safetensors files; many authors keep one on another branch or convert on request.",
        where=where,
        arguments={"file": name},
    )


def folder_licence(folder: Path) -> str:
    """The licence named in the front matter of README.md; empty where there is none."""
    try:
        text = (folder / "README.md").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    head = text.split("---", 2)[1] if text.startswith("---") and text.count("---") >= 2 else ""
    lines = (line.partition(":") for line in head.splitlines())
    return next((value.strip().strip("\"'") for key, _, value in lines if key == "license"), "")


def describe(
    source: str,
    folder: Path,
    config: Mapping[str, Any],
    headers: Mapping[str, Sequence[StoredTensor]],
    *,
    licence: str,
    revision: str = "",
    settings: Mapping[str, Any] | None = None,
) -> ModelSpec:
    """Put a spec together from a config and the headers of the weight files (by file name).

    Args:
        source: as in the recipe.
        folder: where the files are.
        config: config.json.
        headers: of the weight files.
        licence: identifier.
        revision: commit on the hub.
        settings: of a GPTQ quantization, where another file than config.json states them.

    Raises:
        UserError: a GPTQ checkpoint that contradicts itself.
    """
    tensors = tuple(
        TensorSpec(name=item.name, shape=item.shape, dtype=item.dtype, size_bytes=item.size_bytes, file=name)
        for name, header in headers.items()
        for item in header
    )
    stated = config.get("quantization_config")
    quantization = str(stated.get("quant_method", "unknown")) if isinstance(stated, dict) else ""
    settings = settings if settings is not None else stated if isinstance(stated, dict) else {}
    if is_gptq((tensor.name for tensor in tensors), settings):
        tensors, quantization = plain_tensors(tensors, settings, str(config["model_type"])), "gptq"
    text = config.get("text_config") if isinstance(config.get("text_config"), dict) else {}
    merged = {**config, **(text or {})}
    heads = [tensor for tensor in tensors if tensor.name in _HEADS]
    tie = config.get("tie_word_embeddings", merged.get("tie_word_embeddings"))
    tied = bool(tie) if tie is not None else not heads
    counted = sum(tensor.elements for tensor in tensors) - (sum(head.elements for head in heads) if tied else 0)
    architectures = config.get("architectures") or [""]
    return ModelSpec(
        source=source,
        folder=folder.absolute() if headers and folder != Path() else folder,
        architecture=str(architectures[0]),
        model_type=str(config["model_type"]),
        parameters=counted,
        context_length=_first(merged, _CONTEXT),
        vocab_size=_first(merged, ("vocab_size",)),
        hidden_size=_first(merged, _HIDDEN),
        layers=_first(merged, _LAYERS),
        tied_embeddings=tied,
        licence=licence,
        total_bytes=sum(tensor.size_bytes for tensor in tensors),
        config=dict(config),
        tensors=tensors,
        revision=revision,
        quantization=quantization,
    )


def _first(config: Mapping[str, Any], names: Sequence[str]) -> int:
    return next((int(config[name]) for name in names if isinstance(config.get(name), int)), 0)
