"""Plain views of the run page's lower half: report and log."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.views.look import S8, S16, say_role


def plain_table(name: str) -> QTableView:
    """A read-only table whose rows are selected as a whole."""
    table = QTableView()
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + S8)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setHighlightSections(False)
    return table


class ReportView(QWidget):
    """A heading and a table for every text that was measured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setAccessibleName(self.tr("Report"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, S8, 0, 0)
        whole.addWidget(area)
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(S8)
        self._parts: list[tuple[QLabel, QTableView]] = []
        self._layout.addStretch(1)

    def set_tables(self, tables: Sequence[tuple[str, QAbstractItemModel]]) -> None:
        """Show these, each with its heading."""
        for label, table in self._parts:
            for widget in (label, table):
                self._layout.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._parts = []
        for heading, model in tables:
            label = QLabel(heading, self)
            label.setWordWrap(True)
            say_role(label, "small")
            table = plain_table(heading)
            table.setModel(model)
            table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            table.horizontalHeader().setMinimumSectionSize(S16)
            height = table.horizontalHeader().sizeHint().height()
            height += sum(table.rowHeight(row) for row in range(model.rowCount())) + 4
            table.setFixedHeight(height)
            table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self._parts.append((label, table))
            place = self._layout.count() - 1
            self._layout.insertWidget(place, label)
            self._layout.insertWidget(place + 1, table)


class LogView(QWidget):
    """The log; follows its end while it is scrolled there.

    Signals:
        copy_all: the whole log is wanted on the clipboard.
    """

    copy_all = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at_end = True
        self.table = plain_table(self.tr("Log"))
        self.table.horizontalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.copy = QPushButton(self.tr("Copy"), self)
        self.copy.setAccessibleName(self.tr("Copy the whole log"))
        self.copy.setToolTip(self.tr("Copy the whole log"))
        self.copy.clicked.connect(self.copy_all)
        QShortcut(QKeySequence.StandardKey.Copy, self.table, self.copy_all.emit).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, S8, 0, 0)
        layout.setSpacing(S8)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)

    def set_model(self, model: QAbstractItemModel) -> None:
        """Lines of time and text."""
        self.table.setModel(model)
        self.table.setColumnWidth(0, self.table.fontMetrics().horizontalAdvance("00:00:00") + 2 * S16)
        model.rowsAboutToBeInserted.connect(self._note_place)
        model.rowsInserted.connect(self._follow)
        self.table.scrollToBottom()

    @Slot()
    def _note_place(self) -> None:
        bar = self.table.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum() - 4

    @Slot()
    def _follow(self) -> None:
        if self._at_end and self.isVisible():
            self.table.scrollToBottom()
