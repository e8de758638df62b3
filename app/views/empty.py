"""A page with nothing on it yet: what will be here, and what to do for it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.views.icons import pixmap
from app.views.look import S12, S24, say_role


class Empty(QWidget):
    """Icon, heading, sentence and at most one button.

    Signals:
        acted: the button was pressed.
    """

    acted = Signal()

    def __init__(self, icon_name: str, heading: str, text: str, button: str = "") -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S24, S24, S24, S24)
        layout.setSpacing(S12)
        layout.addStretch(1)
        picture, head, words = QLabel(), QLabel(heading), QLabel(text)
        picture.setPixmap(pixmap(icon_name, "muted", size=40))
        say_role(head, "heading")
        say_role(words, "muted")
        words.setWordWrap(True)
        for label in (picture, head, words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        if button:
            push = QPushButton(button)
            say_role(push, "primary")
            push.setAccessibleName(button)
            push.clicked.connect(self.acted)
            layout.addWidget(push, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
