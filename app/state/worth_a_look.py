"""What in a run is worth a look: the engine's warnings, and a few of our own, worked out from the events alone.

Nothing here asks a clock or the machine, so that a finished run that is replayed shows the same warnings in the same
order as it did live.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.engine import Memory, Metric, Notice
from app.marks import QT_TRANSLATE_NOOP
from app.numbers import fixed

STOP_KEEP_BEST = "stop-keep-best"
"""Action: save and end the run; what was best so far is kept."""

RISES = 3
"""Validation measurements in a row above the best before it is said."""

NEAR_FULL = 0.97
"""Share of the device's memory in use above which Windows begins to move memory of programs into RAM."""

SLOW_SHARE = 0.4
SLOW_STEPS = 5
USUAL_STEPS = 40
"""Slow: `SLOW_STEPS` steps in a row below `SLOW_SHARE` of the median pace of the `USUAL_STEPS` before them."""

_OWN: dict[str, tuple[Any, Any]] = {
    "metric-not-finite": (
        QT_TRANSLATE_NOOP("WorthALook", "{name} became {value} at step {step}."),
        QT_TRANSLATE_NOOP("WorthALook", "Start again with a lower learning rate, or with precision bf16 or fp32."),
    ),
    "perplexity-broken": (
        QT_TRANSLATE_NOOP("WorthALook", "The {name} model predicts nothing any more."),
        QT_TRANSLATE_NOOP("WorthALook", "Take more bits, or a repair method."),
    ),
    "validation-rising": (
        QT_TRANSLATE_NOOP("WorthALook", "Validation has been worse than its best {count} times in a row."),
        QT_TRANSLATE_NOOP(
            "WorthALook", "The model begins to learn the rows by heart. The state of step {step} is kept."
        ),
    ),
    "memory-spilled": (
        QT_TRANSLATE_NOOP("WorthALook", "This run holds more memory than the graphics card has."),
        QT_TRANSLATE_NOOP(
            "WorthALook", "The rest lies in shared memory and every step waits for it. Take a shorter max length."
        ),
    ),
    "memory-nearly-full": (
        QT_TRANSLATE_NOOP("WorthALook", "The graphics card's memory is nearly full ({percent} %)."),
        QT_TRANSLATE_NOOP("WorthALook", "Close other programs that use the card, or take a shorter max length."),
    ),
    "slowed-down": (
        QT_TRANSLATE_NOOP("WorthALook", "Training became {factor} times slower at step {step}."),
        QT_TRANSLATE_NOOP(
            "WorthALook", "Another program may use the device, memory may have spilled, or the laptop is saving power."
        ),
    ),
}
_STOPPABLE = {"loss-rising", "loss-plateau", "validation-rising", "metric-not-finite", "memory-spilled"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One warning.

    Attributes:
        code: stable name; a finding of a code that is there already takes its place.
        level: ``info``, ``warning`` or ``error``.
        message: what was seen.
        hint: what to do.
        action: a button to offer, `STOP_KEEP_BEST`, an engine action's name, or empty.
        count: how often it was said.
        time: of the last, seconds since 1970.
    """

    code: str
    level: str
    message: str
    hint: str = ""
    action: str = ""
    count: int = 1
    time: float = 0.0


class WorthALook:
    """Follows a run's events and keeps what is worth a look, in the order it was first seen."""

    def __init__(self) -> None:
        self._findings: dict[str, Finding] = {}
        self._best = math.inf
        self._best_step = 0
        self._rises = 0
        self._paces: deque[float] = deque(maxlen=USUAL_STEPS)
        self._slow = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Oldest first."""
        return tuple(self._findings.values())

    def notice(self, event: Notice, when: float) -> bool:
        """Take a warning of the engine; True when there is something new to show."""
        action = event.action or (STOP_KEEP_BEST if event.code in _STOPPABLE else "")
        if event.level == "info" and event.code not in _STOPPABLE:
            return False
        level = "warning" if event.level == "info" else event.level
        key = f"{event.code}/{event.message}" if not action else event.code
        finding = Finding(
            code=event.code, level=level, message=event.message, hint=event.hint, action=action, time=when
        )
        known = self._findings.get(key)
        self._findings[key] = finding if known is None else replace(finding, count=known.count + 1)
        return True

    def metric(self, event: Metric, when: float) -> bool:
        """Take a measurement; True when there is something new to show."""
        told = False
        if not math.isfinite(event.value):
            told = self._not_finite(event, when)
        if event.name == "validation_loss":
            told |= self._validation(event, when)
        elif event.name == "tokens_per_second":
            told |= self._pace(event, when)
        return told

    def memory(self, event: Memory, when: float) -> bool:
        """Take a reading; True when there is something new to show."""
        total = event.device_total_bytes
        if total <= 0:
            return False
        if event.reserved_bytes > total:
            return self._say("memory-spilled", when, {}, once=True)
        if event.device_used_bytes > NEAR_FULL * total:
            percent = round(100 * event.device_used_bytes / total)
            return self._say("memory-nearly-full", when, {"percent": percent}, once=True)
        return False

    def start_stage(self) -> None:
        """Another stage begins: its pace and its losses are not comparable with the last one's."""
        self._best, self._best_step, self._rises, self._slow = math.inf, 0, 0, 0
        self._paces.clear()

    def _not_finite(self, event: Metric, when: float) -> bool:
        name, _, variant = event.name.partition("/")
        if variant:
            return self._say("perplexity-broken", when, {"name": variant}, key=f"perplexity-broken/{event.name}")
        value = "NaN" if math.isnan(event.value) else "infinite"
        arguments: dict[str, str | int] = {"name": name.replace("_", " "), "value": value, "step": event.step}
        return self._say("metric-not-finite", when, arguments, once=True)

    def _validation(self, event: Metric, when: float) -> bool:
        if event.value < self._best:
            self._best, self._best_step, self._rises = event.value, event.step, 0
            return self._findings.pop("validation-rising", None) is not None
        self._rises += 1
        if self._rises < RISES:
            return False
        return self._say("validation-rising", when, {"count": self._rises, "step": self._best_step})

    def _pace(self, event: Metric, when: float) -> bool:
        usual = sorted(self._paces)[len(self._paces) // 2] if len(self._paces) == USUAL_STEPS else 0.0
        if not usual or event.value >= SLOW_SHARE * usual:
            self._paces.append(event.value)
            self._slow = 0
            return False
        self._slow += 1
        if self._slow != SLOW_STEPS:
            return False
        factor = fixed(usual / max(event.value, 1e-9), 1)
        return self._say("slowed-down", when, {"factor": factor, "step": event.step}, once=True)

    def _say(
        self, code: str, when: float, arguments: dict[str, str | int], *, key: str = "", once: bool = False
    ) -> bool:
        if once and code in self._findings:
            return False
        message, hint = (QCoreApplication.translate("WorthALook", text).format(**arguments) for text in _OWN[code])
        action = STOP_KEEP_BEST if code in _STOPPABLE else ""
        finding = Finding(code=code, level="warning", message=message, hint=hint, action=action, time=when)
        self._findings[key or code] = finding
        return True
