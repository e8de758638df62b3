"""A quantized matrix before packing: what solvers return, repairs measure and `packed` stores."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from lowbit_core.formats.codec import Codec, IntegerCodec
from lowbit_core.formats.layout import group_count
from lowbit_core.formats.levels import normal_float_levels


@dataclass(frozen=True, kw_only=True)
class QuantizedMatrix:
    """W [out, in] as codes and side data, one code a byte.

    Attributes:
        codec: what the codes mean.
        codes: uint8 [out, in].
        scales: fp16 [out, G], G = ceil(in / group_size).
        zeros: uint8 [out, G], or None where the codec fixes or needs none.
        permutation: int32 [in] or None; column k of ``codes`` is input feature permutation[k], and groups run along k.
    """

    codec: Codec
    codes: Tensor
    scales: Tensor
    zeros: Tensor | None = None
    permutation: Tensor | None = None

    def to(self, device: torch.device) -> QuantizedMatrix:
        """The same on another device."""
        return replace(
            self,
            codes=self.codes.to(device),
            scales=self.scales.to(device),
            zeros=None if self.zeros is None else self.zeros.to(device),
            permutation=None if self.permutation is None else self.permutation.to(device),
        )

    def dequantize(self, dtype: torch.dtype = torch.float32) -> Tensor:
        """W' [out, in] in the order of the inputs; computed in fp32 and rounded once to ``dtype``."""
        columns = self.codes.shape[1]
        group_size = self.codec.group_size or columns
        assert self.scales.shape[1] == group_count(self.codec.group_size, columns)
        scale = self.scales.float().repeat_interleave(group_size, dim=1)[:, :columns]
        if isinstance(self.codec, IntegerCodec):
            if self.zeros is None:
                fixed = self.codec.fixed_zero
                assert fixed is not None
                weight = scale * (self.codes.float() - fixed)
            else:
                zero = self.zeros.float().repeat_interleave(group_size, dim=1)[:, :columns]
                weight = scale * (self.codes.float() - zero)
        else:
            levels = torch.tensor(normal_float_levels(self.codec.bits), device=self.codes.device)
            weight = scale * levels[self.codes.long()]
        if self.permutation is not None:
            restored = torch.empty_like(weight)
            restored[:, self.permutation.long()] = weight
            weight = restored
        return weight.to(dtype)
