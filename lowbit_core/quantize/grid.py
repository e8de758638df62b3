"""A matrix's grid (scales and zero points) and its cut into groups, the same for every codec."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lowbit_core.formats.codec import Codec, IntegerCodec
from lowbit_core.formats.layout import group_count
from lowbit_core.quantize import integer, normal_float
from lowbit_core.quantize.matrix import QuantizedMatrix


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Scales s [G, out] and zero points z [G, out], float32 holding exact fp16 values and integers.

    ``zero`` is an int where the codec fixes it (0 for normal-float, which has none). Groups come first so that one
    group of all rows is contiguous.
    """

    codec: Codec
    scale: Tensor
    zero: Tensor | int

    def snap(self, units: Tensor, zero: Tensor | int) -> Tensor:
        """Nearest level v of ``units`` = w/s."""
        if isinstance(self.codec, IntegerCodec):
            return integer.snap(self.codec, units, zero)
        return normal_float.snap(self.codec, units)

    def rows(self, groups: Tensor | slice) -> tuple[Tensor, Tensor | int]:
        """Scales and zero points of these groups."""
        return self.scale[groups], self.zero if isinstance(self.zero, int) else self.zero[groups]

    def of_rows(self, rows: slice) -> Grid:
        """The grid of some rows of the matrix."""
        zero = self.zero if isinstance(self.zero, int) else self.zero[:, rows]
        return Grid(codec=self.codec, scale=self.scale[:, rows], zero=zero)

    def group_of(self, columns: int) -> Tensor:
        """Group of each of the matrix's columns, int64 [in]."""
        return torch.arange(columns, device=self.scale.device) // (self.codec.group_size or columns)


def split_groups(weight: Tensor, group_size: int) -> Tensor:
    """W [out, in] as [G, out, g]; a short last group is filled up with zeros (no grid moves because of them)."""
    rows, columns = weight.shape
    size = group_size or columns
    groups = group_count(group_size, columns)
    padded = torch.nn.functional.pad(weight, (0, groups * size - columns))
    return padded.view(rows, groups, size).transpose(0, 1).contiguous()


def reciprocal(scale: Tensor) -> Tensor:
    """1/s, and 0 where s is 0: such a group holds nothing but zeros, or numbers below fp16."""
    return torch.where(scale == 0, 0.0, 1.0 / scale)


def nearest(codec: Codec, weight: Tensor, grid: Grid) -> QuantizedMatrix:
    """The nearest code of every weight on a given grid.

    Args:
        codec: of the result.
        weight: float32 [out, in].
        grid: on the same device.
    """
    columns = weight.shape[1]
    size = codec.group_size or columns
    codes = torch.empty(weight.shape, dtype=torch.uint8, device=weight.device)
    for index in range(grid.scale.shape[0]):
        part = slice(index * size, min((index + 1) * size, columns))
        scale, zero = grid.rows(slice(index, index + 1))
        zeros = zero if isinstance(zero, int) else zero.T
        levels = grid.snap(weight[:, part] * reciprocal(scale).T, zeros)
        codes[:, part] = code(codec, levels, zeros)
    return assemble(codes, grid)


def code(codec: Codec, levels: Tensor, zero: Tensor | int) -> Tensor:
    """Stored codes, uint8, of the levels that `Grid.snap` gave."""
    return integer.code(levels, zero) if isinstance(codec, IntegerCodec) else normal_float.code(codec, levels)


def from_levels(levels: Tensor, grid: Grid) -> QuantizedMatrix:
    """The matrix of these levels [in, out], in the form that is packed."""
    zero = grid.zero if isinstance(grid.zero, int) else grid.zero[grid.group_of(levels.shape[0])]
    return assemble(code(grid.codec, levels, zero).T.contiguous(), grid)


def fixed_zero(codec: Codec) -> int | None:
    """The zero point all groups share (0 for normal-float, which has none), or None where each stores its own."""
    return codec.fixed_zero if isinstance(codec, IntegerCodec) else 0


def grid_of(quantized: QuantizedMatrix) -> Grid:
    """The grid of a matrix, on its device."""
    zero = fixed_zero(quantized.codec) if quantized.zeros is None else quantized.zeros.float().T.contiguous()
    assert zero is not None
    return Grid(codec=quantized.codec, scale=quantized.scales.float().T.contiguous(), zero=zero)


def assemble(codes: Tensor, grid: Grid) -> QuantizedMatrix:
    """Codes uint8 [out, in] and their grid, in the form that is packed."""
    zeros = None if isinstance(grid.zero, int) else grid.zero.T.to(torch.uint8).contiguous()
    scales = grid.scale.T.to(torch.float16).contiguous()
    return QuantizedMatrix(codec=grid.codec, codes=codes, scales=scales, zeros=zeros)
