"""The computer as the window shows it: free memory now, looked at every two seconds while it matters."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine import Machine, inspect_machine
from app.state.background import Background

POLL_MS = 2_000


class MachineWatch(QObject):
    """Looks at the machine in the background.

    Signals:
        seen: the `Machine` as the driver and the system tell it; before `changed`.
        changed: a new `Machine`, without GPUs that cannot be used.
    """

    seen = Signal(object)
    changed = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.look)
        self.machine: Machine | None = None
        self.raw: Machine | None = None
        self.correct: Callable[[Machine], Machine] = lambda machine: machine

    def set_active(self, active: bool) -> None:
        """Look regularly, or not at all (hidden window, nothing running)."""
        if active and not self._timer.isActive():
            self._timer.start()
            self.look()
        elif not active:
            self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Look once, now."""
        self._background.do("machine", inspect_machine, self._on_machine)

    def put(self, machine: Machine) -> None:
        """A machine known otherwise (tests)."""
        self._on_machine(machine)

    def again(self) -> None:
        """Tell what was seen last once more: what can be used of it may have changed."""
        if self.raw is not None:
            self._on_machine(self.raw)

    def _on_machine(self, machine: Machine) -> None:
        self.raw = machine
        self.seen.emit(machine)
        self.machine = self.correct(machine)
        self.changed.emit(self.machine)
