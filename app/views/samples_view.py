"""What the model answers to held-back questions while it is trained: a question, and its answers by step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHeaderView, QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.views.look import S8, S16, say_role
from app.views.run_tables import plain_table


class SamplesView(QWidget):
    """A menu of questions, the chosen one in full, and a table of its answers.

    Signals:
        question_chosen: its place among the questions.
    """

    question_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = QLabel(
            self.tr("While the model is fine-tuned, its answers to a few held-back questions appear here."), self
        )
        say_role(self.empty, "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(self.tr("Question"))
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(24)
        self.chooser.activated.connect(self.question_chosen)
        self.table = plain_table(self.tr("Answers by step"))
        self.table.setWordWrap(True)
        self.table.setAlternatingRowColors(True)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self._rows = QTimer(self)
        self._rows.setSingleShot(True)
        self._rows.setInterval(0)
        self._rows.timeout.connect(self.table.resizeRowsToContents)
        shown = QWidget()
        inside = QVBoxLayout(shown)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(S8)
        inside.addWidget(self.chooser)
        inside.addWidget(self.table, 1)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, S8, 0, 0)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(shown)
        self._questions: tuple[str, ...] = ()

    def set_model(self, model: QAbstractItemModel) -> None:
        """Rows of step and answer."""
        self.table.setModel(model)
        model.modelReset.connect(self._rows.start)
        self._set_width()

    def set_questions(self, questions: Sequence[str], current: int) -> None:
        """What is asked, and which of it is shown."""
        if tuple(questions) != self._questions:
            self._questions = tuple(questions)
            self.chooser.clear()
            for number, question in enumerate(questions):
                self.chooser.addItem(" ".join(question.split()))
                self.chooser.setItemData(number, question, Qt.ItemDataRole.ToolTipRole)
        if questions:
            self.chooser.setCurrentIndex(current)
            self.chooser.setToolTip(questions[current])
        self.chooser.setVisible(any(questions))
        self._stack.setCurrentIndex(1 if questions else 0)

    def _set_width(self) -> None:
        longest = max((self.tr("In the data"), self.tr("Before"), "100,000"), key=len)
        self.table.setColumnWidth(0, self.table.fontMetrics().horizontalAdvance(longest) + 2 * S16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks lines elsewhere."""
        super().resizeEvent(event)
        self._rows.start()

    def changeEvent(self, event: QEvent) -> None:
        """Another font is another width."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.table.model() is not None:
            self._set_width()
