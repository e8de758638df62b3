"""Memory events at a steady beat while a run works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lowbit_core.events import Event
from lowbit_core.memory import read_memory

INTERVAL = 1.0
"""Seconds between two readings."""


@contextmanager
def memory_beat(emit: Callable[[Event], None], interval: float = INTERVAL) -> Iterator[None]:
    """Emit a Memory event every ``interval`` seconds, from a thread that ends with the block."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(interval):
            emit(read_memory())

    thread = threading.Thread(target=beat, name="memory-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
