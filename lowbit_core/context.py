"""What a stage is given besides its inputs: a way to report, and a place to be interrupted."""

from __future__ import annotations

from typing import Protocol

from lowbit_core.events import Event


class Context(Protocol):
    """Handed to every long piece of work. `jobs` implements it; `SilentContext` serves tests and one-off calls."""

    def emit(self, event: Event) -> None:
        """Report. Cheap; may be called from any thread of the job."""

    def checkpoint(self) -> None:
        """Call at safe points, at least once a second where possible.

        Raises:
            Interrupted: the user asked to pause, stop or cancel.
        """


class SilentContext:
    """Reports to a list, is never interrupted."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Keep the event."""
        self.events.append(event)

    def checkpoint(self) -> None:
        """Never interrupts."""
