"""What a stage is given: the recipe, the folder, the way to report, and things several stages need, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from lowbit_core import source
from lowbit_core.context import Context
from lowbit_core.events import Event, Progress
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.eta import Pace
from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.jobs.state import State
from lowbit_core.recipe.schema import Recipe

if TYPE_CHECKING:
    from lowbit_core.source import ModelSpec


class JobContext:
    """`context.Context` of a run: fills in the ETA, and obeys ``control`` at checkpoints."""

    def __init__(self, send: Callable[[Event], None], control: Control) -> None:
        self._send = send
        self._control = control
        self._paces: dict[str, Pace] = {}
        self.last_step: dict[str, int] = {}

    def emit(self, event: Event) -> None:
        """Report."""
        if isinstance(event, Progress):
            self.last_step[event.stage] = event.done
            if event.eta_seconds is None:
                pace = self._paces.setdefault(f"{event.stage}/{event.unit}", Pace())
                event = replace(event, eta_seconds=pace.eta(event.done, event.total))
        self._send(event)

    def checkpoint(self) -> None:
        """A safe point.

        Raises:
            Interrupted: pause, stop or cancel was asked for.
        """
        self._control.check()


@dataclass
class Job:
    """One run in the making. ``facts`` of finished stages are in ``state``."""

    recipe: Recipe
    folder: RunFolder
    context: Context
    state: State
    facts: dict[str, object] = field(default_factory=dict)
    """Small JSON results of the running stage, saved with it when it ends."""

    @cached_property
    def spec(self) -> ModelSpec:
        """The model, fetched if it is not here yet."""
        model = self.recipe.model
        return source.resolve(model.source, model.revision, context=self.context)
