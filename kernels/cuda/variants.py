"""Which compiled variants there are: one for each width, grid, number format and, for the product, kind of groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lowbit_core.kernels.cuda.block_shapes import INT8_BITS, compiled

Grid = Literal["zeros", "fixed", "levels"]
"""zeros: integer with stored zero points; fixed: integer with one zero point; levels: a table (normal-float)."""

_KIND = {"zeros": 0, "fixed": 1, "levels": 2}


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What the preprocessor is told.

    Attributes:
        bits: 2, 3, 4 or 8.
        grid: how a code becomes a number.
        bfloat16: number format of activations and results; else half.
        group: 64 or 32 where the product has a path of its own for groups of that size, else 0 (any size from 64 on).
        tiles: of 16 rows a block of the product owns.
        segments: 1, or 3 where the product takes up to three matrices that read the same x.
        low_rank: whether the product adds an adapter's up product.
        int8: whether the product multiplies in 8-bit integers; one row of x, integer grids of at most 4 bits, sm_80 on.
        ahead: turns whose weights a warp of the product asks for before it needs them.
        wide: whether `dequantize` is for long rows.
    """

    bits: int
    grid: Grid
    bfloat16: bool
    group: Literal[0, 32, 64] = 0
    tiles: int = 1
    segments: Literal[1, 3] = 1
    low_rank: bool = False
    int8: bool = False
    ahead: int = 1
    wide: bool = False

    def macros(self) -> dict[str, int]:
        """Preprocessor constants of decode.cuh, gemv.cu and dequantize.cu."""
        return {
            "BITS": self.bits,
            "KIND": _KIND[self.grid],
            "USE_BF16": int(self.bfloat16),
            "GROUP": self.group,
            "TILES": self.tiles,
            "SEGMENTS": self.segments,
            "LOW_RANK": int(self.low_rank),
            "INT8": int(self.int8),
            "AHEAD": self.ahead,
            "WIDE": int(self.wide),
        }


@dataclass(frozen=True, kw_only=True)
class PrologueVariant:
    """A variant of prologue.cu.

    Attributes:
        mode: what is done to x first.
        vectors: 16-byte pieces of a row a thread holds: ceil(K / 4096).
        bfloat16: number format; else half.
    """

    mode: Literal["plain", "rms-norm", "gated"]
    vectors: int
    bfloat16: bool

    def macros(self) -> dict[str, int]:
        """Preprocessor constants."""
        modes = {"plain": 0, "rms-norm": 1, "gated": 2}
        return {"MODE": modes[self.mode], "VECTORS": self.vectors, "USE_BF16": int(self.bfloat16)}


@dataclass(frozen=True, kw_only=True)
class AttentionVariant:
    """A variant of attention.cu.

    Attributes:
        head_dim: a power of two from 16 to 256.
        group: query heads that share a key head, at most 8.
        bfloat16: number format; else half.
    """

    head_dim: int
    group: int
    bfloat16: bool

    def macros(self) -> dict[str, int]:
        """Preprocessor constants."""
        return {"D": self.head_dim, "G": self.group, "USE_BF16": int(self.bfloat16)}


@dataclass(frozen=True)
class DistillingVariant:
    """A variant of latent.cu or divergence.cu.

    Attributes:
        bfloat16: number format of what is not fp32; else half.
        backward: of latent.cu: the gradients instead of the rounded matrix.
    """

    bfloat16: bool
    backward: bool = False

    def macros(self) -> dict[str, int]:
        """Preprocessor constants."""
        return {"USE_BF16": int(self.bfloat16), "BACKWARD": int(self.backward)}


def shipped(architecture: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Sources and constants a program on ``architecture`` mostly asks for; what else it needs it compiles itself."""
    for bfloat16 in (False, True):
        if bfloat16 and architecture == "sm_75":
            continue
        yield "divergence.cu", DistillingVariant(bfloat16).macros()
        for backward in (False, True):
            yield "latent.cu", DistillingVariant(bfloat16, backward).macros()
        for mode in ("plain", "rms-norm", "gated"):
            for vectors in (1, 2, 3, 4):
                yield "prologue.cu", PrologueVariant(mode=mode, vectors=vectors, bfloat16=bfloat16).macros()
        for head_dim in (64, 128):
            for group in (1, 2, 3, 4, 7, 8):
                yield "attention.cu", AttentionVariant(head_dim=head_dim, group=group, bfloat16=bfloat16).macros()
        for bits in (2, 3, 4, 8):
            for grid in ("zeros", "fixed", "levels"):
                for wide in (False, True):
                    yield "dequantize.cu", Variant(bits=bits, grid=grid, bfloat16=bfloat16, wide=wide).macros()
                yield from _products(bits, grid, bfloat16, int8=False)
                if bits in INT8_BITS and grid != "levels" and architecture != "sm_75":
                    yield from _products(bits, grid, bfloat16, int8=True)


def _products(bits: int, grid: Grid, bfloat16: bool, *, int8: bool) -> Iterator[tuple[str, dict[str, int]]]:
    kinds: tuple[tuple[Literal[0, 32, 64], Literal[1, 3], bool], ...] = (
        (0, 1, False), (32, 1, False), (64, 1, False), (64, 1, True), (64, 3, False), (64, 3, True),
    )  # fmt: skip
    for tiles, ahead in compiled(bits, int8):
        for group, segments, low_rank in kinds[: 3 if grid == "levels" else None]:
            variant = Variant(
                bits=bits, grid=grid, bfloat16=bfloat16, group=group, tiles=tiles, segments=segments,
                low_rank=low_rank, int8=int8, ahead=ahead,
            )  # fmt: skip
            yield "gemv.cu", variant.macros()
