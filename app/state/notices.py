"""What the window has to say to the user: message, hint, actions. Never a traceback."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.engine import Failed, JobEnded, UserError, UserErrors
from app.engine import Notice as NoticeEvent

Level = Literal["info", "warning", "error"]
SHOWN_AT_ONCE = 3


@dataclass(frozen=True)
class Action:
    """A button: its words, and what it does. ``run`` takes nothing."""

    text: str
    run: Callable[[], None]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One notice.

    Attributes:
        number: its handle.
        key: notices with the same key replace each other; empty: never.
    """

    number: int
    level: Level
    message: str
    hint: str = ""
    code: str = ""
    where: str = ""
    details: str = ""
    key: str = ""
    actions: tuple[Action, ...] = field(default=())


class Notices(QObject):
    """The open notices, oldest first.

    Signals:
        changed: the list changed.
        added: the new `Said`.
    """

    changed = Signal()
    added = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open: list[Said] = []
        self._next = 1
        self._offers: dict[str, Action] = {}
        self.environment = ""

    @property
    def open(self) -> tuple[Said, ...]:
        """All that were not dismissed."""
        return tuple(self._open)

    def offer(self, name: str, action: Action) -> None:
        """What a named action of the engine does, e.g. ``enter-token``; added to every notice that names it."""
        self._offers[name] = action

    def say(
        self,
        level: Level,
        message: str,
        hint: str = "",
        *,
        code: str = "",
        where: str = "",
        details: str = "",
        action: str = "",
        actions: tuple[Action, ...] = (),
        key: str = "",
    ) -> int:
        """Show a notice; one with the same ``key`` is replaced.

        Args:
            level: how bad.
            message: one sentence.
            hint: what to do.
            code: for diagnostics and translation.
            where: file or key.
            details: only in the copied diagnostics.
            action: name of an offered action.
            actions: buttons.
            key: identity of the matter.

        Returns:
            Its number.
        """
        if action in self._offers:
            actions = (self._offers[action], *actions)
        said = Said(
            number=self._next, level=level, message=message, hint=hint, code=code, where=where, details=details,
            key=key, actions=actions,
        )  # fmt: skip
        self._next += 1
        self._open = [item for item in self._open if not key or item.key != key]
        self._open.append(said)
        self.added.emit(said)
        self.changed.emit()
        return said.number

    def say_failed(self, failed: Failed, *, key: str = "", actions: tuple[Action, ...] = ()) -> int:
        """A refused or broken command."""
        return self.say(
            "error", failed.message, failed.hint, code=failed.code, where=failed.where, action=failed.action, key=key,
            actions=actions,
        )  # fmt: skip

    def say_error(self, error: UserError, *, key: str = "") -> int:
        """A mistake found in this process."""
        message = error.text() if isinstance(error, UserErrors) else error.message
        return self.say("error", message, error.hint, code=error.code, where=error.where, action=error.action, key=key)

    def say_event(self, event: NoticeEvent) -> int:
        """A notice of a running job."""
        return self.say(
            event.level, event.message, event.hint, code=event.code, action=event.action, key=f"event/{event.code}"
        )

    def say_ended(self, ended: JobEnded, actions: tuple[Action, ...] = ()) -> int:
        """A job that failed."""
        return self.say(
            "error", ended.message, ended.hint, code=ended.code, where=ended.where or ended.log_path,
            action=ended.action, actions=actions, key="job-ended",
        )  # fmt: skip

    def dismiss(self, number: int) -> None:
        """Close one."""
        self._open = [item for item in self._open if item.number != number]
        self.changed.emit()

    def dismiss_key(self, key: str) -> None:
        """Close what is about this matter, if anything is."""
        if any(item.key == key for item in self._open):
            self._open = [item for item in self._open if item.key != key]
            self.changed.emit()

    def diagnostics(self, said: Said) -> str:
        """What "Copy diagnostics" copies: the notice and the computer, nothing private."""
        lines = [
            f"{said.level}: {said.message}",
            f"hint: {said.hint}" if said.hint else "",
            f"code: {said.code}" if said.code else "",
            f"where: {said.where}" if said.where else "",
            f"system: {platform.platform()}, Python {platform.python_version()}",
            self.environment,
            said.details,
        ]
        return "\n".join(line for line in lines if line)
