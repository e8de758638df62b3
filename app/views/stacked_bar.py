"""Memory by consumer, drawn to scale against what is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.views.look import current_look

HEIGHT = 26


@dataclass(frozen=True)
class Portion:
    """One consumer: its name, bytes, and the tooltip's text."""

    name: str
    bytes: int
    words: str


class StackedBar(QWidget):
    """Portions side by side; a line marks the capacity."""

    def __init__(self) -> None:
        super().__init__()
        self._portions: tuple[Portion, ...] = ()
        self._capacity = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def set_portions(self, portions: Sequence[Portion], capacity: int) -> None:
        """Consumers in order, and the bytes that are free."""
        self._portions, self._capacity = tuple(portions), capacity
        self.setAccessibleDescription("; ".join(item.words for item in portions))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Tooltips by portion."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = next((words for left, right, words in self._spans() if left <= event.pos().x() < right), "")
            QToolTip.showText(event.globalPos(), found, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw."""
        look = current_look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 3.5, -0.5, -3.5)
        clip = QPainterPath()
        clip.addRoundedRect(box, 5, 5)
        painter.fillPath(clip, look.colour("sunken"))
        painter.setClipPath(clip)
        for number, (left, right, _) in enumerate(self._spans()):
            painter.fillRect(QRectF(left, box.top(), max(1.0, right - left), box.height()), look.series_colour(number))
        painter.setClipping(False)
        painter.setPen(QPen(look.colour("border_strong"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(clip)
        whole = sum(item.bytes for item in self._portions)
        if self._capacity and whole > self._capacity:
            at = box.left() + box.width() * self._capacity / whole
            painter.setPen(QPen(look.colour("error"), 2.5))
            painter.drawLine(round(at), 0, round(at), self.height())
        painter.end()

    def _spans(self) -> list[tuple[float, float, str]]:
        whole = max(sum(item.bytes for item in self._portions), self._capacity, 1)
        at, made = 0.0, []
        for item in self._portions:
            right = at + self.width() * item.bytes / whole
            made.append((at, right, item.words))
            at = right
        return made
