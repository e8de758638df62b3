"""GGUF weights, dequantized to fp32 one tensor at a time, in transformers' names and layout."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from lowbit_core.errors import UserError
from lowbit_core.source.gguf import gguf_tensors
from lowbit_core.source.gguf_header import GgufTensor, read_gguf_header
from lowbit_core.weights.reader import read_bytes

_CHUNK_BYTES = 8 << 20
"""Packed bytes dequantized at once; numpy's steps in between take several times their fp32 size."""


class GgufWeights:
    """The tensors of one GGUF file. Transformers' own loading peaks at 2.4 times the bf16 model; this at one tensor."""

    def __init__(self, path: Path) -> None:
        self._path = path
        header = read_gguf_header(path)
        self._tensors = gguf_tensors(header, path)
        keys = header.metadata
        kind = keys["general.architecture"]
        self._heads = int(_one(keys.get(f"{kind}.attention.head_count", 0)))
        self._key_heads = int(_one(keys.get(f"{kind}.attention.head_count_kv", self._heads)))

    def names(self) -> tuple[str, ...]:
        """All stored tensors by their transformers names."""
        return tuple(self._tensors)

    def read(self, name: str) -> Tensor:
        """See `WeightReader.read`."""
        stored, change = self._tensors[name]
        weight = self._dequantize(stored)
        if change == "permuted-q":
            return unpermute(weight, self._heads)
        if change == "permuted-k":
            return unpermute(weight, self._key_heads)
        if change == "plus-one":
            return weight - 1
        return weight.T.contiguous() if change == "transposed" else weight

    def _dequantize(self, stored: GgufTensor) -> Tensor:
        """fp32 of the stored shape, some rows at a time; every block is decoded alone, so the cut changes no bit."""
        from gguf.constants import GGMLQuantizationType
        from gguf.quants import dequantize

        kind = GGMLQuantizationType[stored.type]
        columns = stored.shape[-1]
        rows = max(1, int(torch.Size(stored.shape[:-1]).numel()))
        row_bytes = stored.size_bytes // rows
        weight = torch.empty(rows, columns, dtype=torch.float32)
        step = max(1, _CHUNK_BYTES // max(1, row_bytes))
        for first in range(0, rows, step):
            last = min(rows, first + step)
            packed = read_bytes(self._path, stored.offset + first * row_bytes, (last - first) * row_bytes)
            try:
                values = dequantize(packed.numpy().reshape(last - first, row_bytes), kind)
            except NotImplementedError as error:
                raise _unreadable(self._path, stored) from error
            weight[first:last] = torch.from_numpy(values.reshape(last - first, columns))
        return weight.reshape(stored.shape)


def unpermute(weight: Tensor, heads: int) -> Tensor:
    """Undo GGUF's row order of a llama q or k projection.

    Within a head of d rows GGUF puts the two rows of a rotary pair side by side (0, d/2, 1, d/2 + 1, ...); transformers
    keeps the halves apart (llama.cpp ``convert_hf_to_gguf.py``, ``LlamaModel.permute``).

    Args:
        weight: [heads * d, in], or a bias [heads * d].
        heads: query heads for q, key-value heads for k.
    """
    pairs = weight.reshape(heads, weight.shape[0] // heads // 2, 2, *weight.shape[1:])
    return pairs.transpose(1, 2).reshape(weight.shape).contiguous()


def _one(value: int | list[int]) -> int:
    return value[0] if isinstance(value, list) else value


def _unreadable(path: Path, stored: GgufTensor) -> UserError:
    return UserError(
        "gguf-unsupported",
        f"{path.name} stores {stored.name} as {stored.type}, which cannot be decoded.",
        hint="Take another conversion of the model, e.g. Q8_0, or its safetensors version.",
        where=str(path),
        arguments={"tensor": stored.name, "type": stored.type},
    )
