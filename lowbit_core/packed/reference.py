"""Dequantize and multiply in plain torch: what every kernel is compared with, and what serves where none is built.

Computed in fp32 and rounded once to the wanted dtype (s·(q − z) of an fp16 s and 8-bit q, z is exact in fp32), row tile
by row tile, so that the passes between bytes and weights stay in cache. On one CPU core a 1536x4096 matrix of 4 bits
takes 7 ms so, against 82 ms for its fp32 product with 512 tokens (32 ms in bf16).
"""

from __future__ import annotations

import functools
from functools import lru_cache

import torch
from torch import Tensor

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.formats.layout import group_count
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.packed import sliced
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.pack import unpack_bits, unpack_codes

_CPU_TILE = 1 << 18
"""Weights a tile on the CPU: 1 MB in fp32, which stays in a core's second-level cache."""

FEW_ROWS = 8
"""Rows of x up to which W is not rounded before it is multiplied, as the kernels do not (GEMV_ROWS, MOST_ROWS)."""

_GPU_TILE = 1 << 24
"""Weights a tile on a GPU: bounds the temporaries to about 100 MB."""


def dequantize(buffers: PackedBuffers, dtype: torch.dtype = torch.float32, out: Tensor | None = None) -> Tensor:
    """W [out, in] in the order of the inputs, rounded once to ``dtype``; written to ``out`` where given."""
    if out is None:
        out = torch.empty(buffers.out_features, buffers.in_features, dtype=dtype, device=buffers.codes.device)
    return dequantize_rows(buffers, 0, buffers.out_features, out)


def dequantize_rows(buffers: PackedBuffers, start: int, stop: int, out: Tensor) -> Tensor:
    """Rows start..stop of W into ``out`` [stop − start, in]; returns ``out``."""
    limit = _CPU_TILE if out.device.type == "cpu" else _GPU_TILE
    step = max(1, limit // buffers.in_features)
    for row in range(start, stop, step):
        end = min(row + step, stop)
        _tile(slice_rows(buffers, row, end), out[row - start : end - start])
    return out


def slice_rows(buffers: PackedBuffers, start: int, stop: int) -> PackedBuffers:
    """Rows start..stop as packed buffers of their own; views, no copy."""
    return PackedBuffers(
        codec=buffers.codec,
        in_features=buffers.in_features,
        codes=buffers.codes[start:stop],
        scales=buffers.scales[start:stop],
        zeros=None if buffers.zeros is None else buffers.zeros[start:stop],
        permutation=buffers.permutation,
        fresh=buffers.fresh,
    )


def take_rows(buffers: PackedBuffers, rows: Tensor) -> PackedBuffers:
    """The named rows (int64 [n]) as packed buffers of their own; what an embedding looks up."""
    return PackedBuffers(
        codec=buffers.codec,
        in_features=buffers.in_features,
        codes=buffers.codes.index_select(0, rows),
        scales=buffers.scales.index_select(0, rows),
        zeros=None if buffers.zeros is None else buffers.zeros.index_select(0, rows),
        permutation=buffers.permutation,
        fresh=True,
    )


def linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None = None) -> Tensor:
    """The product x·Wᵀ + bias in the dtype of x: [..., in] -> [..., out]; W is in the scratch meanwhile.

    A few rows in 16 bits are multiplied in fp32 and rounded once.
    """
    if x.element_size() == 2 and x.numel() <= FEW_ROWS * buffers.in_features:
        return wide_linear(x, buffers, bias).to(x.dtype)
    return sliced.linear(x, buffers, bias, functools.partial(dequantize_rows, buffers))


def wide_linear(x: Tensor, buffers: PackedBuffers, bias: Tensor | None = None) -> Tensor:
    """The product in fp32, W and the result not rounded: [..., in] -> [..., out]."""
    wide_bias = None if bias is None else bias.float()
    return sliced.linear(x.float(), buffers, wide_bias, functools.partial(dequantize_rows, buffers))


