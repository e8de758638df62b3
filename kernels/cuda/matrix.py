"""A packed matrix as the launchers see it: tensors and plain numbers, no codec classes."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lowbit_core.kernels.cuda.variants import Grid


@dataclass(frozen=True, kw_only=True)
class PackedMatrix:
    """W [N, K] in layout version 1.

    Attributes:
        codes: uint8 [N, row_bytes]; planes of a row one after another, each padded to 16 bytes.
        scales: fp16 [N, G].
        zeros: uint8 [N, ceil(G·bits/8)] for grid ``zeros``, else None.
        levels: fp32 [2^bits] for grid ``levels``, else None.
        bits: 2, 3, 4 or 8.
        grid: how a code becomes a number.
        fixed_zero: the zero point of grid ``fixed``.
        group_size: codes that share a scale; 0 is the whole row.
        in_features: K.
    """

    codes: Tensor
    scales: Tensor
    zeros: Tensor | None
    levels: Tensor | None
    bits: int
    grid: Grid
    fixed_zero: int
    group_size: int
    in_features: int

    @property
    def out_features(self) -> int:
        """N."""
        return self.codes.shape[0]

    @property
    def group_shift(self) -> int:
        """log2 of the group size; 31 where the row is one group."""
        return self.group_size.bit_length() - 1 if self.group_size else 31

    @property
    def planes(self) -> tuple[int, int]:
        """Bytes of the first and second plane of a row, padding included."""
        if self.bits == 3:
            first = _padded(self.in_features * 2)
            return first, _padded(self.in_features)
        return _padded(self.in_features * self.bits), 0


def _padded(bits: int) -> int:
    return ((bits + 7) // 8 + 15) // 16 * 16


def check(matrix: PackedMatrix) -> None:
    """Refuse what the kernels would read wrongly.

    Raises:
        ValueError: shapes, dtypes, devices or contiguity that do not fit layout version 1.
    """
    groups = -(-matrix.in_features // matrix.group_size) if matrix.group_size else 1
    row = sum(matrix.planes)
    wants: list[tuple[str, Tensor | None, str, tuple[int, ...]]] = [
        ("codes", matrix.codes, "torch.uint8", (matrix.out_features, row)),
        ("scales", matrix.scales, "torch.float16", (matrix.out_features, groups)),
    ]
    if matrix.grid == "zeros":
        wants.append(("zeros", matrix.zeros, "torch.uint8", (matrix.out_features, (groups * matrix.bits + 7) // 8)))
    if matrix.grid == "levels":
        wants.append(("levels", matrix.levels, "torch.float32", (1 << matrix.bits,)))
    for name, tensor, dtype, shape in wants:
        if tensor is None or str(tensor.dtype) != dtype or tuple(tensor.shape) != shape:
            found = "nothing" if tensor is None else f"{tensor.dtype} {tuple(tensor.shape)}"
            raise ValueError(f"{name} must be {dtype} {shape}, found {found}")
        if not tensor.is_contiguous() or tensor.device != matrix.codes.device:
            raise ValueError(f"{name} must be contiguous and on {matrix.codes.device}")
    if matrix.codes.data_ptr() % 16:
        raise ValueError("codes must start at a multiple of 16 bytes")
