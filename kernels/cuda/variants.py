"""Which compiled variants there are: one for each width, grid, number format and, for the product, kind of groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

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
    """

    bits: int
    grid: Grid
    bfloat16: bool
    group: Literal[0, 32, 64] = 0
    tiles: int = 1

    def macros(self) -> dict[str, int]:
        """Preprocessor constants of decode.cuh, gemv.cu and dequantize.cu."""
        return {
            "BITS": self.bits,
            "KIND": _KIND[self.grid],
            "USE_BF16": int(self.bfloat16),
            "GROUP": self.group,
            "TILES": self.tiles,
        }


def shipped_variants(architecture: str) -> Iterator[Variant]:
    """Every variant a program on ``architecture`` can ask for."""
    for bits in (2, 3, 4, 8):
        for grid in ("zeros", "fixed", "levels"):
            for bfloat16 in (False, True):
                if bfloat16 and architecture == "sm_75":
                    continue
                for group in (0, 32, 64):
                    yield Variant(bits=bits, grid=grid, bfloat16=bfloat16, group=group)
