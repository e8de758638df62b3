"""Which adapters a model carries, which answer, which learn; and their tensors, to save and to put back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from peft.tuners.tuners_utils import BaseTuner, BaseTunerLayer
from torch import Tensor, nn

from lowbit_core.errors import UserError


@dataclass(frozen=True, kw_only=True)
class AdapterFlags:
    """State of a model's adapters besides their numbers.

    Attributes:
        adapters: names of all adapters, sorted.
        active: names of those that take part in the forward pass, in their order.
        trainable: names of all trainable parameters of the model, sorted.
    """

    adapters: tuple[str, ...]
    active: tuple[str, ...]
    trainable: tuple[str, ...]


def tuner_layers(model: nn.Module) -> list[BaseTunerLayer]:
    """PEFT's layers inside ``model``."""
    return [item for item in model.modules() if isinstance(item, BaseTunerLayer)]


def adapter_names(model: nn.Module) -> tuple[str, ...]:
    """Names of all adapters, sorted; empty for a bare model."""
    names: set[str] = set()
    for layer in tuner_layers(model):
        for part in layer.adapter_layer_names:
            names.update(getattr(layer, part, {}).keys())
    return tuple(sorted(names))


def set_active(model: nn.Module, active: Sequence[str], trainable: Collection[str] = ()) -> None:
    """Let the adapters ``active`` take part in the forward pass and the parameters of ``trainable`` learn, no others.

    PEFT's own switch makes every active adapter trainable, which would let the repair drift under a stacked adapter.

    Args:
        model: PEFT model.
        active: adapter names, in order.
        trainable: those of ``active`` that learn.
    """
    unknown = set(active) - set(adapter_names(model))
    assert not unknown, f"no adapter {sorted(unknown)}"
    for layer in tuner_layers(model):
        if active:
            layer.set_adapter(list(active))
        layer.enable_adapters(bool(active))
    tuner = getattr(model, "base_model", None)
    if active and isinstance(tuner, BaseTuner):
        tuner.active_adapter = list(active)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for name, parameter in adapter_parameters(model):
        parameter.requires_grad_(name in trainable)


def adapter_parameters(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    """(adapter name, parameter) of every adapter parameter in the model."""
    found: list[tuple[str, nn.Parameter]] = []
    for layer in tuner_layers(model):
        for part in layer.adapter_layer_names:
            for name, item in getattr(layer, part, {}).items():
                parameters = [item] if isinstance(item, nn.Parameter) else item.parameters()
                found.extend((name, parameter) for parameter in parameters)
    return found


def read_flags(model: nn.Module) -> AdapterFlags:
    """The flags as they are now."""
    layers = tuner_layers(model)
    active = tuple(layers[0].active_adapters) if layers and not layers[0].disable_adapters else ()
    trainable = tuple(sorted(name for name, item in model.named_parameters() if item.requires_grad))
    return AdapterFlags(adapters=adapter_names(model), active=active, trainable=trainable)


def read_state(model: nn.Module) -> dict[str, Tensor]:
    """Every tensor a checkpoint must hold: all adapters, frozen ones too, and whatever else is trainable.

    Returns:
        Full parameter name -> detached tensor on the CPU.
    """
    adapters = {id(parameter) for _, parameter in adapter_parameters(model)}
    return {
        name: parameter.detach().to("cpu", copy=True)
        for name, parameter in model.named_parameters()
        if parameter.requires_grad or id(parameter) in adapters
    }


@torch.no_grad()
def write_state(
    model: nn.Module, state: Mapping[str, Tensor], *, where: str, flags: AdapterFlags | None = None
) -> None:
    """Put tensors (and flags) back into a model built the same way.

    Args:
        model: with the same adapters as when ``state`` was read.
        state: from `read_state`, or the part of it that is trainable.
        where: the file, for messages.
        flags: from `read_flags`; None leaves them as they are.

    Raises:
        UserError: other adapters, names or shapes.
    """
    parameters = dict(model.named_parameters())
    missing = sorted(state.keys() - parameters.keys())
    wrong = [name for name, value in state.items() if name in parameters and parameters[name].shape != value.shape]
    if missing or wrong or (flags is not None and flags.adapters != adapter_names(model)):
        named = (missing + wrong)[0] if missing or wrong else ", ".join(flags.adapters if flags else ())
        raise UserError(
            "checkpoint-mismatch",
            f"The saved state does not fit this model: {named} is not there or has another shape.",
            hint="Resume with the recipe the run was started with, or start a new run.",
            where=where,
        )
    for name, value in state.items():
        parameters[name].copy_(value)
    if flags is None:
        return
    if flags.adapters:
        set_active(model, flags.active)
    chosen = set(flags.trainable)
    for name, parameter in parameters.items():
        if parameter.is_floating_point():
            parameter.requires_grad_(name in chosen)
