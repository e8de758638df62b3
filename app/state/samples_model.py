"""Answers to held-back questions while the adapter is trained: a question at a time, a row a step, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.engine import Text
from app.numbers import whole

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One answer. ``step`` -1 where an event of another kind says none."""

    step: int
    question: str
    answer: str
    wanted: str = ""


def sample_of(event: Text) -> Sample:
    """The answer a `Text` of the channel ``sample`` tells."""
    told = event.arguments
    if "answer" not in told:
        return Sample(step=-1, question="", answer=event.text)
    step = told.get("step")
    return Sample(
        step=step if isinstance(step, int) else -1,
        question=str(told.get("question", "")),
        answer=str(told["answer"]),
        wanted=str(told.get("wanted", "")),
    )


class SamplesModel(QAbstractTableModel):
    """Two columns, step and answer. Above the answers stands the one in the data, where it is known."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples: list[Sample] = []
        self._question = ""
        self._rows: list[tuple[str, str]] = []

    @property
    def questions(self) -> tuple[str, ...]:
        """In the order they were first asked."""
        return tuple(dict.fromkeys(sample.question for sample in self._samples))

    @property
    def question(self) -> str:
        """Whose answers are shown."""
        return self._question

    def set_samples(self, samples: list[Sample]) -> None:
        """Take all there are."""
        self._samples = list(samples)
        if self._question not in self.questions:
            self._question = next(iter(self.questions), "")
        self._fill()

    def choose(self, question: str) -> None:
        """Show another question's answers."""
        self._question = question
        self._fill()

    def _fill(self) -> None:
        own = [sample for sample in self._samples if sample.question == self._question]
        rows = [(self._step(sample.step), sample.answer) for sample in reversed(own)]
        if own and own[-1].wanted:
            rows.insert(0, (self.tr("In the data"), own[-1].wanted))
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def _step(self, step: int) -> str:
        if step < 0:
            return ""
        return self.tr("Before") if step == 0 else whole(step)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The answer in the data, and one a step."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Step and answer."""
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Titles."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Step"), self.tr("Answer"))[section]
