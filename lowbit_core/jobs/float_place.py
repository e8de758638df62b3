"""Where the float model can stand beside a packed one: on its device, in RAM, alone in its turn, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from lowbit_core.errors import UserError
from lowbit_core.machine import inspect_machine
from lowbit_core.memory import allocatable_bytes
from lowbit_core.source import ModelSpec

WORKSPACE_BYTES = 200_000_000
"""Kept free beside the weights, for the cache of a conversation, activations and the libraries' own."""

FreeBytes = Callable[[torch.device], int]
"""Bytes that can still be had on a device."""


@dataclass(frozen=True, kw_only=True)
class FloatPlace:
    """A place that was found.

    Attributes:
        device: where the float model goes.
        dtype: what it computes in.
        needed_bytes: weights and working space.
        free_bytes: what is free there now; with ``alone``, including what the packed model holds.
        alone: the packed model has to leave first.
    """

    device: torch.device
    dtype: torch.dtype
    needed_bytes: int
    free_bytes: int
    alone: bool = False


def free_bytes(device: torch.device) -> int:
    """Bytes that can still be had on ``device``."""
    if device.type == "cpu":
        return inspect_machine().ram_available_bytes
    return allocatable_bytes(device)


def float_bytes(spec: ModelSpec, dtype: torch.dtype) -> int:
    """Bytes of the float model's weights and the room it needs to answer."""
    return spec.parameters * dtype.itemsize + WORKSPACE_BYTES


def place_float(
    spec: ModelSpec,
    device: torch.device,
    dtype: torch.dtype,
    *,
    held_bytes: int = 0,
    free: FreeBytes | None = None,
) -> FloatPlace:
    """The best place there is: beside the packed model, in RAM (fp32, else bf16 at half the size), or in its stead.

    Args:
        spec: the float model.
        device: where the packed model is, or would be.
        dtype: what is computed in there.
        held_bytes: what the packed model holds on ``device`` and would give back.
        free: in place of `free_bytes`.

    Raises:
        UserError: ``float-too-big``, with the bytes it needs at least and the bytes that are free.
    """
    free = free or free_bytes
    ram = torch.device("cpu")
    ways = [(device, dtype, 0), (ram, torch.float32, 0), (ram, torch.bfloat16, 0)]
    if held_bytes:
        ways += [(device, dtype, held_bytes), (device, torch.bfloat16, held_bytes)]
    for where, kind, given_back in ways:
        need, have = float_bytes(spec, kind), free(where) + given_back
        if need <= have:
            return FloatPlace(
                device=where, dtype=kind, needed_bytes=need, free_bytes=have, alone=bool(given_back)
            )  # fmt: skip
    need, have = float_bytes(spec, torch.bfloat16), free(ram) + (held_bytes if device.type == "cpu" else 0)
    raise UserError(
        "float-too-big",
        f"The float model needs {need / 1e9:.2f} GB of memory at least, and {have / 1e9:.2f} GB are free.",
        hint="Close other programs, or compare the other variants only.",
        where="float",
        arguments={"needed_bytes": need, "free_bytes": have},
    )
