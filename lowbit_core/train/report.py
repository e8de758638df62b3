"""Events of a training run: metrics each step, progress and memory at most ten times a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from lowbit_core.context import Context
from lowbit_core.events import Event, Metric, Notice, Progress
from lowbit_core.memory import read_memory

LEAST_SECONDS = 0.1
"""Between two events of progress or memory."""

PACE = 0.9
"""Weight of the past in the running mean of a step's time."""


class Reporter:
    """Turns what happens in training into events. Silent on every process but the first.

    Args:
        context: where events go.
        stage: name of the stage.
        total: optimizer steps of the run.
        done: steps already done when it starts or resumes.
        speaks: whether this process reports.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        context: Context,
        stage: str,
        total: int,
        *,
        done: int = 0,
        speaks: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.context, self.stage, self.total, self.speaks, self.clock = context, stage, total, speaks, clock
        self._last_step = clock()
        self._last_slow = float("-inf")
        self._seconds_a_step: float | None = None
        self._done = done

    def emit(self, event: Event) -> None:
        """Report one event."""
        if self.speaks:
            self.context.emit(event)

    def metric(self, name: str, value: float, unit: str, step: int) -> None:
        """Report a number."""
        self.emit(Metric(name=name, value=value, unit=unit, step=step))

    def step(self, step: int, loss: float, rate: float, gradient_norm: float | None, tokens: int) -> None:
        """Report an optimizer step.

        Args:
            step: steps done.
            loss: mean over the step's counted tokens, nats.
            rate: learning rate used.
            gradient_norm: before clipping.
            tokens: tokens the model read in this step, on all devices.
        """
        now = self.clock()
        seconds = max(now - self._last_step, 1e-9)
        self._last_step = now
        known = self._seconds_a_step
        self._seconds_a_step = seconds if known is None else PACE * known + (1 - PACE) * seconds
        self._done = step
        self.metric("loss", loss, "nat/token", step)
        self.metric("learning_rate", rate, "", step)
        if gradient_norm is not None:
            self.metric("grad_norm", gradient_norm, "", step)
        self.metric("tokens_per_second", tokens / seconds, "token/s", step)
        if now - self._last_slow >= LEAST_SECONDS or step == self.total:
            self._last_slow = now
            self.progress()
            self.emit(read_memory())

    def resume_clock(self) -> None:
        """Forget the time since the last step: it went into measuring or saving."""
        self._last_step = self.clock()

    def progress(self) -> None:
        """Report how far the run is."""
        pace = self._seconds_a_step
        eta = None if pace is None else pace * (self.total - self._done)
        self.emit(Progress(stage=self.stage, done=self._done, total=self.total, unit="step", eta_seconds=eta))

    def notice(self, level: str, code: str, message: str, hint: str = "", **arguments: str | int | float) -> None:
        """Report something worth a look."""
        self.emit(Notice(level=level, code=code, message=message, hint=hint, arguments=arguments))  # type: ignore[arg-type]
