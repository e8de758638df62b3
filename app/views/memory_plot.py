"""The memory plot: what the run holds over time, against what the device has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from app.views.plot_view import CurveStyle, PlotView

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class MemoryShown:
    """Readings over time, all [readings]: seconds and bytes; ``planned`` NaN where nothing was planned."""

    seconds: Array
    allocated: Array
    reserved: Array
    peak: Array
    device_used: Array
    device_total: float
    process_rss: Array
    planned: Array
    ram_total: float = 0.0


_BLANK = np.empty(0)
_NOTHING = MemoryShown(
    seconds=_BLANK,
    allocated=_BLANK,
    reserved=_BLANK,
    peak=_BLANK,
    device_used=_BLANK,
    process_rss=_BLANK,
    planned=_BLANK,
    device_total=0,
    ram_total=0,
)


class MemoryPlot(PlotView):
    """On a GPU: allocated, reserved, peak, all programs and capacity; without one: the process in RAM."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent=parent)
        self.title.setText(self.tr("Memory"))
        self.setAccessibleName(self.tr("Memory over time"))
        self.set_x_title(self.tr("after"))
        self.set_empty_text(self.tr("Readings appear once the run has begun."))
        self.set_x_kind("time")
        self.set_legend(True, low=True, flat=True)
        # A GPU's curves are made with the page: making six at the first reading would hold up the window for 20 ms.
        self._on_device = True
        self._device_curves(_NOTHING)

    def show_memory(self, shown: MemoryShown) -> None:
        """Draw the readings."""
        on_device = shown.device_total > 0
        if on_device != self._on_device:
            self.keep_curves(set())  # the order of legend and table is that of drawing
            self._on_device = on_device
        names = self._device_curves(shown) if on_device else self._ram_curve(shown)
        known = shown.planned if np.isfinite(shown.planned).any() else np.empty(0)
        plan = CurveStyle(colour="warning", width=1, dashed=True)
        self.set_curve("planned", self.tr("plan"), shown.seconds[: len(known)], known, plan)
        self.keep_curves(names | {"planned", "capacity"})
        capacity = shown.device_total if on_device else shown.ram_total
        # A capacity far above what is used would press the curves to the floor; then the words are enough.
        highest = float(np.max(shown.device_used if on_device else shown.process_rss, initial=0.0))
        near = highest > 0.25 * capacity
        title = self.tr("Memory of {size}") if capacity and not near else self.tr("Memory")
        self.title.setText(title.format(size=self._format_y(capacity)))
        name = self.tr("capacity {size}").format(size=self._format_y(capacity))
        line = np.full(len(shown.seconds), capacity)
        style = CurveStyle(colour="error", width=1, dashed=True)
        self.set_curve("capacity", name, shown.seconds, line, style, drawn_too=near)
        self.set_level("floor", 0.0, "", CurveStyle(colour="surface", opacity=0.0))

    def _device_curves(self, shown: MemoryShown) -> set[str]:
        x = shown.seconds
        used = CurveStyle(colour="muted", width=1, dashed=True)
        self.set_curve("used", self.tr("all programs"), x, shown.device_used, used)
        self.set_curve("peak", self.tr("peak"), x, shown.peak, CurveStyle(colour=1, width=1))
        self.set_curve("reserved", self.tr("reserved"), x, shown.reserved, CurveStyle(colour=4, width=1))
        self.set_curve("allocated", self.tr("allocated"), x, shown.allocated, CurveStyle(colour=0))
        return {"used", "peak", "reserved", "allocated"}

    def _ram_curve(self, shown: MemoryShown) -> set[str]:
        peak = np.maximum.accumulate(shown.process_rss) if len(shown.process_rss) else shown.process_rss
        self.set_curve("rss_peak", self.tr("peak"), shown.seconds, peak, CurveStyle(colour=1, width=1))
        self.set_curve("rss", self.tr("RAM of the run"), shown.seconds, shown.process_rss, CurveStyle(colour=0))
        return {"rss_peak", "rss"}
