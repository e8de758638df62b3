"""The plan of the recipe as it stands, live: what it needs, whether it fits, and what to change if it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine import (
    DataStatistics,
    Machine,
    ModelSpec,
    Plan,
    Recipe,
    Suggestion,
    UserError,
    built_methods,
    changed_recipe,
    plan_recipe,
    resolve_recipe_bits,
    suggest_changes,
)
from app.state.background import Background
from app.state.device import DeviceKnowledge
from app.state.machine import MachineWatch
from app.state.recipe_edit import RecipeEditor

DEBOUNCE_MS = 80
SHOWN_SUGGESTIONS = 3
_NOTICED = 0.03
"""A change of free memory below this share is not worth a new plan."""


@dataclass(frozen=True, kw_only=True)
class MethodCost:
    """What a repair costs, against none: seconds, and bytes on the device at the worst moment. Estimates."""

    seconds: float
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One plan and what follows from it.

    Attributes:
        plan: the estimate.
        recipe: what was planned; bits are numbers.
        device_free: bytes free on the device that computes.
        suggestions: what to change, the least harmful first.
        methods: each repair the engine has, with what it costs.
        best_bits: the most bits that fit this machine.
    """

    plan: Plan
    recipe: Recipe
    device_free: int
    suggestions: tuple[Suggestion, ...] = ()
    methods: Mapping[str, MethodCost] = field(default_factory=dict)
    best_bits: float = 4.0


class FitModel(QObject):
    """Plans anew when recipe, model, data or machine changed; in the background, the newest wish only.

    Signals:
        changed: there is another `fit`, or none (no model chosen yet).
    """

    changed = Signal()

    def __init__(
        self,
        editor: RecipeEditor,
        machine: MachineWatch,
        background: Background,
        parent: QObject | None = None,
        device: DeviceKnowledge | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._machine, self._background, self._device = editor, machine, background, device
        self._spec: ModelSpec | None = None
        self._data: DataStatistics | None = None
        self._planned_for: Machine | None = None
        self.fit: Fit | None = None
        self.error: UserError | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._plan)
        editor.checked.connect(self._wish)
        machine.changed.connect(self._on_machine)
        if device is not None:
            device.changed.connect(self._wish)

    @property
    def measured(self) -> bool:
        """Whether the times are from this computer's measured speed."""
        return self.fit is not None and self._rates_known(self.fit.plan.device == "gpu")

    def _rates_known(self, on_gpu: bool) -> bool:
        return self._device is not None and self._device.rates(on_gpu) is not None

    @property
    def spec(self) -> ModelSpec | None:
        """The model that is planned for."""
        return self._spec

    def set_model(self, spec: ModelSpec | None) -> None:
        """Another model, or none."""
        self._spec = spec
        self._wish()

    def set_data(self, data: DataStatistics | None) -> None:
        """What became known of the data; None: nothing."""
        self._data = data
        self._wish()

    def fitting_bits(self) -> float:
        """The most bits that fit this machine, as of the last plan."""
        return self.fit.best_bits if self.fit is not None else 4.0

    @Slot()
    def _wish(self) -> None:
        self._timer.start()

    @Slot(object)
    def _on_machine(self, machine: Machine) -> None:
        if self._planned_for is None or _differs(machine, self._planned_for):
            self._wish()

    @Slot()
    def _plan(self) -> None:
        spec, machine, recipe, data = self._spec, self._machine.machine, self._editor.recipe, self._data
        if spec is None or machine is None:
            if self.fit is not None:
                self.fit = None
                self.changed.emit()
            return
        self._planned_for = machine
        report = self._device.report if self._device is not None else {}
        self._background.do(
            "plan", lambda: make_fit(recipe, spec, machine, data, report), self._on_fit, failed=self._on_failed
        )

    def _on_fit(self, fit: Fit) -> None:
        self.fit, self.error = fit, None
        self.changed.emit()

    def _on_failed(self, error: UserError) -> None:
        self.fit, self.error = None, error
        self.changed.emit()


def make_fit(
    recipe: Recipe,
    spec: ModelSpec,
    machine: Machine,
    data: DataStatistics | None,
    report: Mapping[str, Any] | None = None,
) -> Fit:
    """Plan, suggestions and what each repair costs. Pure; tens of milliseconds. ``report``: the device's."""
    resolved = recipe
    best = resolve_recipe_bits(recipe, spec, machine, data)
    if recipe.quantize.bits == "auto":
        resolved = best
    made = plan_recipe(resolved, spec, machine, data, report)
    free = made.free_bytes.get(made.device, 0)
    suggestions: tuple[Suggestion, ...] = ()
    if made.verdict_of(made.device) == "does-not-fit":
        found = suggest_changes(resolved, spec, machine, int(0.9 * free), data)
        suggestions = found[:SHOWN_SUGGESTIONS]
    return Fit(
        plan=made,
        recipe=resolved,
        device_free=free,
        suggestions=suggestions,
        methods=_methods(resolved, spec, machine, data, report),
        best_bits=float(best.quantize.bits),
    )


def _methods(
    recipe: Recipe,
    spec: ModelSpec,
    machine: Machine,
    data: DataStatistics | None,
    report: Mapping[str, Any] | None,
) -> dict[str, MethodCost]:
    costs: dict[str, MethodCost] = {}
    base: Plan | None = None
    for method in built_methods():
        # Without fine-tuning: the price of the repair alone.
        changes: dict[str, Any] = {"correct.method": method, "data.source": ""}
        made = plan_recipe(changed_recipe(recipe, changes), spec, machine, data, report)
        base = base or made
        costs[method] = MethodCost(
            seconds=max(0.0, made.total_seconds - base.total_seconds),
            bytes=max(0, made.worst(made.device) - base.worst(base.device)),
        )
    return costs


def _differs(one: Machine, other: Machine) -> bool:
    pairs = [(one.ram_available_bytes, other.ram_available_bytes), (one.disk_free_bytes, other.disk_free_bytes)]
    pairs += [(a.free_bytes, b.free_bytes) for a, b in zip(one.gpus, other.gpus, strict=False)]
    return len(one.gpus) != len(other.gpus) or any(abs(a - b) > _NOTICED * max(a, b, 1) for a, b in pairs)
