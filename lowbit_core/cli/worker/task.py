"""One command being worked on: what its handler may do besides returning the reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lowbit_core.cli.output import plain
from lowbit_core.cli.worker.channel import Channel
from lowbit_core.commands import Command, Part
from lowbit_core.events import Event, Progress
from lowbit_core.jobs.control import Control


class Task:
    """A `context.Context` for handlers: progress becomes parts of the answer, other events are for runs only."""

    def __init__(self, command: Command, channel: Channel) -> None:
        self.command = command
        self.control = Control()
        self.channel = channel

    @property
    def name(self) -> str:
        """The command's word, e.g. ``Download``."""
        return type(self.command).__name__

    def part(self, data: Mapping[str, Any]) -> None:
        """A piece of the answer."""
        self.channel.answer(Part(id=self.command.id, data=plain(data)))

    def emit(self, event: Event) -> None:
        """Progress is passed on as a part."""
        if isinstance(event, Progress):
            self.part({"stage": event.stage, "done": event.done, "total": event.total, "unit": event.unit})

    def checkpoint(self) -> None:
        """A safe point.

        Raises:
            Interrupted: the command was cancelled.
        """
        self.control.check()


Handler = Callable[[Any, Task], Mapping[str, Any]]
"""Does a command and returns the reply; raises UserError for people, Interrupted when cancelled."""
