"""The numbers behind a plot as a table: x, and a column a curve."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
Array = npt.NDArray[np.float64]
Format = Callable[[float], str]


class CurvesTable(QAbstractTableModel):
    """Rows are all x of all curves, sorted; a curve without a value there leaves its cell empty."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles: tuple[str, ...] = ("",)
        self._values: Array = np.empty((0, 1))
        self._format_x: Format = str
        self._format_y: Format = str

    def set_formats(self, x: Format, y: Format) -> None:
        """How numbers read."""
        self._format_x, self._format_y = x, y

    def set_curves(self, x_title: str, curves: Sequence[tuple[str, Array, Array]]) -> None:
        """Take a copy of the curves as they are now."""
        x = np.unique(np.concatenate([curve[1] for curve in curves])) if curves else np.empty(0)
        values = np.full((len(x), len(curves) + 1), np.nan)
        values[:, 0] = x
        for column, (_, own, y) in enumerate(curves, start=1):
            values[np.searchsorted(x, own), column] = y
        titles = (x_title, *(name for name, _, _ in curves))
        if titles == self._titles and len(values) >= len(self._values):
            self._append(values)
            return
        self.beginResetModel()
        self._titles, self._values = titles, values
        self.endResetModel()

    def _append(self, values: Array) -> None:
        """Grow at the end, so that whoever reads the table keeps the place."""
        before = len(self._values)
        if len(values) > before:
            self.beginInsertRows(QModelIndex(), before, len(values) - 1)
            self._values = values
            self.endInsertRows()
        else:
            self._values = values
        if before:
            self.dataChanged.emit(self.index(0, 0), self.index(before - 1, len(self._titles) - 1))

    def csv_text(self) -> str:
        """All rows; empty cells for what was not measured."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self._titles)
        for row in self._values:
            writer.writerow([f"{row[0]:.10g}", *("" if np.isnan(value) else f"{value:.10g}" for value in row[1:])])
        return out.getvalue()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Different x."""
        return 0 if parent.isValid() else len(self._values)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """x and the curves."""
        return 0 if parent.isValid() else len(self._titles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Formatted numbers."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        value = float(self._values[index.row(), index.column()])
        if np.isnan(value):
            return ""
        return self._format_x(value) if index.column() == 0 else self._format_y(value)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Names of x and the curves."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._titles[section]
