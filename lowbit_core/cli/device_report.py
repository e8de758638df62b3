"""What this computer can do: hardware, the installed torch, and which code serves packed weights and why."""

from __future__ import annotations

from typing import Any

from lowbit_core.cli.output import plain
from lowbit_core.machine import Machine, inspect_machine


def device_report() -> dict[str, Any]:
    """Machine, torch and kernels as JSON values. Opens CUDA only where there is a GPU."""
    machine = inspect_machine()
    document: dict[str, Any] = {"what": "device"} | plain(machine)
    return document | {"torch": _torch_report(), "kernels": _kernels(machine)}


def _torch_report() -> dict[str, Any]:
    import torch

    return {
        "version": torch.__version__,
        "cuda": torch.version.cuda or "none: this build of torch is for the CPU only",
        "threads": torch.get_num_threads(),
    }


def _kernels(machine: Machine) -> dict[str, str]:
    import torch

    from lowbit_core.packed.dispatch import describe

    devices = ["cpu"]
    if machine.gpus and torch.cuda.is_available():
        devices += [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    return {name: describe(torch.device(name)) for name in devices}
