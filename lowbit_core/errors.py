"""What goes wrong, told to a person: a code for translation, a message, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

Scalar = str | int | float | bool | None
"""What a message's argument, an event's field or a reply's leaf may be."""

InterruptMode = Literal["pause", "stop", "cancel"]
"""pause: save and leave the device; stop: save what is there and end; cancel: end, keep the last save."""


class UserError(Exception):
    """Something the user can mend. Printed as message and hint, never with a traceback.

    Attributes:
        code: stable kebab-case name, the key of translations, e.g. ``file-truncated``.
        message: one sentence, what happened, with the names and numbers in it.
        hint: one sentence, what to do now; empty when there is nothing to do.
        where: file, ``file:line``, recipe key or tensor name the message is about.
        arguments: the values inside the message, for translation.
        action: name of a thing the app can offer as a button (e.g. ``enter-token``); may be empty.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        where: str = "",
        arguments: Mapping[str, Scalar] = MappingProxyType({}),
        action: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.where = where
        self.arguments: dict[str, Scalar] = dict(arguments)
        self.action = action

    def text(self) -> str:
        """The message, where it happened and the hint, for a terminal."""
        head = f"{self.message} ({self.where})" if self.where else self.message
        return f"{head}\n  {self.hint}" if self.hint else head


class UserErrors(UserError):
    """Several mistakes found in one reading, e.g. all of a recipe's."""

    def __init__(
        self, code: str, message: str, errors: Sequence[UserError], *, hint: str = "", where: str = ""
    ) -> None:
        super().__init__(code, message, hint=hint, where=where)
        self.errors = tuple(errors)

    def text(self) -> str:
        """The heading and each mistake on a line of its own."""
        return "\n".join([self.message, *(f"- {error.text()}" for error in self.errors)])


class Interrupted(Exception):
    """The user asked a running job to pause, stop or cancel; raised only at safe points."""

    def __init__(self, mode: InterruptMode) -> None:
        super().__init__(mode)
        self.mode: InterruptMode = mode
