"""Products with a matrix dequantized a slice of rows at a time, into the scratch; who dequantizes is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from lowbit_core.formats.tiles import tile_rows
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.scratch import dense_scratch

Fill = Callable[[int, int, Tensor], Tensor]
"""(start, stop, weight [stop − start, in]): writes these rows of W into ``weight`` and returns it."""


def linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None, fill: Fill) -> Tensor:
    """The product x·Wᵀ + bias in the dtype of x: [..., in] -> [..., out]; no autograd."""
    flat = x.reshape(-1, buffers.in_features)
    slices = list(_slices(buffers))
    if len(slices) == 1:
        with dense_scratch(buffers.out_features, buffers.in_features, x.dtype, x.device) as weight:
            y = F.linear(flat, fill(0, buffers.out_features, weight), bias)
    else:
        y = x.new_empty(flat.shape[0], buffers.out_features)
        with torch.no_grad():
            for start, stop in slices:
                with dense_scratch(stop - start, buffers.in_features, x.dtype, x.device) as weight:
                    torch.mm(flat, fill(start, stop, weight).T, out=y[:, start:stop])
            if bias is not None:
                y += bias
    return y.reshape(*x.shape[:-1], buffers.out_features)


def linear_backward(grad: Tensor, buffers: PackedBuffers, fill: Fill) -> Tensor:
    """The gradient dX = dY·W in the dtype of dY: [..., out] -> [..., in]; no autograd."""
    flat = grad.reshape(-1, buffers.out_features)
    total: Tensor | None = None
    for start, stop in _slices(buffers):
        with dense_scratch(stop - start, buffers.in_features, grad.dtype, grad.device) as weight:
            fill(start, stop, weight)
            total = flat[:, start:stop] @ weight if total is None else total.addmm_(flat[:, start:stop], weight)
    assert total is not None
    return total.reshape(*grad.shape[:-1], buffers.in_features)


def _slices(buffers: PackedBuffers) -> Iterator[tuple[int, int]]:
    rows = tile_rows(buffers.out_features, buffers.in_features)
    for start in range(0, buffers.out_features, rows):
        yield start, min(start + rows, buffers.out_features)
