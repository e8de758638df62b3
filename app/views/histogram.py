"""Token lengths as bars; the limit as a line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.numbers import whole
from app.views.look import current_look, type_font


class Histogram(QWidget):
    """Bars of equal width from 0 to the longest."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: tuple[int, ...] = ()
        self._longest, self._limit = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_counts(self, counts: Sequence[int], longest: int, limit: int, words: str) -> None:
        """Rows in each bin, tokens of the longest row, the limit in tokens, and the whole in words."""
        self._counts, self._longest, self._limit = tuple(counts), longest, limit
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """A small picture."""
        return QSize(240, 84)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw."""
        if not self._counts or not self._longest:
            return
        look = current_look()
        painter = QPainter(self)
        painter.setFont(type_font("small"))
        foot = painter.fontMetrics().height() + 4
        box = QRectF(0, 4, self.width(), self.height() - foot - 4)
        most = max(self._counts) or 1
        wide = box.width() / len(self._counts)
        for number, count in enumerate(self._counts):
            tall = max(1.0 if count else 0.0, box.height() * count / most)
            painter.fillRect(QRectF(number * wide, box.bottom() - tall, wide - 1, tall), look.colour("accent"))
        painter.setPen(QPen(look.colour("border_strong"), 1))
        painter.drawLine(0, round(box.bottom()), self.width(), round(box.bottom()))
        painter.setPen(look.colour("muted"))
        line = QRectF(0, self.height() - foot, self.width(), foot)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "0")
        right = self.tr("%1 tokens").replace("%1", whole(self._longest))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        if 0 < self._limit < self._longest:
            at = round(self.width() * self._limit / self._longest)
            painter.setPen(QPen(look.colour("warning"), 2))
            painter.drawLine(at, 0, at, round(box.bottom()))
        painter.end()
