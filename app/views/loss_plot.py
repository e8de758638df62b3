"""The plot of a metric over steps: measured, smoothed, validation, and where it was best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from app.numbers import fixed, short
from app.views.plot_view import CurveStyle, PlotView

Array = npt.NDArray[np.float64]

_MEASURED = CurveStyle(colour=0, width=1, opacity=0.35)
_SMOOTHED = CurveStyle(colour=0)
_VALIDATION = CurveStyle(colour=1, marks=True)
_AFTER = CurveStyle(colour=0, marks=True)
_BEST = CurveStyle(colour="good", width=1, dashed=True)
WIDE_POINTS = 3_000
"""Above this many points a line is one pixel wide, which Qt draws many times faster."""


class LossPlot(PlotView):
    """One metric at a time, chosen from those there are.

    Signals:
        metric_chosen: key of the metric, empty for whichever is newest.
    """

    metric_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", log_button=True, parent=parent)
        self.title.setText(self.tr("Loss"))
        self.setAccessibleName(self.tr("Loss over steps"))
        self.set_x_title(self.tr("step"))
        self.set_formats(lambda value: fixed(value, 0), lambda value: short(value, 4))
        self.set_x_kind("whole")
        self.set_empty_text(self.tr("The loss appears when training begins."))
        self.set_legend(True, flat=True)
        self._choices: tuple[tuple[str, str], ...] = ()
        self.chooser = QComboBox(self)
        self.chooser.setAccessibleName(self.tr("Which measurement is drawn"))
        self.chooser.setToolTip(self.tr("Which measurement is drawn"))
        self.chooser.activated.connect(self._activated)
        self.chooser.hide()
        self.head.insertWidget(1, self.chooser)
        self._chosen = ""

    @property
    def chosen(self) -> str:
        """Key of the metric a person chose; empty for whichever is newest."""
        return self._chosen

    def choose(self, key: str) -> None:
        """Draw this one from now on."""
        self._chosen = key

    def set_metrics(self, choices: Sequence[tuple[str, str]], current: str) -> None:
        """Which there are (key and name), and which of them is drawn."""
        if tuple(choices) != self._choices:
            self._choices = tuple(choices)
            self.chooser.clear()
            for key, name in choices:
                self.chooser.addItem(name, key)
            self.chooser.setVisible(len(choices) > 1)
            self.title.setVisible(len(choices) < 2)
        self.chooser.setCurrentIndex(max(0, self.chooser.findData(current)))

    def show_metric(self, steps: Array, values: Array, smoothed: Array) -> None:
        """The measured values [points] and the same smoothed."""
        smooth = _SMOOTHED if len(steps) <= WIDE_POINTS else CurveStyle(colour=0, width=1)
        self.set_curve("measured", self.tr("train"), steps, values, _MEASURED)
        self.set_curve("smoothed", self.tr("smoothed"), steps, smoothed, smooth)

    def show_blocks(self, blocks: Array, before: Array, after_blocks: Array, after: Array) -> None:
        """Error of each block's output, before and after it was trained."""
        self.remove_curve("validation")
        self.set_level("best", None, "", _BEST)
        self.set_curve("measured", self.tr("before"), blocks, before, _VALIDATION)
        self.set_curve("smoothed", self.tr("after"), after_blocks, after, _AFTER)

    def show_validation(self, steps: Array, values: Array, best: float | None) -> None:
        """Validation values [points], none of them for other metrics, and the lowest."""
        self.set_curve("validation", self.tr("validation"), steps, values, _VALIDATION)
        label = "" if best is None else self.tr("best {value}").format(value=short(best, 4))
        self.set_level("best", best, label, _BEST)

    @Slot(int)
    def _activated(self, index: int) -> None:
        self._chosen = str(self.chooser.itemData(index))
        self.metric_chosen.emit(self._chosen)
