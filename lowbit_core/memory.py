"""What this process uses right now, on its GPU and in RAM. Neither imports torch nor opens CUDA."""

from __future__ import annotations

import sys
from typing import Any

import psutil

from lowbit_core.events import Memory


def torch_on_device() -> Any:
    """The torch module if this process uses a GPU through it, else None; neither imports torch nor opens CUDA."""
    torch = sys.modules.get("torch")
    # Another thread may be in the middle of importing it.
    is_initialized = getattr(getattr(torch, "cuda", None), "is_initialized", None)
    return torch if is_initialized is not None and is_initialized() else None


def read_memory() -> Memory:
    """This moment's figures. The device is asked only if this process already uses it."""
    rss = psutil.Process().memory_info().rss
    torch = torch_on_device()
    if torch is None:
        return Memory(
            allocated_bytes=0,
            reserved_bytes=0,
            peak_bytes=0,
            device_used_bytes=0,
            device_total_bytes=0,
            process_rss_bytes=rss,
        )
    free, total = torch.cuda.mem_get_info()
    return Memory(
        allocated_bytes=torch.cuda.memory_allocated(),
        reserved_bytes=torch.cuda.memory_reserved(),
        peak_bytes=torch.cuda.max_memory_allocated(),
        device_used_bytes=total - free,
        device_total_bytes=total,
        process_rss_bytes=rss,
    )
