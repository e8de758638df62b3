"""A plot with its title, hover values, logarithmic scale, export and a table of the same numbers.

Antialiasing is off, what is drawn is thinned to peaks and clipped to the view: a million points pan in a few
milliseconds. The table stands in for the picture where a picture says nothing, e.g. in a screen reader.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QTableView, QToolButton, QVBoxLayout, QWidget

from app.numbers import short
from app.views.curves_table import CurvesTable
from app.views.look import S4, S8, current_look, say_role, type_font
from app.views.plot_axes import SPACINGS, Format, tick_strings

Array = npt.NDArray[np.float64]


@dataclass(kw_only=True)
class CurveStyle:
    """How a curve is drawn: ``colour`` is a name of the look or the number of a series colour."""

    colour: str | int
    width: float = 1.5
    opacity: float = 1.0
    dashed: bool = False
    marks: bool = False


class _Drawn:
    """A curve in the plot, with the data it shows."""

    def __init__(self, name: str, style: CurveStyle, item: Any) -> None:
        self.name, self.style, self.item = name, style, item
        self.x: Array = np.empty(0)
        self.y: Array = np.empty(0)


class PlotView(QWidget):
    """Curves over one axis.

    Signals:
        export_png: the picture is wanted as a file.
        export_csv: the numbers are wanted as a file.
        clicked: name of the curve or mark that was clicked (only for clickable ones).
    """

    export_png = Signal()
    export_csv = Signal()

    def __init__(self, title: str, x_title: str, *, log_button: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: dict[str, _Drawn] = {}
        self._levels: dict[str, tuple[Any, CurveStyle]] = {}
        self._format_x: Format = _plain
        self._format_y: Format = _plain
        self._x_title = x_title
        self._follow = True
        self._look = current_look()
        self._legend_rest = QTimer(self)
        self._legend_rest.setSingleShot(True)
        self._legend_rest.setInterval(0)
        self._legend_rest.timeout.connect(self._refresh_legend)
        self._build(title, log_button)
        self.setAccessibleName(title)
        self.apply_look()

    # ---- construction ---------------------------------------------------------------------------------------------

    def _build(self, title: str, log_button: bool) -> None:
        self.title = QLabel(title, self)
        say_role(self.title, "heading")
        self.reading = QLabel(self)
        say_role(self.reading, "small")
        self.reading.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.log_button = self._button(self.tr("Log"), self.tr("Logarithmic scale"), checkable=True)
        self.log_button.setVisible(log_button)
        self.log_button.toggled.connect(self.set_log)
        self.fit_button = self._button(self.tr("Fit"), self.tr("Show everything again"))
        self.fit_button.clicked.connect(self.fit)
        self.table_button = self._button(self.tr("Table"), self.tr("Show the numbers as a table"), checkable=True)
        self.table_button.toggled.connect(self._show_table)
        self.png_button = self._button("PNG", self.tr("Save the picture"))
        self.png_button.clicked.connect(self.export_png)
        self.csv_button = self._button("CSV", self.tr("Save the numbers"))
        self.csv_button.clicked.connect(self.export_csv)
        self.head = QHBoxLayout()
        self.head.setSpacing(S4)
        self.head.addWidget(self.title)
        self.head.addWidget(self.reading, 1)
        for button in (self.log_button, self.fit_button, self.table_button, self.png_button, self.csv_button):
            self.head.addWidget(button)
        self._build_plot()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S8)
        layout.addLayout(self.head)
        layout.addWidget(self.frame, 1)

    def _build_plot(self) -> None:
        self.plot = pg.PlotWidget(self)
        self.plot.setAntialiasing(False)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.setAccessibleName(self.title.text())
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = self.plot.getPlotItem()
        item.setClipToView(True)
        item.setDownsampling(auto=True, mode="peak")
        item.showGrid(x=False, y=True, alpha=0.4)
        item.getViewBox().sigRangeChangedManually.connect(self._moved_by_hand)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.setVisible(False)
        self.plot.addItem(self._line, ignoreBounds=True)
        self.empty = QLabel(self.plot)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        say_role(self.empty, "muted")
        self.table_model = CurvesTable(self)
        self.table = QTableView(self)
        self.table.setModel(self.table_model)
        self.table.setAccessibleName(self.tr("{plot}: numbers").format(plot=self.title.text()))
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.plot)
        self.stack.addWidget(self.table)
        self.frame = QFrame(self)
        say_role(self.frame, "card")
        inside = QVBoxLayout(self.frame)
        inside.setContentsMargins(S4, S8, S8, S4)
        inside.addWidget(self.stack)

    def _button(self, text: str, hint: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(hint)
        button.setAccessibleName(f"{text}: {hint}")
        button.setCheckable(checkable)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        say_role(button, "quiet")
        return button

    # ---- content --------------------------------------------------------------------------------------------------

    def set_x_title(self, title: str) -> None:
        """What x is, e.g. ``step``."""
        self._x_title = title

    def set_empty_text(self, text: str) -> None:
        """What stands in the middle while there is nothing to draw."""
        self.empty.setText(text)
        self._place_empty()

    def set_formats(self, x: Format, y: Format) -> None:
        """How numbers read on the axes, when hovering and in the table."""
        self._format_x, self._format_y = x, y
        for side, form in (("bottom", x), ("left", y)):
            self.plot.getAxis(side).tickStrings = tick_strings(form, self._is_log if side == "left" else _never)
            self.plot.getAxis(side).picture = None
        self.table_model.set_formats(x, y)

    def set_curve(self, key: str, name: str, x: Array, y: Array, style: CurveStyle, *, drawn_too: bool = True) -> None:
        """Draw or redraw a curve; an empty one is kept in the legend's order but not drawn.

        ``drawn_too`` False: the table has it, the picture does not.
        """
        drawn = self._curves.get(key)
        if drawn is None:
            item = pg.PlotDataItem(connect="finite")
            item.setClipToView(True)
            item.setDownsampling(auto=True, method="peak")
            self.plot.addItem(item)
            drawn = self._curves[key] = _Drawn(name, style, item)
            item.setLogMode(False, self.log_button.isChecked())
            self._dress(drawn)
        drawn.name, drawn.x, drawn.y = name, x, y
        drawn.item.setData(x, y)
        if drawn.item.isVisible() != drawn_too:
            drawn.item.setVisible(drawn_too)
        if drawn.style != style:
            drawn.style = style
            self._dress(drawn)
        self._changed()

    def remove_curve(self, key: str) -> None:
        """Take a curve away."""
        drawn = self._curves.pop(key, None)
        if drawn is not None:
            self.plot.removeItem(drawn.item)
            self._changed()

    def keep_curves(self, keys: set[str]) -> None:
        """Take all other curves away."""
        for key in [key for key in self._curves if key not in keys]:
            self.remove_curve(key)

    def set_level(self, key: str, y: float | None, label: str, style: CurveStyle, *, below: bool = False) -> None:
        """A horizontal line, e.g. a capacity, its words above or below it; None takes it away."""
        if y is None or not math.isfinite(y):
            self._drop_level(key)
            return
        place = math.log10(y) if self._is_log() and y > 0 else y
        known = self._levels.get(key)
        if known is not None and known[0].level == y and known[0].words == label and known[0].place == place:
            return
        self._drop_level(key)
        edge = 0 if below else 1
        options = {"position": 0.02, "anchors": [(0, edge), (0, edge)], "movable": False}
        line = pg.InfiniteLine(pos=place, angle=0, movable=False, label=label or None, labelOpts=options)
        line.level, line.words, line.place, line.below = y, label, place, below
        self.plot.addItem(line, ignoreBounds=False)
        self._levels[key] = (line, style)
        self._dress_level(line, style)

    def _drop_level(self, key: str) -> None:
        known = self._levels.pop(key, None)
        if known is not None:
            self.plot.removeItem(known[0])

    def set_x_kind(self, kind: str) -> None:
        """How the axis below is divided: ``number``, ``whole`` (no fractions) or ``time`` (seconds)."""
        spacing = SPACINGS.get(kind)
        if spacing is not None:
            self.plot.getAxis("bottom").tickSpacing = spacing

    def set_legend(self, shown: bool, *, low: bool = False, flat: bool = False) -> None:
        """Names of the curves in the upper or lower right corner; ``flat``: side by side, for short names."""
        self._legend_shown, self._legend_low, self._legend_flat = shown, low, flat
        self._refresh_legend()

    _legend_shown = _legend_low = _legend_flat = False

    @Slot()
    def _refresh_legend(self) -> None:
        item = self.plot.getPlotItem()
        if item.legend is None and self._legend_shown:
            size = f"{type_font('small').pointSizeF():.1f}pt"
            item.addLegend(
                offset=(-8, -8 if self._legend_low else 8),
                labelTextSize=size,
                verSpacing=-4,
                colCount=3 if self._legend_flat else 1,
            )
        if item.legend is None:
            return
        item.legend.clear()
        item.legend.setLabelTextColor(current_look().colour("text"))
        ground = current_look().colour("surface")
        ground.setAlphaF(0.8)
        item.legend.setBrush(pg.mkBrush(ground))
        for drawn in self._curves.values():
            if len(drawn.x) and drawn.name and drawn.item.isVisible():
                item.legend.addItem(drawn.item, drawn.name)
        item.legend.setVisible(self._legend_shown and bool(self._curves))

    def _changed(self) -> None:
        names = tuple(drawn.name for drawn in self._curves.values() if len(drawn.x) and drawn.item.isVisible())
        if names != self._legend_names:
            self._legend_names = names
            self._legend_rest.start()  # once for all curves of a drawing: each entry costs some milliseconds
        self._place_empty()
        if self.stack.currentIndex() == 1:
            self._fill_table()

    _legend_names: tuple[str, ...] = ()

    # ---- what a person does ---------------------------------------------------------------------------------------

    @Slot()
    def fit(self) -> None:
        """Show everything, and follow what comes."""
        self._follow = True
        self.plot.enableAutoRange()

    @Slot(bool)
    def set_log(self, on: bool) -> None:
        """Logarithmic values; numbers that have no logarithm are left out."""
        self.log_button.setChecked(on)
        self.plot.setLogMode(x=False, y=on)
        for key, (line, style) in list(self._levels.items()):
            self.set_level(key, line.level, line.words, style, below=line.below)
        self.fit()

    def csv_text(self) -> str:
        """The numbers as comma separated values, a column a curve."""
        self._fill_table()
        return self.table_model.csv_text()

    def picture(self) -> QPixmap:
        """The plot as it stands."""
        return self.plot.grab()

    @Slot(bool)
    def _show_table(self, on: bool) -> None:
        if on:
            self._fill_table()
        self.stack.setCurrentIndex(1 if on else 0)

    @Slot()
    def _moved_by_hand(self) -> None:
        self._follow = False

    @Slot(QPointF)
    def _hover(self, position: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        inside = box.sceneBoundingRect().contains(position)
        longest = max(self._curves.values(), key=lambda drawn: len(drawn.x), default=None)
        if not inside or longest is None or not len(longest.x):
            self._line.setVisible(False)
            self.reading.clear()
            return
        x = float(longest.x[nearest(longest.x, box.mapSceneToView(position).x())])
        self._line.setPos(x)
        self._line.setVisible(True)
        self.reading.setText(self.values_at(x))

    def values_at(self, x: float) -> str:
        """What the curves say nearest to ``x``, in one line."""
        shown = [drawn for drawn in self._curves.values() if len(drawn.x) and drawn.name]
        values = [f"{drawn.name} {self._format_y(float(drawn.y[nearest(drawn.x, x)]))}" for drawn in shown]
        return "   ".join([f"{self._x_title} {self._format_x(x)}", *values])

    # ---- look -----------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Another look is in force."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "stack") and self._look is not current_look():
            self.apply_look()  # not at every change of parent, which is told as another palette too

    def resizeEvent(self, event: Any) -> None:
        """Keep the words for "nothing yet" in the middle."""
        super().resizeEvent(event)
        self._place_empty()

    def apply_look(self) -> None:
        """Take the colours of the look in force."""
        look = self._look = current_look()
        self.plot.setBackground(look.colour("surface"))
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(look.colour("border_strong")))
            axis.setTextPen(pg.mkPen(look.colour("muted")))
            axis.setTickFont(type_font("small"))
            axis.setStyle(maxTickLevel=0)
        self._line.setPen(pg.mkPen(look.colour("border_strong"), style=Qt.PenStyle.DashLine))
        for drawn in self._curves.values():
            self._dress(drawn)
        for line, style in self._levels.values():
            self._dress_level(line, style)
        self._refresh_legend()

    def _pen(self, style: CurveStyle) -> Any:
        look = current_look()
        colour = look.series_colour(style.colour) if isinstance(style.colour, int) else look.colour(style.colour)
        colour.setAlphaF(style.opacity)
        kind = Qt.PenStyle.DashLine if style.dashed else Qt.PenStyle.SolidLine
        # Qt draws lines over one pixel wide many times slower; wide ones are kept for curves of few points.
        return pg.mkPen(colour, width=style.width, style=kind)

    def _dress(self, drawn: _Drawn) -> None:
        pen = self._pen(drawn.style)
        drawn.item.setPen(pen)
        drawn.item.setSymbol("o" if drawn.style.marks else None)
        if drawn.style.marks:
            drawn.item.setSymbolSize(6)
            drawn.item.setSymbolPen(None)
            drawn.item.setSymbolBrush(pen.color())

    def _dress_level(self, line: Any, style: CurveStyle) -> None:
        pen = self._pen(style)
        line.setPen(pen)
        label = getattr(line, "label", None)
        if label is not None:
            label.setColor(pen.color())

    # ---- inside ---------------------------------------------------------------------------------------------------

    def _is_log(self) -> bool:
        return self.log_button.isChecked()

    def _fill_table(self) -> None:
        self.table_model.set_curves(
            self._x_title, [(drawn.name, drawn.x, drawn.y) for drawn in self._curves.values() if drawn.name]
        )

    def _place_empty(self) -> None:
        nothing = not any(len(drawn.x) for drawn in self._curves.values())
        self.empty.setVisible(nothing and bool(self.empty.text()))
        self._show_scales(not nothing)
        if nothing:
            self.empty.setGeometry(self.plot.rect().adjusted(48, 8, -16, -32))

    def _show_scales(self, shown: bool) -> None:
        """Without anything drawn, the numbers along the axes would mean nothing."""
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            if axis.style["showValues"] != shown:
                axis.setStyle(showValues=shown)


def nearest(x: Array, wanted: float) -> int:
    """Index of the value nearest to ``wanted`` in a rising array that is not empty."""
    place = int(np.searchsorted(x, wanted))
    if place == 0:
        return 0
    if place == len(x):
        return place - 1
    return place if x[place] - wanted < wanted - x[place - 1] else place - 1


def _plain(value: float) -> str:
    return short(value)


def _never() -> bool:
    return False
