"""A place to drop files and folders, which is also a button for who has no mouse."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from app.views.icons import pixmap
from app.views.look import S8, S12, S16, say_role


class DropZone(QFrame):
    """Takes one file or folder.

    Signals:
        dropped: the path as text.
        file_wanted, folder_wanted: the user wants a dialog.
    """

    dropped = Signal(str)
    file_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, words: str, file_words: str, folder_words: str) -> None:
        super().__init__()
        say_role(self, "drop")
        self.setAcceptDrops(True)
        self.setAccessibleName(words)
        self._picture, label = QLabel(), QLabel(words)
        self._picture.setPixmap(pixmap("download", "muted"))
        label.setWordWrap(True)
        say_role(label, "muted")
        texts = QVBoxLayout()
        texts.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(S16, S12, S12, S12)
        layout.setSpacing(S8)
        layout.addWidget(self._picture)
        layout.addLayout(texts, 1)
        for text, signal in ((file_words, self.file_wanted), (folder_words, self.folder_wanted)):
            button = QPushButton(text)
            button.setAccessibleName(text)
            button.clicked.connect(signal)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def changeEvent(self, event: QEvent) -> None:
        """The picture follows the palette."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._picture.setPixmap(pixmap("download", "muted"))
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take local files only."""
        if _local(event):
            say_role(self, "drop-hot")
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Calm down."""
        say_role(self, "drop")

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over the first."""
        say_role(self, "drop")
        paths = _local(event)
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(str(paths[0]))


def _local(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
