"""AdamW in the form the device has, and the learning rate over the steps."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import torch
from torch import nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR

from lowbit_core.errors import UserError

OptimizerName = Literal["auto", "adamw", "adamw-8bit", "paged-adamw-8bit"]
ScheduleName = Literal["linear", "cosine", "constant"]


def choose_optimizer(name: OptimizerName, device: torch.device) -> OptimizerName:
    """Resolve ``auto``: paged 8-bit AdamW on a GPU with bitsandbytes, else torch's.

    Raises:
        UserError: an 8-bit optimizer is asked for by name where it cannot run.
    """
    able = device.type == "cuda" and importlib.util.find_spec("bitsandbytes") is not None
    if name == "auto":
        return "paged-adamw-8bit" if able else "adamw"
    if name != "adamw" and not able:
        raise UserError(
            "optimizer-needs-gpu",
            f"The optimizer {name} needs an NVIDIA GPU and the package bitsandbytes.",
            hint='Set optimizer = "auto".',
            where="tune.optimizer",
            arguments={"name": name},
        )
    return name


def build_optimizer(
    model: nn.Module,
    name: OptimizerName,
    *,
    learning_rate: float,
    weight_decay: float,
    device: torch.device,
    rate_factors: Mapping[str, float] = MappingProxyType({}),
    beta2: float = 0.999,
) -> Optimizer:
    """AdamW (betas 0.9 and ``beta2``, eps 1e-8) over the trainable parameters.

    Matrices decay; vectors (biases, norms, DoRA's magnitudes) do not. Parameters go in by name, so that a state saved
    by one process fits one whose adapters were added in another order.

    Args:
        model: whose parameters that require gradients are trained.
        name: which AdamW.
        learning_rate: peak.
        weight_decay: of matrices, decoupled.
        device: where the parameters are.
        rate_factors: learning rate of the parameters whose name holds a key, as a multiple of ``learning_rate``.
        beta2: decay of the second moment.
    """
    named = sorted((item for item in model.named_parameters() if item[1].requires_grad), key=lambda item: item[0])
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for path, parameter in named:
        factor = next((value for key, value in rate_factors.items() if key in path), 1.0)
        groups.setdefault((weight_decay if parameter.ndim >= 2 else 0.0, factor), []).append(parameter)
    listed = [
        {"params": members, "weight_decay": decay, "lr": learning_rate * factor}
        for (decay, factor), members in groups.items()
    ]
    betas = (0.9, beta2)
    chosen = choose_optimizer(name, device)
    if chosen == "adamw":
        # One launch for all parameters on a GPU; on a CPU the plain loop, whose numbers saved runs were made with.
        return AdamW(listed, lr=learning_rate, betas=betas, weight_decay=0.0, fused=device.type == "cuda")
    import bitsandbytes

    kind = bitsandbytes.optim.PagedAdamW8bit if chosen == "paged-adamw-8bit" else bitsandbytes.optim.AdamW8bit
    optimizer: Optimizer = kind(listed, lr=learning_rate, betas=betas, weight_decay=0.0)
    if device.type == "cuda":
        _step_on_the_default_stream(optimizer)
    return optimizer


def _step_on_the_default_stream(optimizer: Optimizer) -> None:
    """bitsandbytes' optimizers launch on the default stream whatever the current one is: without this they read
    gradients that another stream is still making (seen: losses of no number at the second step).
    """
    outer: list[torch.cuda.Stream] = []

    def before(*_: object) -> None:
        default = torch.cuda.default_stream()
        outer.append(torch.cuda.current_stream())
        default.wait_stream(outer[-1])
        torch.cuda.set_stream(default)

    def after(*_: object) -> None:
        stream = outer.pop()
        stream.wait_stream(torch.cuda.default_stream())
        torch.cuda.set_stream(stream)

    optimizer.register_step_pre_hook(before)
    optimizer.register_step_post_hook(after)


def rate_at(step: int, total: int, schedule: ScheduleName, warmup: float) -> float:
    """Share of the peak learning rate used by the ``step``-th optimizer step, from 0.

    Args:
        step: steps already done.
        total: steps in all.
        schedule: after the warm-up: linear or half a cosine down to 0, or constant.
        warmup: share of ``total`` in which the rate rises linearly; the first step is never at 0.
    """
    rise = math.ceil(warmup * total)
    if step < rise:
        return (step + 1) / (rise + 1)
    if schedule == "constant":
        return 1.0
    done = min(1.0, (step - rise) / max(1, total - rise))
    return 1.0 - done if schedule == "linear" else 0.5 * (1.0 + math.cos(math.pi * done))


def build_schedule(optimizer: Optimizer, total: int, schedule: ScheduleName, warmup: float) -> LambdaLR:
    """`rate_at` as torch's scheduler."""
    return LambdaLR(optimizer, lambda step: rate_at(step, total, schedule, warmup))
