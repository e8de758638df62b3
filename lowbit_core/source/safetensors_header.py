"""The header of a safetensors file, read by hand: names, dtypes, shapes and offsets, checked against the file's size.

Format: 8 bytes little-endian length N, N bytes of JSON ``{name: {dtype, shape, data_offsets: [begin, end]}}`` (offsets
count from the end of the header), then the data without gaps. The package of that name is not used here: it maps the
file, and an open map counts its pages as the process's own memory (1,035 MB against 67 on a 1 GB file).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lowbit_core.source.damaged import corrupt, file_missing, truncated

DTYPE_BITS: Mapping[str, int] = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4, "F6_E2M3": 6,
    "F6_E3M2": 6, "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
    "C64": 64,
}  # fmt: skip
"""Bits of one element, by the file's dtype names."""

_LARGEST_HEADER = 100_000_000


@dataclass(frozen=True, kw_only=True)
class StoredTensor:
    """Where a tensor lies: ``offset`` from the start of the file, both in bytes."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int
    size_bytes: int


def read_header(path: Path) -> tuple[StoredTensor, ...]:
    """The tensors of a local file, in the order of their data.

    Raises:
        UserError: ``file-missing``, ``file-truncated`` or ``file-corrupt``, with the bytes expected and found.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:

            def read(offset: int, length: int) -> bytes:
                file.seek(offset)
                return file.read(length)

            return parse_header(read, size, str(path))
    except FileNotFoundError as error:
        raise file_missing(path) from error


def parse_header(read: Callable[[int, int], bytes], size: int, where: str) -> tuple[StoredTensor, ...]:
    """The tensors of a file of ``size`` bytes of which ``read(offset, length)`` gives any part.

    Raises:
        UserError: ``file-truncated`` or ``file-corrupt``.
    """
    if size < 8:
        raise truncated(where, 8, size)
    length = int.from_bytes(read(0, 8), "little")
    if length > _LARGEST_HEADER:
        raise corrupt(where, f"its header claims {length} bytes, more than the format allows")
    if 8 + length > size:
        raise truncated(where, 8 + length, size)
    try:
        entries = json.loads(read(8, length))
    except ValueError as error:
        raise corrupt(where, "its header is not JSON") from error
    if not isinstance(entries, dict):
        raise corrupt(where, "its header is not a table of tensors")
    base = 8 + length
    tensors = [_entry(name, entry, base, where) for name, entry in entries.items() if name != "__metadata__"]
    tensors.sort(key=lambda tensor: (tensor.offset, tensor.size_bytes))
    end = base
    for tensor in tensors:
        if tensor.offset != end:
            raise corrupt(where, f"the data of {tensor.name} starts at byte {tensor.offset}, not at {end}")
        end += tensor.size_bytes
    if end > size:
        raise truncated(where, end, size)
    if end < size:
        raise corrupt(where, f"it has {size} bytes where its header describes {end}")
    return tuple(tensors)


def _entry(name: str, entry: Any, base: int, where: str) -> StoredTensor:
    try:
        dtype, shape, (begin, end) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
        whole = all(type(item) is int and item >= 0 for item in (*shape, begin, end))
    except (TypeError, KeyError, ValueError) as error:
        raise corrupt(where, f"the entry of {name} is incomplete") from error
    if not whole or dtype not in DTYPE_BITS:
        raise corrupt(where, f"the entry of {name} has dtype {dtype!r} and shape {shape}")
    expected = math.prod(shape) * DTYPE_BITS[dtype] // 8
    if end - begin != expected:
        raise corrupt(where, f"{name} takes {end - begin} bytes where its shape needs {expected}")
    return StoredTensor(name=name, dtype=dtype, shape=shape, offset=base + begin, size_bytes=expected)
