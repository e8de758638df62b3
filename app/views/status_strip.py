"""The strip at the foot: the device, its memory, and the running job."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from app.views.look import S8, S12, S24, STRIP_HEIGHT, say_role
from app.views.memory_bar import MemoryBar


class StatusStrip(QFrame):
    """Words and bars, at most 28 pixels high at the usual font.

    Signals:
        job_clicked: the user wants to see the running job.
    """

    job_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        say_role(self, "strip")
        self.setAccessibleName(self.tr("Status"))
        self._device, self._memory, self._note = QLabel(), QLabel(), QLabel()
        for label in (self._device, self._memory, self._note):
            say_role(label, "small")
        self._bar = MemoryBar()
        self._bar.setAccessibleName(self.tr("Memory in use"))
        self._job = QPushButton()
        say_role(self._job, "link")
        self._job.setAccessibleName(self.tr("Running job"))
        self._job.clicked.connect(self.job_clicked)
        self._progress = QProgressBar()
        self._progress.setFixedWidth(120)
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setAccessibleName(self.tr("Progress of the running job"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(S12, 0, S12, 0)
        layout.setSpacing(S8)
        for widget in (self._device, self._bar, self._memory):
            layout.addWidget(widget)
        layout.addSpacing(S24)
        layout.addWidget(self._note)
        layout.addStretch(1)
        layout.addWidget(self._job)
        layout.addWidget(self._progress)
        self.setFixedHeight(max(STRIP_HEIGHT, self.fontMetrics().height() + 12))
        self.set_job("", 0.0)

    def set_device(self, text: str, tip: str = "") -> None:
        """The device's name, and more about it."""
        self._device.setText(text)
        self._device.setToolTip(tip)

    def set_memory(self, text: str, ours: float, others: float) -> None:
        """Words, and the shares of memory that this program and the others hold."""
        self._memory.setText(text)
        self._bar.set_shares(((ours, "accent"), (others, "border_strong")))
        self._bar.setAccessibleDescription(text)

    def set_note(self, text: str, tip: str = "") -> None:
        """A word beside, e.g. that the machine runs on battery."""
        self._note.setText(text)
        self._note.setToolTip(tip)

    def set_job(self, text: str, share: float) -> None:
        """The running job in a few words and its stage's progress, 0 to 1; an empty text hides both."""
        self._job.setVisible(bool(text))
        self._progress.setVisible(bool(text))
        self._job.setText(text)
        self._progress.setValue(round(1000 * share))
