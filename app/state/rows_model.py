"""The rows of the data as a table that fetches itself page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_SHORT = 160


class RowsModel(QAbstractTableModel):
    """Cells as text; a refused row says why in its tooltip and in its last column.

    Signals:
        more_wanted: number of the first row that is not here yet.
    """

    more_wanted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Mapping[str, Any]] = []
        self._columns: list[str] = []
        self._more = False

    def start(self, rows: Sequence[Mapping[str, Any]], page: int) -> None:
        """Show these rows; ``page`` of them means there may be more."""
        self.beginResetModel()
        self._rows = list(rows)
        self._columns = list(dict.fromkeys(name for row in rows for name in row["cells"]))
        self._more = len(rows) >= page
        self.endResetModel()

    def clear(self) -> None:
        """No rows."""
        self.start([], 1)

    def extend(self, rows: Sequence[Mapping[str, Any]], page: int) -> None:
        """The next page came."""
        self._more = len(rows) >= page
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows that are here."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """The file's columns and what becomes of the row."""
        return 0 if parent.isValid() or not self._columns else len(self._columns) + 1

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there may be more."""
        return self._more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next page."""
        if self.canFetchMore(parent):
            self._more = False
            self.more_wanted.emit(len(self._rows))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Cell texts, whole in the tooltip."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        reason = str(row["reason"])
        if index.column() == len(self._columns):
            text = self.tr("refused: %1").replace("%1", reason) if reason else self.tr("used")
        else:
            text = str(row["cells"].get(self._columns[index.column()], ""))
        if role == Qt.ItemDataRole.DisplayRole:
            line = " ".join(text.split())
            return line if len(line) <= _SHORT else line[:_SHORT] + "…"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row['where']}\n{text[:1500]}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column names; the place in the file for rows."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return self._columns[section] if section < len(self._columns) else self.tr("Row")