def linear_backward(grad: Tensor, buffers: PackedBuffers) -> Tensor:
    """The gradient dX = dY·W in the dtype of dY: [..., out] -> [..., in]."""
    return sliced.linear_backward(grad, buffers, functools.partial(dequantize_rows, buffers))


def signed_codes(buffers: PackedBuffers) -> Tensor:
    """What a group's scale is multiplied by: q − z or level[q], fp32 [out, in], in the order of the codes."""
    unscaled = torch.empty(buffers.out_features, buffers.in_features, device=buffers.codes.device)
    return _unscaled(buffers, unscaled)


def group_views(dense: Tensor, group_size: int) -> list[tuple[Tensor, slice]]:
    """Views [rows, groups, size] of dense [rows, in] and the groups each covers: the whole ones, then the short one."""
    columns = dense.shape[1]
    size = group_size or columns
    whole = columns // size
    views = []
    if whole:
        views.append((dense[:, : whole * size].unflatten(1, (whole, size)), slice(0, whole)))
    if whole * size < columns:
        views.append((dense[:, whole * size :].unsqueeze(1), slice(whole, whole + 1)))
    return views


def _tile(buffers: PackedBuffers, out: Tensor) -> None:
    """One tile: bytes -> codes -> q − z -> times s -> ``out``."""
    direct = out.dtype == torch.float32 and buffers.permutation is None and out.is_contiguous()
    work = out if direct else torch.empty(out.shape, device=out.device)
    _unscaled(buffers, work)
    scales = buffers.scales.float()
    for view, groups in group_views(work, buffers.codec.group_size):
        view.mul_(scales[:, groups].unsqueeze(-1))
    if buffers.permutation is not None:
        out[:, buffers.permutation.long()] = work.to(out.dtype)
    elif not direct:
        out.copy_(work)


def _unscaled(buffers: PackedBuffers, work: Tensor) -> Tensor:
    codec = buffers.codec
    if not isinstance(codec, IntegerCodec):
        return work.copy_(_level_lookup(buffers))
    codes = unpack_codes(buffers.codes, codec.bits, buffers.in_features)
    if codec.fixed_zero is not None:
        zero = codes.new_full((1, 1), codec.fixed_zero)
    else:
        assert buffers.zeros is not None
        zero = unpack_bits(buffers.zeros, codec.bits, group_count(codec.group_size, buffers.in_features))
    if codec.bits == 8:
        work.copy_(codes)
        _subtract(work, zero.float(), codec.group_size)
    else:
        # Wraps around as uint8 and is right again read as int8: |q − z| < 16.
        _subtract(codes, zero, codec.group_size)
        work.copy_(codes.view(torch.int8))
    return work


def _subtract(values: Tensor, zero: Tensor, group_size: int) -> None:
    if zero.shape[1] == 1:
        values.sub_(zero)
        return
    for view, groups in group_views(values, group_size):
        view.sub_(zero[:, groups].unsqueeze(-1))


def _level_lookup(buffers: PackedBuffers) -> Tensor:
    """level[q], fp32 [out, in]; 2 and 4 bits look up four codes at a time, straight from the bytes."""
    bits, packed = buffers.codec.bits, buffers.codes
    table = _level_table(bits, packed.device)
    if bits == 2:
        index = packed.to(torch.int32)
    elif bits == 4:
        index = packed.contiguous().view(torch.int16).to(torch.int32).bitwise_and_(0xFFFF)
    else:
        index = unpack_codes(packed, bits, buffers.in_features).to(torch.int32)
    levels = table.index_select(0, index.reshape(-1)).reshape(packed.shape[0], -1)
    return levels[:, : buffers.in_features]


@lru_cache(maxsize=16)
def _level_table(bits: int, device: torch.device) -> Tensor:
    """fp32 [2^bits, 1], or [256, 4] / [65536, 4] with the levels of the four codes in a byte or two."""
    levels = torch.tensor(normal_float_levels(bits), dtype=torch.float32)
    if bits in (2, 4):
        index = torch.arange(1 << (4 * bits))
        return torch.stack([levels[index >> (bits * k) & ((1 << bits) - 1)] for k in range(4)], dim=1).to(device)
    return levels.unsqueeze(1).to(device)
