"""Safetensors written tensor by tensor: little memory, temporary names until everything is on the disk."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Self

import torch
from torch import Tensor

from lowbit_core.files import (
    atomic_file,
    explain_write_errors,
    file_sha256,
    flush_folder,
    flush_to_disk,
    temporary_path,
    write_json_atomic,
)
from lowbit_core.source.safetensors_header import read_header
from lowbit_core.weights.reader import DTYPES, size_bytes

_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_RESERVED_BYTES = 256 << 10
_ALIGNMENT = 8
NO_METADATA: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class WrittenFile:
    """A finished file; its hash is computed when asked for."""

    path: Path
    size_bytes: int

    def sha256(self) -> str:
        """Hash of the bytes on the disk."""
        return file_sha256(self.path)


@dataclass
class _Shard:
    """A file being written: room for the header, then data."""

    path: Path
    file: IO[bytes]
    entries: dict[str, dict[str, object]] = field(default_factory=dict)
    data_bytes: int = 0
    header_bytes: int = 0


class FolderWriter:
    """Writes ``model.safetensors``, or shards and an index, of tensors that come one at a time.

    The header of a safetensors file stands before the data and is not known until the last tensor: room for it is left
    free (256 KiB, filled with spaces as the format allows) and a new shard begins where it, or ``shard_bytes``, is used
    up. Nothing carries a final name before `finish`; leaving the ``with`` block early removes what was written.

    Example:
        with FolderWriter(folder) as writer:
            for name in reader.names():
                writer.add(name, reader.read(name))
            files = writer.finish({"format": "pt"})
    """

    def __init__(self, folder: Path, shard_bytes: int = 2 << 30, *, stem: str = "model") -> None:
        assert shard_bytes > 0
        self.folder = folder
        self.shard_bytes = shard_bytes
        self.stem = stem
        self._sealed: list[_Shard] = []
        self._open: _Shard | None = None
        self._names: set[str] = set()
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:
            self.discard()

    def add(self, name: str, tensor: Tensor) -> None:
        """Append a tensor (any device; written as it is, contiguous).

        Raises:
            UserError: ``disk-full`` or ``folder-unwritable``; everything written so far is removed.
        """
        assert name not in self._names, f"{name} was written twice"
        assert not self._finished, "the folder is finished"
        size = size_bytes(tensor)
        entry_bytes = len(json.dumps(name)) + 96 + 24 * tensor.dim()
        try:
            with explain_write_errors(self.folder):
                shard = self._shard_for(size, entry_bytes)
                begin, end = shard.data_bytes, shard.data_bytes + size
                shard.entries[name] = {
                    "dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, end],
                }  # fmt: skip
                _write(shard.file, tensor)
                shard.data_bytes, shard.header_bytes = end, shard.header_bytes + entry_bytes
        except BaseException:
            self.discard()
            raise
        self._names.add(name)

    def finish(self, metadata: Mapping[str, str] = NO_METADATA) -> tuple[WrittenFile, ...]:
        """Write the headers, flush, and give the files their final names; an older model in the folder is replaced.

        Raises:
            UserError: ``disk-full`` or ``folder-unwritable``; nothing half-written stays under a final name.
        """
        try:
            with explain_write_errors(self.folder):
                if self._open is None and not self._sealed:
                    self._begin()
                self._seal()
                for shard in self._sealed:
                    _write_header(shard, {"format": "pt", **metadata})
                return self._publish()
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Remove everything written so far."""
        shards = [*self._sealed, *([self._open] if self._open else [])]
        self._sealed, self._open, self._finished = [], None, True
        for shard in shards:
            with contextlib.suppress(OSError):
                shard.file.close()
            with contextlib.suppress(OSError):
                shard.path.unlink(missing_ok=True)

    def _shard_for(self, size: int, entry_bytes: int) -> _Shard:
        shard = self._open
        full = shard is not None and (
            (shard.data_bytes > 0 and shard.data_bytes + size > self.shard_bytes)
            or shard.header_bytes + entry_bytes > _RESERVED_BYTES - 4096
        )
        if full:
            self._seal()
        return self._open or self._begin()

    def _begin(self) -> _Shard:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = temporary_path(self.folder / f"{self.stem}-{len(self._sealed) + 1:05d}.safetensors")
        file = path.open("wb")
        self._open = shard = _Shard(path, file)
        file.write(bytes(8 + _RESERVED_BYTES))
        return shard

    def _seal(self) -> None:
        if self._open is not None:
            self._open.file.flush()
            self._sealed.append(self._open)
            self._open = None

    def _publish(self) -> tuple[WrittenFile, ...]:
        for shard in self._sealed:
            flush_to_disk(shard.file)
            shard.file.close()
        count = len(self._sealed)
        names = [f"{self.stem}-{i + 1:05d}-of-{count:05d}.safetensors" for i in range(count)] if count > 1 else []
        names = names or [f"{self.stem}.safetensors"]
        index = self.folder / f"{self.stem}.safetensors.index.json"
        _remove_older(self.folder, self.stem, keep=names)
        for shard, name in zip(self._sealed, names, strict=True):
            os.replace(shard.path, self.folder / name)  # noqa: PTH105
        flush_folder(self.folder)
        if count > 1:
            weight_map = {key: name for shard, name in zip(self._sealed, names, strict=True) for key in shard.entries}
            _write_index(index, weight_map, sum(shard.data_bytes for shard in self._sealed))
        self._finished = True
        files = [self.folder / name for name in names] + ([index] if count > 1 else [])
        return tuple(WrittenFile(path=path, size_bytes=path.stat().st_size) for path in files)


