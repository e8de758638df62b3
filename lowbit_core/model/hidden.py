"""Hidden states of a set of sequences, in memory or in a file."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Protocol

import torch
from torch import Tensor

from lowbit_core.errors import UserError


class HiddenStore(Protocol):
    """Hidden states [n, length, hidden] of n sequences, read and written a few sequences at a time."""

    shape: tuple[int, int, int]
    dtype: torch.dtype

    def read(self, start: int, stop: int) -> Tensor:
        """Sequences start..stop, [stop − start, length, hidden] on the CPU; the caller may change it."""

    def write(self, start: int, hidden: Tensor) -> None:
        """Put ``hidden`` [k, length, hidden] at sequences start..start + k."""

    def flush(self) -> None:
        """Make what was written survive a power cut, where the store can."""

    def close(self) -> None:
        """Let go of memory and file handles; a file stays."""


class MemoryStore:
    """In RAM; gone with the process."""

    def __init__(self, shape: tuple[int, int, int], dtype: torch.dtype) -> None:
        self.shape = shape
        self.dtype = dtype
        self._states = torch.empty(shape, dtype=dtype)

    def read(self, start: int, stop: int) -> Tensor:
        """A copy of sequences start..stop."""
        return self._states[start:stop].clone()

    def write(self, start: int, hidden: Tensor) -> None:
        """Store sequences."""
        self._states[start : start + len(hidden)] = hidden.to(device="cpu", dtype=self.dtype)

    def flush(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Free the memory."""
        self._states = torch.empty(0)


class FileStore:
    """In a file, through positioned reads and writes.

    A mapped file would count as this process's memory page by page; what is read and written this way stays in the
    system's cache, which gives way when others need it.
    """

    def __init__(self, path: Path, shape: tuple[int, int, int], dtype: torch.dtype) -> None:
        """Open or make the file ``path``; states that are there already are kept if the size is right.

        Raises:
            UserError: the disk has no room for it, or the folder cannot be written (``hidden-states-file``).
        """
        self.path = path
        self.shape = shape
        self.dtype = dtype
        self._row = shape[1] * shape[2] * dtype.itemsize
        size = self._row * shape[0]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
            if os.fstat(self._file).st_size != size:
                os.truncate(self._file, size)
        except OSError as error:
            raise _file_error(path, size, error) from error

    def read(self, start: int, stop: int) -> Tensor:
        """Sequences start..stop, freshly read."""
        states = torch.empty((stop - start, *self.shape[1:]), dtype=self.dtype)
        view = states.view(torch.uint8).numpy().reshape(-1).data
        offset, done = start * self._row, 0
        while done < len(view):
            piece = _pread_into(self._file, view[done:], offset + done)
            if piece == 0:
                raise _file_error(self.path, len(view), OSError("the file is shorter than it should be"))
            done += piece
        return states

    def write(self, start: int, hidden: Tensor) -> None:
        """Store sequences.

        Raises:
            UserError: the disk is full (``hidden-states-file``).
        """
        assert tuple(hidden.shape[1:]) == self.shape[1:], (hidden.shape, self.shape)
        states = hidden.detach().to(device="cpu", dtype=self.dtype).contiguous()
        view = states.view(torch.uint8).numpy().reshape(-1).data
        offset, done = start * self._row, 0
        try:
            while done < len(view):
                done += _pwrite(self._file, view[done:], offset + done)
        except OSError as error:
            raise _file_error(self.path, len(view), error) from error

    def flush(self) -> None:
        """Ask the system to write it to the disk now."""
        os.fsync(self._file)

    def close(self) -> None:
        """Close the file; it stays on disk."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> FileStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _pread_into(file: int, view: memoryview, offset: int) -> int:
    """Read into a buffer at a place of the file; Windows has no pread."""
    if hasattr(os, "preadv"):
        return os.preadv(file, [view], offset)
    os.lseek(file, offset, os.SEEK_SET)
    data = os.read(file, len(view))
    view[: len(data)] = data
    return len(data)


def _pwrite(file: int, view: memoryview, offset: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(file, view, offset)
    os.lseek(file, offset, os.SEEK_SET)
    return os.write(file, view)


def _file_error(path: Path, size: int, error: OSError) -> UserError:
    return UserError(
        "hidden-states-file",
        f"The hidden states of the calibration text ({size / 1e6:.0f} MB) could not be kept on disk: {error}.",
        hint="Free some disk space, take fewer calibration samples, or choose another folder for the run.",
        where=str(path),
        arguments={"size_bytes": size},
    )
