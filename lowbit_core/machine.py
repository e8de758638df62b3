"""What this computer has: GPUs (by NVIDIA's management library), memory, cores, disk. No torch, no CUDA context."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lowbit_core.files import app_folder, free_disk_bytes

OLDEST_CAPABILITY = (7, 5)
"""Turing (2018): the oldest that today's torch builds and our kernels know."""

_VENDORS = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}
_UNUSED = {
    "AMD": "only NVIDIA GPUs are used so far; the work is done by the processor",
    "Intel": "only NVIDIA GPUs are used so far; the work is done by the processor",
    "NVIDIA": "its driver is not installed or does not answer; install NVIDIA's driver and start again",
    "Apple": "only NVIDIA GPUs are used so far; the work is done by the processor",
}
_BF16_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})
_WINDOWS_DISPLAYS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A GPU that can be used."""

    index: int
    """As NVIDIA's tools count; CUDA_VISIBLE_DEVICES may count differently for torch."""

    name: str
    total_bytes: int
    free_bytes: int
    """Now, with what other programs hold taken off."""

    capability: tuple[int, int]
    """Compute capability, e.g. (8, 9)."""

    driver: str


@dataclass(frozen=True, kw_only=True)
class UnusedGpu:
    """A GPU that is there and not used, with the reason."""

    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Battery:
    """A laptop's. ``percent`` 0 to 100."""

    percent: float
    plugged_in: bool


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The computer, as this process may use it: container limits and processor affinity count."""

    system: str
    """E.g. ``Linux x86_64``."""

    gpus: tuple[Gpu, ...]
    unused_gpus: tuple[UnusedGpu, ...]
    ram_total_bytes: int
    ram_available_bytes: int
    """What new allocations can take before the system swaps or kills."""

    physical_cores: int
    logical_cores: int
    bf16_units: bool = False
    """Whether the processor multiplies bf16 in hardware, see `has_bf16_units`."""

    disk_path: str
    disk_free_bytes: int
    battery: Battery | None


def inspect_machine(path: Path | None = None) -> Machine:
    """Look at the computer; about 50 ms. ``path``: the folder whose disk is asked for, else the app's own."""
    import psutil

    memory = psutil.virtual_memory()
    limit, available = cgroup_memory()
    gpus, too_old = _nvidia_gpus()
    others = [] if gpus or too_old else _gpus_on_the_bus("NVIDIA")
    where = path or app_folder()
    threads = _usable_threads(psutil.cpu_count(logical=True) or 1)
    return Machine(
        system=f"{platform.system()} {platform.machine()}",
        gpus=gpus,
        unused_gpus=(*too_old, *others, *_gpus_on_the_bus("AMD", "Intel", "Apple")),
        ram_total_bytes=min(memory.total, limit or memory.total),
        ram_available_bytes=min(memory.available, memory.available if available is None else available),
        physical_cores=min(psutil.cpu_count(logical=False) or threads, threads),
        logical_cores=threads,
        bf16_units=has_bf16_units(),
        disk_path=str(where),
        disk_free_bytes=free_disk_bytes(where),
        battery=_battery(),
    )


