"""LoftQ (arXiv 2310.08659): quantization and a low-rank term in alternation, so that Q + b·a starts close to W.

    Q_1 = q(W),  then for t = 1..T:  b·a = SVD_r(W − Q_t),  Q_{t+1} = q(W − b·a)

Three things differ from the published code. It returns the last iterate although its error rises again at 2 bits; here
the best of the T is kept. It may use any codec and any solver. And where the inputs' second moments are known, the term
and the choice of the best are for the error of the output, tr(E G Eᵀ), as gptq's codes are; without them it is |E|_F.
The factors carry no adapter scale: `packed.peft_factors` divides by it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lowbit_core.allocator import return_freed_memory
from lowbit_core.correct.activation import balanced
from lowbit_core.correct.svd import leading_directions
from lowbit_core.quantize.gram import damped, quadratic
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.quantize.protocols import Requantize
from lowbit_core.recipe.repairs import rank_of


@dataclass(frozen=True)
class LoftQ:
    """A `quantize.Alternation`.

    Attributes:
        rank: r; cut to min(out, in) where a matrix is smaller.
        iterations: T, rounds of quantization and SVD; 1 leaves the codes as they are.
        ranks: ranks of some matrices by pattern, see `recipe.repairs.rank_of`.
        damping: share of the mean diagonal added to the gram, as in GPTQ.
    """

    rank: int
    iterations: int = 5
    ranks: Mapping[str, int] = field(default_factory=dict)
    damping: float = 0.01

    def alternate(
        self, name: str, weight: Tensor, quantized: QuantizedMatrix, gram: Tensor | None, requantize: Requantize
    ) -> tuple[QuantizedMatrix, LowRank | None]:
        """The best Q and b·a of all rounds.

        Args:
            name: of the matrix.
            weight: W float32 [out, in].
            quantized: q(W).
            gram: E[x xᵀ] [in, in], or None.
            requantize: q.

        Returns:
            Q, and factors in float32 on the weight's device; q(W) and None where the rank is 0 or q(W) is W already.

        Raises:
            UserError: the gram holds NaN or infinity.
        """
        rank = min(rank_of(name, self.rank, self.ranks), *weight.shape)
        if rank == 0 or not bool((weight - quantized.dequantize()).any()):
            return quantized, None
        best: tuple[QuantizedMatrix, LowRank | None] = (quantized, None)
        least, low_rank = math.inf, None
        for step in range(self.iterations):
            if step:
                assert low_rank is not None
                return_freed_memory()  # what rounds leave in the C library's heaps adds up to a matrix or two
                quantized = requantize(weight - low_rank.product(), quantized)
            low_rank, left = self._term(name, weight - quantized.dequantize(), gram, rank)
            if left < least:
                best, least = (quantized, low_rank), left
            if left == 0:
                break
        return best

    def _term(self, name: str, error: Tensor, gram: Tensor | None, rank: int) -> tuple[LowRank, float]:
        """The best b·a for E, and what it leaves of the error."""
        # Damped anew each round: the solver wants the gram as it came, and a copy kept beside it would be a second one.
        moment = None if gram is None else damped(gram.to(error), self.damping, where=name)
        left = leading_directions(error, moment, rank).to(error.dtype)
        low_rank = balanced(left, left.T @ error)
        rest = error - low_rank.product()
        return low_rank, float(rest.square().sum(dtype=torch.float64)) if moment is None else quadratic(rest, moment)
