"""A small square in a colour of the series, for legends."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views.look import current_look


class Swatch(QWidget):
    """The colour of curve or portion ``index``."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self.setFixedSize(10, 10)

    def sizeHint(self) -> QSize:
        """Fixed."""
        return QSize(10, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), current_look().series_colour(self._index))
        painter.end()
