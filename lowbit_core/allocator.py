"""What the C library and torch keep of freed memory: giving it back to the system, at once or on request."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from lowbit_core.memory import torch_on_device

_M_MMAP_THRESHOLD = -3
"""Of malloc.h."""

_OWN_PAGES = 4 << 20
_USUAL = 32 << 20
"""glibc's own threshold once a process has freed blocks of this size; it does not move again after it was set."""


@contextmanager
def large_blocks_go_back() -> Iterator[None]:
    """Within the block, what takes 4 MB or more has pages of its own, which go back to the system when it is freed.

    glibc raises that threshold to 32 MB as it sees large blocks freed. Its heaps then hold holes that fit nothing:
    50 to 150 MB between the matrices of a 1B model, 300 MB in a training step of the starter that peaks at 2.0 GB.
    New pages cost time where blocks live for a moment: a quarter of quantizing the starter, nothing in its training.
    """
    library = _c_library()
    if library is not None:
        library.mallopt(_M_MMAP_THRESHOLD, _OWN_PAGES)
    try:
        yield
    finally:
        if library is not None:
            library.mallopt(_M_MMAP_THRESHOLD, _USUAL)


def return_freed_memory() -> None:
    """Ask the C library to return what it keeps of freed memory; does nothing where it has no such call.

    The call takes a millisecond.
    """
    library = _c_library()
    if library is not None:
        library.malloc_trim(0)


def release_memory() -> None:
    """Free what hangs in cycles, as wrapped models do, and give back what the C library and, on a GPU, torch keep."""
    gc.collect()
    return_freed_memory()
    torch = torch_on_device()
    if torch is not None:
        torch.cuda.empty_cache()


@lru_cache
def _c_library() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL(None)
    except OSError:
        return None
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
