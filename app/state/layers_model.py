"""The layer map: a table of matrices (rows) by blocks (columns), filled as quantization goes."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.engine import LayerFinished
from app.numbers import fixed

Index = QModelIndex | QPersistentModelIndex

VALUE_ROLE = int(Qt.ItemDataRole.UserRole)
"""The shown quantity as float, None for a cell without one."""


OUTLIERS = 0.02
"""Share of the cells that may lie beyond each end of the colours."""


class Quantity(enum.Enum):
    """What the colours mean."""

    ERROR = "error"
    BITS = "bits"


@dataclass(kw_only=True)
class Cell:
    """One matrix of one block. ``before`` and ``after`` the repair: (bits, error in dB)."""

    layer: str
    before: tuple[float, float] | None = None
    after: tuple[float, float] | None = None
    seconds: float = 0.0


class LayersModel(QAbstractTableModel):
    """Cells by (matrix, block); shows error or bits, before or after the repair.

    Where a matrix was not repaired, "after" shows it as it was quantized, since that is what the run goes on with.

    Signals:
        range_changed: values at the ends of the colours; `OUTLIERS` lie beyond each.
    """

    range_changed = Signal(float, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._matrices: list[str] = []
        self._blocks = 0
        self._cells: dict[tuple[int, int], Cell] = {}
        self._quantity = Quantity.ERROR
        self._after = True
        self.range = (0.0, 0.0)
        self.repaired = False
        """Whether any matrix has a second measurement, so that before and after differ."""

    @property
    def filled(self) -> int:
        """Cells that have a value."""
        return len(self._cells)

    def expect(self, matrices: int) -> None:
        """So many matrices will come; lets the map take its final size once a whole block is known."""
        if self._blocks > 1 and self._matrices:
            self._grow_blocks(matrices // len(self._matrices))

    def add(self, events: list[LayerFinished]) -> None:
        """Take a batch; views are told once about the region that changed."""
        if not events:
            return
        self._grow_blocks(max(event.block for event in events) + 1)  # once: a view lays out its header each time
        touched = [self._add(event) for event in events]
        rows, columns = [row for row, _ in touched], [column for _, column in touched]
        self._tell(min(rows), min(columns), max(rows), max(columns))

    def clear(self) -> None:
        """An empty map."""
        self.beginResetModel()
        self._matrices, self._blocks, self._cells, self.repaired = [], 0, {}, False
        self.endResetModel()

    def show(self, quantity: Quantity, *, after: bool) -> None:
        """Choose what the colours mean."""
        self._quantity, self._after = quantity, after
        if self._cells:
            self._tell(0, 0, len(self._matrices) - 1, self._blocks - 1)

    def value(self, row: int, column: int) -> float | None:
        """The shown quantity of a cell."""
        cell = self._cells.get((row, column))
        if cell is None:
            return None
        pair = (cell.after or cell.before) if self._after else (cell.before or cell.after)
        assert pair is not None
        return pair[1] if self._quantity is Quantity.ERROR else pair[0]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Matrices of a block."""
        return 0 if parent.isValid() else len(self._matrices)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Blocks."""
        return 0 if parent.isValid() else self._blocks

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Value, its text, and what a tooltip or a screen reader says."""
        if not index.isValid():
            return None
        value = self.value(index.row(), index.column())
        if role == VALUE_ROLE:
            return value
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if value is None else fixed(value, 1)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            joint = "\n" if role == Qt.ItemDataRole.ToolTipRole else ", "
            return joint.join(self._words(index.row(), index.column()))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Block numbers and short names of matrices."""
        if orientation == Qt.Orientation.Horizontal:
            return str(section) if role == Qt.ItemDataRole.DisplayRole and section < self._blocks else None
        if section >= len(self._matrices):
            return None
        name = self._matrices[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return name.rpartition(".")[2].removesuffix("_proj")
        return name if role == Qt.ItemDataRole.ToolTipRole else None

    def _words(self, row: int, column: int) -> list[str]:
        cell = self._cells.get((row, column))
        head = self.tr("Block {block}, {matrix}").format(block=column, matrix=self._matrices[row])
        if cell is None:
            return [head, self.tr("not quantized yet")]
        lines = [head]
        for pair, name in ((cell.before, self.tr("quantized")), (cell.after, self.tr("repaired"))):
            if pair is not None:
                pattern = self.tr("{name}: error {error} dB at {bits} bits")
                lines.append(pattern.format(name=name, error=fixed(pair[1], 1), bits=fixed(pair[0], 2)))
        return [*lines, self.tr("{seconds} s").format(seconds=fixed(cell.seconds, 1))]

    def _add(self, event: LayerFinished) -> tuple[int, int]:
        if event.matrix not in self._matrices:
            place = len(self._matrices)
            self.beginInsertRows(QModelIndex(), place, place)
            self._matrices.append(event.matrix)
            self.endInsertRows()
        key = (self._matrices.index(event.matrix), event.block)
        cell = self._cells.setdefault(key, Cell(layer=event.layer))
        pair = (event.bits, event.error_db)
        if event.phase == "after":
            cell.after, self.repaired = pair, True
            cell.seconds += event.seconds
        else:
            cell.before, cell.after = pair, None
            cell.seconds = event.seconds
        return key

    def _grow_blocks(self, blocks: int) -> None:
        if blocks > self._blocks:
            self.beginInsertColumns(QModelIndex(), self._blocks, blocks - 1)
            self._blocks = blocks
            self.endInsertColumns()

    def _tell(self, top: int, left: int, bottom: int, right: int) -> None:
        values = [value for row, column in self._cells if (value := self.value(row, column)) is not None]
        finite = sorted(value for value in values if math.isfinite(value))
        # One matrix that is hardly disturbed would take all the colours from the others.
        aside = int(OUTLIERS * len(finite))
        span = (finite[aside], finite[-1 - aside]) if finite else (0.0, 0.0)
        if span != self.range:
            self.range = span
            self.range_changed.emit(*span)
        self.dataChanged.emit(self.index(top, left), self.index(bottom, right))
