"""The log of a run: a list of lines with time and level, the oldest dropped when there are too many."""

from __future__ import annotations

import bisect
import time
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
Level = Literal["text", "info", "warning", "error"]

LEVEL_ROLE = int(Qt.ItemDataRole.UserRole)
KEPT = 20_000
DROPPED = 2_000
"""Lines dropped at once when `KEPT` is passed, so that views are not told for every line."""


@dataclass(frozen=True)
class Line:
    """``time`` in seconds since 1970, UTC."""

    time: float
    level: Level
    text: str


class LogModel(QAbstractTableModel):
    """Two columns: time of day, text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self.dropped = 0

    def add(self, lines: list[Line]) -> None:
        """Append a batch."""
        if not lines:
            return
        first = len(self._lines)
        self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
        self._lines.extend(lines)
        self.endInsertRows()
        surplus = len(self._lines) - KEPT
        if surplus > 0:
            surplus = min(len(self._lines), max(surplus, DROPPED))
            self.beginRemoveRows(QModelIndex(), 0, surplus - 1)
            del self._lines[:surplus]
            self.dropped += surplus
            self.endRemoveRows()

    def clear(self) -> None:
        """No lines."""
        self.beginResetModel()
        self._lines, self.dropped = [], 0
        self.endResetModel()

    def text(self) -> str:
        """All lines, for the clipboard."""
        return "\n".join(f"{_clock(line.time)} {line.text}" for line in self._lines)

    def first_at(self, when: float) -> int:
        """Row of the first line at or after a time."""
        return bisect.bisect_left(self._lines, when, key=lambda line: line.time)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Lines kept."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Time and text."""
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts; the level under `LEVEL_ROLE`; the whole line as tooltip."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _clock(line.time) if index.column() == 0 else line.text
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 1:
            return line.text
        return line.level if role == LEVEL_ROLE else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Names of the columns."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Time"), self.tr("What happened"))[section]


def _clock(when: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(when))
