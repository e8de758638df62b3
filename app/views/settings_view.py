"""The settings: hub, folders, device, language, theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.views.look import S4, S8, S12, S16, S24, say_role


@dataclass(frozen=True)
class KeptRow:
    """A model or run on disk: key for the signal, name, size in words."""

    key: str
    name: str
    size: str


class SettingsView(QWidget):
    """Cards under each other.

    Signals:
        token_wanted, token_forgotten, folder_wanted, folder_opened, scan_wanted.
        delete_wanted: key of a kept model or run.
        theme_chosen, language_chosen, device_chosen: the value.
    """

    token_wanted = Signal()
    token_forgotten = Signal()
    folder_wanted = Signal()
    folder_opened = Signal()
    scan_wanted = Signal()
    delete_wanted = Signal(str)
    theme_chosen = Signal(str)
    language_chosen = Signal(str)
    device_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        inner = QWidget()
        say_role(inner, "scrolled")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(S24, S16, S24, S24)
        self._column.setSpacing(S12)
        title = QLabel(self.tr("Settings"))
        say_role(title, "title")
        self._column.addWidget(title)
        self._boxes: dict[str, QComboBox] = {}
        self._looks()
        self._device_card()
        self._hub()
        self._runs()
        self._models = self._kept(self.tr("Models on this computer"))
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("Settings"))
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def set_choices(self, name: str, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Value and words of each choice of ``theme``, ``language`` or ``device``."""
        box = self._boxes[name]
        box.blockSignals(True)
        box.clear()
        for value, words in choices:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.blockSignals(False)

    def set_owner(self, text: str, signed_in: bool) -> None:
        """Whose token is saved, or why that is not known."""
        self._owner.setText(text)
        self._forget.setEnabled(signed_in)

    def set_device(self, text: str) -> None:
        """The device report."""
        self._device.setText(text)

    def set_runs(self, folder: str, rows: Sequence[KeptRow], total: str) -> None:
        """The runs' folder, the runs in it, and their size together."""
        self._folder.setText(folder)
        self._runs_total.setText(total)
        self._fill(self._runs_rows, rows, self.tr("No runs yet."))

    def set_models(self, rows: Sequence[KeptRow]) -> None:
        """Models on disk."""
        self._fill(self._models, rows, self.tr("No models yet."))

    def _looks(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(S16)
        for name, words in (("theme", self.tr("Theme")), ("language", self.tr("Language"))):
            form.addRow(words, self._box(name, words))
        self._card(self.tr("Appearance")).addLayout(form)

    def _device_card(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(S16)
        words = self.tr("New runs and chats use")
        form.addRow(words, self._box("device", words))
        self._device = _label("muted")
        again = QPushButton(self.tr("Look again"))
        again.setAccessibleName(self.tr("Look at the device again"))
        again.clicked.connect(self.scan_wanted)
        card = self._card(self.tr("Device"))
        card.addLayout(form)
        card.addWidget(self._device)
        card.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)

    def _hub(self) -> None:
        self._owner = _label("muted")
        enter, self._forget = QPushButton(self.tr("Enter a token…")), QPushButton(self.tr("Forget it"))
        enter.setAccessibleName(self.tr("Enter an access token for the hub"))
        self._forget.setAccessibleName(self.tr("Forget the access token"))
        enter.clicked.connect(self.token_wanted)
        self._forget.clicked.connect(self.token_forgotten)
        line = QHBoxLayout()
        line.addWidget(self._owner, 1)
        line.addWidget(enter)
        line.addWidget(self._forget)
        self._card(self.tr("Hub account")).addLayout(line)

    def _runs(self) -> None:
        self._folder, self._runs_total = _label("strong"), _label("small")
        change, opened = QPushButton(self.tr("Change…")), QPushButton(self.tr("Open"))
        change.setAccessibleName(self.tr("Change the folder of runs"))
        opened.setAccessibleName(self.tr("Open the folder of runs"))
        change.clicked.connect(self.folder_wanted)
        opened.clicked.connect(self.folder_opened)
        line = QHBoxLayout()
        line.addWidget(self._folder, 1)
        line.addWidget(change)
        line.addWidget(opened)
        card = self._card(self.tr("Runs on this computer"))
        card.addLayout(line)
        card.addWidget(self._runs_total)
        self._runs_rows = QVBoxLayout()
        self._runs_rows.setSpacing(S4)
        card.addLayout(self._runs_rows)

    def _kept(self, title: str) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(S4)
        self._card(title).addLayout(rows)
        return rows

    def _box(self, name: str, words: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(words)
        box.setProperty("setting", name)
        box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        box.setMinimumWidth(220)
        box.activated.connect(self._activated)
        self._boxes[name] = box
        return box

    def _activated(self, index: int) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)
        signal = {"theme": self.theme_chosen, "language": self.language_chosen, "device": self.device_chosen}
        signal[str(box.property("setting"))].emit(str(box.itemData(index)))

    def _card(self, title: str) -> QVBoxLayout:
        card = QFrame()
        say_role(card, "card")
        card.setAccessibleName(title)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(S16, S12, S16, S16)
        layout.setSpacing(S8)
        head = QLabel(title)
        say_role(head, "heading")
        layout.addWidget(head)
        self._column.addWidget(card)
        return layout

    def _fill(self, box: QVBoxLayout, rows: Sequence[KeptRow], empty: str) -> None:
        while (item := box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not rows:
            box.addWidget(_label("muted", empty))
        for row in rows:
            box.addWidget(self._row(row))

    def _row(self, row: KeptRow) -> QWidget:
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        size, delete = _label("muted", row.size), QPushButton(self.tr("Delete…"))
        size.setWordWrap(False)
        delete.setAccessibleName(self.tr("Delete %1").replace("%1", row.name))
        delete.setProperty("key", row.key)
        delete.clicked.connect(self._delete_clicked)
        line.addWidget(_label("body", row.name), 1)
        line.addWidget(size)
        line.addWidget(delete)
        return made

    def _delete_clicked(self) -> None:
        self.delete_wanted.emit(str(self.sender().property("key")))


def _label(role: str, text: str = "") -> QLabel:
    label = QLabel(text)
    say_role(label, role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
