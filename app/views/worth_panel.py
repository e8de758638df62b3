"""The panel "Worth a look": a card a warning, with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.views.look import S4, S8, S12, say_role


@dataclass(frozen=True, kw_only=True)
class WarningShown:
    """A card. ``level``: info, warning or error; ``buttons``: pairs of name and text."""

    key: str
    level: str
    message: str
    hint: str
    buttons: tuple[tuple[str, str], ...] = ()


class WorthPanel(QWidget):
    """Heading and cards.

    Signals:
        acted: key of the card and name of its button.
    """

    acted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[WarningShown, ...] | None = None
        heading = QLabel(self.tr("Worth a look"), self)
        say_role(heading, "heading")
        self.quiet = QLabel(self.tr("Nothing so far. A rising loss, a plateau or memory that spills shows up here."))
        self.quiet.setWordWrap(True)
        self.quiet.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        say_role(self.quiet, "muted")
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self._cards = QVBoxLayout(inside)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(S8)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.area.setAccessibleName(self.tr("Worth a look"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S8)
        layout.addWidget(heading)
        layout.addWidget(self.area, 1)
        self.set_warnings(())

    def set_quiet_text(self, text: str) -> None:
        """What stands there while there is no warning."""
        self.quiet.setText(text)

    def set_warnings(self, warnings: Sequence[WarningShown]) -> None:
        """Draw the cards, in order."""
        if tuple(warnings) == self._shown:
            return
        self._shown = tuple(warnings)
        while self._cards.count():
            item = self._cards.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is self.quiet:
                widget.hide()
            elif widget is not None:
                widget.hide()
                widget.deleteLater()
        if not warnings:
            self._cards.addWidget(self.quiet)
            self.quiet.show()
        for warning in warnings:
            self._cards.addWidget(self._card(warning))
        self._cards.addStretch(1)

    def _card(self, warning: WarningShown) -> QFrame:
        card = QFrame()
        say_role(card, f"notice-{warning.level}")
        card.setAccessibleName(warning.message)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(S12, S8, S12, S8)
        layout.setSpacing(S4)
        for text, role in ((warning.message, "strong"), (warning.hint, "")):
            if text:
                label = QLabel(text, card)
                label.setWordWrap(True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                say_role(label, role)
                layout.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(S8)
        for name, text in warning.buttons:
            button = QPushButton(text, card)
            button.setAccessibleName(f"{text}: {warning.message}")
            button.clicked.connect(lambda _checked=False, name=name: self.acted.emit(warning.key, name))
            row.addWidget(button)
        row.addStretch(1)
        if warning.buttons:
            layout.addLayout(row)
        return card
