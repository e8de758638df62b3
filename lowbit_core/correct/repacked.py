"""A packed folder written again: matrices read back as codes, and what was not trained handed on as it is."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from lowbit_core.model import Structure
from lowbit_core.packed import PackedBuffers, read_manifest, unpack
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.source import inspect_model
from lowbit_core.weights import open_weights

_PARTS = ("codes", "scales", "zeros", "permutation")


class Takes(Protocol):
    """The part of a `Sink` that takes tensors."""

    def matrix(self, name: str, quantized: QuantizedMatrix, low_rank: LowRank | None) -> None:
        """See `Sink`."""

    def tensor(self, name: str, tensor: Tensor) -> None:
        """See `Sink`."""


class PackedMatrices:
    """The tensors of a packed folder, read one matrix at a time.

    Args:
        folder: complete, as `packed.PackedFolder` leaves it.
        structure: of the model, for the widths of its matrices.

    Raises:
        UserError: the folder is damaged.
    """

    def __init__(self, folder: Path, structure: Structure) -> None:
        self.manifest = read_manifest(folder)
        spec = inspect_model(f"path:{folder}")
        self.reader = open_weights(spec)
        self._widths = {linear.name: linear.in_features for block in structure.blocks for linear in block.linears}
        self._table_width = int(spec.hidden_size)

    def read(self, name: str, device: torch.device | str = "cpu") -> QuantizedMatrix:
        """The codes of one matrix (or of a packed embedding or head)."""
        stored = set(self.reader.names())

        def part(which: str) -> Tensor | None:
            full = f"{name}.{which}"
            return self.reader.read(full).to(device) if full in stored else None

        codes, scales = part("codes"), part("scales")
        assert codes is not None
        assert scales is not None
        width = self._widths.get(name, self._table_width)
        return unpack(
            PackedBuffers(
                codec=self.manifest.matrices[name],
                in_features=width,
                codes=codes,
                scales=scales,
                zeros=part("zeros"),
                permutation=part("permutation"),
            )
        )

    def send_rest(self, sink: Takes, trained: Collection[str], *, below: str = "") -> None:
        """Hand on every matrix that is not in ``trained`` and every other tensor, of the module ``below`` or of all."""
        inside = f"{below}." if below else ""
        packed = {f"{name}.{part}" for name in self.manifest.matrices for part in _PARTS}
        for name in self.manifest.matrices:
            if name not in trained and name.startswith(inside):
                sink.matrix(name, self.read(name), None)
        for name in self.reader.names():
            if name not in packed and name.startswith(inside):
                sink.tensor(name, self.reader.read(name))
