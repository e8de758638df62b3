"""Logits in fp32: the head's product not rounded to 16 bits, where two likely tokens often are the same number.

A bf16 logit of 20 is a multiple of 1/8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from lowbit_core.model.head import causal_model, replaced_forward
from lowbit_core.packed import dispatch
from lowbit_core.packed.linear import PackedLinear
from lowbit_core.packed.reference import FEW_ROWS


@contextmanager
def wide_logits(model: nn.Module) -> Iterator[None]:
    """Within the block, the head of a model on a GPU answers a few 16-bit rows in fp32.

    A head that is neither dense nor packed without an adapter keeps its forward, and so does one on a CPU, whose dense
    fp32 product would take most of a token's time.
    """
    causal: Any = causal_model(model)
    head = causal.get_output_embeddings()
    product = _product_of(head)
    if product is None:
        yield
        return
    plain = head.forward

    def forward(x: Tensor) -> Tensor:
        flat = x.reshape(-1, x.shape[-1])
        few = x.is_cuda and x.element_size() == 2 and flat.shape[0] <= FEW_ROWS
        y = product(flat) if few else None
        result: Tensor = plain(x) if y is None else y.view(*x.shape[:-1], y.shape[1])
        return result

    with replaced_forward(head, forward):
        yield


def _product_of(head: Any) -> Callable[[Tensor], Tensor | None] | None:
    """[M, in] in 16 bits -> [M, vocab] in fp32."""
    if isinstance(head, PackedLinear):
        return lambda x: dispatch.wide_linear(x, head.buffers_packed, _as(head.bias, x))
    if type(head) is nn.Linear and getattr(head, "bias", None) is None:
        return lambda x: torch.mm(x, head.weight.T, out_dtype=torch.float32) if head.weight.dtype == x.dtype else None
    return None


def _as(bias: Tensor | None, x: Tensor) -> Tensor | None:
    return None if bias is None else bias.to(x.dtype)
