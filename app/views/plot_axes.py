"""The axes of a plot: where their ticks stand, and how the numbers beside them read."""

from __future__ import annotations

import math
from collections.abc import Callable

Format = Callable[[float], str]
Spacing = Callable[[float, float, float], list[tuple[float, float]]]

_APART = 90
"""Pixels between two ticks, about."""

_WHOLE = (1, 2, 5)
_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000, 86_400)


def whole_spacing(low: float, high: float, pixels: float) -> list[tuple[float, float]]:
    """Ticks at whole numbers."""
    wanted = max(1.0, (high - low) / max(1.0, pixels / _APART))
    scale = 10 ** math.floor(math.log10(wanted))
    step = next((scale * part for part in _WHOLE if scale * part >= wanted), 10 * scale)
    return [(float(step), 0.0)]


def time_spacing(low: float, high: float, pixels: float) -> list[tuple[float, float]]:
    """Ticks at seconds, minutes and hours people count in."""
    wanted = (high - low) / max(1.0, pixels / _APART)
    step = next((time for time in _TIMES if time >= wanted), math.ceil(wanted / 86_400) * 86_400)
    return [(float(step), 0.0)]


SPACINGS: dict[str, Spacing] = {"whole": whole_spacing, "time": time_spacing}
"""By kind of axis; other kinds are divided as pyqtgraph does."""


def tick_strings(form: Format, is_log: Callable[[], bool]) -> Callable[[list[float], float, float], list[str]]:
    """An axis' ``tickStrings`` as pyqtgraph calls it: by ``form``, powers of ten written out while ``is_log``."""

    def strings(values: list[float], scale: float, _spacing: float) -> list[str]:
        return [form(10**value if is_log() else value * scale) for value in values]

    return strings
