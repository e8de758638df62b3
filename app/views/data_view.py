"""Step 2: choosing data and looking at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.numbers import whole
from app.views.drop_zone import DropZone
from app.views.histogram import Histogram
from app.views.look import S4, S8, S12, say_role
from app.views.seen_text import Row, SeenText

_NONE = "–"


class DataView(QWidget):
    """Drop zone, samples, what was found, and three looks at the rows.

    Signals:
        dropped: path.
        file_wanted, folder_wanted, removed.
        sample_chosen: its source.
        column_chosen: role, column (empty: as found).
        validation_chosen: share, 0 to 0.5.
    """

    dropped = Signal(str)
    file_wanted = Signal()
    folder_wanted = Signal()
    removed = Signal()
    sample_chosen = Signal(str)
    column_chosen = Signal(str, str)
    validation_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._samples = QHBoxLayout()
        self._found, self._status, self._counts = _words("strong"), _words("muted"), _words("muted")
        self._remove = QPushButton(self.tr("Remove"))
        self._remove.setAccessibleName(self.tr("Remove the data"))
        self._remove.clicked.connect(self.removed)
        self._mapping, self._roles = QFormLayout(), QWidget()
        self._roles.setLayout(self._mapping)
        self._mapping.setContentsMargins(0, 0, 0, 0)
        self._boxes: dict[str, QComboBox] = {}
        self.validation = QDoubleSpinBox()
        self.validation.setRange(0, 50)
        self.validation.setSuffix(" %")
        self.validation.setDecimals(0)
        self.validation.setAccessibleName(self.tr("Rows held back for measuring"))
        self.validation.valueChanged.connect(self._validation_changed)
        self.table, self.seen, self.histogram = QTableView(), SeenText(), Histogram()
        self._refused = _words("muted")
        self._lengths = _words("small")
        self._legend = _words("small")
        self._tabs = QTabWidget()
        self._lay_out()

    def set_samples(self, samples: Sequence[tuple[str, str, str]]) -> None:
        """Source, name and tooltip of each sample."""
        for source, name, tip in samples:
            button = QPushButton(name)
            button.setAccessibleName(self.tr("Sample: %1").replace("%1", name))
            button.setToolTip(tip)
            button.setProperty("source", source)
            button.clicked.connect(self._sample_clicked)
            self._samples.addWidget(button)
        self._samples.addStretch(1)

    def set_found(self, heading: str, why: str, counts: str) -> None:
        """Name and format; how it was found; counts. Empty texts hide their lines, an empty heading all of it."""
        for label, text in ((self._found, heading), (self._status, why), (self._counts, counts)):
            label.setText(text)
            label.setVisible(bool(text))
        say_role(self._status, "muted")
        self._remove.setVisible(bool(heading))
        self._tabs.setVisible(bool(heading))

    def set_refusal(self, message: str, hint: str) -> None:
        """The data cannot be used, and why."""
        self.set_found("", "", "")
        self._status.setText(f"{message}\n{hint}".strip())
        self._status.setVisible(True)
        say_role(self._status, "error")
        self._remove.setVisible(True)

    def set_columns(self, roles: Sequence[tuple[str, str]], columns: Sequence[str], chosen: Mapping[str, str]) -> None:
        """Roles as key and words, columns of the file, and what is mapped now."""
        while self._mapping.rowCount():
            self._mapping.removeRow(0)
        self._boxes = {}
        for role, words in roles:
            box = QComboBox()
            box.addItem(_NONE, "")
            for column in columns:
                box.addItem(column, column)
            box.setCurrentIndex(max(0, box.findData(chosen.get(role, ""))))
            box.setAccessibleName(self.tr("Column for %1").replace("%1", words))
            box.setProperty("recipe_role", role)
            box.activated.connect(self._column_activated)
            self._mapping.addRow(words, box)
            self._boxes[role] = box
        self._roles.setVisible(bool(roles))

    def set_validation(self, share: float | None, tip: str) -> None:
        """Share held back; None where the recipe names a file."""
        self.validation.blockSignals(True)
        self.validation.setValue(100 * (share or 0))
        self.validation.blockSignals(False)
        self.validation.setEnabled(share is not None)
        self.validation.setToolTip(tip)

    def set_rows(self, model: QAbstractItemModel) -> None:
        """The table's model."""
        self.table.setModel(model)

    def set_seen(self, rows: Sequence[Row], legend: str) -> None:
        """Rendered rows; the legend says what the colour means, or why there are none."""
        self.seen.set_rows(rows)
        self.seen.setVisible(bool(rows))
        self._legend.setText(legend)

    def set_lengths(self, counts: Sequence[int], longest: int, limit: int, words: str) -> None:
        """The histogram."""
        self.histogram.set_counts(counts, longest, limit, words)
        self._lengths.setText(words)

    def set_refused(self, text: str, count: int) -> None:
        """Rows that are not used."""
        self._refused.setText(text)
        self._tabs.setTabText(3, self.tr("Refused (%1)").replace("%1", whole(count)))

    def _sample_clicked(self) -> None:
        self.sample_chosen.emit(str(self.sender().property("source")))

    def _column_activated(self, _index: int) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)
        self.column_chosen.emit(str(box.property("recipe_role")), str(box.currentData()))

    def _validation_changed(self, value: float) -> None:
        self.validation_chosen.emit(value / 100)

    def _lay_out(self) -> None:
        drop = DropZone(
            self.tr("Drop a file or folder here: jsonl, json, csv, tsv, parquet, arrow or txt"),
            self.tr("File…"),
            self.tr("Folder…"),
        )
        drop.dropped.connect(self.dropped)
        drop.file_wanted.connect(self.file_wanted)
        drop.folder_wanted.connect(self.folder_wanted)
        samples = QHBoxLayout()
        samples.addWidget(_words("small", self.tr("No data yet? Try a sample:")))
        samples.addLayout(self._samples, 1)
        head = QHBoxLayout()
        texts = QVBoxLayout()
        texts.setSpacing(S4)
        for label in (self._found, self._status, self._counts):
            texts.addWidget(label)
        head.addLayout(texts, 1)
        head.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignTop)
        self._fill_tabs()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S12)
        layout.addWidget(drop)
        layout.addLayout(samples)
        layout.addLayout(head)
        layout.addWidget(self._tabs)

    def _fill_tabs(self) -> None:
        self.table.setAccessibleName(self.tr("Rows of the data"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultSectionSize(300)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.setMinimumHeight(220)
        self.seen.setAccessibleName(self.tr("What the model will see"))
        self.histogram.setAccessibleName(self.tr("Token lengths"))
        columns = QWidget()
        form = QVBoxLayout(columns)
        form.setContentsMargins(0, S8, 0, 0)
        form.addWidget(_words("small", self.tr("Which column holds what. Leave as found if unsure.")))
        form.addWidget(self._roles)
        share = QFormLayout()
        share.addRow(self.tr("Held back for measuring"), self.validation)
        form.addLayout(share)
        form.addStretch(1)
        for widget, words in (
            (_stack(self._legend, self.seen, self._lengths, self.histogram), self.tr("What the model will see")),
            (self.table, self.tr("Rows")),
            (columns, self.tr("Columns and split")),
            (_stack(self._refused), self.tr("Refused")),
        ):
            self._tabs.addTab(widget, words)
        self._tabs.setAccessibleName(self.tr("Looks at the data"))


def _stack(*widgets: QWidget) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, S8, 0, 0)
    layout.setSpacing(S8)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return made


def _words(role: str, text: str = "") -> QLabel:
    label = QLabel(text)
    say_role(label, role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