def write_safetensors(
    path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] = NO_METADATA
) -> WrittenFile:
    """One file of tensors that are all there already (a block, an adapter), whole or not at all, without slack.

    Raises:
        UserError: ``disk-full`` or ``folder-unwritable``.
    """
    entries: dict[str, object] = {"__metadata__": {"format": "pt", **metadata}}
    offset = 0
    for name, tensor in tensors.items():
        end = offset + size_bytes(tensor)
        entries[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, end]}
        offset = end
    header = _header_json(entries)
    with atomic_file(path) as file:
        file.write(len(header).to_bytes(8, "little"))
        file.write(header)
        for tensor in tensors.values():
            _write(file, tensor)
    return WrittenFile(path=path, size_bytes=path.stat().st_size)


def write_index(folder: Path, files: Iterable[str], *, stem: str = "model") -> WrittenFile:
    """Write ``<stem>.safetensors.index.json`` over safetensors files of any names that lie in ``folder``; read from
    their headers, so files written by an earlier, interrupted process count too.
    """
    weight_map, total = {}, 0
    for name in files:
        for stored in read_header(folder / name):
            weight_map[stored.name] = name
            total += stored.size_bytes
    path = folder / f"{stem}.safetensors.index.json"
    _write_index(path, weight_map, total)
    return WrittenFile(path=path, size_bytes=path.stat().st_size)


def _write_index(path: Path, weight_map: Mapping[str, str], total: int) -> None:
    write_json_atomic(path, {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))})


def _header_json(entries: Mapping[str, object]) -> bytes:
    """The header padded so that the data starts at a multiple of 8, as the safetensors package wants it."""
    header = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode()
    return header + b" " * (-len(header) % _ALIGNMENT)


def _write_header(shard: _Shard, metadata: Mapping[str, str]) -> None:
    header = _header_json({"__metadata__": dict(metadata), **shard.entries})
    assert len(header) <= _RESERVED_BYTES, f"a header of {len(header)} bytes"
    shard.file.seek(0)
    shard.file.write(_RESERVED_BYTES.to_bytes(8, "little"))
    shard.file.write(header.ljust(_RESERVED_BYTES))


def _write(file: IO[bytes], tensor: Tensor) -> None:
    """The tensor's bytes, row-major."""
    flat = tensor.detach().to("cpu").contiguous().reshape(-1)
    if flat.numel():
        file.write(flat.view(torch.uint8).numpy().data)


def _remove_older(folder: Path, stem: str, *, keep: list[str]) -> None:
    """An older single file would win over new shards, and older shards would lie about unused."""
    (folder / f"{stem}.safetensors.index.json").unlink(missing_ok=True)
    for path in (folder / f"{stem}.safetensors", *folder.glob(f"{stem}-?????-of-?????.safetensors")):
        if path.name not in keep:
            path.unlink(missing_ok=True)
