"""Two processes, one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lowbit_core.context import Context


@contextmanager
def waiting_lock(path: Path, context: Context) -> Iterator[None]:
    """Hold the lock file ``path`` (freed by the system if this process dies); stays interruptible while it waits."""
    lock = FileLock(path)
    while True:
        context.checkpoint()
        try:
            lock.acquire(timeout=0.3)
            break
        except Timeout:
            continue
    try:
        yield
    finally:
        lock.release()
