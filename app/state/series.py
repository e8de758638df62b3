"""Numbers that only grow at the end, kept as arrays a plot can draw without copying."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]

FIRST_ROOM = 256
SMOOTHING = 0.9
"""Weight of the past in the smoothed curve: about ten points of memory, as the engine's own watch has."""


class Columns:
    """Rows of one rising x and ``width`` values, float64. A row whose x came before replaces that row and what follows.

    A run that was killed and resumed from an older save tells the same steps again; the curve then shows what the kept
    model went through, and x stays sorted, which clipping and hovering rely on.
    """

    def __init__(self, width: int) -> None:
        self._data: Array = np.empty((width + 1, FIRST_ROOM))
        self._count = 0
        self._last = -math.inf

    def __len__(self) -> int:
        return self._count

    @property
    def x(self) -> Array:
        """[rows]; a view, valid until the next append."""
        return self._data[0, : self._count]

    def column(self, index: int) -> Array:
        """Values [rows] of a column; a view, valid until the next append."""
        return self._data[index + 1, : self._count]

    def append(self, x: float, values: Sequence[float]) -> None:
        """One more row."""
        if x <= self._last:
            self.cut(x)
        if self._count == self._data.shape[1]:
            grown = np.empty((self._data.shape[0], 2 * self._count))
            grown[:, : self._count] = self._data
            self._data = grown
        self._last = x
        self._data[0, self._count] = x
        self._data[1:, self._count] = values
        self._count += 1

    def cut(self, x: float) -> None:
        """Drop the rows at and after ``x``."""
        self._count = int(np.searchsorted(self.x, x, side="left"))
        self._last = float(self.x[-1]) if self._count else -math.inf


class Curve:
    """A metric over its steps, and the same smoothed by a running mean that starts unbiased and steps over NaN."""

    def __init__(self, unit: str = "") -> None:
        self.unit = unit
        self._rows = Columns(3)  # value, smoothed, weight of the running mean
        self._step, self._mean, self._weight = -math.inf, math.nan, 0.0  # of the last row

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def steps(self) -> Array:
        """[points], rising."""
        return self._rows.x

    @property
    def values(self) -> Array:
        """[points]; NaN where the engine measured none."""
        return self._rows.column(0)

    @property
    def smoothed(self) -> Array:
        """[points]; NaN before the first finite value."""
        return self._rows.column(1)

    @property
    def last(self) -> float | None:
        """The newest value; None without one."""
        return float(self.values[-1]) if len(self) else None

    @property
    def lowest(self) -> tuple[float, float] | None:
        """Step and value of the lowest finite value; None without one."""
        values = self.values
        if not np.isfinite(values).any():
            return None
        place = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
        return float(self.steps[place]), float(values[place])

    def append(self, step: float, value: float) -> None:
        """The next measurement."""
        if step <= self._step:
            self.cut(step)
        if math.isfinite(value):
            past = 0.0 if self._weight == 0 else self._mean * self._weight
            self._weight = SMOOTHING * self._weight + (1 - SMOOTHING)
            self._mean = (SMOOTHING * past + (1 - SMOOTHING) * value) / self._weight
        self._step = step
        self._rows.append(step, (value, self._mean, self._weight))

    def cut(self, step: float) -> None:
        """Drop what was measured at and after ``step``."""
        self._rows.cut(step)
        self._step, self._mean, self._weight = -math.inf, math.nan, 0.0
        if len(self):
            self._step = float(self.steps[-1])
            self._mean, self._weight = float(self.smoothed[-1]), float(self._rows.column(2)[-1])
