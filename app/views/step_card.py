"""A step of the New run page: a card that collapses to one line with a summary and a Change button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.views.elided_label import ElidedLabel
from app.views.look import COLLAPSED_HEIGHT, S8, S12, S16, say_role

_BADGES = {"done": "badge-good", "open": "badge-plain", "wrong": "badge-error"}


class StepCard(QFrame):
    """Header, and a body that is there while the step is open.

    Signals:
        change_wanted: the user wants to open it.
        done_wanted: the user is done with it.
    """

    change_wanted = Signal()
    done_wanted = Signal()

    def __init__(self, number: int, title: str, body: QWidget, next_words: str) -> None:
        super().__init__()
        say_role(self, "card")
        self.setAccessibleName(f"{number}. {title}")
        self._title = title
        self._badge, self._head, self._summary = QLabel(str(number)), QLabel(title), ElidedLabel()
        self._badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._badge.setFixedSize(30, self.fontMetrics().height() + 6)
        say_role(self._badge, "badge-plain")
        say_role(self._head, "heading")
        say_role(self._summary, "muted")
        self._change = QPushButton(self.tr("Change"))
        self._change.setAccessibleName(self.tr("Change: %1").replace("%1", title))
        self._change.clicked.connect(self.change_wanted)
        self._next = QPushButton(next_words)
        self._next.setAccessibleName(f"{next_words} ({title})")
        self._next.clicked.connect(self.done_wanted)
        self._body = body
        self._foot = QWidget()
        self._lay_out()
        self.set_open(False)

    def set_open(self, is_open: bool) -> None:
        """Show the body, or the summary."""
        self._is_open = is_open
        self._body.setVisible(is_open)
        self._foot.setVisible(is_open)
        self._change.setVisible(not is_open)
        self._summary.setVisible(not is_open)
        self.setMinimumHeight(0 if is_open else COLLAPSED_HEIGHT)
        self.setMaximumHeight(16_777_215 if is_open else max(COLLAPSED_HEIGHT, self.fontMetrics().height() + 36))

    @property
    def is_open(self) -> bool:
        """Whether the body is shown."""
        return self._is_open

    def set_summary(self, text: str, state: str) -> None:
        """The line while collapsed; ``state`` is done, open or wrong."""
        self._summary.setText(text)
        self._summary.setToolTip(text)
        self._badge.setAccessibleName({"done": self.tr("done"), "wrong": self.tr("needs a look")}.get(state, ""))
        say_role(self._badge, _BADGES[state])

    def set_next_enabled(self, enabled: bool) -> None:
        """Whether the step may be left."""
        self._next.setEnabled(enabled)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(S12)
        header.addWidget(self._badge)
        header.addWidget(self._head)
        header.addWidget(self._summary, 1)
        header.addStretch(0)
        header.addWidget(self._change)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addStretch(1)
        foot.addWidget(self._next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S16, S12, S16, S12)
        layout.setSpacing(S8)
        layout.addLayout(header)
        layout.addWidget(self._body)
        layout.addWidget(self._foot)
