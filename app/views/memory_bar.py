"""A thin bar: how much of a memory is used, and how much of that by us."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import current_look


class MemoryBar(QWidget):
    """Painted shares of a whole."""

    def __init__(self) -> None:
        super().__init__()
        self._shares: tuple[tuple[float, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_shares(self, shares: tuple[tuple[float, str], ...]) -> None:
        """Share of the whole (0 to 1) and colour name, from the left."""
        if shares != self._shares:
            self._shares = shares
            self.update()

    def sizeHint(self) -> QSize:
        """Wide enough to see a twentieth."""
        return QSize(110, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw."""
        look = current_look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        box = QRectF(self.rect())
        painter.setBrush(look.colour("border"))
        painter.drawRoundedRect(box, 4, 4)
        left = 0.0
        for share, colour in self._shares:
            width = max(0.0, min(share, 1.0 - left / max(1.0, box.width()))) * box.width()
            painter.setBrush(look.colour(colour))
            painter.drawRoundedRect(QRectF(left, 0, width, box.height()), 4, 4)
            left += width
        painter.end()
