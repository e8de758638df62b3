"""Notices a person would want about a loss curve: it rises, or it has stopped moving."""

from __future__ import annotations

from typing import Any, Literal

Finding = Literal["loss-rising", "loss-plateau"]

SMOOTHING = 0.9
"""Weight of the past in the running mean; about ten steps of memory."""

RISE = 1.25
"""A running mean this many times its own minimum, for `RISE_STEPS` steps, counts as rising."""

RISE_STEPS = 10
PLATEAU_GAIN = 0.005
"""Less relative movement than this over a window counts as none."""

NEAR = 1.02
"""A plateau lies near the minimum; a curve that has turned upwards passes its own past values too."""

SETTLING = 20
"""Steps at the start in which nothing is said."""


class LossWatch:
    """Follows the running mean of the loss; says each thing at most once.

    Args:
        steps: optimizer steps of the whole run; the window of the plateau is a quarter of it, at least 50.
    """

    def __init__(self, steps: int) -> None:
        self.window = max(50, steps // 4)
        self._mean = 0.0
        self._weight = 0.0
        self._lowest = float("inf")
        self._above = 0
        self._history: list[float] = []
        self._said: set[str] = set()

    def update(self, loss: float) -> Finding | None:
        """Take the next step's loss [nats a token]; returns what is new about the curve, or None."""
        self._mean = SMOOTHING * self._mean + (1 - SMOOTHING) * loss
        self._weight = SMOOTHING * self._weight + (1 - SMOOTHING)
        mean = self._mean / self._weight
        self._history.append(mean)
        if len(self._history) <= SETTLING:
            return None
        self._lowest = min(self._lowest, mean)
        self._above = self._above + 1 if mean > RISE * self._lowest else 0
        if self._above >= RISE_STEPS:
            return self._say("loss-rising")
        if len(self._history) >= SETTLING + 2 * self.window:
            before = self._history[-1 - self.window]
            if abs(before - mean) < PLATEAU_GAIN * abs(before) and mean < NEAR * self._lowest:
                return self._say("loss-plateau")
        return None

    def _say(self, finding: Finding) -> Finding | None:
        if finding in self._said:
            return None
        self._said.add(finding)
        return finding

    def state(self) -> dict[str, Any]:
        """Plain values to save."""
        return {
            "mean": self._mean,
            "weight": self._weight,
            "lowest": None if self._lowest == float("inf") else self._lowest,
            "above": self._above,
            "history": list(self._history),
            "said": sorted(self._said),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Put back what `state` returned; an empty one changes nothing."""
        if not state:
            return
        self._mean, self._weight, self._above = state["mean"], state["weight"], state["above"]
        self._lowest = float("inf") if state["lowest"] is None else state["lowest"]
        self._history, self._said = list(state["history"]), set(state["said"])
