"""How much of a packed matrix is dequantized at once; whoever multiplies and the memory plan share it."""

from __future__ import annotations

TILE_WEIGHTS = 3 << 23
"""Weights in a tile at most: 50 MB in 16 bits, about what a large GPU's second-level cache holds. The square matrices
of a block of a 7B are one tile, the others two, its head six."""

_ROW_STEP = 64
"""Rows of a tile are a multiple of this, where there are several."""


def tile_rows(out_features: int, in_features: int) -> int:
    """Rows of W [out_features, in_features] in one tile: all, or as even parts as there must be."""
    parts = -(-out_features * in_features // TILE_WEIGHTS)
    if parts <= 1:
        return max(1, out_features)
    rows = -(-out_features // parts)
    return max(1, -(-rows // _ROW_STEP) * _ROW_STEP)
