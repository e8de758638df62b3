"""The faces of one packed model: bare, repaired, tuned; switched without loading anything."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from transformers import PreTrainedModel

from lowbit_core.errors import UserError

Variant = Literal["float", "quantized", "repaired", "tuned"]
"""float is a model of its own; the others are one packed model with none, the repair's or the task's adapters."""

Switch = Callable[[PreTrainedModel, Sequence[str]], None]
"""Makes exactly these adapters active, none for an empty sequence; `packed.switch` is one."""


class Variants:
    """A loaded model and what it can answer as.

    Args:
        model: with every adapter named below loaded.
        adapters: variant -> adapters active in it, e.g. repaired: ("repair",), tuned: ("repair", "task").
        switch: what activates adapters.
    """

    def __init__(self, model: PreTrainedModel, adapters: Mapping[Variant, tuple[str, ...]], switch: Switch) -> None:
        assert adapters
        self.model = model
        self._adapters = dict(adapters)
        self._switch = switch
        self._active: Variant | None = None

    @property
    def names(self) -> tuple[Variant, ...]:
        """What there is, in the order given."""
        return tuple(self._adapters)

    @property
    def active(self) -> Variant | None:
        """What answers now; None before the first `use`."""
        return self._active

    def use(self, name: str) -> PreTrainedModel:
        """Switch, if needed, and return the model.

        Raises:
            UserError: there is no such variant (``variant-unknown``).
        """
        if name == self._active:
            return self.model
        known = next((variant for variant in self._adapters if variant == name), None)
        if known is None:
            near = difflib.get_close_matches(name, self._adapters, n=1)
            raise UserError(
                "variant-unknown",
                f"This model cannot answer as {name!r}; it can as {', '.join(self._adapters)}.",
                hint=f"Did you mean {near[0]}?" if near else "",
                where=name,
                arguments={"name": name, "known": ", ".join(self._adapters)},
            )
        self._active = None  # a switch that fails half-way leaves no variant to trust
        self._switch(self.model, self._adapters[known])
        self._active = known
        return self.model
