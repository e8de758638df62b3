"""Where the question is written: Enter sends, Shift+Enter makes a new line, Escape stops the answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

from app.views.icons import icon
from app.views.look import S4, S8, S12, say_role

MOST_LINES = 8


class _Editor(QPlainTextEdit):
    sent = Signal()
    stopped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape mean something else here than in other editors."""
        plain = not event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.stopped.emit()
        else:
            super().keyPressEvent(event)


class Composer(QFrame):
    """The editor and its button, which sends or, while an answer comes, stops.

    Signals:
        sent: the text; it stays until `clear`.
        stopped: end the answer.
    """

    sent = Signal(str)
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._busy = False
        self.editor = _Editor()
        self.editor.setAccessibleName(self.tr("Your message"))
        self.editor.setPlaceholderText(self.tr("Write a message"))
        self.editor.setTabChangesFocus(True)
        self.editor.sent.connect(self._send)
        self.editor.stopped.connect(self._stop)
        self.editor.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.button, self.hint = QPushButton(), QLabel()
        self.button.setIconSize(QSize(18, 18))
        self.button.clicked.connect(self._pressed)
        say_role(self.hint, "small")
        row = QHBoxLayout()
        row.setSpacing(S8)
        row.addWidget(self.editor, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S12, S4, S12, S8)
        layout.setSpacing(S4)
        layout.addLayout(row)
        layout.addWidget(self.hint)
        self.set_busy(False)
        self._fit()

    def set_busy(self, busy: bool) -> None:
        """Whether an answer is on its way."""
        self._busy = busy
        self.button.setText(self.tr("Stop") if busy else self.tr("Send"))
        self.button.setAccessibleName(self.tr("Stop the answer") if busy else self.tr("Send the message"))
        say_role(self.button, "" if busy else "primary")
        self.hint.setText(
            self.tr("Esc stops the answer") if busy else self.tr("Enter sends, Shift+Enter makes a new line")
        )
        self._set_icon()

    def clear(self) -> None:
        """The message was taken."""
        self.editor.clear()

    def set_text(self, text: str) -> None:
        """Put words there, ready to be changed or sent."""
        self.editor.setPlainText(text)
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
        self.editor.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """The icon follows the palette."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "button"):
            self._set_icon()
        super().changeEvent(event)

    def _set_icon(self) -> None:
        self.button.setIcon(icon("stop", "text") if self._busy else icon("send", "accent_text"))

    @Slot()
    def _pressed(self) -> None:
        if self._busy:
            self._stop()
        else:
            self._send()

    @Slot()
    def _send(self) -> None:
        text = self.editor.toPlainText()
        if text.strip() and not self._busy:
            self.sent.emit(text)

    @Slot()
    def _stop(self) -> None:
        if self._busy:
            self.stopped.emit()

    @Slot()
    def _fit(self) -> None:
        lines = self.editor.document().documentLayout().documentSize().height()  # a plain text's size is in lines
        shown = min(MOST_LINES, max(1, int(lines)))
        margin = 2 * round(self.editor.document().documentMargin()) + 10
        self.editor.setFixedHeight(self.editor.fontMetrics().lineSpacing() * shown + margin)
