"""What the plan needs to know of a model: its sizes, read from names, shapes and config.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from lowbit_core.source import ModelSpec
from lowbit_core.source.spec import TRANSPOSED_TYPES

_BLOCK = re.compile(r"^(?P<list>.*?)\.?(?P<index>\d+)\.(?P<matrix>.+)\.weight$")


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """A matrix W [out, in] inside a block."""

    name: str
    block: int
    out_features: int
    in_features: int

    @property
    def weights(self) -> int:
        """Number of weights."""
        return self.out_features * self.in_features


@dataclass(frozen=True, kw_only=True)
class Attention:
    """Sizes of the attention, from a configuration."""

    layers: int
    heads: int
    kv_heads: int
    head_dim: int

    @property
    def kv_bytes_per_token(self) -> int:
        """Bytes of keys and values one token takes in a 16-bit cache, all layers."""
        return 2 * self.layers * self.kv_heads * self.head_dim * 2


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A decoder-only model's sizes.

    Attributes:
        matrices: those that can be quantized, in file order.
        hidden: features of the hidden states.
        ffn: rows of the widest matrix that reads the hidden states (gate, up); where attention's are wider, those.
        vocab: rows of the embedding.
        attention: heads and their size.
        embedding: weights of the embedding.
        head: weights of an output head of its own; 0 where it is the embedding.
        other: all other weights: norms, biases, positions, experts that cannot be quantized.
        outside: weights of ``other`` that are in no block.
        context_length: longest sequence; 0 where unknown.
        stored_bytes: bytes of the files.
    """

    matrices: tuple[Matrix, ...]
    hidden: int
    ffn: int
    vocab: int
    attention: Attention
    embedding: int
    head: int
    other: int
    outside: int
    context_length: int
    stored_bytes: int

    @cached_property
    def linear_weights(self) -> int:
        """Weights of all matrices."""
        return sum(matrix.weights for matrix in self.matrices)

    @property
    def parameters(self) -> int:
        """All weights, a tied head counted once."""
        return self.linear_weights + self.embedding + self.head + self.other

    @cached_property
    def blocks(self) -> tuple[tuple[Matrix, ...], ...]:
        """Matrices of each block."""
        by_block: dict[int, list[Matrix]] = {}
        for matrix in self.matrices:
            by_block.setdefault(matrix.block, []).append(matrix)
        return tuple(tuple(by_block[index]) for index in sorted(by_block))

    @cached_property
    def widest_block(self) -> int:
        """Weights of the largest block, what is not quantized included on average."""
        inside = (self.other - self.outside) // max(1, len(self.blocks))
        return max(sum(matrix.weights for matrix in block) for block in self.blocks) + inside

    @cached_property
    def largest_matrix(self) -> Matrix:
        """The matrix with most weights."""
        return max(self.matrices, key=lambda matrix: matrix.weights)

    @cached_property
    def widest_input(self) -> int:
        """Most columns of any matrix."""
        return max(matrix.in_features for matrix in self.matrices)


def attention_of(config: Mapping[str, Any]) -> Attention:
    """Heads and their sizes from config.json's keys, in the spellings of the Llama and GPT-2 families."""
    text = _text_config(config)
    hidden = int(_first(text, ("hidden_size", "n_embd", "d_model")))
    heads = int(_first(text, ("num_attention_heads", "n_head", "num_heads")))
    return Attention(
        layers=int(_first(text, ("num_hidden_layers", "n_layer", "num_layers"))),
        heads=heads,
        kv_heads=int(text.get("num_key_value_heads") or heads),
        head_dim=int(text.get("head_dim") or hidden // heads),
    )


def shape_of(spec: ModelSpec, skip: tuple[str, ...] = ()) -> Shape:
    """The sizes of a model.

    Args:
        spec: with the shapes of all tensors.
        skip: patterns of matrices that stay as they are, as in the recipe.
    """
    lists = _block_lists(spec)
    matrices: list[Matrix] = []
    embedding = head = other = outside = 0
    for tensor in spec.tensors:
        found = _BLOCK.match(tensor.name)
        inside = found is not None and found["list"] in lists
        if inside and found is not None and len(tensor.shape) == 2 and "norm" not in found["matrix"]:
            name = tensor.name.removesuffix(".weight")
            if any(fnmatchcase(name, pattern) or fnmatchcase(found["matrix"], pattern) for pattern in skip):
                other += tensor.elements
                continue
            rows, columns = tensor.shape
            if spec.model_type in TRANSPOSED_TYPES:
                rows, columns = columns, rows
            matrices.append(Matrix(name=name, block=int(found["index"]), out_features=rows, in_features=columns))
        elif len(tensor.shape) == 2 and not inside and tensor.shape[0] == spec.vocab_size:
            if embedding and not tensor.name.startswith(("lm_head", "embed_out", "output")):
                other, outside = other + tensor.elements, outside + tensor.elements
            elif tensor.name.startswith(("lm_head", "embed_out", "output")):
                head = 0 if spec.tied_embeddings else tensor.elements
            else:
                embedding = tensor.elements
        else:
            other += tensor.elements
            outside += 0 if inside else tensor.elements
    hidden = spec.hidden_size
    reading = [matrix.out_features for matrix in matrices if matrix.in_features == hidden]
    return Shape(
        matrices=tuple(matrices),
        hidden=hidden,
        ffn=int(_text_config(spec.config).get("intermediate_size") or max(reading, default=4 * hidden)),
        vocab=spec.vocab_size,
        attention=attention_of(spec.config),
        embedding=embedding or spec.vocab_size * hidden,
        head=head,
        other=other,
        outside=outside,
        context_length=spec.context_length,
        stored_bytes=spec.total_bytes,
    )


def _block_lists(spec: ModelSpec) -> set[str]:
    """Name of the module list that holds most weights: the decoder's blocks."""
    weights: dict[str, int] = {}
    for tensor in spec.tensors:
        found = _BLOCK.match(tensor.name)
        if found is not None and len(tensor.shape) == 2:
            weights[found["list"]] = weights.get(found["list"], 0) + tensor.elements
    return {max(weights, key=lambda name: weights[name])} if weights else set()


def _text_config(config: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = config.get("text_config")
    return inner if isinstance(inner, Mapping) else config


def _first(config: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if config.get(name) is not None:
            return config[name]
    raise KeyError(f"config.json names none of {', '.join(names)}")
