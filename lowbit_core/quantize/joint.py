"""Matrices that read the same input, solved as one: given the gram, no row of a matrix depends on another.

What a column costs beyond its arithmetic is paid once for q, k and v, and once for gate and up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from lowbit_core.formats.codec import Codec
from lowbit_core.model import Linear
from lowbit_core.quantize.matrix import QuantizedMatrix

MOST_WEIGHTS = {"cpu": 1 << 22, "cuda": 1 << 24}
"""Weights solved as one at most: larger matrices are bound by arithmetic, and memory grows with their sum."""


def groups_to_solve(linears: Sequence[Linear], codecs: Mapping[str, Codec], device: torch.device) -> list[list[Linear]]:
    """Neighbours in ``linears``, which all read one input, that are solved as one."""
    groups: list[list[Linear]] = []
    for linear in linears:
        last = groups[-1] if groups else []
        alike = last and codecs[last[0].name] == codecs[linear.name]
        if alike and sum(item.weights for item in (*last, linear)) <= MOST_WEIGHTS.get(device.type, 0):
            last.append(linear)
        else:
            groups.append([linear])
    return groups


def solve_as_one(targets: Sequence[Tensor], solve_one: Callable[[Tensor], QuantizedMatrix]) -> list[QuantizedMatrix]:
    """Solve matrices [out, in] of the same input.

    Args:
        targets: W of each.
        solve_one: solves one matrix, row by row alike.
    """
    if len(targets) == 1:
        return [solve_one(targets[0])]
    whole = solve_one(torch.cat(list(targets)))
    parts, start = [], 0
    for target in targets:
        rows = slice(start, start + target.shape[0])
        zeros = None if whole.zeros is None else whole.zeros[rows]
        parts.append(replace(whole, codes=whole.codes[rows], scales=whole.scales[rows], zeros=zeros))
        start = rows.stop
    return parts
