"""What this process uses right now, on its GPU and in RAM, and what it can still have. Nothing here imports torch
before its caller has.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from lowbit_core.events import Memory


def torch_on_device() -> Any:
    """The torch module if this process uses a GPU through it, else None; neither imports torch nor opens CUDA."""
    torch = sys.modules.get("torch")
    # Another thread may be in the middle of importing it.
    is_initialized = getattr(getattr(torch, "cuda", None), "is_initialized", None)
    return torch if is_initialized is not None and is_initialized() else None


def allocatable_bytes(device: Any) -> int:
    """Bytes torch can still give out on a GPU: by the driver's count and within the share this process may take, with
    what torch holds without using it.

    Args:
        device: a CUDA ``torch.device``, with or without an index; who has one has imported torch.
    """
    torch = sys.modules["torch"]
    index = torch.cuda.current_device() if device.index is None else device.index
    free, _ = torch.cuda.mem_get_info(index)
    total = torch.cuda.get_device_properties(index).total_memory
    share = int(torch.cuda.get_per_process_memory_fraction(index) * total)
    return min(int(free) + torch.cuda.memory_reserved(index), share) - torch.cuda.memory_allocated(index)


def reset_peak(device: Any) -> None:
    """Let `peak_bytes` count from now on.

    Args:
        device: a ``torch.device``. On a CPU only Linux can forget a process's peak; elsewhere it is that of its life.
    """
    if device.type == "cuda":
        torch = torch_on_device()
        if torch is not None:  # else there is nothing to forget, and torch refuses
            torch.cuda.reset_peak_memory_stats(device)
    else:
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_bytes(device: Any) -> int:
    """Most memory in use since `reset_peak`: what torch gave out on a GPU, on a CPU what the process held in RAM.

    Args:
        device: a ``torch.device``.
    """
    if device.type == "cuda":
        return int(sys.modules["torch"].cuda.max_memory_allocated(device))
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    now = psutil.Process().memory_info()
    if hasattr(now, "peak_wset"):  # Windows
        return int(now.peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


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
