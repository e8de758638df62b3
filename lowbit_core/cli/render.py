"""A run told in a terminal: one reader of the event stream."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO, assert_never

from lowbit_core.events import (
    PLANNED_MEMORY,
    ArtifactWritten,
    JobEnded,
    JobStarted,
    LayerFinished,
    Memory,
    Metric,
    Notice,
    Paused,
    Progress,
    Resumed,
    StageFinished,
    StageStarted,
    Stamped,
    Text,
)

BAR_CELLS = 24
QUIET_SECONDS = 20.0
"""Without a terminal, seconds between two progress lines of a stage."""


class TerminalReader:
    """Prints a stream of events: a live line with bar and ETA on a terminal, sparse plain lines elsewhere.

    Args:
        out: where to, usually stderr.
        live: whether a line may be overwritten; None asks ``out``.
        clock: monotonic seconds.
    """

    def __init__(self, out: TextIO, *, live: bool | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._live = out.isatty() if live is None else live
        self._clock = clock
        self._line = ""
        self._told_at = float("-inf")
        self._rss_bytes = 0
        self._device_bytes = 0
        self._latest: dict[str, str] = {}
        self._warned: set[tuple[str, str]] = set()

    def __call__(self, stamped: Stamped) -> None:
        """Take the next event."""
        match stamped.event:
            case JobStarted() as event:
                self._say(f"{'Going on with' if event.resumed else 'Run'} {event.name}: {', '.join(event.stages)}")
                self._say(f"  in {event.run_dir}")
            case StageStarted() as event:
                self._latest.clear()
                self._told_at = self._clock()
                self._say(f"{event.stage}: already done" if event.skipped else f"{event.stage} ...")
            case StageFinished() as event:
                self._say(f"{event.stage}: done in {duration(event.seconds)}{self._latest_metrics()}")
            case Progress() as event:
                self._progress(event)
            case LayerFinished() as event:
                if event.phase == "after" or not self._latest.get("noise", "").endswith("repaired)"):
                    note = " (repaired)" if event.phase == "after" else ""
                    self._latest["noise"] = f"noise {event.error_db:.1f} dB{note}"
            case Metric() as event if event.name.startswith(f"{PLANNED_MEMORY}/"):
                pass  # `lowbit plan` says more
            case Metric() as event:
                self._latest[event.name] = f"{event.name} {event.value:.4g}"
            case Memory() as event:
                self._rss_bytes, self._device_bytes = event.process_rss_bytes, event.reserved_bytes
            case Text() as event:
                if event.channel != "log":
                    self._say(event.text)
            case Notice() as event:
                self._notice(event)
            case ArtifactWritten():
                pass  # dozens of files; the folder is named at the start
            case Paused() as event:
                self._say(f"Paused in {event.stage} at {event.step}.")
            case Resumed() as event:
                self._say(f"{event.stage}: goes on at {event.step}")
            case JobEnded() as event:
                self._ended(event)
            case _ as never:
                assert_never(never)

    def _progress(self, event: Progress) -> None:
        left = f", {duration(event.eta_seconds)} left" if event.eta_seconds is not None else ""
        amount = f"{_amount(event.done, event.unit)} of {_amount(event.total, event.unit)} {event.unit}"
        if self._live:
            cells = BAR_CELLS * event.done // event.total if event.total > 0 else 0
            bar = "#" * cells + "." * (BAR_CELLS - cells)
            memory = f" [{(self._device_bytes or self._rss_bytes) / 1e9:.1f} GB]" if self._rss_bytes else ""
            self._overwrite(f"  [{bar}] {amount}{left}{self._latest_metrics()}{memory}")
        elif self._clock() - self._told_at >= QUIET_SECONDS:
            self._told_at = self._clock()
            self._say(f"  {event.stage}: {amount}{left}{self._latest_metrics()}")

    def _notice(self, event: Notice) -> None:
        if (event.code, event.message) in self._warned:
            return
        self._warned.add((event.code, event.message))
        mark = {"info": "note", "warning": "warning", "error": "error"}[event.level]
        self._say(f"  {mark}: {event.message}")
        if event.hint:
            self._say(f"    {event.hint}")

    def _ended(self, event: JobEnded) -> None:
        message = f"{event.message} ({event.where})" if event.where else event.message
        self._say(message if event.outcome != "failed" else f"Failed: {message}")
        if event.outcome != "done" and event.hint:
            self._say(f"  {event.hint}")
        if event.outcome == "failed" and event.log_path:
            self._say(f"  log: {event.log_path}")

    def _latest_metrics(self) -> str:
        shown = list(self._latest.values())[:3]
        return f"; {', '.join(shown)}" if shown else ""

    def _say(self, text: str) -> None:
        if self._line:
            self._out.write("\r" + " " * len(self._line) + "\r")
            self._line = ""
        self._out.write(text + "\n")
        self._out.flush()

    def _overwrite(self, text: str) -> None:
        text = text[:118]
        self._out.write("\r" + text.ljust(len(self._line)))
        self._out.flush()
        self._line = text


def duration(seconds: float) -> str:
    """Seconds as people say them: ``8 s``, ``3 min 05 s``, ``2 h 10 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _amount(value: int, unit: str) -> str:
    return f"{value / 1e6:.1f} M" if unit == "bytes" else str(value)
