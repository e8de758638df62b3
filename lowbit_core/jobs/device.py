"""Which device and number format a run computes with."""

from __future__ import annotations

from typing import Literal

import torch

from lowbit_core.errors import UserError
from lowbit_core.machine import has_bf16_units
from lowbit_core.processes import local_rank


def choose_device(wanted: Literal["auto", "cuda", "cpu"]) -> torch.device:
    """The device a recipe means on this computer.

    Raises:
        UserError: ``no-gpu``; ``too-few-gpus`` for the processes of a run.
    """
    available = wanted != "cpu" and torch.cuda.is_available()
    if wanted == "cuda" and not available:
        built = torch.version.cuda
        raise UserError(
            "no-gpu",
            "The recipe asks for a GPU, but torch finds none."
            if built
            else "The recipe asks for a GPU, but the installed torch is built for the CPU only.",
            hint='Set device = "auto" or "cpu", or install torch\'s CUDA build and NVIDIA\'s driver.',
            where="device",
        )
    if not available:
        return torch.device("cpu")
    number = local_rank()
    if number is None:
        return torch.device("cuda")
    if number >= torch.cuda.device_count():
        raise UserError(
            "too-few-gpus",
            f"There are {torch.cuda.device_count()} GPUs for more processes than that.",
            hint="Start as many processes as there are GPUs (torchrun --nproc-per-node).",
            where="device",
        )
    return torch.device("cuda", number)


def choose_dtype(wanted: Literal["auto", "bf16", "fp16", "fp32"], device: torch.device) -> torch.dtype:
    """The number format of the model's arithmetic; solvers, statistics and optimizers keep their own.

    ``auto`` is bf16 where the device multiplies it in hardware, else fp16 on a GPU and fp32 on a processor (where bf16
    without such units is slower). `plan.element_bytes` answers the same without torch.
    """
    if wanted == "auto":
        if device.type == "cpu":
            return torch.bfloat16 if has_bf16_units() else torch.float32
        return torch.bfloat16 if torch.cuda.get_device_capability(device) >= (8, 0) else torch.float16
    return {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[wanted]
