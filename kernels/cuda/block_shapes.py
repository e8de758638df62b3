"""How the product's work is cut into blocks: a table, as measured fastest on an H100 and an H200."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

STEP = 256
"""Columns a warp of the product takes at a turn (STEP in weights.cuh)."""

INT8_BITS = (2, 3)
"""Widths whose product with one row is faster in 8-bit integers (multiply_int8.cuh); it can also take 4."""

_MOST_WARPS = 16
_ANY = 1 << 31


class BlockShape(NamedTuple):
    """A block: ``tiles`` of 16 rows, ``warps`` that share them along K and ask for weights ``ahead`` turns before."""

    tiles: int
    warps: int
    ahead: int = 1


class _Rule(NamedTuple):
    """For fewer ``rows`` and ``columns`` than these: tiles, turns a warp takes at least, turns ahead."""

    rows: int
    columns: int
    tiles: int
    turns: int
    ahead: int = 1


# (bits, whether in 8-bit integers): the first rule that holds. Few rows want many warps a block.
_TABLE: dict[tuple[int, bool], tuple[_Rule, ...]] = {
    (2, False): (
        _Rule(2048, _ANY, 1, 1),
        _Rule(8192, _ANY, 2, 1),
        _Rule(12288, _ANY, 2, 2),
        _Rule(_ANY, _ANY, 2, 4),
    ),
    (2, True): (
        _Rule(2048, _ANY, 1, 1, 2),
        _Rule(8192, 31 * STEP + 1, 2, 1, 2),
        _Rule(8192, _ANY, 2, 2, 2),
        _Rule(_ANY, _ANY, 2, 4, 2),
    ),
    (3, False): (
        _Rule(2048, _ANY, 1, 1, 2),
        _Rule(8192, _ANY, 2, 1, 2),
        _Rule(12288, _ANY, 2, 2, 2),
        _Rule(_ANY, _ANY, 2, 4, 2),
    ),
    (3, True): (
        _Rule(2048, _ANY, 1, 1, 2),
        _Rule(8192, 31 * STEP + 1, 1, 2, 2),
        _Rule(8192, _ANY, 2, 2),
        _Rule(20000, _ANY, 2, 4, 2),
        _Rule(_ANY, _ANY, 2, 4),
    ),
    (4, False): (
        _Rule(2048, _ANY, 1, 1),
        _Rule(8192, 31 * STEP + 1, 1, 2),
        _Rule(8192, _ANY, 2, 2),
        _Rule(13312, _ANY, 1, 4),
        _Rule(_ANY, _ANY, 2, 4),
    ),
    (4, True): (
        _Rule(2048, _ANY, 1, 2),
        _Rule(8192, 31 * STEP + 1, 1, 2),
        _Rule(8192, _ANY, 2, 1),
        _Rule(_ANY, _ANY, 2, 2),
    ),
    (8, False): (
        _Rule(8192, _ANY, 1, 2),
        _Rule(_ANY, _ANY, 1, 4),
    ),
}  # fmt: skip


def block_shape(bits: int, int8: bool, rows: int, columns: int) -> BlockShape:
    """For all ``rows`` of a launch; ``int8``: multiplied in 8-bit integers."""
    rule = next(item for item in _TABLE[bits, int8] if rows < item.rows and columns < item.columns)
    wanted = max(1, -(-columns // STEP) // rule.turns)
    return BlockShape(rule.tiles, min(_MOST_WARPS, 1 << (wanted.bit_length() - 1)), rule.ahead)


def compiled(bits: int, int8: bool) -> Iterator[tuple[int, int]]:
    """Each pair of tiles and turns ahead the table asks for, once."""
    yield from dict.fromkeys((item.tiles, item.ahead) for item in _TABLE[bits, int8])
