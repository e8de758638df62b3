"""The children of the window, made when first needed, and the one device they share.

The *workbench* answers questions (previews, tokenizer, hub) and never opens the device; the *job* runs, checks and
trains; the *chat* talks; the *scout* looks at the device once and ends. A job, a check or a chat holds the lease; the
others wait in line or are offered the CPU.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.engine import child_program
from app.state.child import Child

Holder = Literal["job", "check", "chat", "scan"]


@dataclass(frozen=True)
class _Wish:
    who: Holder
    granted: Callable[[], None]


class DeviceLease(QObject):
    """Who computes on the device.

    Signals:
        changed: another holder, or another line.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._holder: Holder | None = None
        self._line: list[_Wish] = []

    @property
    def holder(self) -> Holder | None:
        """Who has it; None when it is free."""
        return self._holder

    @property
    def waiting(self) -> tuple[Holder, ...]:
        """Who waits, in order."""
        return tuple(wish.who for wish in self._line)

    def take(self, who: Holder) -> bool:
        """Have it now, or not at all; true for who has it already."""
        if self._holder is None:
            self._holder = who
            self.changed.emit()
        return self._holder == who

    def ask(self, who: Holder, granted: Callable[[], None]) -> bool:
        """Have it now, or get in line; ``granted`` is called when it is given, also at once.

        Who holds it already waits too: for its own process that is still ending.

        Returns:
            Whether it was free.
        """
        if self._holder is None and self.take(who):
            granted()
            return True
        self._line = [wish for wish in self._line if wish.who != who] + [_Wish(who, granted)]
        self.changed.emit()
        return False

    def withdraw(self, who: Holder) -> None:
        """Leave the line."""
        self._line = [wish for wish in self._line if wish.who != who]
        self.changed.emit()

    def release(self, who: Holder) -> None:
        """Give it back, if it is theirs; the next in line gets it."""
        if self._holder != who:
            return
        self._holder = None
        if self._line:
            wish = self._line.pop(0)
            self._holder = wish.who
            self.changed.emit()
            wish.granted()
        else:
            self.changed.emit()


class Children(QObject):
    """Makes each child when it is first asked for.

    Args:
        program: program and arguments in place of the engine's (tests).
        parent: Qt owner.
    """

    def __init__(self, program: tuple[str, tuple[str, ...]] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._made: dict[str, Child] = {}
        self.lease = DeviceLease(self)

    @property
    def workbench(self) -> Child:
        """Previews, tokenizer, hub."""
        return self._child("workbench")

    @property
    def job(self) -> Child:
        """Runs and checks."""
        return self._child("job")

    @property
    def chat(self) -> Child:
        """Chats."""
        return self._child("chat")

    @property
    def scout(self) -> Child:
        """Looks at the device and measures its speed; closed when it has answered."""
        return self._child("scout")

    def running(self, name: str) -> bool:
        """Whether that child was made and runs."""
        return name in self._made and self._made[name].running

    def close_all(self, milliseconds: int = 20_000) -> bool:
        """End all politely and wait; a job that still runs saves first. False: one had to be left behind."""
        for child in self._made.values():
            child.close()
        ended = [child.wait(milliseconds) for child in self._made.values()]
        return all(ended)

    def _child(self, name: str) -> Child:
        if name not in self._made:
            program, arguments = self._program or child_program()
            self._made[name] = Child(program, arguments, self)
        return self._made[name]
