"""Rates that were measured on this computer: how they are kept, and whether they still hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from lowbit_core.machine import Machine
from lowbit_core.plan.seconds import Rates


def identity(machine: Machine) -> str:
    """What has to be the same for a measurement to still hold: processor, GPUs, driver and torch's build."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        torch = version("torch")  # from its files; nothing is imported
    except PackageNotFoundError:
        torch = "none"
    gpus = [f"{gpu.name} {gpu.total_bytes} {gpu.driver}" for gpu in machine.gpus]
    others = [gpu.name for gpu in machine.unused_gpus]
    cores = f"{machine.physical_cores}/{machine.logical_cores} cores"
    return "; ".join([machine.system, cores, str(machine.ram_total_bytes), f"torch {torch}", *gpus, *others])


def kept_rates(report: Mapping[str, Any], on_gpu: bool) -> Rates | None:
    """The rates in a device report (`Scan` with ``benchmark``), or None where that device was not measured."""
    found = report.get("rates")
    values = found.get("cuda" if on_gpu else "cpu") if isinstance(found, Mapping) else None
    names = [item.name for item in fields(Rates)]
    if not isinstance(values, Mapping) or values.keys() != set(names):
        return None
    if not all(isinstance(values[name], int | float) and 0 < values[name] < math.inf for name in names):
        return None
    return Rates(**values)
