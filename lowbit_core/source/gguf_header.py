"""The header of a GGUF file, read by hand: metadata and the table of tensors, checked against the file's size.

Format (version 2 and 3, little-endian): ``GGUF``, u32 version, u64 tensors, u64 keys; keys as (string, u32 type,
value); tensors as (string, u32 dimensions, u64 each, u32 type, u64 offset); then, aligned, the data. The reader of the
``gguf`` package maps the file, keeps objects for every token of the vocabulary and does not notice a cut-off end.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lowbit_core.errors import UserError
from lowbit_core.source.damaged import corrupt, file_missing, truncated

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_DEFAULT_ALIGNMENT = 32
_SHARED = "split.count"


@dataclass(frozen=True, kw_only=True)
class GgufTensor:
    """A tensor as stored: ``name`` and ``type`` are GGUF's, ``shape`` is [rows, ..., columns] (GGUF lists it reversed),
    ``offset`` counts from the start of the file, in bytes.
    """

    name: str
    type: str
    shape: tuple[int, ...]
    offset: int
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class GgufHeader:
    """Everything before the data."""

    metadata: Mapping[str, Any]
    """Keys such as ``llama.context_length``; arrays as lists."""

    tensors: tuple[GgufTensor, ...]


def read_gguf_header(path: Path) -> GgufHeader:
    """Read the header of ``path``.

    Raises:
        UserError: ``file-missing``, ``file-truncated``, ``file-corrupt`` (with the bytes expected and found) or
            ``gguf-unsupported`` (another version, byte order or tensor type, or one part of a split file).
    """
    try:
        with path.open("rb") as file:
            return _Parser(file, str(path)).header()
    except FileNotFoundError as error:
        raise file_missing(path) from error
    except IsADirectoryError as error:
        raise corrupt(str(path), "it is a folder, not a GGUF file") from error


class _Parser:
    """Reads values one after the other, and knows where the file ends."""

    def __init__(self, file: IO[bytes], where: str) -> None:
        self.file = file
        self.where = where
        self.size = os.fstat(file.fileno()).st_size
        self.position = 0

    def header(self) -> GgufHeader:
        magic = self.take(4)
        if magic != b"GGUF":
            raise corrupt(self.where, f"a GGUF file starts with GGUF, this one with {magic!r}")
        version = self.number("I")
        if version not in (2, 3):
            raise _unsupported(self.where, f"GGUF version {version} (this program reads 2 and 3, little-endian)")
        count, keys = self.number("Q"), self.number("Q")
        self.plausible(count, 24, "tensors")
        self.plausible(keys, 13, "keys")
        metadata = {}
        for _ in range(keys):
            name = self.string()
            metadata[name] = self.value(self.number("I"))
        if metadata.get(_SHARED, 0) > 1:
            raise _unsupported(self.where, f"one of {metadata[_SHARED]} parts of a split file (join them first)")
        return GgufHeader(metadata=metadata, tensors=self.tensors(count, metadata))

    def tensors(self, count: int, metadata: Mapping[str, Any]) -> tuple[GgufTensor, ...]:
        from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

        rows = []
        for _ in range(count):
            name, dimensions = self.string(), self.number("I")
            self.plausible(dimensions, 8, "dimensions")
            shape = tuple(reversed([self.number("Q") for _ in range(dimensions)]))
            rows.append((name, shape, self.number("I"), self.number("Q")))
        alignment = metadata.get("general.alignment", _DEFAULT_ALIGNMENT)
        if type(alignment) is not int or alignment <= 0 or alignment & (alignment - 1):
            raise corrupt(self.where, f"its alignment {alignment!r} is no power of two")
        start = -(-self.position // alignment) * alignment
        tensors = []
        for name, shape, code, offset in rows:
            try:
                kind = GGMLQuantizationType(code)
            except ValueError as error:
                raise _unsupported(self.where, f"tensor {name} of unknown type {code}") from error
            block, block_bytes = GGML_QUANT_SIZES[kind]
            if shape and shape[-1] % block:
                raise corrupt(self.where, f"rows of {name} ({shape[-1]}) are no multiple of {kind.name}'s {block}")
            size = math.prod(shape) // block * block_bytes
            tensors.append(GgufTensor(name=name, type=kind.name, shape=shape, offset=start + offset, size_bytes=size))
        end = max((tensor.offset + tensor.size_bytes for tensor in tensors), default=self.position)
        if end > self.size:
            raise truncated(self.where, end, self.size)
        return tuple(tensors)

    def take(self, length: int) -> bytes:
        if self.position + length > self.size:
            raise truncated(self.where, self.position + length, self.size)
        data = self.file.read(length)
        self.position += length
        return data

    def number(self, code: str) -> Any:
        return struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]

    def string(self) -> str:
        return self.take(self.number("Q")).decode("utf-8", errors="replace")

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.string()
        if kind in _SCALARS:
            return self.number(_SCALARS[kind])
        if kind != _ARRAY:
            raise corrupt(self.where, f"unknown value type {kind} at byte {self.position}")
        inner, count = self.number("I"), self.number("Q")
        if inner in _SCALARS:
            code = f"<{count}{_SCALARS[inner]}"
            self.plausible(count, 1, "values")
            return list(struct.unpack(code, self.take(struct.calcsize(code))))
        self.plausible(count, 8, "values")
        return [self.value(inner) for _ in range(count)]

    def plausible(self, count: int, least_bytes: int, what: str) -> None:
        """Refuse a count that cannot fit into the file before anything is allocated for it."""
        if self.position + count * least_bytes > self.size:
            raise corrupt(self.where, f"it claims {count} {what} in {self.size} bytes")


def _unsupported(where: str, what: str) -> UserError:
    return UserError(
        "gguf-unsupported",
        f"{where} cannot be used: {what}.",
        hint="Take another conversion of the model, or its safetensors version from the hub.",
        where=where,
        arguments={"path": where, "what": what},
    )
