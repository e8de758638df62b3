"""Feeds a `RunState`: first from the run's `events.jsonl`, then, while the run is going on, from its child.

The engine writes a line before it sends it, so reading the file first and then leaving out what is already known
misses nothing and tells nothing twice, whenever the page is opened.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import Stamped
from app.state.jobs import JobController
from app.state.replay import Replay
from app.state.run import RunState


class RunFeed(QObject):
    """Shows one run at a time in `state`.

    Signals:
        opened: run folder, when another one is shown.
        caught_up: the file is told.
    """

    opened = Signal(str)
    caught_up = Signal()

    def __init__(self, jobs: JobController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = RunState(self)
        self.run_dir = ""
        self._jobs = jobs
        self._replay: Replay | None = None
        self._waiting: list[Stamped] = []
        jobs.started.connect(self._started)
        jobs.events.connect(self._live)
        jobs.finished.connect(self._finished)

    @property
    def is_live(self) -> bool:
        """Whether the run that is shown is the one that is going on."""
        return bool(self.run_dir) and self._jobs.state != "idle" and _same(self._jobs.run_dir, self.run_dir)

    @property
    def reading(self) -> bool:
        """Whether the file is still being told."""
        return self._replay is not None

    def open(self, run_dir: str) -> None:
        """Show a run; the same again only reads what is new."""
        if not run_dir:
            return
        if not _same(run_dir, self.run_dir):
            self._stop()
            self.run_dir = run_dir
            self.state.clear()
            self.opened.emit(run_dir)
        if self._replay is None:
            self._replay = Replay(Path(run_dir) / "events.jsonl", parent=self)
            self._replay.events.connect(self.state.apply)
            self._replay.finished.connect(self._told)
            self._replay.start()

    def read_all(self) -> None:
        """Tell the rest of the file at once."""
        if self._replay is not None:
            self._replay.read_all()

    def close(self) -> None:
        """Show nothing."""
        self._stop()
        self.run_dir = ""
        self.state.clear()

    def _stop(self) -> None:
        if self._replay is not None:
            self._replay.stop()
            self._replay.deleteLater()
            self._replay = None
        self._waiting = []

    @Slot()
    def _told(self) -> None:
        waiting = self._waiting
        self._stop()
        if waiting:
            self.state.apply(waiting)
        if not self.is_live:
            self.state.mark_interrupted()
        self.caught_up.emit()

    @Slot(str)
    def _started(self, run_dir: str) -> None:
        self.open(run_dir)

    @Slot(list)
    def _live(self, batch: list[Stamped]) -> None:
        if not _same(self._jobs.summary.run_dir, self.run_dir):
            return
        if self._replay is not None:
            self._waiting.extend(batch)
        else:
            self.state.apply(batch)

    @Slot(str, str)
    def _finished(self, run_dir: str, _outcome: str) -> None:
        if _same(run_dir, self.run_dir) and self._replay is None:
            self.state.mark_interrupted()


def _same(one: str, other: str) -> bool:
    return bool(one) and bool(other) and Path(one) == Path(other)
