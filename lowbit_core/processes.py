"""Which of several processes this one is, as ``torchrun`` and ``accelerate launch`` tell it. Imports nothing heavy."""

from __future__ import annotations

import os

_TOLD = ("LOCAL_RANK", "RANK", "WORLD_SIZE", "MASTER_ADDR")
"""All are set by a launcher; cluster software leaves some of them in shells where one process is meant."""


def world_size() -> int:
    """Number of processes that were started together, 1 without a launcher."""
    return int(os.environ["WORLD_SIZE"]) if all(name in os.environ for name in _TOLD) else 1


def rank() -> int:
    """Number of this process among them, from 0. Only process 0 writes files and reports."""
    return int(os.environ["RANK"]) if world_size() > 1 else 0


def local_rank() -> int | None:
    """Number of this process among those of this computer, None where it is the only one of the run."""
    return int(os.environ["LOCAL_RANK"]) if world_size() > 1 else None
