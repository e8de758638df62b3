"""The gated product of an MLP keeping two tensors for backward instead of three: silu(gate) is computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lowbit_core.packed.watch import alike, is_gated
from lowbit_core.train.head import replaced_forward


def gated(gate: Tensor, up: Tensor) -> Tensor:
    """silu(gate)·up with gradients for both, rounded where the plain operators round."""
    return cast(Tensor, _Gated.apply(gate, up))


@contextmanager
def lean_gates(model: nn.Module) -> Iterator[None]:
    """Within the block, MLPs of the Llama family's kind on a GPU keep less; others stay as they are.

    A class counts as one of that kind if it gives the same numbers.
    """
    known: dict[type[nn.Module], bool] = {}
    with ExitStack() as stack:
        for module in model.modules():
            if not is_gated(module) or not next(module.buffers(), torch.empty(0)).is_cuda:
                continue
            kind = type(module)
            if kind not in known:
                known[kind] = _is_plain(module)
            if known[kind]:
                stack.enter_context(replaced_forward(module, lean_forward(module)))
        yield


def lean_forward(module: Any) -> Callable[[Tensor], Tensor]:
    """The MLP's forward with `gated` in it."""

    def forward(x: Tensor) -> Tensor:
        return cast(Tensor, module.down_proj(gated(module.gate_proj(x), module.up_proj(x))))

    return forward


class _Gated(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, gate: Tensor, up: Tensor) -> Tensor:
        ctx.save_for_backward(gate, up)
        return F.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor]:
        gate, up = ctx.saved_tensors
        grad_gate = torch.ops.aten.silu_backward(grads[0] * up, gate)
        return grad_gate, F.silu(gate).mul_(grads[0])


@torch.no_grad()
def _is_plain(module: Any) -> bool:
    packed = getattr(module.gate_proj, "base_layer", module.gate_proj)
    dtype = getattr(packed, "compute_dtype", None)
    if dtype is None:
        return False
    probe = torch.randn(2, packed.in_features, device=packed.codes.device, dtype=dtype)
    try:
        return alike(lean_forward(module)(probe), module(probe))
    except (RuntimeError, TypeError):
        return False
