"""Codes to bytes and back: the byte layout of `formats.layout` version 1, in torch on any device.

Packing runs once a matrix and is written for clarity; unpacking is what every forward of the torch path does, so it
spreads whole bytes with integer multiplies instead of shifting code by code.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lowbit_core.formats.layout import group_count, plane_bits, plane_bytes
from lowbit_core.packed.buffers import PackedBuffers, has_zeros
from lowbit_core.quantize.matrix import QuantizedMatrix


def pack(matrix: QuantizedMatrix) -> PackedBuffers:
    """The bytes of a quantized matrix, on its device; the exact inverse of `unpack`."""
    codec = matrix.codec
    in_features = matrix.codes.shape[1]
    zeros = None
    if has_zeros(codec):
        assert matrix.zeros is not None, "the codec stores zero points, the matrix has none"
        zeros = pack_bits(matrix.zeros, codec.bits)
    return PackedBuffers(
        codec=codec,
        in_features=in_features,
        codes=pack_codes(matrix.codes, codec.bits),
        scales=matrix.scales.to(torch.float16).contiguous(),
        zeros=zeros,
        permutation=None if matrix.permutation is None else matrix.permutation.to(torch.int32).contiguous(),
    )


def unpack(buffers: PackedBuffers) -> QuantizedMatrix:
    """One code a byte again; the exact inverse of `pack`."""
    codec = buffers.codec
    groups = group_count(codec.group_size, buffers.in_features)
    return QuantizedMatrix(
        codec=codec,
        codes=unpack_codes(buffers.codes, codec.bits, buffers.in_features),
        scales=buffers.scales,
        zeros=None if buffers.zeros is None else unpack_bits(buffers.zeros, codec.bits, groups),
        permutation=buffers.permutation,
    )


def pack_codes(codes: Tensor, bits: int) -> Tensor:
    """uint8 [out, in], one code a byte -> uint8 [out, row_bytes], plane after plane."""
    planes = [codes & 3, codes >> 2] if bits == 3 else [codes]
    columns = codes.shape[1]
    packed = []
    for width, plane in zip(plane_bits(bits), planes, strict=True):
        raw = pack_bits(plane, width)
        packed.append(F.pad(raw, (0, plane_bytes(width, columns) - raw.shape[1])))
    return torch.cat(packed, dim=1)


def unpack_codes(packed: Tensor, bits: int, in_features: int) -> Tensor:
    """uint8 [out, row_bytes] -> uint8 [out, in], one code a byte; contiguous."""
    if bits == 3:
        low_bytes = plane_bytes(2, in_features)
        high = spread(packed[:, low_bytes:], 1).bitwise_left_shift_(2)
        codes = spread(packed[:, :low_bytes], 2)
        # The two planes are padded to different lengths.
        columns = min(codes.shape[1], high.shape[1])
        codes = codes[:, :columns].bitwise_or_(high[:, :columns])
    else:
        codes = spread(packed, bits)
    return codes[:, :in_features].contiguous()


def pack_bits(values: Tensor, bits: int) -> Tensor:
    """uint8 [rows, n] with values below 2^bits -> uint8 [rows, ceil(n·bits/8)], value k at bit k·bits, lowest first."""
    rows, count = values.shape
    if bits == 8:
        return values.to(torch.uint8).contiguous()
    positions = torch.arange(bits, dtype=torch.uint8, device=values.device)
    stream = (values.to(torch.uint8).unsqueeze(-1) >> positions & 1).reshape(rows, count * bits)
    stream = F.pad(stream, (0, -stream.shape[1] % 8)).reshape(rows, -1, 8)
    weights = torch.tensor([1, 2, 4, 8, 16, 32, 64, 128], dtype=torch.uint8, device=values.device)
    return (stream * weights).sum(dim=-1, dtype=torch.uint8)


def unpack_bits(packed: Tensor, bits: int, count: int) -> Tensor:
    """The inverse of `pack_bits`: uint8 [rows, count]."""
    if bits != 3:
        return spread(packed, bits)[:, :count].contiguous()
    rows = packed.shape[0]
    positions = torch.arange(8, dtype=torch.uint8, device=packed.device)
    stream = (packed.unsqueeze(-1) >> positions & 1).reshape(rows, -1)[:, : count * bits].reshape(rows, count, bits)
    weights = torch.tensor([1 << bit for bit in range(bits)], dtype=torch.uint8, device=packed.device)
    return (stream * weights).sum(dim=-1, dtype=torch.uint8)


def spread(packed: Tensor, bits: int) -> Tensor:
    """uint8 [rows, n] of 1-, 2-, 4- or 8-bit codes -> uint8 [rows, n·8/bits], one code a byte.

    A byte is widened to an integer of as many bytes as it has codes, and halved until each byte holds one code:
    multiplying by 1 + 2^k copies the upper half where the mask keeps it, and no copies overlap, so nothing carries.
    Little-endian, as every machine torch runs on.
    """
    if bits == 8:
        return packed.clone()
    if bits == 4:
        wide = packed.to(torch.int16)
        wide = wide.bitwise_or_(wide << 4).bitwise_and_(0x0F0F)
    elif bits == 2:
        wide = packed.to(torch.int32)
        wide = wide.mul_(0x1001).bitwise_and_(0x000F000F).mul_(0x41).bitwise_and_(0x03030303)
    else:
        assert bits == 1, bits
        wide = packed.to(torch.int64)
        wide = wide.mul_(0x10000001).bitwise_and_(0x0000000F0000000F)
        wide = wide.mul_(0x4001).bitwise_and_(0x0003000300030003)
        wide = wide.mul_(0x81).bitwise_and_(0x0101010101010101)
    return wide.contiguous().view(torch.uint8)
