"""One dense buffer per device and dtype, lent to whoever multiplies by a dequantized matrix right now.

Without it every forward and backward of every layer asks the allocator for a new dense W. Sharing is safe: nobody
keeps it: autograd saves packed bytes only, kernels on one CUDA stream run in order, and a lock keeps two threads from
filling it at once. Each CUDA stream has its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

_Key = tuple[torch.device, torch.dtype, int]


class _Scratch:
    """The buffers of one process. Not a registry: nothing is looked up in it, it only saves allocations."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.free: dict[_Key, Tensor] = {}
        self.shared_with_graphs = False

    def take(self, key: _Key, size: int) -> Tensor:
        """A flat buffer of at least ``size`` elements; the caller holds it until `give`."""
        buffer = self.free.pop(key, None)
        if buffer is None or buffer.numel() < size:
            device, dtype, _ = key
            # A tensor made in inference mode could not be written to by the training step that borrows it next.
            with torch.inference_mode(False):
                buffer = torch.empty(size, dtype=dtype, device=device)
        return buffer

    def give(self, key: _Key, buffer: Tensor) -> None:
        """Back, the larger of two is kept."""
        kept = self.free.get(key)
        if kept is None or kept.numel() < buffer.numel():
            self.free[key] = buffer


_scratch = _Scratch()


@contextmanager
def dense_scratch(rows: int, columns: int, dtype: torch.dtype, device: torch.device) -> Iterator[Tensor]:
    """Lends an uninitialised [rows, columns] tensor; its content is gone after the block.

    While a CUDA graph is captured the buffer comes from the graph's own pool and is not kept, see `shared_with_graphs`.
    """
    if device.type == "cuda" and not _scratch.shared_with_graphs and torch.cuda.is_current_stream_capturing():
        yield torch.empty(rows, columns, dtype=dtype, device=device)
        return
    stream = torch.cuda.current_stream(device).cuda_stream if device.type == "cuda" else 0
    key = (device, dtype, stream)
    with _scratch.lock, torch.no_grad():
        buffer = _scratch.take(key, rows * columns)
        try:
            yield buffer[: rows * columns].view(rows, columns)
        finally:
            _scratch.give(key, buffer)


@contextmanager
def shared_with_graphs() -> Iterator[None]:
    """Within the block, graphs captured on a stream use the buffers of that stream's plain work.

    Whoever captures holds on to `held_scratch` as long as the graphs live: a larger buffer may take the place of one.
    """
    before, _scratch.shared_with_graphs = _scratch.shared_with_graphs, True
    try:
        yield
    finally:
        _scratch.shared_with_graphs = before


def held_scratch() -> tuple[Tensor, ...]:
    """The buffers kept now."""
    with _scratch.lock:
        return tuple(_scratch.free.values())


def scratch_bytes() -> int:
    """Bytes kept for reuse, for the memory report."""
    with _scratch.lock:
        return sum(buffer.numel() * buffer.element_size() for buffer in _scratch.free.values())


def release_scratch() -> None:
    """Drop the kept buffers, e.g. when a model is unloaded."""
    with _scratch.lock:
        _scratch.free.clear()
