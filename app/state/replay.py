"""Reads `events.jsonl` of a run in slices, so that a long one does not hold up the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine import EventError, Stamped, decode_event

SLICE_SECONDS = 0.012
"""Of the GUI thread at a time; a frame is 16 ms."""


class Replay(QObject):
    """Tells a file's events in order, in batches, and stops at its end.

    A line that cannot be read (torn by a power cut, or of a newer version) is counted and left out.

    Args:
        path: the file.
        wanted: takes a raw line and says whether it is worth decoding; by default all are.

    Signals:
        events: list of `Stamped`.
        finished: the file is told, or could not be opened; `error` says why.
    """

    events = Signal(list)
    finished = Signal()

    def __init__(
        self, path: Path, *, wanted: Callable[[str], bool] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.error = ""
        self.unreadable = 0
        self._wanted = wanted
        self._file: IO[str] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._slice)

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self._file is not None

    def start(self) -> None:
        """Begin; events come once the event loop runs."""
        try:
            self._file = self.path.open(encoding="utf-8", errors="replace")
        except OSError as error:
            self.error = str(error)
        self._timer.start()

    def read_all(self) -> None:
        """Tell the rest at once (tests, screenshots)."""
        if self._file is None and not self.error:
            self.start()
        while self._file is not None:
            self._slice()

    @Slot()
    def stop(self) -> None:
        """Leave the rest untold."""
        self._timer.stop()
        if self._file is not None:
            self._file.close()
            self._file = None

    @Slot()
    def _slice(self) -> None:
        if self._file is None:
            self._end()
            return
        until = time.monotonic() + SLICE_SECONDS
        batch: list[Stamped] = []
        ended = False
        while time.monotonic() < until:
            line = self._file.readline()
            if not line:
                ended = True
                break
            self._take(line, batch)
        if batch:
            self.events.emit(batch)
        if ended:
            self._end()

    def _take(self, line: str, batch: list[Stamped]) -> None:
        if self._wanted is not None and not self._wanted(line):
            return
        try:
            batch.append(decode_event(line))
        except EventError:
            self.unreadable += 1

    def _end(self) -> None:
        self.stop()
        self.finished.emit()


def is_loss_line(line: str) -> bool:
    """Whether a line is needed to draw the loss curves: cheap, before decoding."""
    if '"kind":"Metric"' in line:
        return '"name":"loss"' in line or '"name":"validation_loss"' in line
    return any(f'"kind":"{kind}"' in line for kind in ("JobStarted", "StageStarted", "StageFinished", "Resumed"))
