"""Launchers of the fused kernels of a decode step: one row of x, everything in buffers that a captured graph keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy
import torch
from torch import Tensor

from lowbit_core.kernels.cuda.block_shapes import block_shape
from lowbit_core.kernels.cuda.launch import (
    LARGE_SHARED_BYTES,
    gemv_shared_bytes,
    group_path,
    int32,
    is_bfloat16,
    launch,
    product_in_int8,
    zero_row,
)
from lowbit_core.kernels.cuda.matrix import PackedMatrix, check
from lowbit_core.kernels.cuda.variants import AttentionVariant, PrologueVariant, Variant

SEGMENTS = 3
"""Matrices of one launch of the product."""

ROWS_OF_A_BLOCK = 32
"""A matrix that shares a launch has a multiple of these rows."""

WIDEST_ROW = 8 * 4096
"""Columns the prologue takes."""

ATTENTION_SPLITS = 16
"""Stretches a key head's tokens are cut into at most."""


@dataclass(frozen=True, kw_only=True)
class LowRank:
    """Adapters of the matrices of one launch.

    Attributes:
        low: fp32 [R + rank], made by `prologue` before: scale·(A·x); what is beyond R is zero.
        up: B of all matrices one after another [N, rank], zeros where a matrix has fewer.
        first: where each matrix's part of ``low`` begins.
    """

    low: Tensor
    up: Tensor
    first: tuple[int, ...]


def product_shared_bytes(matrix: PackedMatrix, rank: int) -> int:
    """Dynamic shared memory of `product`."""
    return gemv_shared_bytes(matrix, 1) + ((ROWS_OF_A_BLOCK * 2 + 4) * rank if rank else 0)


def product_fits(matrices: Sequence[PackedMatrix], rank: int) -> bool:
    """Whether one launch can serve these matrices and adapters of ``rank`` (a multiple of 8, or 0)."""
    first = matrices[0]
    alike = all(
        (item.bits, item.grid, item.fixed_zero, item.group_size, item.in_features)
        == (first.bits, first.grid, first.fixed_zero, first.group_size, first.in_features)
        and item.codes.device == first.codes.device
        for item in matrices
    )
    whole = len(matrices) == 1 or all(item.out_features % ROWS_OF_A_BLOCK == 0 for item in matrices)
    room = product_shared_bytes(first, rank) <= LARGE_SHARED_BYTES
    return alike and whole and room and len(matrices) <= SEGMENTS and rank % 8 == 0


