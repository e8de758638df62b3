"""A low-rank term that changes nothing: where LREC starts if it shall not start from a closed form."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.recipe.repairs import rank_of


@dataclass(frozen=True)
class ZeroStart:
    """A `quantize.Repair` with b = 0 and a random, LoRA's own start (arXiv 2106.09685) and INT2.1's.

    Attributes:
        rank: r; cut to min(out, in) where a matrix is smaller.
        ranks: ranks of some matrices by pattern, see `recipe.repairs.rank_of`.
        seed: of the random numbers, together with the matrix's name.
    """

    rank: int
    ranks: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0

    def repair(self, name: str, weight: Tensor, quantized: QuantizedMatrix, gram: Tensor | None) -> LowRank | None:
        """See `quantize.Repair`; a is uniform in ±1/√in, as PEFT draws it."""
        rows, columns = weight.shape
        rank = min(rank_of(name, self.rank, self.ranks), rows, columns)
        if rank == 0:
            return None
        draw = torch.Generator().manual_seed(zlib.crc32(name.encode()) + self.seed)
        a = (2 * torch.rand(rank, columns, generator=draw) - 1) / columns**0.5
        return LowRank(a=a.to(weight.device), b=torch.zeros(rows, rank, device=weight.device))
