"""Several processes that train one model: the device of each, and the little talk between them."""

from __future__ import annotations

import torch
import torch.distributed as dist

from lowbit_core.context import Context
from lowbit_core.errors import Interrupted, InterruptMode
from lowbit_core.processes import local_rank

_MODES: tuple[InterruptMode, ...] = ("pause", "stop", "cancel")


def local_device(device: str) -> torch.device:
    """The device of this process: ``cuda`` becomes the GPU torchrun gave it."""
    if device == "cuda":
        return torch.device("cuda", local_rank() or 0)
    return torch.device(device)


def together() -> bool:
    """Whether several processes train this model."""
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1


def add_up(values: torch.Tensor) -> torch.Tensor:
    """Sum over all processes."""
    if together():
        dist.all_reduce(values)
    return values


def checkpoint_together(context: Context, device: torch.device) -> None:
    """`Context.checkpoint`, so that all processes are interrupted at the same step or none.

    Raises:
        Interrupted: any process was asked to.
    """
    wanted: InterruptMode | None = None
    try:
        context.checkpoint()
    except Interrupted as interrupt:
        wanted = interrupt.mode
    if together():
        code = torch.tensor(0 if wanted is None else 1 + _MODES.index(wanted), device=device)
        dist.all_reduce(code, op=dist.ReduceOp.MAX)
        wanted = _MODES[int(code) - 1] if int(code) else None
    if wanted is not None:
        raise Interrupted(wanted)


def collect(value: object) -> list[object]:
    """``value`` of every process, in the order of ranks."""
    if not together():
        return [value]
    everyone: list[object] = [None] * dist.get_world_size()
    dist.all_gather_object(everyone, value)
    return everyone


def wait_for_all() -> None:
    """Return when every process has come here."""
    if together():
        dist.barrier()
