"""The worker's way out: whole lines on the real stdout, from any thread, with stray prints kept away."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from typing import IO

from lowbit_core.commands import Answer
from lowbit_core.commands import encode as encode_answer
from lowbit_core.events import Stamped
from lowbit_core.events import encode as encode_event


class Channel:
    """Writes one line at a time. A reader that went away closes it: later lines are dropped, ``closed`` is true."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._lock = threading.Lock()
        self.closed = False

    def answer(self, answer: Answer) -> None:
        """Send an answer."""
        self._write(encode_answer(answer))

    def event(self, stamped: Stamped) -> None:
        """Send an event of the running job."""
        self._write(encode_event(stamped))

    def _write(self, line: str) -> None:
        with self._lock:
            if self.closed:
                return
            try:
                self._out.write(line + "\n")
                self._out.flush()
            except (OSError, ValueError):
                self.closed = True


def take_over_standard_streams() -> tuple[Iterator[str], Channel]:
    """The command lines and the channel, with the process's own streams moved out of the libraries' reach.

    File descriptor 1 becomes stderr, so that neither ``print`` nor native code can write into the protocol;
    descriptor 0 reads nothing.
    """
    lines = os.fdopen(os.dup(0), "r", encoding="utf-8", errors="replace", newline="\n")
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    sys.stdout.flush()
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout = sys.stderr
    return lines, Channel(out)
