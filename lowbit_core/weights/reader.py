"""A model's weights one tensor at a time, with no page of the file kept."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from lowbit_core.source.damaged import truncated
from lowbit_core.source.safetensors_header import StoredTensor, read_header
from lowbit_core.source.spec import ModelSpec

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U64": torch.uint64,
    "U32": torch.uint32,
    "U16": torch.uint16,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
"""torch's types by the names that safetensors files use."""


class WeightReader(Protocol):
    """Tensors by transformers name. Holds no file open; may be used from several threads."""

    def names(self) -> tuple[str, ...]:
        """All stored tensors, in the order of the file(s): reading in this order reads the disk in order."""

    def read(self, name: str) -> Tensor:
        """A fresh CPU tensor that belongs to the caller, in its stored dtype (GGUF, GPTQ: dequantized to fp32).

        Raises:
            KeyError: no such tensor (a tied head is not stored: read the embedding).
            UserError: the file changed or got shorter since its header was read.
        """


def open_weights(spec: ModelSpec) -> WeightReader:
    """A reader for the files of ``spec``; headers are read now, weights when asked for."""
    if spec.gguf_file:
        from lowbit_core.weights.gguf_reader import GgufWeights

        return GgufWeights(spec.folder / spec.gguf_file)
    if spec.quantization == "gptq":
        from lowbit_core.weights.gptq_reader import GptqWeights

        return GptqWeights(spec.folder)
    if spec.quantization == "loftq":
        from lowbit_core.weights.loftq_reader import LoftqWeights

        return LoftqWeights(spec.folder)
    return SafetensorsWeights(spec.folder, tuple(dict.fromkeys(tensor.file for tensor in spec.tensors)))


class SafetensorsWeights:
    """Safetensors files read by position into fresh memory.

    Not by `safetensors.safe_open`: its map stays open and its pages count as ours (1,035 MB against 67 on a 1 GB file),
    and a tensor that shares the map keeps it open.
    """

    def __init__(self, folder: Path, files: tuple[str, ...]) -> None:
        self._where: dict[str, tuple[Path, StoredTensor]] = {
            item.name: (folder / name, item) for name in files for item in read_header(folder / name)
        }

    def names(self) -> tuple[str, ...]:
        """All stored tensors, file after file."""
        return tuple(self._where)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every stored tensor."""
        return {name: stored.shape for name, (_, stored) in self._where.items()}

    def read(self, name: str) -> Tensor:
        """See `WeightReader.read`."""
        path, stored = self._where[name]
        dtype = DTYPES.get(stored.dtype)
        assert dtype is not None, f"{name} has dtype {stored.dtype}, which torch does not have"
        return read_bytes(path, stored.offset, stored.size_bytes).view(dtype).reshape(stored.shape)


def read_bytes(path: Path, offset: int, size: int) -> Tensor:
    """``size`` bytes of ``path`` from ``offset`` on, as uint8 [size].

    The file is opened for this one read (20 us): nothing stays open, so it can be replaced, also on Windows.

    Raises:
        UserError: ``file-truncated``.
    """
    buffer = torch.empty(size, dtype=torch.uint8)
    view, done = buffer.numpy().data, 0
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        while done < size:
            count = file.readinto(view[done : done + (64 << 20)])  # a system call reads at most 2 GB
            if not count:
                raise truncated(str(path), offset + size, offset + done)
            done += count
    return buffer


def size_bytes(tensor: Tensor) -> int:
    """Bytes of a tensor's elements."""
    return math.prod(tensor.shape) * tensor.element_size()
