"""Which bytes hold a packed matrix, version 1. Shared by the torch reference, the kernels, the plan and the files.

For W [out, in] with b bits and groups of g along `in` (G = ceil(in/g) groups a row, the last may be short):

    codes   uint8 [out, row_bytes]   row n: its planes one after another, each padded to 16 bytes
            2, 4, 8 bits: one plane. Code k sits at bit k·b, lowest bits first (4 bits: byte 0 = q0 | q1 << 4)
            3 bits: a 2-bit plane of q & 3, then a 1-bit plane of q >> 2
    scales  fp16  [out, G]
    zeros   uint8 [out, ceil(G·b/8)]  z of group j at bit j·b, lowest bits first, 3 bits running on across bytes;
                                      absent for symmetric integer and normal-float
    permutation  int32 [in]           optional (imported act-order files): column k of the codes is input permutation[k]

A row starts at a multiple of 16 bytes, so a lane can load 128 bits: 32 codes at 4 bits, 64 at 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from lowbit_core.formats.codec import Codec, IntegerCodec

LAYOUT_VERSION = 1
ROW_ALIGNMENT = 16
"""Bytes every plane of a row is padded to."""


@dataclass(frozen=True, kw_only=True)
class MatrixBytes:
    """Bytes of one packed matrix [out, in], part by part; padding is in ``codes``."""

    codes: int
    scales: int
    zeros: int
    permutation: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.codes + self.scales + self.zeros + self.permutation


def plane_bits(bits: int) -> tuple[int, ...]:
    """Bits of each plane of a row: (2, 1) for 3 bits, (b,) otherwise."""
    return (2, 1) if bits == 3 else (bits,)


def plane_bytes(plane: int, in_features: int) -> int:
    """Bytes of one plane of one row, padded."""
    raw = (in_features * plane + 7) // 8
    return (raw + ROW_ALIGNMENT - 1) // ROW_ALIGNMENT * ROW_ALIGNMENT


def row_bytes(bits: int, in_features: int) -> int:
    """Bytes of one row of codes, all planes, padded."""
    return sum(plane_bytes(plane, in_features) for plane in plane_bits(bits))


def group_count(group_size: int, in_features: int) -> int:
    """Groups in a row: ceil(in/g), 1 where group_size is 0."""
    return -(-in_features // group_size) if group_size else 1


def zero_bytes(bits: int, groups: int) -> int:
    """Bytes of one row of packed zero points."""
    return (groups * bits + 7) // 8


def matrix_bytes(codec: Codec, out_features: int, in_features: int, *, permuted: bool = False) -> MatrixBytes:
    """Bytes of a packed matrix W [out_features, in_features]."""
    groups = group_count(codec.group_size, in_features)
    has_zeros = isinstance(codec, IntegerCodec) and codec.fixed_zero is None
    return MatrixBytes(
        codes=out_features * row_bytes(codec.bits, in_features),
        scales=out_features * groups * 2,
        zeros=out_features * zero_bytes(codec.bits, groups) if has_zeros else 0,
        permutation=4 * in_features if permuted else 0,
    )


def effective_bits(stored: MatrixBytes, out_features: int, in_features: int, *, adapter_parameters: int = 0) -> float:
    """Bits a weight with everything counted: codes, scales, zeros, permutation and 16-bit adapters."""
    return (8 * stored.total + 16 * adapter_parameters) / (out_features * in_features)
