"""Step 3: how many bits, and which repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.numbers import short
from app.views.look import S4, S8, S12, say_role


@dataclass(frozen=True)
class MethodCard:
    """A repair: its key, name, sentence, cost, and tooltip."""

    key: str
    name: str
    sentence: str
    cost: str
    tip: str


class PrecisionView(QWidget):
    """A slider with stops, "fit my device", and a card for each repair.

    Signals:
        bits_chosen: a stop.
        fit_wanted: whether the most bits that fit shall be taken, whatever they are when the run starts.
        method_chosen: its key.
    """

    bits_chosen = Signal(float)
    fit_wanted = Signal(bool)
    method_chosen = Signal(str)

    def __init__(self, stops: Sequence[float]) -> None:
        super().__init__()
        self._stops = tuple(stops)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(stops) - 1)
        self.slider.setPageStep(1)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setTickInterval(1)
        self.slider.setAccessibleName(self.tr("Bits a weight"))
        self.slider.setMinimumHeight(28)
        self.slider.valueChanged.connect(self._slid)
        self._marks = [QLabel(short(stop)) for stop in stops]
        self._words = QLabel()
        self._words.setWordWrap(True)
        say_role(self._words, "muted")
        self.fit = QPushButton(self.tr("Fit my device"))
        self.fit.setAccessibleName(self.fit.text())
        self.fit.setToolTip(self.tr("The most bits whose run fits into what is free when it starts"))
        self.fit.setCheckable(True)
        self.fit.clicked.connect(self.fit_wanted)
        self._group = QButtonGroup(self)
        self._cards = QGridLayout()
        self._cards.setSpacing(S8)
        self._buttons: dict[str, tuple[QPushButton, QLabel]] = {}
        self._lay_out()

    def set_bits(self, bits: float, words: str, tip: str, *, automatic: bool) -> None:
        """The bits: the nearest stop is shown, the words say what really holds; ``automatic``: they fit the device."""
        self.slider.blockSignals(True)
        nearest = min(range(len(self._stops)), key=lambda number: abs(self._stops[number] - bits))
        self.slider.setValue(nearest)
        for number, mark in enumerate(self._marks):
            say_role(mark, "strong" if number == nearest and self._stops[number] == bits else "small")
        self.slider.blockSignals(False)
        self.fit.setChecked(automatic)
        self.slider.setToolTip(tip)
        self.slider.setAccessibleDescription(words)
        self._words.setText(words)

    def set_methods(self, cards: Sequence[MethodCard], chosen: str) -> None:
        """The repairs there are, and which is chosen."""
        if [card.key for card in cards] != list(self._buttons):
            self._make_cards(cards)
        for card in cards:
            button, cost = self._buttons[card.key]
            cost.setText(card.cost)
            button.setAccessibleDescription(f"{card.sentence} {card.cost}")
            button.setChecked(card.key == chosen)

    def _make_cards(self, cards: Sequence[MethodCard]) -> None:
        for button, _ in self._buttons.values():
            self._group.removeButton(button)
            button.deleteLater()
        self._buttons = {}
        for number, card in enumerate(cards):
            button, cost = self._card(card)
            self._group.addButton(button)
            self._cards.addWidget(button, number // 3, number % 3)
            self._buttons[card.key] = (button, cost)
        for column in range(min(3, len(cards))):
            self._cards.setColumnStretch(column, 1)

    def _card(self, card: MethodCard) -> tuple[QPushButton, QLabel]:
        button = _CardButton()
        say_role(button, "card-button")
        button.setCheckable(True)
        button.setAccessibleName(card.name)
        button.setToolTip(card.tip)
        button.setProperty("method", card.key)
        button.clicked.connect(self._card_clicked)
        layout = button.column
        layout.setContentsMargins(S12, S12, S12, S12)
        layout.setSpacing(S4)
        name, sentence, cost = QLabel(card.name), QLabel(card.sentence), QLabel(card.cost)
        say_role(name, "strong")
        say_role(sentence, "muted")
        say_role(cost, "small")
        for label in (name, sentence, cost):
            label.setWordWrap(True)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)
        layout.addStretch(1)
        return button, cost

    def _card_clicked(self) -> None:
        self.method_chosen.emit(str(self.sender().property("method")))

    def _slid(self, number: int) -> None:
        self.bits_chosen.emit(self._stops[number])

    def _lay_out(self) -> None:
        marks = QHBoxLayout()
        marks.setContentsMargins(0, 0, 0, 0)
        for number, mark in enumerate(self._marks):
            last = number == len(self._marks) - 1
            side = Qt.AlignmentFlag.AlignLeft if number == 0 else Qt.AlignmentFlag.AlignRight
            mark.setAlignment(side if number == 0 or last else Qt.AlignmentFlag.AlignHCenter)
            marks.addWidget(mark, 1 if number in (0, len(self._marks) - 1) else 2)
        scale = QVBoxLayout()
        scale.setSpacing(0)
        scale.addWidget(self.slider)
        scale.addLayout(marks)
        line = QHBoxLayout()
        line.setSpacing(S12)
        line.addLayout(scale, 1)
        line.addWidget(self.fit, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S12)
        layout.addLayout(line)
        layout.addWidget(self._words)
        head = QLabel(self.tr("Repair of the rounding error"))
        say_role(head, "strong")
        layout.addWidget(head)
        layout.addLayout(self._cards)


class _CardButton(QPushButton):
    """As high as the words in it need at its width; a plain button does not ask its layout."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.column = QVBoxLayout(self)

    def hasHeightForWidth(self) -> bool:
        """The words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """What the layout needs."""
        return max(self.column.totalHeightForWidth(width), self.minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """What the layout wants."""
        return self.column.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Five lines, so that short cards look like long ones."""
        lines = self.fontMetrics().height() * 5 + 2 * S12 + 2 * S4
        return self.column.totalMinimumSize().expandedTo(QSize(0, lines))
