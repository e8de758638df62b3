"""Timing on the GPU: medians of one CUDA graph of many calls over inputs that rotate past the second-level cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch


def median_us(call: Callable[..., Any], inputs: Sequence[tuple[Any, ...]], *, repeats: int = 30) -> float:
    """Median microseconds of one ``call(*item)``, captured as one graph over all ``inputs``."""
    for item in inputs[:3]:
        call(*item)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for item in inputs:
            call(*item)
    graph.replay()
    times = []
    for _ in range(repeats):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) * 1e3 / len(inputs))
    return sorted(times)[len(times) // 2]


def read_bandwidth() -> float:
    """Bytes a second that a sum over 4 GiB reads."""
    values = torch.empty(1 << 30, dtype=torch.float32, device="cuda").normal_()
    return values.numel() * 4 / (median_us(lambda v: v.sum(), [(values,)], repeats=10) * 1e-6)


def copy_bandwidth() -> float:
    """Bytes a second, read plus written, of 4 GiB: the faster of a memory copy and a kernel that reads and writes."""
    values = torch.empty(1 << 30, dtype=torch.float32, device="cuda").normal_()
    other = torch.empty_like(values)
    fastest = min(
        median_us(lambda a, b: b.copy_(a), [(values, other)], repeats=10),
        median_us(lambda a, b: torch.neg(a, out=b), [(values, other)], repeats=10),
    )
    return 2 * values.numel() * 4 / (fastest * 1e-6)


def copies(size_bytes: float, *, least: int = 4) -> int:
    """How many copies of an input make a working set well past the cache (512 MB)."""
    return max(least, int(512e6 // size_bytes) + 1)
