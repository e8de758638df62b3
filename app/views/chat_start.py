"""What stands in place of a conversation before its first question."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.views.icons import pixmap
from app.views.look import S8, S12, S24, say_role


class ChatStart(QWidget):
    """Icon, heading, sentence, and buttons: a main one, and questions to try.

    Signals:
        acted: the main button.
        tried: a question to begin with.
    """

    acted = Signal()
    tried = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.picture, self.heading, self.words = QLabel(), QLabel(), QLabel()
        self.picture.setPixmap(pixmap("chat", "muted", size=40))
        say_role(self.heading, "heading")
        say_role(self.words, "muted")
        self.words.setWordWrap(True)
        self.button = QPushButton()
        say_role(self.button, "primary")
        self.button.clicked.connect(self.acted)
        self._tries: list[QPushButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(S24, S24, S24, S24)
        self._layout.setSpacing(S12)
        self._layout.addStretch(1)
        middle = Qt.AlignmentFlag.AlignHCenter
        for label in (self.picture, self.heading, self.words):
            label.setAlignment(middle)
            self._layout.addWidget(label)
        self._layout.addWidget(self.button, 0, middle)
        self._layout.addSpacing(S8)
        self._layout.addStretch(2)

    def set_words(self, heading: str, words: str, button: str) -> None:
        """Say what to do; an empty text hides the button."""
        self.heading.setText(heading)
        self.words.setText(words)
        self.button.setText(button)
        self.button.setAccessibleName(button or self.tr("Choose a model"))
        self.button.setVisible(bool(button))

    def set_tries(self, questions: Sequence[str]) -> None:
        """Questions to begin with."""
        for old in self._tries:
            self._layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._tries = []
        for question in questions:
            push = QPushButton(question)
            push.setAccessibleName(self.tr("Ask: %1").replace("%1", question))
            push.clicked.connect(self._try)
            self._layout.insertWidget(self._layout.count() - 1, push, 0, Qt.AlignmentFlag.AlignHCenter)
            self._tries.append(push)

    def _try(self) -> None:
        self.tried.emit(str(self.sender().property("text")))
