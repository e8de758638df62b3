"""Loss curves of several runs, read from their events in the background and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.state.replay import Replay, is_loss_line
from app.state.run import RunState
from app.state.series import Curve


@dataclass(frozen=True)
class LossCurves:
    """Of one run; empty curves where it has not trained."""

    train: Curve
    validation: Curve


class Overlay(QObject):
    """Reads one run after the other.

    Signals:
        changed: another run of those asked for is read.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[tuple[Path, int], LossCurves] = {}
        self._wanted: list[Path] = []
        self._replay: Replay | None = None
        self._state: RunState | None = None
        self._key: tuple[Path, int] | None = None

    def show(self, folders: Sequence[Path]) -> None:
        """These are wanted now; `changed` tells when they are there."""
        self._wanted = list(folders)
        self.changed.emit()
        if self._replay is None:
            self._next()

    def curves(self, folder: Path) -> LossCurves | None:
        """What was read; None as long as it was not."""
        return self._known.get(_key(folder))

    def stop(self) -> None:
        """Read no further."""
        self._wanted = []
        self._drop()

    def _next(self) -> None:
        folder = next((item for item in self._wanted if _key(item) not in self._known), None)
        if folder is None:
            return
        self._key = _key(folder)
        self._state = RunState(self)
        self._replay = Replay(folder / "events.jsonl", wanted=is_loss_line, parent=self)
        self._replay.events.connect(self._state.apply)
        self._replay.finished.connect(self._told)
        self._replay.start()

    @Slot()
    def _told(self) -> None:
        assert self._state is not None
        assert self._key is not None
        stage = self._state.loss_stage
        self._known[self._key] = LossCurves(
            self._state.curve(stage, "loss"), self._state.curve(stage, "validation_loss")
        )
        self._drop()
        self.changed.emit()
        self._next()

    def _drop(self) -> None:
        for item in (self._replay, self._state):
            if item is not None:
                item.deleteLater()
        if self._replay is not None:
            self._replay.stop()
        self._replay = self._state = None


def _key(folder: Path) -> tuple[Path, int]:
    try:
        return folder, (folder / "events.jsonl").stat().st_size
    except OSError:
        return folder, 0
