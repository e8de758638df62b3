"""Step 1: choosing a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.views.drop_zone import DropZone
from app.views.elided_label import ElidedLabel
from app.views.look import S4, S8, S12, say_role


@dataclass(frozen=True)
class ModelRow:
    """A line of a list of models: source, name, facts, badge's role and words, tooltip."""

    source: str
    name: str
    facts: str
    badge_role: str
    badge: str
    tip: str = ""


class ModelView(QWidget):
    """What is chosen, and where others come from.

    Signals:
        chosen: a source.
        searched: words for the hub; empty for the most used.
        dropped: path.
        file_wanted, folder_wanted, token_wanted.
        download_wanted, pause_wanted, cancel_wanted, chat_wanted.
    """

    chosen = Signal(str)
    searched = Signal(str)
    dropped = Signal(str)
    file_wanted = Signal()
    folder_wanted = Signal()
    token_wanted = Signal()
    download_wanted = Signal()
    pause_wanted = Signal()
    cancel_wanted = Signal()
    chat_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._name, self._status = QLabel(), QLabel()
        say_role(self._name, "strong")
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._chat = QPushButton(self.tr("Try it in a chat"))
        self._chat.setAccessibleName(self._chat.text())
        self._chat.setToolTip(self.tr("Talk to the model as it is, before any run"))
        say_role(self._chat, "link")
        self._chat.clicked.connect(self.chat_wanted)
        self._chat.setVisible(False)
        self._status.setWordWrap(True)
        self._status.setTextFormat(Qt.TextFormat.PlainText)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(S12)
        self._facts.setVerticalSpacing(S4)
        self._download = _Download()
        self._download.start.clicked.connect(self.download_wanted)
        self._download.pause.clicked.connect(self.pause_wanted)
        self._download.cancel.clicked.connect(self.cancel_wanted)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search the hub, for example qwen instruct"))
        self.search.setAccessibleName(self.tr("Search models on the hub"))
        self.search.setClearButtonEnabled(True)
        for clear in self.search.findChildren(QToolButton):
            clear.setAccessibleName(self.tr("Clear the search"))
        self.search.returnPressed.connect(self._search)
        self._go, self._token = QPushButton(self.tr("Search")), QPushButton(self.tr("Access token…"))
        self._go.setAccessibleName(self.tr("Search"))
        self._token.setAccessibleName(self.tr("Access token for the hub"))
        self._token.setToolTip(self.tr("For models whose terms have to be accepted first"))
        say_role(self._token, "quiet")
        self._go.clicked.connect(self._search)
        self._token.clicked.connect(self.token_wanted)
        self._list_head, self._list = QLabel(), QVBoxLayout()
        say_role(self._list_head, "small")
        self._list.setSpacing(S4)
        self._lay_out()

    def set_chosen(self, name: str, facts: Sequence[tuple[str, str]]) -> None:
        """The model's name, and its facts as name and value."""
        self._name.setText(name)
        self._chat.setVisible(bool(facts))
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (what, value) in enumerate(facts):
            left, right = QLabel(what), QLabel(value)
            say_role(left, "small")
            column = number % 4
            self._facts.addWidget(left, 2 * (number // 4), column)
            self._facts.addWidget(right, 2 * (number // 4) + 1, column)
            self._facts.setColumnStretch(column, 1)

    def set_status(self, text: str, role: str = "muted") -> None:
        """What is going on, or what is wrong with the model; empty hides it."""
        say_role(self._status, role)
        self._status.setText(text)
        self._status.setVisible(bool(text))

    def set_download(self, state: str, text: str, share: float) -> None:
        """``state`` is none, offered, running, paused, failed or done."""
        self._download.set_state(state, text, share)

    def set_list(self, heading: str, rows: Sequence[ModelRow]) -> None:
        """Models to choose from."""
        self._list_head.setText(heading)
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._list.addWidget(self._row(row))

    def _row(self, row: ModelRow) -> QPushButton:
        button = QPushButton()
        say_role(button, "card-button")
        button.setAccessibleName(f"{row.name}, {row.facts}, {row.badge}")
        button.setToolTip(row.tip)
        button.setProperty("source", row.source)
        button.clicked.connect(self._row_clicked)
        layout = QHBoxLayout(button)
        layout.setContentsMargins(S12, S8, S12, S8)
        name, facts, badge = QLabel(row.name), ElidedLabel(row.facts), QLabel(row.badge)
        say_role(name, "strong")
        say_role(facts, "small")
        say_role(badge, row.badge_role)
        for label in (name, facts, badge):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout.addWidget(name)
        layout.addWidget(facts, 1)
        layout.addWidget(badge)
        button.setMinimumHeight(button.fontMetrics().height() + 24)
        return button

    def _row_clicked(self) -> None:
        self.chosen.emit(str(self.sender().property("source")))

    def _search(self) -> None:
        self.searched.emit(self.search.text().strip())

    def _lay_out(self) -> None:
        drop = DropZone(self.tr("Drop a model folder or a GGUF file here"), self.tr("GGUF file…"), self.tr("Folder…"))
        drop.dropped.connect(self.dropped)
        drop.file_wanted.connect(self.file_wanted)
        drop.folder_wanted.connect(self.folder_wanted)
        chosen = QFrame()
        say_role(chosen, "choice")
        inside = QVBoxLayout(chosen)
        inside.setContentsMargins(S12, S12, S12, S12)
        inside.setSpacing(S8)
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self._chat)
        inside.addLayout(head)
        inside.addLayout(self._facts)
        inside.addWidget(self._status)
        inside.addWidget(self._download)
        line = QHBoxLayout()
        line.addWidget(self.search, 1)
        line.addWidget(self._go)
        line.addWidget(self._token)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S12)
        layout.addWidget(chosen)
        layout.addLayout(line)
        layout.addWidget(self._list_head)
        layout.addLayout(self._list)
        layout.addWidget(drop)


class _Download(QWidget):
    """Progress of a download and its buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.bar = QLabel(), QProgressBar()
        self.start, self.pause, self.cancel = QPushButton(), QPushButton(), QPushButton()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        for button, words in (
            (self.start, self.tr("Download now")),
            (self.pause, self.tr("Pause")),
            (self.cancel, self.tr("Cancel")),
        ):
            button.setText(words)
            button.setAccessibleName(self.tr("%1 (download)").replace("%1", words))
        say_role(self.text, "small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        layout.addWidget(self.bar, 1)
        for button in (self.start, self.pause, self.cancel):
            layout.addWidget(button)
        self.set_state("none", "", 0.0)

    def set_state(self, state: str, text: str, share: float) -> None:
        self.setVisible(state not in ("none", "done"))
        self.text.setText(text)
        self.bar.setVisible(state in ("running", "paused", "failed"))
        self.bar.setValue(round(1000 * share))
        self.start.setVisible(state in ("offered", "paused", "failed"))
        resumed = state in ("paused", "failed")
        self.start.setText(self.tr("Resume") if resumed else self.tr("Download now"))
        self.pause.setVisible(state == "running")
        self.cancel.setVisible(state in ("running", "paused", "failed"))
