"""How many bits a packed folder really takes: everything stored, adapters included, from the headers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lowbit_core.formats.layout import MatrixBytes, effective_bits, matrix_bytes
from lowbit_core.model import structure
from lowbit_core.packed.manifest import read_manifest
from lowbit_core.source import inspect_model
from lowbit_core.source.safetensors_header import read_header


@dataclass(frozen=True, kw_only=True)
class BitsReport:
    """Sizes of a packed model.

    Attributes:
        linear_bits: bits a weight over the quantized linears of the blocks, with codes, scales, zero points,
            permutations and adapters; 0 where none is quantized.
        linear_weights: their number of weights.
        linear_bytes: their bytes, without adapters.
        adapter_bytes: bytes of the adapters.
        model_bits: bits a weight over the whole model, adapters included.
        model_weights: number of weights, tied ones once.
        model_bytes: bytes of all stored tensors, adapters included.
    """

    linear_bits: float
    linear_weights: int
    linear_bytes: int
    adapter_bytes: int
    model_bits: float
    model_weights: int
    model_bytes: int


def account(folder: Path, adapters: Sequence[Path] = ()) -> BitsReport:
    """The sizes of a packed folder with these adapters.

    Raises:
        UserError: the folder or an adapter cannot be read.
    """
    manifest = read_manifest(folder)
    spec = inspect_model(f"path:{folder}")
    parts = structure(spec)
    shapes = {linear.name: (linear.out_features, linear.in_features) for linear in parts.linears()}
    stored, weights = 0, 0
    for name, codec in manifest.matrices.items():
        if name in shapes:
            rows, columns = shapes[name]
            stored += matrix_bytes(codec, rows, columns, permuted=name in manifest.permuted).total
            weights += rows * columns
    adapter_bytes = sum(
        item.size_bytes for path in adapters for item in read_header(path / "adapter_model.safetensors")
    )
    model_bytes = sum(tensor.size_bytes for tensor in spec.tensors) + adapter_bytes
    return BitsReport(
        linear_bits=_bits(stored, adapter_bytes, weights),
        linear_weights=weights,
        linear_bytes=stored,
        adapter_bytes=adapter_bytes,
        model_bits=8 * model_bytes / max(1, _model_weights(folder)),
        model_weights=_model_weights(folder),
        model_bytes=model_bytes,
    )


def _bits(stored: int, adapter_bytes: int, weights: int) -> float:
    if not weights:
        return 0.0
    everything = MatrixBytes(codes=stored, scales=0, zeros=0, permutation=0)
    return effective_bits(everything, 1, weights, adapter_parameters=0) + 8 * adapter_bytes / weights


def _model_weights(folder: Path) -> int:
    """Weights of the float architecture behind the folder, tied ones once."""
    import torch

    from lowbit_core.model import skeleton

    return sum(p.numel() for p in skeleton(inspect_model(f"path:{folder}"), torch.float32).parameters())
