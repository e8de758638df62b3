"""One training row, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A conversation (``messages``) or a plain text (``text``), never both.

    Attributes:
        messages: turns in order, the last one by the assistant.
        text: raw text, when there are no messages.
        plain: the row was written as prompt and completion, not as a conversation: a model without a chat template gets
            the two joined as they are.
        joined: so also for a model that has a chat template, since a published protocol wants it.
        origin: ``file:line``, for messages about this row.
    """

    messages: tuple[Turn, ...] = ()
    text: str = ""
    plain: bool = False
    joined: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not used: ``where`` is ``file:line``, ``reason`` one sentence without a full stop."""

    where: str
    reason: str
