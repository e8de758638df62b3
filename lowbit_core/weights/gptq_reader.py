"""GPTQ checkpoints read one matrix at a time: the float weights they stand for, or codes, zero points and scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lowbit_core.source.folder import read_config, weight_files
from lowbit_core.source.gptq import PARTS, GptqMatrix, gptq_matrices, gptq_settings, unsupported
from lowbit_core.source.spec import TRANSPOSED_TYPES
from lowbit_core.weights.reader import SafetensorsWeights

_WORD = 32
_CHUNK_COLUMNS = 1 << 20
"""Words of 32 bits taken apart at once; the bits of each are 32 numbers for a moment."""


@dataclass(frozen=True, kw_only=True)
class GptqCodes:
    """One matrix W [out, in] = scales[:, group]·(codes − zeros[:, group]).

    Attributes:
        matrix: its shape and width.
        codes: uint8 [out, in].
        zeros: int16 [out, G]; 1 to 2^b in version 1, which adds one to what is stored.
        scales: [out, G], in the file's dtype.
        group_of: int64 [in].
    """

    matrix: GptqMatrix
    codes: Tensor
    zeros: Tensor
    scales: Tensor
    group_of: Tensor

    def dequantize(self) -> Tensor:
        """W float32 [out, in]."""
        levels = self.codes.float() - self.zeros.float()[:, self.group_of]
        return levels * self.scales.float()[:, self.group_of]


class GptqWeights:
    """A `WeightReader` whose matrices are dequantized to fp32 when they are read."""

    def __init__(self, folder: Path) -> None:
        """Read the headers of ``folder``.

        Raises:
            UserError: damaged files, or matrices this program does not take (``gptq-unsupported``).
        """
        config = read_config(folder / "config.json")
        settings = gptq_settings(folder, config)
        self._stored = SafetensorsWeights(folder, weight_files(folder))
        self._transposed = config["model_type"] in TRANSPOSED_TYPES
        self._offset = zero_offset(settings)
        self._shapes = self._stored.shapes()
        self.matrices = gptq_matrices(self._shapes, settings)

    def names(self) -> tuple[str, ...]:
        """All tensors as the float model has them."""
        found = []
        for name in self._stored.names():
            module, _, part = name.rpartition(".")
            if module not in self.matrices or part not in PARTS:
                found.append(name)
            elif part == "qweight":
                found.append(f"{module}.weight")
        return tuple(found)

    def read(self, name: str) -> Tensor:
        """See `WeightReader.read`."""
        module = name.removesuffix(".weight")
        if module not in self.matrices or not name.endswith(".weight"):
            return self._stored.read(name)
        weight = self.codes(module).dequantize()
        return weight.T.contiguous() if self._transposed else weight

    def codes(self, module: str) -> GptqCodes:
        """The matrix of a module as it is stored.

        Raises:
            UserError: ``gptq-unsupported`` where its indices name groups it does not have.
        """
        matrix = self.matrices[module]
        codes = unpacked(self._stored.read(f"{module}.qweight").T, matrix.bits, matrix.in_features)
        zeros = unpacked(self._stored.read(f"{module}.qzeros"), matrix.bits, matrix.out_features)
        return GptqCodes(
            matrix=matrix,
            codes=codes,
            zeros=zeros.T.to(torch.int16) + self._offset,
            scales=self._stored.read(f"{module}.scales").T.contiguous(),
            group_of=self._group_of(matrix),
        )

    def permuted(self, module: str) -> bool:
        """Whether the groups of a module's inputs are out of order (act-order)."""
        return bool((self._group_of(self.matrices[module]).diff() < 0).any())

    def _group_of(self, matrix: GptqMatrix) -> Tensor:
        name = f"{matrix.name}.g_idx"
        if name not in self._shapes:
            return torch.arange(matrix.in_features) // (matrix.group_size or matrix.in_features)
        index = self._stored.read(name).long()
        if index.shape != (matrix.in_features,) or int(index.min()) < 0 or int(index.max()) >= matrix.groups:
            raise unsupported(matrix.name, f"its g_idx names groups other than its {matrix.groups}")
        return index


def zero_offset(settings: Mapping[str, Any]) -> int:
    """What is added to a stored zero point: 1, or 0 for version 2 of the format."""
    return 0 if settings.get("checkpoint_format") == "gptq_v2" else 1


def unpacked(words: Tensor, bits: int, count: int) -> Tensor:
    """int32 [rows, n], values of ``bits`` bits from the lowest on, running on across words -> uint8 [rows, count]."""
    result = torch.empty(words.shape[0], count, dtype=torch.uint8)
    per_step = max(1, _CHUNK_COLUMNS // max(1, words.shape[1]))
    weights = torch.tensor([1 << place for place in range(bits)], dtype=torch.uint8)
    places = torch.arange(8, dtype=torch.uint8)
    for start in range(0, words.shape[0], per_step):
        part = slice(start, start + per_step)
        # Little-endian: byte k of a word holds its bits 8k to 8k + 7, so bytes in order are the bits in order.
        stream = words[part].contiguous().view(torch.uint8)
        stream = (stream[:, :, None] >> places & 1).reshape(stream.shape[0], -1)[:, : count * bits]
        result[part] = (stream.reshape(-1, count, bits) * weights).sum(dim=-1, dtype=torch.uint8)
    return result
