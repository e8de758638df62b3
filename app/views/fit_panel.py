"""The panel beside the steps: what the run needs, whether it fits, and the buttons that start it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.views.look import FIT_WIDTH, S4, S8, S12, S16, say_role
from app.views.stacked_bar import Portion, StackedBar
from app.views.swatch import Swatch
from app.views.words import gigabytes

_BADGES = {"fits": "badge-good", "tight": "badge-warning", "does-not-fit": "badge-error", "": "badge-plain"}
LEGEND = 6


@dataclass(frozen=True)
class Offered:
    """A suggestion: what changes, why, and what it saves."""

    title: str
    why: str


class FitPanel(QFrame):
    """Verdict, bar, figures, suggestions; Start and Check first always in sight.

    Signals:
        start_clicked, check_clicked.
        applied: number of the suggestion.
        problem_clicked: number of the problem the user wants to see.
    """

    start_clicked = Signal()
    check_clicked = Signal()
    applied = Signal(int)
    problem_clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        say_role(self, "panel")
        self.setFixedWidth(FIT_WIDTH)
        self.setAccessibleName(self.tr("Does it fit?"))
        self._verdict, self._need = QLabel(), QLabel()
        say_role(self._verdict, "badge-plain")
        self._need.setWordWrap(True)
        self._bar = StackedBar()
        self._bar.setAccessibleName(self.tr("Memory by use"))
        self._legend, self._figures = QWidget(), QWidget()
        self._legend_grid, self._figure_grid = QGridLayout(self._legend), QGridLayout(self._figures)
        self._notes, self._measured = _words("small"), _words("muted")
        self._suggestions, self._problems = QVBoxLayout(), QVBoxLayout()
        self.check = QPushButton(self.tr("Check first"))
        self.check.setToolTip(self.tr("One measured step at the longest length, before anything is downloaded"))
        self.start = QPushButton(self.tr("Start"))
        say_role(self.start, "primary")
        for button in (self.check, self.start):
            button.setAccessibleName(button.text())
            button.setMinimumHeight(36)
        self.check.clicked.connect(self.check_clicked)
        self.start.clicked.connect(self.start_clicked)
        self._why_not = _words("small")
        self._lay_out()

    def set_verdict(self, verdict: str, words: str, need: str) -> None:
        """The badge's words, and the sentence beside it."""
        say_role(self._verdict, _BADGES[verdict])
        self._verdict.setText(words)
        self._verdict.setVisible(bool(words))
        self._need.setText(need)

    def set_portions(self, portions: Sequence[Portion], capacity: int) -> None:
        """The bar and its legend."""
        self._bar.set_portions(portions, capacity)
        self._bar.setVisible(bool(portions))
        _empty(self._legend_grid)
        for row, item in enumerate(portions[:LEGEND]):
            name, size = QLabel(item.name), QLabel(gigabytes(item.bytes))
            say_role(name, "small")
            say_role(size, "small")
            name.setToolTip(item.words)
            name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._legend_grid.addWidget(Swatch(row), row, 0, Qt.AlignmentFlag.AlignVCenter)
            self._legend_grid.addWidget(name, row, 1)
            self._legend_grid.addWidget(size, row, 2, Qt.AlignmentFlag.AlignRight)

    def set_figures(self, figures: Sequence[tuple[str, str, str]]) -> None:
        """Name, value and tooltip of each figure."""
        _empty(self._figure_grid)
        for row, (name, value, tip) in enumerate(figures):
            left, right = QLabel(name), QLabel(value)
            say_role(left, "muted")
            say_role(right, "strong")
            left.setToolTip(tip)
            right.setToolTip(tip)
            right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._figure_grid.addWidget(left, row, 0)
            self._figure_grid.addWidget(right, row, 1, Qt.AlignmentFlag.AlignRight)

    def set_notes(self, text: str) -> None:
        """What was assumed."""
        self._notes.setText(text)
        self._notes.setVisible(bool(text))

    def set_measured(self, text: str, role: str = "muted") -> None:
        """What a check measured."""
        self._measured.setText(text)
        self._measured.setVisible(bool(text))
        say_role(self._measured, role)

    def set_suggestions(self, offered: Sequence[Offered]) -> None:
        """Changes that apply with a click."""
        _empty_box(self._suggestions)
        for number, item in enumerate(offered):
            row = QFrame()
            say_role(row, "choice")
            title, why = _words("strong", item.title), _words("small", item.why)
            button = QPushButton(self.tr("Apply"))
            button.setAccessibleName(self.tr("Apply: %1").replace("%1", item.title))
            button.setProperty("number", number)
            button.clicked.connect(self._apply_clicked)
            texts = QVBoxLayout()
            texts.setSpacing(S4)
            texts.addWidget(title)
            texts.addWidget(why)
            line = QHBoxLayout(row)
            line.setContentsMargins(S12, S8, S8, S8)
            line.addLayout(texts, 1)
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            self._suggestions.addWidget(row)

    def set_problems(self, problems: Sequence[str]) -> None:
        """What is wrong with the recipe; a click leads there."""
        _empty_box(self._problems)
        for number, text in enumerate(problems):
            button = QPushButton(text)
            say_role(button, "link")
            button.setAccessibleName(text)
            button.setProperty("number", number)
            button.clicked.connect(self._problem_clicked)
            self._problems.addWidget(button)

    def set_startable(self, startable: bool, why_not: str, *, checking: bool = False) -> None:
        """Whether Start and Check first can be pressed, and else why not."""
        self.start.setEnabled(startable)
        self.check.setEnabled(startable or checking)
        self.check.setText(self.tr("Stop the check") if checking else self.tr("Check first"))
        self.check.setAccessibleName(self.check.text())
        self._why_not.setText(why_not)
        self._why_not.setVisible(bool(why_not))

    def _apply_clicked(self) -> None:
        self.applied.emit(self.sender().property("number"))

    def _problem_clicked(self) -> None:
        self.problem_clicked.emit(self.sender().property("number"))

    def _lay_out(self) -> None:
        for grid in (self._legend_grid, self._figure_grid):
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(S8)
            grid.setVerticalSpacing(S4)
            grid.setColumnStretch(1, 1)
        head = QHBoxLayout()
        title = QLabel(self.tr("Does it fit?"))
        say_role(title, "heading")
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._verdict)
        inner = QWidget()
        say_role(inner, "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(S16, S16, S16, S8)
        column.setSpacing(S12)
        column.addLayout(head)
        for widget in (self._need, self._bar, self._legend, _line(), self._figures, self._measured, self._notes):
            column.addWidget(widget)
        self._suggestions.setSpacing(S8)
        column.addLayout(self._problems)
        column.addLayout(self._suggestions)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.tr("What the run needs"))
        scroll.setWidget(inner)
        buttons = QHBoxLayout()
        buttons.setSpacing(S8)
        buttons.addWidget(self.check)
        buttons.addWidget(self.start, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(S16, 0, S16, S16)
        foot.setSpacing(S12)
        foot.addWidget(_line())
        foot.addWidget(self._why_not)
        foot.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)


def _words(role: str, text: str = "") -> QLabel:
    label = QLabel(text)
    say_role(label, role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _line() -> QFrame:
    line = QFrame()
    say_role(line, "line")
    return line


def _empty(grid: QGridLayout) -> None:
    while (item := grid.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _empty_box(box: QVBoxLayout) -> None:
    while (item := box.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
