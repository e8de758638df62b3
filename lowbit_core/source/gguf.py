"""A GGUF file as a model: its header turned into a `ModelSpec` with transformers' names."""

from __future__ import annotations

from pathlib import Path

from lowbit_core.errors import UserError
from lowbit_core.source.gguf_config import gguf_config, gguf_family
from lowbit_core.source.gguf_header import GgufHeader, GgufTensor, read_gguf_header
from lowbit_core.source.gguf_names import ROPE_TENSORS, Change, transformers_name
from lowbit_core.source.spec import ModelSpec, TensorSpec


def gguf_model(path: Path, source: str) -> ModelSpec:
    """The model in ``path``.

    Raises:
        UserError: missing, truncated or corrupt file, or an architecture that cannot be read from GGUF.
    """
    header = read_gguf_header(path)
    config = gguf_config(header, path)
    tensors = tuple(
        TensorSpec(
            name=name,
            shape=stored.shape[::-1] if change == "transposed" else stored.shape,
            dtype=stored.type,
            size_bytes=stored.size_bytes,
            file=path.name,
        )
        for name, (stored, change) in gguf_tensors(header, path).items()
    )
    return ModelSpec(
        source=source,
        folder=path.absolute().parent,
        gguf_file=path.name,
        architecture=config["architectures"][0],
        model_type=config["model_type"],
        parameters=sum(tensor.elements for tensor in tensors),
        context_length=config.get("max_position_embeddings", config.get("n_positions", 0)),
        vocab_size=config["vocab_size"],
        hidden_size=config.get("hidden_size", config.get("n_embd", 0)),
        layers=config.get("num_hidden_layers", config.get("n_layer", 0)),
        tied_embeddings=config["tie_word_embeddings"],
        licence=str(header.metadata.get("general.license", "")),
        total_bytes=sum(tensor.size_bytes for tensor in tensors),
        config=config,
        tensors=tensors,
        quantization="gguf",
    )


def gguf_tensors(header: GgufHeader, path: Path) -> dict[str, tuple[GgufTensor, Change]]:
    """The stored tensors of ``header`` by transformers name, with what has to be undone when reading.

    Raises:
        UserError: as `gguf_model`; ``gguf-tensor-unknown`` names every tensor that the family should not have.
    """
    _, family = gguf_family(header, path)
    found: dict[str, tuple[GgufTensor, Change]] = {}
    unknown = []
    for stored in header.tensors:
        mapped = transformers_name(family, stored.name)
        if mapped is not None:
            found[mapped.name] = (stored, mapped.change)
        elif stored.name not in ROPE_TENSORS:
            unknown.append(stored.name)
    if unknown:
        raise UserError(
            "gguf-tensor-unknown",
            f"{path.name} has {len(unknown)} tensors that {family.architecture} has no place for, e.g. {unknown[0]}.",
            hint="Use the model's safetensors version.",
            where=str(path),
            arguments={"tensors": ", ".join(unknown[:20])},
        )
    return found
