"""What a stage is given: the recipe, the folder, the way to report, and things several stages need, made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lowbit_core import source
from lowbit_core.context import Context
from lowbit_core.events import Event, Progress
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.eta import Pace
from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.jobs.state import State
from lowbit_core.recipe.schema import Recipe

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

    from lowbit_core.data import DataSource
    from lowbit_core.jobs.together import Team
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
    """One run in the making. Heavy libraries are loaded by the property that needs them."""

    recipe: Recipe
    folder: RunFolder
    context: Context
    state: State
    facts: dict[str, Any] = field(default_factory=dict)
    """Small JSON results of the running stage, saved with it when it ends."""
    shared: Path | None = None
    """Folder of what several runs of one frontier need alike; None where the run is alone."""
    team: Team | None = None
    """The processes that this one leads; None where it is alone, and in those that follow."""

    @cached_property
    def spec(self) -> ModelSpec:
        """The model, fetched if it is not here yet."""
        model = self.recipe.model
        return source.resolve(model.source, model.revision, context=self.context)

    @cached_property
    def data(self) -> DataSource:
        """The rows to fine-tune on; only where the recipe has data."""
        from lowbit_core.data import open_data

        return open_data(self.recipe.data, seed=self.recipe.seed, context=self.context)

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        """The model's."""
        from lowbit_core.model import load_tokenizer

        return load_tokenizer(self.spec)

    @cached_property
    def device(self) -> torch.device:
        """Where this run computes.

        Raises:
            UserError: the recipe asks for a GPU and there is none that works.
        """
        from lowbit_core.jobs.device import choose_device

        return choose_device(self.recipe.device)

    @cached_property
    def dtype(self) -> torch.dtype:
        """What the float arithmetic of this run uses."""
        from lowbit_core.jobs.device import choose_dtype

        return choose_dtype(self.recipe.precision, self.device)
