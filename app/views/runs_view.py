"""The runs page's layout: filter and buttons, the table, and below it what the chosen runs say."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.views.frontier_plot import FrontierPlot
from app.views.look import S8, S12, S16, say_role
from app.views.plot_view import PlotView
from app.views.run_tables import plain_table

NOTES_REST_MS = 800
"""After the last key, before notes are saved."""


class RunsView(QWidget):
    """Table and tabs.

    Signals:
        open_wanted: the current row shall be opened.
        delete_wanted: the selected rows shall go.
        selection_changed: another set of rows.
        filter_changed: words typed.
        notes_changed: text a person wrote about the current run.
        measure_wanted: a frontier shall be measured.
        go_on_wanted: the shown frontier shall go on.
        stop_wanted: the frontier that is measured shall stop.
    """

    open_wanted = Signal()
    delete_wanted = Signal()
    selection_changed = Signal()
    filter_changed = Signal(str)
    notes_changed = Signal(str)
    measure_wanted = Signal()
    go_on_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build_table()
        self._build_tabs()
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        for place, widget in enumerate((self._upper, self._lower)):
            split.addWidget(widget)
            split.setStretchFactor(place, 1)
        split.setSizes([300, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S16, S12, S16, S12)
        layout.addWidget(split)

    def set_model(self, model: QAbstractItemModel) -> None:
        """The rows, already filtered and sorted."""
        self.table.setModel(model)
        self.table.setSortingEnabled(True)
        header = self.table.horizontalHeader()
        for column in range(model.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Widths by the texts; the name takes what is left."""
        self.table.resizeColumnsToContents()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def sort_by(self, column: int, order: Qt.SortOrder) -> None:
        """Sort the table."""
        self.table.sortByColumn(column, order)

    def rows(self) -> list[int]:
        """Selected rows, the current one first."""
        model = self.table.selectionModel()
        current = self.table.currentIndex().row()
        rows = sorted({index.row() for index in model.selectedRows()})
        return ([current] if current in rows else []) + [row for row in rows if row != current]

    def select_row(self, row: int) -> None:
        """Make it the current one."""
        self.table.selectRow(row)

    def set_notes(self, text: str, *, enabled: bool) -> None:
        """Show the notes of another run."""
        self._rest.stop()
        self.notes.blockSignals(True)
        self.notes.setPlainText(text)
        self.notes.blockSignals(False)
        self.notes.setEnabled(enabled)

    def flush_notes(self) -> None:
        """Tell what was typed and not told yet."""
        if self._rest.isActive():
            self._rest.stop()
            self.notes_changed.emit(self.notes.toPlainText())

    def set_difference_text(self, text: str) -> None:
        """Words in place of the table; empty shows the table."""
        self.difference_words.setText(text)
        self._difference_stack.setCurrentIndex(0 if text else 1)

    # ---- construction ---------------------------------------------------------------------------------------------

    def _build_table(self) -> None:
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by name, model, repair, state or notes"))
        self.filter.setAccessibleName(self.tr("Filter the runs"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.filter_changed)
        self.open = self._button(self.tr("Open"), self.tr("Open the run (Enter)"), "primary")
        self.open.clicked.connect(self.open_wanted)
        self.delete = self._button(self.tr("Delete"), self.tr("Move the selected runs to the trash (Del)"), "")
        self.delete.clicked.connect(self.delete_wanted)
        title = QLabel(self.tr("Runs"))
        say_role(title, "title")
        row = QHBoxLayout()
        row.setSpacing(S8)
        row.addWidget(title)
        row.addSpacing(S16)
        for widget, stretch in ((self.filter, 1), (self.open, 0), (self.delete, 0)):
            row.addWidget(widget, stretch)
        self.table = plain_table(self.tr("Runs"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.activated.connect(self._activated)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.table, self.delete_wanted.emit)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        find = QShortcut(QKeySequence.StandardKey.Find, self, self.filter.setFocus)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._upper = QWidget()
        layout = QVBoxLayout(self._upper)
        layout.setContentsMargins(0, 0, 0, S12)
        layout.setSpacing(S12)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)

    def _build_tabs(self) -> None:
        self.frontier = FrontierPlot()
        self.curves = PlotView("", self.tr("step"), log_button=True)
        self.curves.title.setText(self.tr("Loss of the selected runs"))
        self.curves.setAccessibleName(self.tr("Loss of the selected runs"))
        self.curves.set_x_kind("whole")
        self.curves.set_legend(True)
        self.curves.set_empty_text(self.tr("Select runs that were fine-tuned; Ctrl selects several."))
        self.difference = plain_table(self.tr("Differences of two recipes"))
        self.difference.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.difference_words = QLabel()
        self.difference_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        say_role(self.difference_words, "muted")
        differing = QWidget()
        self._difference_stack = QStackedLayout(differing)
        self._difference_stack.addWidget(self.difference_words)
        self._difference_stack.addWidget(self.difference)
        self.notes = QPlainTextEdit()
        self.notes.setPlaceholderText(self.tr("What you want to remember about this run"))
        self.notes.setAccessibleName(self.tr("Notes about the run"))
        self.notes.setTabChangesFocus(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(NOTES_REST_MS)
        self._rest.timeout.connect(self._notes_rest)
        self.notes.textChanged.connect(self._rest.start)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(self.tr("Frontier, curves, recipe difference and notes"))
        for widget, title in (
            (self._measured(), self.tr("Quality and size")),
            (self.curves, self.tr("Curves")),
            (differing, self.tr("Difference")),
            (self.notes, self.tr("Notes")),
        ):
            self.tabs.addTab(_padded(widget), title)
        self._lower = QWidget()
        layout = QVBoxLayout(self._lower)
        layout.setContentsMargins(0, S8, 0, 0)
        layout.addWidget(self.tabs)

    def set_measuring(self, words: str, hint: str, *, can_start: bool, can_go_on: bool, can_stop: bool) -> None:
        """The line below the frontier: how it stands, and what can be done."""
        self.measuring.setText(words)
        self.measuring.setToolTip(hint)
        self.measure.setEnabled(can_start)
        self.go_on.setVisible(can_go_on)
        self.stop.setVisible(can_stop)

    def _measured(self) -> QWidget:
        self.measuring = QLabel()
        say_role(self.measuring, "muted")
        self.measuring.setWordWrap(True)
        self.measure = self._button(
            self.tr("Measure…"), self.tr("Run several bits and repairs one after another, to see what each costs"), ""
        )
        self.measure.clicked.connect(self.measure_wanted)
        self.go_on = self._button(self.tr("Go on"), self.tr("Run the points that are still missing"), "")
        self.go_on.clicked.connect(self.go_on_wanted)
        self.stop = self._button(self.tr("Stop"), self.tr("Save and end; it can go on later"), "")
        self.stop.clicked.connect(self.stop_wanted)
        row = QHBoxLayout()
        row.setSpacing(S8)
        row.addWidget(self.measuring, 1)
        for button in (self.stop, self.go_on, self.measure):
            row.addWidget(button)
        self.set_measuring("", "", can_start=True, can_go_on=False, can_stop=False)
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S8)
        layout.addWidget(self.frontier, 1)
        layout.addLayout(row)
        return box

    def _button(self, text: str, hint: str, role: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(hint)
        button.setAccessibleName(text)
        button.setAccessibleDescription(hint)
        say_role(button, role)
        return button

    @Slot()
    def _selected(self) -> None:
        self.selection_changed.emit()

    @Slot(QModelIndex)
    def _activated(self, _index: QModelIndex) -> None:
        self.open_wanted.emit()

    @Slot()
    def _notes_rest(self) -> None:
        self.notes_changed.emit(self.notes.toPlainText())


def _padded(widget: QWidget) -> QWidget:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, S8, 0, 0)
    layout.addWidget(widget)
    return box
