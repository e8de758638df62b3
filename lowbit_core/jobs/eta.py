"""How long a stage still takes, from its own pace so far."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 30.0
"""The pace is taken over about this long, so that a slow start does not haunt the estimate."""


class Pace:
    """Units a second of one stage; a new one for each stage."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()

    def eta(self, done: int, total: int) -> float | None:
        """Seconds left, None before the second mark or while nothing moves.

        Args:
            done: units finished, counted from the stage's start (a resumed stage may begin above 0).
            total: units in all.
        """
        now = self._clock()
        if self._marks and done < self._marks[-1][1]:
            self._marks.clear()
        self._marks.append((now, done))
        while len(self._marks) > 2 and self._marks[1][0] < now - WINDOW_SECONDS:
            self._marks.popleft()
        began, first = self._marks[0]
        if done <= first or now <= began:
            return None
        return (total - done) * (now - began) / (done - first)
