"""Giving freed memory back to the system."""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache


def return_freed_memory() -> None:
    """Ask the C library to return what it keeps of freed memory; does nothing where it has no such call.

    glibc raises its threshold for handing memory straight back to 32 MB as it sees large blocks freed, and then keeps
    150 MB of a 1B model's matrices in its heaps between one matrix and the next. The call takes a millisecond.
    """
    library = _c_library()
    if library is not None:
        library.malloc_trim(0)


@lru_cache
def _c_library() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL(None)
    except OSError:
        return None
    return library if hasattr(library, "malloc_trim") else None
