"""Asking a running job to end at its next safe point."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from lowbit_core.errors import Interrupted, InterruptMode


class Control:
    """A request that any thread may set and the job's thread obeys at its next checkpoint.

    The strongest request wins: cancel over stop over pause.
    """

    _STRENGTH: tuple[InterruptMode, ...] = ("pause", "stop", "cancel")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mode: InterruptMode | None = None

    @property
    def mode(self) -> InterruptMode | None:
        """What was asked for, None while nothing was."""
        return self._mode

    def request(self, mode: InterruptMode) -> None:
        """Ask for it; returns at once."""
        with self._lock:
            if self._mode is None or self._STRENGTH.index(mode) > self._STRENGTH.index(self._mode):
                self._mode = mode

    def check(self) -> None:
        """Raise if something was asked for.

        Raises:
            Interrupted: pause, stop or cancel.
        """
        mode = self._mode
        if mode is not None:
            raise Interrupted(mode)


@contextmanager
def cancel_on_signals(control: Control) -> Iterator[None]:
    """Ctrl-C and SIGTERM cancel at the next safe point; a second one ends at once (files are still written whole).

    Only in the main thread: elsewhere Python allows no handlers, and the caller cancels through ``control``.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        if control.mode == "cancel":
            raise KeyboardInterrupt
        control.request("cancel")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
