"""What a frontier is measured of: bits, repairs, and whether each point is fine-tuned, too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.numbers import short
from app.views.look import S4, S8, S12, S16, say_role


class FrontierDialog(QDialog):
    """Check boxes; `chosen` after it was accepted.

    Args:
        base: in words, which recipe everything else is taken from.
        bits: to choose from, and those checked at first.
        methods: key, name and sentence of each repair, and those checked at first.
        tunes: whether the recipe has data to fine-tune on.
    """

    def __init__(
        self,
        base: str,
        bits: Sequence[tuple[float, bool]],
        methods: Sequence[tuple[str, str, str, bool]],
        *,
        tunes: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Measure quality against size"))
        self._bits = {value: self._box(short(value), "", on) for value, on in bits}
        self._methods = {key: self._box(name, sentence, on) for key, name, sentence, on in methods}
        self.tune = self._box(self.tr("Fine-tune every point on the recipe's data, too"), "", False)
        self.tune.setVisible(tunes)
        self.count = QLabel()
        say_role(self.count, "muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.start = self.buttons.addButton(self.tr("Start"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(base)
        self._show_count()

    @property
    def chosen(self) -> tuple[tuple[float, ...], tuple[str, ...], bool]:
        """Bits, repairs, and whether each point is fine-tuned."""
        bits = tuple(value for value, box in self._bits.items() if box.isChecked())
        methods = tuple(key for key, box in self._methods.items() if box.isChecked())
        return bits, methods, self.tune.isChecked()

    def _box(self, text: str, hint: str, on: bool) -> QCheckBox:
        box = QCheckBox(text)
        box.setChecked(on)
        box.setToolTip(hint)
        box.setAccessibleName(text)
        box.setAccessibleDescription(hint)
        box.toggled.connect(self._show_count)
        return box

    @Slot()
    def _show_count(self) -> None:
        bits, methods, _ = self.chosen
        runs = len(bits) * len(methods)
        words = self.tr("%1 runs, one after another. Each can be opened and repeated like any other.")
        self.count.setText(words.replace("%1", str(runs)) if runs else self.tr("Choose bits and at least one repair."))
        self.start.setEnabled(runs > 0)

    def _lay_out(self, base: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S16, S16, S16, S16)
        layout.setSpacing(S12)
        words = QLabel(base)
        words.setWordWrap(True)
        say_role(words, "muted")
        layout.addWidget(words)
        for title, boxes, columns in (
            (self.tr("Bits a weight"), self._bits.values(), 6),
            (self.tr("Repair"), self._methods.values(), 3),
        ):
            head = QLabel(title)
            say_role(head, "strong")
            grid = QGridLayout()
            grid.setHorizontalSpacing(S16)
            grid.setVerticalSpacing(S4)
            for number, box in enumerate(boxes):
                grid.addWidget(box, number // columns, number % columns)
            layout.addWidget(head)
            layout.addLayout(grid)
        layout.addWidget(self.tune)
        layout.addSpacing(S8)
        layout.addWidget(self.count)
        layout.addWidget(self.buttons)
