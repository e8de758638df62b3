"""The conversation: questions and, below each, its answers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.views.look import S8, S12, S16, S24
from app.views.message_view import AnswerShown, AnswerView, QuestionView

READING_WIDTH = 820
"""Longer lines are hard to read."""

COLUMN_WIDTH = 216
"""Narrower columns scroll sideways."""


@dataclass(frozen=True, kw_only=True)
class ExchangeShown:
    """A question and its answers, from left to right."""

    prompt: str
    answers: Sequence[AnswerShown]


class ExchangeView(QWidget):
    """One exchange.

    Signals:
        edited: new words for the question.
        again: variant to answer again.
        branched: go on from here elsewhere.
        link: address that was pressed.
    """

    edited = Signal(str)
    again = Signal(str)
    branched = Signal()
    link = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.question = QuestionView()
        self.question.edited.connect(self.edited)
        self.answers: dict[str, AnswerView] = {}
        self._columns = QHBoxLayout()
        self._columns.setSpacing(S8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S8)
        layout.addWidget(self.question)
        layout.addLayout(self._columns)

    def set_exchange(self, shown: ExchangeShown, *, can_ask: bool) -> None:
        """Show it."""
        self.question.set_text(shown.prompt)
        self.question.set_editable(can_ask)
        for answer in shown.answers:
            self.set_answer(answer, can_ask=can_ask)

    def set_answer(self, shown: AnswerShown, *, can_ask: bool) -> None:
        """Show one answer."""
        if shown.name not in self.answers:
            view = AnswerView()
            view.again.connect(self.again)
            view.branched.connect(self.branched)
            view.link.connect(self.link)
            self.answers[shown.name] = view
            self._columns.addWidget(view, 1)
        self.answers[shown.name].set_answer(shown, can_ask=can_ask)

    def set_askable(self, on: bool) -> None:
        """Whether anything may be asked again now."""
        self.question.set_editable(on)
        for view in self.answers.values():
            view.set_askable(on)


class Transcript(QScrollArea):
    """All exchanges; stays at the end while the user is there.

    Signals:
        edited: exchange and new words.
        again: exchange and variant.
        branched: exchange.
        link: address.
    """

    edited = Signal(int, str)
    again = Signal(int, str)
    branched = Signal(int)
    link = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName(self.tr("Conversation"))
        self.exchanges: list[ExchangeView] = []
        self._follow = True
        self._column = QWidget()
        self._layout = QVBoxLayout(self._column)
        self._layout.setContentsMargins(0, S12, 0, S16)
        self._layout.setSpacing(S24)
        self._layout.addStretch(1)
        inner = QWidget()
        sides = QHBoxLayout(inner)
        sides.setContentsMargins(S16, 0, S16, 0)
        sides.addStretch(1)
        sides.addWidget(self._column, 1000)
        sides.addStretch(1)
        self.setWidget(inner)
        self.set_columns(1)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._range_changed)
        bar.valueChanged.connect(self._moved)

    def set_columns(self, count: int) -> None:
        """How many answers stand side by side."""
        self._column.setMaximumWidth(READING_WIDTH if count <= 1 else 16_000_000)
        self._column.setMinimumWidth(0 if count <= 1 else count * (COLUMN_WIDTH + S8))

    def set_exchanges(self, first: int, shown: Sequence[ExchangeShown], *, can_ask: bool) -> None:
        """Show these in place of what stands from exchange ``first`` on."""
        while len(self.exchanges) > first:
            view = self.exchanges.pop()
            self._layout.removeWidget(view)
            view.hide()
            view.deleteLater()
        for item in shown:
            view = ExchangeView()
            view.setProperty("number", len(self.exchanges))
            view.edited.connect(self._edited)
            view.again.connect(self._again)
            view.branched.connect(self._branched)
            view.link.connect(self.link)
            view.set_exchange(item, can_ask=can_ask)
            self._layout.insertWidget(len(self.exchanges), view)
            self.exchanges.append(view)

    def set_answer(self, number: int, shown: AnswerShown, *, can_ask: bool) -> None:
        """One answer changed."""
        if number < len(self.exchanges):
            self.exchanges[number].set_answer(shown, can_ask=can_ask)

    def set_askable(self, on: bool) -> None:
        """Whether anything may be asked again now."""
        for view in self.exchanges:
            view.set_askable(on)

    def go_to_end(self) -> None:
        """Show the end, and stay there."""
        self._follow = True
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    @Slot(int, int)
    def _range_changed(self, _least: int, most: int) -> None:
        if self._follow:
            self.verticalScrollBar().setValue(most)

    @Slot(int)
    def _moved(self, value: int) -> None:
        self._follow = value >= self.verticalScrollBar().maximum() - 8

    @Slot(str)
    def _edited(self, text: str) -> None:
        self.edited.emit(self.sender().property("number"), text)

    @Slot(str)
    def _again(self, name: str) -> None:
        self.again.emit(self.sender().property("number"), name)

    @Slot()
    def _branched(self) -> None:
        self.branched.emit(self.sender().property("number"))
