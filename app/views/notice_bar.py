"""Notices above the page: icon, message, hint, buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.views.icons import icon, pixmap
from app.views.look import S4, S8, S12, say_role

_COLOURS = {"info": "accent", "warning": "warning", "error": "error"}


@dataclass(frozen=True)
class Shown:
    """What a notice looks like: its number, level, texts, and the words of its buttons."""

    number: int
    level: str
    message: str
    hint: str
    buttons: tuple[str, ...]
    copyable: bool


class NoticeBar(QWidget):
    """The open notices under each other.

    Signals:
        acted: number of the notice and of its button.
        copied: number of the notice whose diagnostics are wanted.
        closed: number.
    """

    acted = Signal(int, int)
    copied = Signal(int)
    closed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(S12, 0, S12, 0)
        self._layout.setSpacing(S8)
        self._rows: list[QWidget] = []
        self.setVisible(False)

    def set_notices(self, notices: Sequence[Shown]) -> None:
        """Show these and no others."""
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(item) for item in notices]
        for row in self._rows:
            self._layout.addWidget(row)
        self._layout.setContentsMargins(S12, S12 if notices else 0, S12, 0)
        self.setVisible(bool(notices))

    def _row(self, item: Shown) -> QFrame:
        row = QFrame(self)
        say_role(row, f"notice-{item.level}")
        row.setAccessibleName(item.message)
        row.setAccessibleDescription(item.hint)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(S12, S8, S8, S8)
        picture = QLabel()
        picture.setPixmap(pixmap(item.level, _COLOURS[item.level]))
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(_texts(item), 1)
        for number, text in enumerate(item.buttons):
            layout.addWidget(self._button(text, item.number, number), 0, Qt.AlignmentFlag.AlignTop)
        if item.copyable:
            copy = self._tool("copy", self.tr("Copy diagnostics"), item.number)
            copy.clicked.connect(self._copy_clicked)
            layout.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        close = self._tool("close", self.tr("Close this notice"), item.number)
        close.clicked.connect(self._close_clicked)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _button(self, text: str, notice: int, number: int) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setProperty("notice", notice)
        button.setProperty("number", number)
        button.clicked.connect(self._button_clicked)
        return button

    def _tool(self, icon_name: str, text: str, notice: int) -> QToolButton:
        tool = QToolButton()
        say_role(tool, "quiet")
        tool.setIcon(icon(icon_name))
        tool.setIconSize(QSize(18, 18))
        tool.setToolTip(text)
        tool.setAccessibleName(text)
        tool.setProperty("notice", notice)
        return tool

    def _button_clicked(self) -> None:
        sender = self.sender()
        self.acted.emit(sender.property("notice"), sender.property("number"))

    def _copy_clicked(self) -> None:
        self.copied.emit(self.sender().property("notice"))

    def _close_clicked(self) -> None:
        self.closed.emit(self.sender().property("notice"))


def _texts(item: Shown) -> QVBoxLayout:
    texts = QVBoxLayout()
    texts.setSpacing(S4)
    for text, role in ((item.message, "strong"), (item.hint, "muted")):
        if text:
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            say_role(label, role)
            texts.addWidget(label)
    return texts
