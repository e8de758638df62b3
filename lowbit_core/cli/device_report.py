"""What this computer can do: hardware, the installed torch, which code serves packed weights and why, and how fast."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lowbit_core.cli.output import plain
from lowbit_core.machine import Machine, inspect_machine
from lowbit_core.plan.measured import identity


def device_report(*, benchmark: bool = False) -> dict[str, Any]:
    """Machine, torch and kernels as JSON values. Opens CUDA only where there is a GPU.

    Args:
        benchmark: measure the rates of each device (``rates``), about two seconds each.
    """
    machine = inspect_machine()
    document: dict[str, Any] = {"what": "device", "identity": identity(machine)} | plain(machine)
    document |= {"torch": _torch_report(), "kernels": _kernels(machine), "checks": _checks(machine)}
    return document | ({"rates": _rates(machine)} if benchmark else {})


def _torch_report() -> dict[str, Any]:
    import torch

    return {
        "version": torch.__version__,
        "cuda": torch.version.cuda or "none: this build of torch is for the CPU only",
        "cuda_works": torch.cuda.is_available(),
        "threads": torch.get_num_threads(),
    }


def _devices(machine: Machine) -> list[str]:
    import torch

    gpus = torch.cuda.device_count() if machine.gpus and torch.cuda.is_available() else 0
    return ["cpu", *(f"cuda:{index}" for index in range(gpus))]


def _kernels(machine: Machine) -> dict[str, str]:
    import torch

    from lowbit_core.packed.dispatch import describe

    return {name: describe(torch.device(name)) for name in _devices(machine)}


def _checks(machine: Machine) -> dict[str, str]:
    """By device: empty where a packed product comes out right, else what is wrong."""
    import torch

    from lowbit_core.jobs.device import choose_dtype
    from lowbit_core.packed.check import kernel_check

    devices = [torch.device(name) for name in _devices(machine)]
    return {str(device): kernel_check(device, choose_dtype("auto", device)) for device in devices}


def _rates(machine: Machine) -> dict[str, dict[str, float]]:
    import torch

    from lowbit_core.jobs.benchmark import measure_rates

    # A GPU is as fast as its twin; one measurement for each kind of device is what the plan asks for.
    return {name.partition(":")[0]: asdict(measure_rates(torch.device(name))) for name in _devices(machine)[:2]}
