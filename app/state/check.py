"""Check first: one measured step at the worst-case length, in a process of its own that ends before a run starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import Cancel, Check, Failed, Reply
from app.state.children import Children


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the check found. ``recipe`` is the TOML it was measured for."""

    recipe: str
    peak_bytes: int
    data: Mapping[str, Any]


class CheckController(QObject):
    """One check at a time; it holds the device.

    Signals:
        state_changed: whether a check waits or runs.
        measured: a `Measured`.
        failed: a `Failed`.
    """

    state_changed = Signal(bool)
    measured = Signal(object)
    failed = Signal(object)

    def __init__(self, children: Children, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._children = children
        self._recipe = ""
        self._command = 0
        self._connected = False
        self.running = False

    def start(self, recipe: str) -> None:
        """Check this recipe; nothing happens while one is checked."""
        if self.running:
            return
        self._recipe = recipe
        self._set_running(True)
        self._children.lease.ask("check", self._launch)

    def cancel(self) -> None:
        """End it, or leave the line."""
        if not self.running:
            return
        if self._command:
            target = self._command
            self._children.job.request(
                lambda number: Cancel(id=number, target=target), reply=self._ignore, failed=self._ignore
            )
        else:
            self._children.lease.withdraw("check")
            self._set_running(False)

    def _launch(self) -> None:
        child = self._children.job
        if not self._connected:
            child.ended.connect(self._on_child_ended)
            self._connected = True
        self._command = child.request(
            lambda number: Check(id=number, recipe=self._recipe), reply=self._on_reply, failed=self._on_failed
        )

    def _on_reply(self, reply: Reply) -> None:
        self._end()
        peak = int(reply.data.get("peak_bytes") or 0)
        self.measured.emit(Measured(recipe=self._recipe, peak_bytes=peak, data=reply.data))

    def _on_failed(self, failed: Failed) -> None:
        self._end()
        if failed.code != "cancelled":
            self.failed.emit(failed)

    def _end(self) -> None:
        self._command = 0
        self._children.job.close()
        self._set_running(False)

    def _ignore(self, _answer: Reply | Failed) -> None:
        """The check's own end is what counts."""

    @Slot(object)
    def _on_child_ended(self, _outcome: object) -> None:
        self._children.lease.release("check")

    def _set_running(self, running: bool) -> None:
        if running != self.running:
            self.running = running
            self.state_changed.emit(running)
