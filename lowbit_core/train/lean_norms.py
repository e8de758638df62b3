"""RMSNorm as torch's one fused operator while training: 1 launch for 8, and the input kept in 16 bits instead of 32."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lowbit_core.packed.watch import alike, norm_epsilon
from lowbit_core.train.head import replaced_forward


@contextmanager
def lean_norms(model: nn.Module) -> Iterator[None]:
    """Within the block, norms of the Llama family's kind on a GPU in 16 bits run fused; others as they are.

    A class counts as one of that kind if it gives the same numbers, up to one rounding more or less.
    """
    known: dict[type[nn.Module], bool] = {}
    with ExitStack() as stack:
        for module in model.modules():
            epsilon = norm_epsilon(module)
            weight: Any = getattr(module, "weight", None)
            if epsilon is None or weight.requires_grad or not weight.is_cuda or weight.dtype == torch.float32:
                continue
            kind = type(module)
            if kind not in known:
                known[kind] = _is_plain(module, weight, epsilon)
            if known[kind]:
                stack.enter_context(replaced_forward(module, _fused(weight, epsilon)))
        yield


def _fused(weight: Tensor, epsilon: float) -> Callable[[Tensor], Tensor]:
    def forward(x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            return F.rms_norm(x, weight.shape, weight.to(x.dtype), epsilon)

    return forward


@torch.no_grad()
def _is_plain(module: nn.Module, weight: Tensor, epsilon: float) -> bool:
    probe = torch.randn(2, weight.numel(), device=weight.device, dtype=weight.dtype)
    return alike(_fused(weight, epsilon)(probe), module(probe))
