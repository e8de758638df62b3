"""The stream of a run: events get their number and time here, and go to `events.jsonl` and to whoever listens."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from lowbit_core.events import (
    Event,
    EventError,
    JobEnded,
    LayerFinished,
    Memory,
    Metric,
    Progress,
    Stamped,
    decode,
    encode,
)

Listener = Callable[[Stamped], None]
"""Called once for every event, in order, never twice at once."""

_FREQUENT = (Metric, LayerFinished)
"""Kinds that may come in bursts and so do not push held Progress out before its time."""

LEAST_INTERVAL = 0.1
"""Seconds between two Progress events of a stage, or two Memory events."""


class EventLog:
    """Numbers, thins out, writes and passes on events; may be used from any thread.

    Progress and Memory that come too soon are held back; the newest one held goes out with the next event after its
    time has come, or before any rarer event, so the last is never lost. A disk that is full does not end the
    stream: the listener still hears everything, `write_error` keeps what went wrong.

    Args:
        path: the file, appended to; a torn last line of a killed process is cut off and the numbering goes on.
        listener: gets every event after it was written.
        clock: seconds since 1970; replaced in tests.
    """

    def __init__(self, path: Path, listener: Listener | None = None, clock: Callable[[], float] = time.time) -> None:
        self._lock = threading.RLock()
        self._listener = listener
        self._clock = clock
        self._next = _mend(path)
        self._file: IO[str] | None = path.open("a", encoding="utf-8", newline="\n")
        self._held: dict[str, Event] = {}
        self._sent_at: dict[str, float] = {}
        self.ended = False
        self.write_error: OSError | None = None

    def emit(self, event: Event) -> None:
        """Send an event, or hold it back for a moment (Progress, Memory)."""
        with self._lock:
            if self.ended and isinstance(event, Memory):
                return  # a beat that was under way
            assert not self.ended, "an event after JobEnded"
            key = _throttle_key(event)
            if key is not None:
                self._held.pop(key, None)
                self._held[key] = event
                self._release(due_only=True)
                return
            self._release(due_only=isinstance(event, _FREQUENT))
            self._send(event)
            self.ended = isinstance(event, JobEnded)

    def close(self) -> None:
        """Send what is held and close the file."""
        with self._lock:
            if not self.ended:
                self._release(due_only=False)
            if self._file is not None:
                with contextlib.suppress(OSError):
                    self._file.close()
                self._file = None

    def _release(self, *, due_only: bool) -> None:
        now = self._clock()
        for key in list(self._held):
            if due_only and now - self._sent_at.get(key, float("-inf")) < LEAST_INTERVAL:
                continue
            self._sent_at[key] = now
            self._send(self._held.pop(key))

    def _send(self, event: Event) -> None:
        stamped = Stamped(seq=self._next, time=self._clock(), event=event)
        self._next += 1
        if self._file is not None and self.write_error is None:
            try:
                self._file.write(encode(stamped) + "\n")
                self._file.flush()
            except OSError as error:
                self.write_error = error
        if self._listener is not None:
            self._listener(stamped)


def read_events(path: Path) -> list[Stamped]:
    """All complete events of a finished or killed run.

    Raises:
        EventError: a line in the middle is no event of this version.
    """
    lines = path.read_bytes().decode("utf-8").split("\n")
    return [decode(line) for line in lines[:-1] if line]


def _throttle_key(event: Event) -> str | None:
    if isinstance(event, Progress):
        return f"Progress/{event.stage}"
    return "Memory" if isinstance(event, Memory) else None


def _mend(path: Path) -> int:
    """Cut a torn end off the file and return the number of the next event."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        content = file.read(path.stat().st_size)
    kept = content.rfind(b"\n") + 1
    following = 0
    while kept:
        start = content.rfind(b"\n", 0, kept - 1) + 1
        try:
            following = decode(content[start : kept - 1].decode("utf-8")).seq + 1
            break
        except (EventError, UnicodeDecodeError):
            kept = start
    if kept != len(content):
        with path.open("r+b") as file:
            file.truncate(kept)
    return following
