"""How the model answers: system prompt and sampling, each with a word on what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.views.look import S4, S8, S12, S16, say_role

WIDTH = 280
SETTLE_MS = 400

Number = float | int | None


@dataclass(frozen=True)
class _Field:
    name: str
    title: str
    tip: str
    least: float
    most: float
    step: float
    decimals: int = 2
    off: str = ""


def _fields() -> tuple[_Field, ...]:
    def tr(text: str) -> str:
        return QCoreApplication.translate("Sampling", text)

    return (
        _Field("temperature", tr("Temperature"),
               tr("How adventurous the answers are. 0 always takes the likeliest word; above 1 gets wild."),
               0.0, 3.0, 0.1),
        _Field("top_p", tr("Top-p"),
               tr("Leaves out the unlikeliest words: keeps those that together have this probability. 1 keeps all."),
               0.01, 1.0, 0.05),
        _Field("top_k", tr("Top-k"),
               tr("Keeps only this many of the likeliest words. Off keeps all."), 0, 1000, 10, 0, tr("Off")),
        _Field("min_p", tr("Min-p"),
               tr("Leaves out words less likely than this share of the likeliest one. 0 keeps all."), 0.0, 1.0, 0.01),
        _Field("repetition_penalty", tr("Repetition penalty"),
               tr("Makes words that were already said less likely. 1 changes nothing; 1.1 is a mild push."),
               0.5, 2.0, 0.05),
        _Field("max_new_tokens", tr("Longest answer"),
               tr("Most tokens of one answer. A token is about three quarters of an English word."),
               1, 32_768, 64, 0),
        _Field("seed", tr("Seed"),
               tr("The same seed, question and settings give the same answer. Random takes a new one every time."),
               -1, 2_147_483_647, 1, 0, tr("Random")),
    )  # fmt: skip


class _SystemPrompt(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was written counts when the field is left."""
        super().focusOutEvent(event)
        self.left.emit()


class SamplingPanel(QFrame):
    """The panel at the right.

    Signals:
        changed: name and value (None: a random seed).
        system_changed: the system prompt.
        reset: the usual values are wanted.
    """

    changed = Signal(str, object)
    system_changed = Signal(str)
    reset = Signal()

    def __init__(self) -> None:
        super().__init__()
        say_role(self, "panel")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("How the model answers"))
        self.system = _SystemPrompt()
        self.system.setAccessibleName(self.tr("System prompt"))
        self.system.setPlaceholderText(self.tr("For example: answer briefly, in plain words."))
        self.system.setTabChangesFocus(True)
        self.system.setFixedHeight(self.fontMetrics().lineSpacing() * 5 + 16)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._tell_system)
        self.system.textChanged.connect(self._timer.start)
        self.system.left.connect(self._tell_system)
        self.boxes: dict[str, QSpinBox | QDoubleSpinBox] = {}
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(S16, S12, S16, S12)
        layout.setSpacing(S8)
        tip = self.tr("What the model is told before the conversation: who it is and how to answer.")
        layout.addWidget(_label(self.tr("System prompt"), "strong", self.system, tip))
        layout.addWidget(self.system)
        layout.addSpacing(S8)
        head = QHBoxLayout()
        usual = QPushButton(self.tr("Usual values"))
        say_role(usual, "link")
        usual.setAccessibleName(self.tr("Set the usual values"))
        usual.clicked.connect(self.reset)
        head.addWidget(_label(self.tr("Sampling"), "strong"))
        head.addStretch(1)
        head.addWidget(usual)
        layout.addLayout(head)
        layout.addLayout(self._grid())
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(self.tr("How the model answers"))
        area.setWidget(inner)
        for ground in (inner, area.viewport()):
            ground.setAutoFillBackground(False)  # the panel's own shows
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.addWidget(area)

    def set_values(self, values: Mapping[str, Number], system: str) -> None:
        """Show these, telling nobody."""
        for name, box in self.boxes.items():
            value = values[name]
            with QSignalBlocker(box):
                box.setValue(-1 if value is None else value)  # type: ignore[arg-type]
        if system != self.system.toPlainText():
            with QSignalBlocker(self.system):
                self.system.setPlainText(system)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(S8)
        grid.setVerticalSpacing(S8)
        grid.setColumnStretch(0, 1)
        for row, item in enumerate(_fields()):
            box = self._box(item)
            grid.addWidget(_label(item.title, "", box, item.tip), row, 0)
            grid.addWidget(box, row, 1)
            self.boxes[item.name] = box
        return grid

    def _box(self, item: _Field) -> QSpinBox | QDoubleSpinBox:
        box: QSpinBox | QDoubleSpinBox
        if item.decimals:
            box = QDoubleSpinBox()
            box.setDecimals(item.decimals)
            box.setRange(item.least, item.most)
            box.setSingleStep(item.step)
        else:
            box = QSpinBox()
            box.setRange(int(item.least), int(item.most))
            box.setSingleStep(int(item.step))
        box.setSpecialValueText(item.off)
        box.setToolTip(item.tip)
        box.setAccessibleName(item.title)
        box.setAccessibleDescription(item.tip)
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(S4, 0, 0, 0)
        box.setProperty("field", item.name)
        box.setFixedWidth(self.fontMetrics().horizontalAdvance("2147483647") + 44)
        box.valueChanged.connect(self._value_changed)
        return box

    @Slot()
    def _value_changed(self) -> None:
        box = self.sender()
        assert isinstance(box, QSpinBox | QDoubleSpinBox)
        name, value = str(box.property("field")), box.value()
        if isinstance(value, float):
            value = round(value, 4)
        self.changed.emit(name, None if name == "seed" and value < 0 else value)

    @Slot()
    def _tell_system(self) -> None:
        self._timer.stop()
        self.system_changed.emit(self.system.toPlainText())


def _label(text: str, role: str, buddy: QWidget | None = None, tip: str = "") -> QLabel:
    label = QLabel(text)
    if role:
        say_role(label, role)
    if buddy is not None:
        label.setBuddy(buddy)
    label.setToolTip(tip)
    return label
