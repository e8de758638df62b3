"""The report as a table: a row a variant, a column a measurement that was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.marks import QT_TRANSLATE_NOOP
from app.numbers import fixed
from app.state.report import ReportRow, TextReport, row_title
from app.state.words import bytes_words, number_words

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class _Column:
    field: str
    title: Any
    hint: Any
    show: Callable[[float], str]


_COLUMNS = (
    _Column(
        "perplexity",
        QT_TRANSLATE_NOOP("ReportModel", "Perplexity"),
        QT_TRANSLATE_NOOP("ReportModel", "How surprised the model is by the text; lower is better."),
        number_words,
    ),
    _Column(
        "kl",
        QT_TRANSLATE_NOOP("ReportModel", "Distance"),
        QT_TRANSLATE_NOOP("ReportModel", "How far its predictions are from the float model's (KL, nats a token)."),
        lambda value: number_words(value, 3),
    ),
    _Column(
        "top1",
        QT_TRANSLATE_NOOP("ReportModel", "Same word"),
        QT_TRANSLATE_NOOP("ReportModel", "Share of tokens where it agrees with the float model on the likeliest one."),
        lambda value: f"{fixed(100 * value, 1)} %",
    ),
    _Column(
        "bits",
        QT_TRANSLATE_NOOP("ReportModel", "Bits"),
        QT_TRANSLATE_NOOP("ReportModel", "Bits a quantized weight; scales and adapters are counted."),
        number_words,
    ),
    _Column(
        "model_bits",
        QT_TRANSLATE_NOOP("ReportModel", "Model bits"),
        QT_TRANSLATE_NOOP("ReportModel", "Bits a parameter of the whole model, with embeddings, head and norms."),
        number_words,
    ),
    _Column(
        "model_bytes",
        QT_TRANSLATE_NOOP("ReportModel", "Size"),
        QT_TRANSLATE_NOOP("ReportModel", "Bytes of the whole model, adapters included."),
        bytes_words,
    ),
    _Column(
        "growth",
        QT_TRANSLATE_NOOP("ReportModel", "Of quantized"),
        QT_TRANSLATE_NOOP("ReportModel", "Its size over that of the quantized model without repair and adapter."),
        lambda value: number_words(value, 3),
    ),
    _Column(
        "decode",
        QT_TRANSLATE_NOOP("ReportModel", "Tokens a second"),
        QT_TRANSLATE_NOOP("ReportModel", "How fast it writes."),
        lambda value: number_words(value, 1),
    ),
)


class ReportModel(QAbstractTableModel):
    """One report; columns without any number are left out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ReportRow, ...] = ()
        self._columns: tuple[_Column, ...] = ()

    def set_report(self, report: TextReport | None) -> None:
        """Show another report, or none."""
        self.beginResetModel()
        self._rows = report.rows if report is not None else ()
        self._columns = tuple(
            column for column in _COLUMNS if any(getattr(row, column.field) is not None for row in self._rows)
        )
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Variants."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The variant's name and what was measured."""
        return 0 if parent.isValid() else len(self._columns) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts; numbers to the right."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self._rows[index.row()]
        if index.column() == 0:
            return row_title(row)
        column = self._columns[index.column() - 1]
        value = getattr(row, column.field)
        return "–" if value is None else column.show(value)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Names of measurements, explained by their tooltips."""
        if orientation != Qt.Orientation.Horizontal or section > len(self._columns):
            return None
        if section == 0:
            return self.tr("Variant") if role == Qt.ItemDataRole.DisplayRole else None
        column = self._columns[section - 1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr(column.title)
        return self.tr(column.hint) if role == Qt.ItemDataRole.ToolTipRole else None
