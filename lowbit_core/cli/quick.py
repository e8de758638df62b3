"""A context for commands that are no run: progress on the terminal, Ctrl-C at the next safe point."""

from __future__ import annotations

import time
from typing import TextIO

from lowbit_core.cli.render import TerminalReader
from lowbit_core.events import Event, Progress, Stamped
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.job import JobContext


class TerminalContext(JobContext):
    """`context.Context` whose events are printed and kept nowhere."""

    def __init__(self, out: TextIO, control: Control) -> None:
        super().__init__(self._show, control)
        self._reader = TerminalReader(out)
        self._shown_at = float("-inf")

    def _show(self, event: Event) -> None:
        now = time.monotonic()
        if isinstance(event, Progress) and event.done < event.total:
            if now - self._shown_at < 0.1:
                return
            self._shown_at = now
        self._reader(Stamped(seq=0, time=time.time(), event=event))