def _nvidia_gpus() -> tuple[tuple[Gpu, ...], tuple[UnusedGpu, ...]]:
    """Usable ones and too old ones; both empty without a driver."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # no driver, no library, or a broken installation: every kind is the same to us
        return (), ()
    try:
        driver = _text(pynvml.nvmlSystemGetDriverVersion())
        gpus, too_old = [], []
        for index in range(pynvml.nvmlDeviceGetCount()):
            gpu = _nvidia_gpu(pynvml, index, driver)
            if isinstance(gpu, Gpu):
                gpus.append(gpu)
            else:
                too_old.append(gpu)
        return tuple(gpus), tuple(too_old)
    except pynvml.NVMLError:
        return (), ()
    finally:
        with contextlib.suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()


def _nvidia_gpu(pynvml: Any, index: int, driver: str) -> Gpu | UnusedGpu:
    name = f"GPU {index}"
    try:
        handle = pynvml.nvmlDeviceGetHandleByIndex(index)
        name = _text(pynvml.nvmlDeviceGetName(handle))
        major, minor = pynvml.nvmlDeviceGetCudaComputeCapability(handle)
        memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    except pynvml.NVMLError as error:  # one that fell off the bus must not hide the others
        return UnusedGpu(name=name, why=f"the driver says: {error}")
    if (major, minor) < OLDEST_CAPABILITY:
        oldest = ".".join(map(str, OLDEST_CAPABILITY))
        return UnusedGpu(name=name, why=f"its compute capability is {major}.{minor}; {oldest} (Turing, 2018) is needed")
    return Gpu(
        index=index,
        name=name,
        total_bytes=int(memory.total),
        free_bytes=int(memory.free),
        capability=(int(major), int(minor)),
        driver=driver,
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _gpus_on_the_bus(*vendors: str, root: Path = Path("/sys/class/drm")) -> tuple[UnusedGpu, ...]:
    """GPUs of ``vendors`` that the operating system lists, with the reason they are not used."""
    system = platform.system()
    if system == "Linux":
        found = _linux_vendors(root)
    elif system == "Windows":
        found = _windows_names()
    else:
        found = [("Apple", "Apple GPU")] if system == "Darwin" and platform.machine() == "arm64" else []
    return tuple(UnusedGpu(name=name, why=_UNUSED[vendor]) for vendor, name in found if vendor in vendors)


def _linux_vendors(root: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(root.glob("card[0-9]*/device/vendor")):
        with contextlib.suppress(OSError):
            vendor = _VENDORS.get(path.read_text().strip().lower())
            if vendor and "-" not in path.parent.parent.name:  # card0-HDMI-A-1 is a socket, not a card
                found.append((vendor, f"{vendor} GPU"))
    return found


def _windows_names() -> list[tuple[str, str]]:
    import winreg as registry  # type: ignore[import-not-found,unused-ignore]

    found = []
    api: Any = registry  # typeshed has its names on Windows only
    with contextlib.suppress(OSError), api.OpenKey(api.HKEY_LOCAL_MACHINE, _WINDOWS_DISPLAYS) as displays:
        for index in range(16):
            with contextlib.suppress(OSError), api.OpenKey(displays, f"{index:04d}") as key:
                name = str(api.QueryValueEx(key, "DriverDesc")[0])
                vendor = next((vendor for vendor in _VENDORS.values() if vendor.lower() in name.lower()), "")
                if vendor or "radeon" in name.lower():
                    found.append((vendor or "AMD", name))
    return found


def cgroup_memory(
    root: Path = Path("/sys/fs/cgroup"), member: Path = Path("/proc/self/cgroup")
) -> tuple[int, int | None]:
    """Memory limit of the container and what is left of it, in bytes; (0, None) without a limit.

    The kernel kills at the limit although the computer has more. Cached file pages (``inactive_file``) can be dropped
    and do not count as used. Reads version 2 (every level up to the root counts) and version 1.
    """
    limit, left = 0, None
    for folder, maximum, used in _cgroup_levels(root, member):
        value = _number(folder / maximum)
        if value is None or value >= 1 << 60:  # version 1 says "no limit" with a huge number
            continue
        cached = _stat(folder / "memory.stat", "inactive_file") or _stat(folder / "memory.stat", "total_inactive_file")
        free = max(0, value - max(0, (_number(folder / used) or 0) - cached))
        limit = min(limit or value, value)
        left = free if left is None else min(left, free)
    return limit, left


def _cgroup_levels(root: Path, member: Path) -> Iterator[tuple[Path, str, str]]:
    try:
        lines = member.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, name = rest.partition(":")
        if controllers and "memory" not in controllers.split(","):
            continue
        base = root / "memory" if controllers else root
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes") if controllers else ("memory.max", "memory.current")
        folder = base / name.lstrip("/")
        while True:
            yield folder, *names
            if folder == base or base not in folder.parents:
                break
            folder = folder.parent


@functools.cache
def has_bf16_units(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor multiplies bf16 faster than fp32: AMX, or AVX-512 with bf16 dot products.

    Read from the processor's own list of instructions and not measured: a run that is resumed must find the same
    answer on a busy computer. With AMX a product of 2048 x 576 by 576 x 1536 took one core 8.5 ms, 37 in fp32.
    Linux only: elsewhere nothing was measured, and the answer is no.
    """
    with contextlib.suppress(OSError):
        for line in cpuinfo.read_text().splitlines():
            name, _, flags = line.partition(":")
            if name.strip() == "flags":
                return not _BF16_FLAGS.isdisjoint(flags.split())
    return False


def _usable_threads(count: int, root: Path = Path("/sys/fs/cgroup")) -> int:
    """Threads that really run at once: fewer than the processor's under an affinity mask or a container's quota."""
    if hasattr(os, "sched_getaffinity"):
        count = min(count, len(os.sched_getaffinity(0)))
    with contextlib.suppress(OSError, ValueError):
        quota, _, period = (root / "cpu.max").read_text().partition(" ")
        if quota != "max":
            count = min(count, max(1, math.ceil(int(quota) / int(period))))
    return count


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # "max"
        return None


def _stat(path: Path, key: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in path.read_text().splitlines():
            name, _, value = line.partition(" ")
            if name == key:
                return int(value)
    return 0


def _battery() -> Battery | None:
    import psutil

    with contextlib.suppress(Exception):  # psutil knows no battery on some systems and trips over odd ones on others
        battery = psutil.sensors_battery()
        if battery is not None:
            return Battery(percent=float(battery.percent), plugged_in=bool(battery.power_plugged))
    return None
