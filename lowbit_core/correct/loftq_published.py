"""LoftQ as it was published (arXiv 2310.08659 and its code), to compare `correct.loftq` with.

Its quantizers give floats, not codes: the published code keeps a 16-bit base that holds quantized values ("fake"
quantization), and the uniform ones have no codec here, since their grids have no zero at any integer code. The last
round is returned, as published, and b·a is meant to be added at scale 1, which the published adapters do not do where
alpha is not the rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.quantize.low_rank import LowRank

BLOCK = 64
"""Consecutive weights, row after row, that share a scale."""

Quantizer = Callable[[Tensor], Tensor]
"""W, any float dtype -> the values it is quantized to, same shape and dtype."""


def normal(bits: int) -> Quantizer:
    """``normal``: NormalFloat levels times the block's greatest magnitude; at 4 bits bitsandbytes' NF4."""
    levels = normal_float_levels(bits)
    return lambda weight: _by_blocks(weight, levels, lambda blocks: blocks.abs().amax(dim=1, keepdim=True))


def uniform_block(bits: int) -> Quantizer:
    """``uniform`` of the first code for language models: 2^b levels from −s to s, s = mean + 2.5 deviations.

    What lies outside is clipped. The mean is signed and the deviation has Bessel's correction, as there.
    """
    count = 1 << bits
    levels = tuple(2 * index / (count - 1) - 1 for index in range(count))

    def scale(blocks: Tensor) -> Tensor:
        return blocks.mean(dim=1, keepdim=True) + 2.5 * blocks.std(dim=1, keepdim=True)

    return lambda weight: _by_blocks(weight, levels, scale)


def uniform_tensor(bits: int) -> Quantizer:
    """``uniform`` of the code for encoders: clipped to two deviations of the whole matrix, then 2^b even levels."""
    top = (1 << bits) - 1

    def quantize(weight: Tensor) -> Tensor:
        mean, deviation = weight.mean(), weight.std()
        clipped = weight.clamp(mean - 2 * deviation, mean + 2 * deviation)
        low, span = clipped.min(), clipped.max() - clipped.min() + 1e-8
        return ((clipped - low) / span * top).round() / top * span + low

    return quantize


def _by_blocks(weight: Tensor, levels: tuple[float, ...], scale_of: Callable[[Tensor], Tensor]) -> Tensor:
    assert weight.numel() % BLOCK == 0, "the published code refuses such a matrix"
    blocks = weight.reshape(-1, BLOCK)
    table = torch.tensor(levels, dtype=weight.dtype, device=weight.device)
    scale = scale_of(blocks)
    # Nearest level by the borders between them; the published code compares with every level, in 2^b times the memory.
    borders = (table[1:] + table[:-1]) / 2
    units = torch.where(scale == 0, 0, blocks / scale)
    return (table[torch.bucketize(units, borders)] * scale).view_as(weight)


def alternate(weight: Tensor, quantizer: Quantizer, rank: int, iterations: int) -> tuple[Tensor, LowRank]:
    """The Q and b·a of the last of ``iterations`` rounds, by the full SVD.

    Args:
        weight: W [out, in], float32 or float64.
        quantizer: q.
        rank: r.
        iterations: T, at least 1; T = 1 leaves QLoRA's Q.

    Returns:
        Q in the dtype of W and the factors, whose norms are shared as √σ each.
    """
    term = torch.zeros_like(weight)
    for _ in range(iterations):
        quantized = quantizer(weight - term)
        u, s, v = torch.linalg.svd(weight - quantized, full_matrices=False)
        root = s[:rank].sqrt()
        low_rank = LowRank(a=root[:, None] * v[:rank], b=u[:, :rank] * root)
        term = low_rank.product()
    return quantized, low_rank


@torch.no_grad()
def simulate(
    model: nn.Module, names: Iterable[str], quantizer: Quantizer, rank: int, iterations: int
) -> dict[str, LowRank]:
    """Put quantized values in the place of weights and return the low-rank terms: the published simulated mode.

    Args:
        model: a float model, changed in place; its weights keep their dtype and their size.
        names: modules with a weight [out, in].
        quantizer: q.
        rank: r.
        iterations: T.
    """
    terms = {}
    for name in names:
        weight = model.get_submodule(name).weight
        assert isinstance(weight, nn.Parameter)
        quantized, terms[name] = alternate(weight.float(), quantizer, rank, iterations)
        weight.copy_(quantized)
    return terms
