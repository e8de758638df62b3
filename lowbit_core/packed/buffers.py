"""The bytes of one packed matrix in memory, named as in `formats.layout`."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lowbit_core.formats.codec import Codec, IntegerCodec
from lowbit_core.formats.layout import MatrixBytes, group_count, matrix_bytes, row_bytes, zero_bytes


@dataclass(frozen=True, kw_only=True)
class PackedBuffers:
    """W [out, in] as `formats.layout` version 1 stores it.

    Attributes:
        codec: what the codes mean.
        in_features: columns of W; the bytes alone do not say it, since rows are padded.
        codes: uint8 [out, row_bytes].
        scales: fp16 [out, G].
        zeros: uint8 [out, ceil(G·b/8)], or None where the codec fixes or needs none.
        permutation: int32 [in] or None.
        fresh: made by work that may still be running on the device, so that a kernel must not read them early.
    """

    codec: Codec
    in_features: int
    codes: Tensor
    scales: Tensor
    zeros: Tensor | None = None
    permutation: Tensor | None = None
    fresh: bool = False

    def __post_init__(self) -> None:
        expected = buffer_shapes(self.codec, self.codes.shape[0], self.in_features)
        assert tuple(self.codes.shape) == expected.codes, (tuple(self.codes.shape), expected.codes)
        assert tuple(self.scales.shape) == expected.scales, (tuple(self.scales.shape), expected.scales)
        zeros = None if self.zeros is None else tuple(self.zeros.shape)
        assert zeros == expected.zeros, (zeros, expected.zeros)
        assert self.codes.dtype == torch.uint8
        assert self.scales.dtype == torch.float16
        assert self.permutation is None or tuple(self.permutation.shape) == (self.in_features,)

    @property
    def out_features(self) -> int:
        """Rows of W."""
        return self.codes.shape[0]

    @property
    def stored(self) -> MatrixBytes:
        """Bytes, part by part, for `formats.layout.effective_bits`."""
        permuted = self.permutation is not None
        return matrix_bytes(self.codec, self.out_features, self.in_features, permuted=permuted)


@dataclass(frozen=True, kw_only=True)
class BufferShapes:
    """Shapes of the parts of a packed matrix; ``zeros`` is None where the codec stores none."""

    codes: tuple[int, int]
    scales: tuple[int, int]
    zeros: tuple[int, int] | None


def has_zeros(codec: Codec) -> bool:
    """Whether the codec stores a zero point a group."""
    return isinstance(codec, IntegerCodec) and codec.fixed_zero is None


def buffer_shapes(codec: Codec, out_features: int, in_features: int) -> BufferShapes:
    """Shapes of the buffers of W [out_features, in_features]."""
    groups = group_count(codec.group_size, in_features)
    zeros = (out_features, zero_bytes(codec.bits, groups)) if has_zeros(codec) else None
    return BufferShapes(
        codes=(out_features, row_bytes(codec.bits, in_features)), scales=(out_features, groups), zeros=zeros
    )
