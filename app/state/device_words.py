"""What the window says of the device: where torch and the driver disagree, and how to mend it. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication

from app.engine import Machine, typical_seconds
from app.numbers import short, whole
from app.state.engine_words import engine_words

TORCH_PAGE = "https://pytorch.org/get-started/locally/"
"""Where PyTorch says which command installs its build for which CUDA; the builds it offers change with its versions."""


@dataclass(frozen=True)
class DeviceWords:
    """One thing to say of the device. ``page`` says how to mend it; ``avoid``: the GPU should not be used."""

    level: Literal["info", "warning"]
    code: str
    message: str
    hint: str
    page: str = ""
    avoid: bool = False


def _tr(text: str) -> str:
    return QCoreApplication.translate("Device", text)


def gpu_trouble(machine: Machine, report: Mapping[str, Any]) -> str:
    """Why a GPU the driver shows cannot be used by torch: ``torch-without-cuda``, ``cuda-does-not-start`` or empty."""
    torch = report.get("torch", {})
    if not machine.gpus or not torch:
        return ""
    if str(torch.get("cuda", "none")).startswith("none"):
        return "torch-without-cuda"
    return "" if torch.get("cuda_works", True) else "cuda-does-not-start"


def usable(machine: Machine, report: Mapping[str, Any]) -> Machine:
    """The machine as runs find it: a GPU that torch cannot use is none."""
    trouble = gpu_trouble(machine, report)
    if not trouble:
        return machine
    from app.engine import UnusedGpu

    why = (
        _tr("the installed PyTorch is a build for the processor only")
        if trouble == "torch-without-cuda"
        else _tr("PyTorch cannot start it; the driver may be too old")
    )
    unused = tuple(UnusedGpu(name=gpu.name, why=why) for gpu in machine.gpus)
    return replace(machine, gpus=(), unused_gpus=(*unused, *machine.unused_gpus))


def device_words(machine: Machine, report: Mapping[str, Any]) -> DeviceWords | None:
    """What there is to say of this computer; None where a GPU is there and works.

    Args:
        machine: as the driver and the system tell it.
        report: the engine's, empty while it is not known yet; then only what is certain is said.
    """
    trouble = gpu_trouble(machine, report)
    if trouble == "torch-without-cuda":
        return DeviceWords(
            "warning",
            trouble,
            _tr("%1 is there, but the installed PyTorch is a build for the processor only.").replace(
                "%1", machine.gpus[0].name
            ),
            _joined(
                _tr("Install its build for CUDA (pip install --force-reinstall torch, with the index PyTorch names)."),
                _tr("Until then the processor does the work."),
                can_do(machine, report),
            ),
            page=TORCH_PAGE,
        )
    if trouble == "cuda-does-not-start":
        words = _tr("PyTorch was built for CUDA %1, for which driver %2 may be too old: install a newer one.")
        words = words.replace("%1", str(report["torch"]["cuda"])).replace("%2", machine.gpus[0].driver)
        return DeviceWords(
            "warning",
            trouble,
            _tr("%1 is there, but PyTorch cannot use it.").replace("%1", machine.gpus[0].name),
            _joined(words, can_do(machine, report)),
        )
    if machine.gpus:
        return _failed_check(machine, report)
    if report.get("torch", {}).get("cuda_works"):
        return DeviceWords(
            "warning",
            "no-nvml",
            _tr("PyTorch finds a GPU that NVIDIA's management library does not show."),
            _tr("Runs use it, but plans and the memory shown are the processor's. Reinstalling the driver mends it."),
        )
    why = [f"{gpu.name}: {engine_words(gpu.why)}." for gpu in machine.unused_gpus]
    done = can_do(machine, report) if report else _tr("What it can do is being measured.")
    return DeviceWords(
        "info",
        "no-gpu",
        _tr("No usable graphics card: the processor does the work."),
        _joined(*why, done),
    )


def _failed_check(machine: Machine, report: Mapping[str, Any]) -> DeviceWords | None:
    checks = report.get("checks", {})
    wrong = next((str(words) for name, words in checks.items() if name.startswith("cuda") and words), "")
    if not wrong:
        return None
    return DeviceWords(
        "warning",
        "kernel-check",
        _tr("The check of %1 failed: %2.").replace("%1", machine.gpus[0].name).replace("%2", wrong.rstrip(".")),
        _tr("Results on it may be wrong. Use the processor, and install NVIDIA's newest driver."),
        avoid=True,
    )


def can_do(machine: Machine, report: Mapping[str, Any]) -> str:
    """What the processor can do, from its measured speed; empty while that was not measured."""
    seconds = typical_seconds(usable(machine, report), report)
    if seconds is None:
        return ""
    starter, billion = seconds
    words = _tr("What it can do: the starter recipe takes about %1, the same with a 1B model about %2.")
    return words.replace("%1", _about(starter)).replace("%2", _about(billion))


def _about(seconds: float) -> str:
    """An estimate, no more exact than it is: whole minutes, half hours, hours."""
    minutes = seconds / 60
    if minutes < 90:
        return _tr("%1 min").replace("%1", whole(max(1, round(minutes))))
    hours = round(minutes / 30) / 2 if minutes < 600 else round(minutes / 60)
    return _tr("%1 h").replace("%1", short(hours))


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
