"""What the model will see: the rendered rows, the tokens it learns from highlighted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontDatabase, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from app.views.look import current_look

Row = tuple[str, Sequence[tuple[str, bool]]]
"""A heading, and pieces of text with whether they are learned."""


class SeenText(QTextEdit):
    """Read only; plain text with a background."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(self.fontMetrics().height() * 9)
        self._rows: tuple[Row, ...] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these."""
        self._rows = tuple(rows)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Colours follow the look."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_rows"):
            self._draw()

    def _draw(self) -> None:
        look = current_look()
        head, plain, learned = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        head.setForeground(look.colour("muted"))
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families()
        for form in (plain, learned):
            form.setFontFamilies(fixed)
            form.setForeground(look.colour("text"))
        learned.setBackground(look.colour("learned"))
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for number, (heading, pieces) in enumerate(self._rows):
            cursor.insertText(("\n" if number else "") + heading + "\n", head)
            for text, is_learned in _joined(pieces):
                cursor.insertText(text, learned if is_learned else plain)
            cursor.insertText("\n", plain)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)


def _joined(pieces: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Neighbours of one kind as one piece: far fewer insertions."""
    made: list[tuple[str, bool]] = []
    for text, learned in pieces:
        if made and made[-1][1] == learned:
            made[-1] = (made[-1][0] + text, learned)
        else:
            made.append((text, learned))
    return made
