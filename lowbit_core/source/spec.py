"""What a model is, from names and headers alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

TRANSPOSED_TYPES = ("gpt2", "openai-gpt", "imagegpt", "decision_transformer")
"""Model types whose matrices are stored [in, out] (Conv1D)."""


@dataclass(frozen=True, kw_only=True)
class TensorSpec:
    """One stored tensor. ``dtype`` is the file's word: ``BF16``, ``F16``, ``F32`` ..., GGUF's ``Q4_1`` ..., or
    ``GPTQ2`` to ``GPTQ8`` for a matrix of a GPTQ checkpoint, which is several tensors there.
    """

    name: str
    """The transformers name, also for GGUF."""

    shape: tuple[int, ...]
    """Shape in transformers (a linear weight is [out, in], GPT-2's Conv1D [in, out])."""

    dtype: str
    size_bytes: int
    """Bytes in the file."""

    file: str
    """File name inside `ModelSpec.folder`."""

    @property
    def elements(self) -> int:
        """Number of weights."""
        return math.prod(self.shape)


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model as its files describe it; no weight has been read.

    ``folder`` holds config.json, the tokenizer and the safetensors files, or the one GGUF file named ``gguf_file``.
    `inspect_model` of a hub model that is not in the cache leaves ``folder`` at ``Path()``.
    """

    source: str
    """As in the recipe: starter, hub:ORG/NAME, path:DIR or gguf:FILE."""

    folder: Path
    architecture: str
    """Class in transformers, e.g. LlamaForCausalLM."""

    model_type: str
    """transformers' short name, e.g. llama."""

    parameters: int
    """Weights, tied ones counted once."""

    context_length: int
    """Longest sequence in tokens; 0 where the config does not say."""

    vocab_size: int
    hidden_size: int
    layers: int
    tied_embeddings: bool
    """The output head is the embedding."""

    licence: str
    """Identifier such as apache-2.0; empty where none is given."""

    total_bytes: int
    """Bytes of all stored tensors."""

    config: Mapping[str, Any]
    """As in config.json."""

    tensors: tuple[TensorSpec, ...]
    """In the order of the file(s)."""

    gguf_file: str = ""
    """File name of the GGUF inside ``folder``; empty for safetensors."""

    revision: str = ""
    """Commit on the hub, where it came from there."""

    quantization: str = ""
    """What the stored weights are already quantized with: a config's ``quant_method``, ``gguf``, or ``loftq`` for a
    float folder that holds quantized values and the low-rank term that belongs to them; empty for float."""

    @cached_property
    def by_name(self) -> Mapping[str, TensorSpec]:
        """Tensors by their transformers name."""
        return {tensor.name: tensor for tensor in self.tensors}