def product(
    x: Tensor,
    matrices: Sequence[PackedMatrix],
    biases: Sequence[Tensor | None],
    out: Tensor,
    adapters: LowRank | None = None,
) -> Tensor:
    """``out`` [1, N] = x [1, K] times each matrix's transpose, side by side, plus biases and adapters.

    Raises:
        ValueError: shapes, dtypes or devices that do not fit.
    """
    first, count = matrices[0], len(matrices)
    total = sum(item.out_features for item in matrices)
    rank = 0 if adapters is None else adapters.up.shape[1]
    for item in matrices:
        check(item)
    if not product_fits(matrices, rank) or tuple(x.shape) != (1, first.in_features) or tuple(out.shape) != (1, total):
        raise ValueError("these matrices do not share a launch")
    int8 = product_in_int8(first, 1)
    tiles, warps, ahead = block_shape(first.bits, int8, total, first.in_features)
    variant = Variant(
        bits=first.bits, grid=first.grid, bfloat16=is_bfloat16(x), group=group_path(first), tiles=tiles,
        segments=3 if count > 1 else 1, low_rank=adapters is not None, int8=int8, ahead=ahead,
    )  # fmt: skip
    plane0, plane1 = first.planes
    arguments = [
        x, numpy.int64(first.in_features), first.codes, first.scales, first.zeros, first.levels, biases[0], out,
        numpy.int64(total), int32(1), int32(total), int32(first.in_features), int32(first.codes.shape[1]),
        int32(plane0), int32(plane1), int32(first.scales.shape[1]), int32(first.group_shift), int32(zero_row(first)),
        int32(first.fixed_zero), int32(1), int32(0),
    ]  # fmt: skip
    if count > 1:
        start = 0
        for index in (1, 2):
            start += matrices[index - 1].out_features
            item = matrices[index] if index < count else first
            bias = biases[index] if index < count else None
            arguments += [item.codes, item.scales, item.zeros, bias, int32(start)]
    if adapters is not None:
        places = (*adapters.first, 0, 0)[:SEGMENTS]
        arguments += [adapters.low, int32(adapters.low.numel()), adapters.up, int32(rank), *map(int32, places)]
    launch(
        "gemv", variant, x.device, grid=(-(-total // (16 * tiles)), 1), block=32 * warps,
        shared=product_shared_bytes(first, rank), overlaps=True, arguments=arguments,
    )  # fmt: skip
    return out


def prologue(
    mode: Literal["plain", "rms-norm", "gated"],
    x: Tensor,
    *,
    second: Tensor | None = None,
    eps: float = 0.0,
    out: Tensor | None = None,
    down: Tensor | None = None,
    scale: Tensor | None = None,
    low: Tensor | None = None,
) -> None:
    """``out`` [K] = f(x [K]) and ``low`` [R] = scale·(down·f(x)), see prologue.cu.

    Args:
        mode: f: nothing, RMSNorm with the weight ``second``, or silu(x)·second.
        x: contiguous, K a multiple of 8.
        second: the weight or the factor [K].
        eps: of the norm.
        out: where f(x) goes; None where it is x.
        down: A of every adapter that reads f(x), one above the other [R, K]; None for no adapter.
        scale: fp32 [R].
        low: fp32, at least [R].
    """
    columns, rows = x.numel(), 0 if down is None else down.shape[0]
    vectors = -(-columns // 4096)
    if columns % 8 or columns > WIDEST_ROW or not x.is_contiguous():
        raise ValueError(f"x must be contiguous, a multiple of 8 and at most {WIDEST_ROW} wide, found {columns}")
    variant = PrologueVariant(mode=mode, vectors=vectors, bfloat16=is_bfloat16(x))
    launch(
        "prologue", variant, x.device, grid=(max(rows, 1 if mode == "plain" else min(8, vectors * 2)), 1), block=512,
        shared=0, overlaps=True,
        arguments=[x, second, out, down, scale, low, int32(columns), int32(rows), numpy.float32(eps)],
    )  # fmt: skip


def attention_fits(head_dim: int, group: int, dtype: torch.dtype) -> bool:
    """Whether `attention` serves heads of this size."""
    return head_dim in (16, 32, 64, 128, 256) and 1 <= group <= 8 and dtype in (torch.float16, torch.bfloat16)


@dataclass(frozen=True, kw_only=True)
class AttentionWork:
    """Memory `attention` works in, shared by all layers of a model.

    Attributes:
        parts: fp32 [heads · `ATTENTION_SPLITS` · (head_dim + 2)].
        counters: int32 [key heads], zero between launches.
    """

    parts: Tensor
    counters: Tensor


def attention_work(heads: int, kv_heads: int, head_dim: int, device: torch.device) -> AttentionWork:
    """Fresh working memory."""
    size = heads * ATTENTION_SPLITS * (head_dim + 2)
    return AttentionWork(
        parts=torch.empty(size, device=device), counters=torch.zeros(kv_heads, dtype=torch.int32, device=device)
    )


def attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    keys: Tensor,
    values: Tensor,
    length: Tensor,
    out: Tensor,
    work: AttentionWork,
    *,
    scaling: float,
    rotation: tuple[Tensor, Tensor] | None,
) -> Tensor:
    """Rotate, store and attend for one token.

    Args:
        q: [heads, head_dim], rows of any stride, as k and v.
        k: [key heads, head_dim], before rotation where ``rotation`` is given.
        v: [key heads, head_dim].
        keys: cache [key heads, capacity, head_dim]; k is written at ``length``.
        values: likewise.
        length: int32 [1], tokens in the cache before this one.
        out: [heads · head_dim].
        work: see `attention_work`.
        scaling: of the scores.
        rotation: cosine and sine [head_dim].
    """
    heads, head_dim = q.shape
    kv_heads, capacity, _ = keys.shape
    tensors = (q, k, v, keys, values)
    if not keys.is_contiguous() or not values.is_contiguous() or any(item.stride(-1) != 1 for item in tensors):
        raise ValueError("caches must be contiguous, heads contiguous in their last dimension")
    cosine, sine = (None, None) if rotation is None else (rotation[0].contiguous(), rotation[1].contiguous())
    variant = AttentionVariant(head_dim=head_dim, group=heads // kv_heads, bfloat16=is_bfloat16(q))
    launch(
        "attention", variant, q.device, grid=(kv_heads, ATTENTION_SPLITS), block=128, shared=0, overlaps=True,
        arguments=[
            q, k, v, cosine, sine, keys, values, out, work.parts, work.counters, length, int32(capacity),
            int32(ATTENTION_SPLITS), int32(q.stride(0)), int32(k.stride(0)), int32(v.stride(0)),
            numpy.float32(scaling),
        ],
    )  # fmt: skip
    return out
