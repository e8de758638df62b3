"""What a decode step does, seen by running it once: which modules read the same tensor, which norm made it.

Nothing is known of architectures. A norm or an MLP is taken for one of the Llama family's only if its own output says
so.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from lowbit_core.packed.linear import PackedLinear


@dataclass
class Watched:
    """What one step did.

    Attributes:
        linears: packed matrices (with or without adapters) in the order they were called, and the tensor each read.
        norms: norms with their input and output.
        mlps: gated MLPs with their input and output.
        often: modules called more than once; they are left alone.
    """

    linears: list[tuple[nn.Module, Tensor]] = field(default_factory=list)
    norms: list[tuple[nn.Module, Tensor, Tensor]] = field(default_factory=list)
    mlps: list[tuple[nn.Module, Tensor, Tensor]] = field(default_factory=list)
    often: set[nn.Module] = field(default_factory=set)


def watch(model: nn.Module, step: Callable[[], Any]) -> Watched:
    """Run ``step`` and see what the modules of ``model`` do in it."""
    seen, called = Watched(), set[nn.Module]()

    def linear_hook(module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        _count(module, called, seen)
        seen.linears.append((module, args[0]))

    def norm_hook(module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        _count(module, called, seen)
        if args and isinstance(output, Tensor):
            seen.norms.append((module, args[0], output))

    def mlp_hook(module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        _count(module, called, seen)
        if args and isinstance(output, Tensor):
            seen.mlps.append((module, args[0], output))

    inner = {getattr(module, "base_layer", None) for module in model.modules()}  # behind their adapters
    with ExitStack() as stack:
        for module in model.modules():
            hook = None
            if module in inner:
                continue
            if is_linear(module):
                hook = linear_hook
            elif norm_epsilon(module) is not None:
                hook = norm_hook
            elif is_gated(module):
                hook = mlp_hook
            if hook is not None:
                stack.callback(module.register_forward_hook(hook).remove)
        step()
    return seen


def _count(module: nn.Module, called: set[nn.Module], seen: Watched) -> None:
    if module in called:
        seen.often.add(module)
    called.add(module)


def is_linear(module: nn.Module) -> bool:
    """A packed matrix, or PEFT's layer around one."""
    if isinstance(module, PackedLinear):
        return True
    base = getattr(module, "base_layer", None)
    return isinstance(base, PackedLinear) and hasattr(module, "lora_A")


def norm_epsilon(module: nn.Module) -> float | None:
    """The epsilon of something called an RMSNorm with one weight a column; None for other modules."""
    weight = module._parameters.get("weight")
    if "RMSNorm" not in type(module).__name__ or weight is None or weight.ndim != 1:
        return None
    epsilon = getattr(module, "variance_epsilon", getattr(module, "eps", None))
    return epsilon if isinstance(epsilon, float) else None


def is_gated(module: nn.Module) -> bool:
    """Something with the parts of the Llama family's MLP."""
    return all(hasattr(module, name) for name in ("gate_proj", "up_proj", "down_proj", "act_fn"))


def llama_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """w·round(x·rsqrt(mean(x²) + eps)) over the last dimension, fp32 inside."""
    wide = x.float()
    normal = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon)
    return weight * normal.to(x.dtype)


def alike(first: Tensor, second: Tensor) -> bool:
    """Equal up to the rounding of their number format."""
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    tolerance = 4 * torch.finfo(first.dtype).eps
    scale = second.abs().max().item()
    return bool((first - second).abs().max().item() <= tolerance * max(scale, 1e-6))
