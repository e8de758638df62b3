"""The frontier: perplexity against size, a point a run, the float model as a line. A click opens the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from app.views.look import current_look, type_font
from app.views.plot_axes import Format
from app.views.plot_view import CurveStyle, PlotView

NAMED = 12
"""Unbeaten points up to which every one has its name beside it; the others say theirs when pointed at."""

LOG_FROM = 8.0
"""Greatest to least perplexity from which the scale starts out logarithmic."""


@dataclass(frozen=True, kw_only=True)
class PointShown:
    """A run. ``key`` comes back when it is opened; ``best``: no other is both smaller and better."""

    key: str
    name: str
    x: float
    y: float
    best: bool


class FrontierPlot(PlotView):
    """Points of comparable runs.

    Signals:
        opened: key of the point.
        group_chosen: place of the group of comparable runs.
        axis_chosen: whether x is bits rather than bytes.
    """

    opened = Signal(str)
    group_chosen = Signal(int)
    axis_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", log_button=True, parent=parent)
        self.title.hide()
        self.setAccessibleName(self.tr("Perplexity against size"))
        self.set_empty_text(self.tr("Finished runs appear here: perplexity upwards, size to the right."))
        self.groups = self._chooser(self.tr("Model and text that are compared"))
        self.axis = self._chooser(self.tr("What stands to the right"))
        self.axis.addItems([self.tr("Size of the model"), self.tr("Bits a weight")])
        self.groups.activated.connect(self.group_chosen)
        self.axis.activated.connect(self._axis_chosen)
        self.head.insertWidget(0, self.groups)
        self.head.insertWidget(1, self.axis)
        self._points: tuple[PointShown, ...] = ()
        self._names: list[Any] = []
        self._dots = pg.PlotDataItem(pen=None, symbol="o", symbolSize=11)
        self._dots.sigPointsClicked.connect(self._clicked)
        self.plot.addItem(self._dots)
        self.rows = QStandardItemModel(self)
        self.table.setModel(self.rows)
        self.table.activated.connect(self._activated)

    def set_groups(self, names: Sequence[str], current: int) -> None:
        """Sets of runs that can be compared."""
        self.groups.clear()
        self.groups.addItems(list(names))
        self.groups.setCurrentIndex(current)
        self.groups.setVisible(len(names) > 0)

    def show_points(
        self, points: Sequence[PointShown], floating: float | None, x_title: str, format_x: Format, format_y: Format
    ) -> None:
        """Draw a group; ``floating`` is the float model's perplexity."""
        self._points = tuple(points)
        self.set_x_title(x_title)
        self.set_formats(format_x, format_y)
        best = [point for point in self._points if point.best]
        line = CurveStyle(colour="accent", width=1, dashed=True)
        self.set_curve("best", "", np.array([p.x for p in best]), np.array([p.y for p in best]), line)
        above = floating is not None and floating >= max((point.y for point in self._points), default=0.0)
        style = CurveStyle(colour="good", dashed=True)
        self.set_level("float", floating, self.tr("float model"), style, below=above)
        self._fill_table()
        values = [point.y for point in self._points] + ([floating] if floating else [])
        only = {point.x for point in self._points}
        self._one_x = only.pop() if len(only) == 1 else None
        self.set_log(bool(values) and min(values) > 0 and max(values) > LOG_FROM * min(values))

    def values_at(self, x: float) -> str:
        """The run nearest to the pointer."""
        if not self._points:
            return ""
        point = min(self._points, key=lambda point: abs(point.x - x))
        return f"{point.name}   {self._format_x(point.x)}   {self._format_y(point.y)}"

    def set_log(self, on: bool) -> None:
        """Names move with their points."""
        super().set_log(on)
        self._paint_points()

    def fit(self) -> None:
        """Show everything; around points of one size there is some room, so that the scale says something."""
        super().fit()
        if self._one_x:
            self.plot.setXRange(0.5 * self._one_x, 1.5 * self._one_x)

    _one_x: float | None = None

    def apply_look(self) -> None:
        """Take the colours of the look in force."""
        super().apply_look()
        if hasattr(self, "_dots"):
            self._paint_points()

    def _paint_points(self) -> None:
        look = current_look()
        good, other = pg.mkBrush(look.colour("accent")), pg.mkBrush(look.colour("border_strong"))
        self._dots.setData(
            np.array([point.x for point in self._points]),
            np.array([point.y for point in self._points]),
            data=[point.key for point in self._points],
            symbolBrush=[good if point.best else other for point in self._points],
            symbolPen=pg.mkPen(look.colour("surface")),
        )
        best = [point for point in self._points if point.best]
        for name in self._names:
            self.plot.removeItem(name)
        self._names = []
        for point in best if len(best) <= NAMED else ():
            name = pg.TextItem(point.name, color=look.colour("muted"), anchor=(0.5, 1.3))
            name.setFont(type_font("small"))
            name.setPos(point.x, float(np.log10(point.y)) if self._is_log() and point.y > 0 else point.y)
            self.plot.addItem(name, ignoreBounds=True)
            self._names.append(name)

    def _fill_table(self) -> None:
        self.rows.clear()
        self.rows.setHorizontalHeaderLabels([self.tr("Run"), self._x_title, self.tr("Perplexity")])
        for point in self._points:
            texts = (point.name, self._format_x(point.x), self._format_y(point.y))
            row = [QStandardItem(text) for text in texts]
            row[0].setData(point.key, Qt.ItemDataRole.UserRole)
            for item in row:
                item.setEditable(False)
            self.rows.appendRow(row)

    def csv_text(self) -> str:
        """Name, x and perplexity of every point."""
        lines = ["run,x,perplexity"]
        lines += [f'"{point.name.replace(chr(34), "")}",{point.x:.10g},{point.y:.10g}' for point in self._points]
        return "\n".join(lines) + "\n"

    def _place_empty(self) -> None:
        nothing = not getattr(self, "_points", ())
        self.empty.setVisible(nothing)
        self._show_scales(not nothing)
        self.empty.setGeometry(self.plot.rect().adjusted(48, 8, -16, -32))

    def _chooser(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return box

    @Slot(int)
    def _axis_chosen(self, index: int) -> None:
        self.axis_chosen.emit(index == 1)

    @Slot(object, object)
    def _clicked(self, _item: Any, points: Any) -> None:
        if len(points):
            self.opened.emit(str(points[0].data()))

    @Slot(QModelIndex)
    def _activated(self, index: QModelIndex) -> None:
        self.opened.emit(str(self.rows.item(index.row(), 0).data(Qt.ItemDataRole.UserRole)))
