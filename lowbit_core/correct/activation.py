"""The activation-aware low-rank repair, in closed form (QERA arXiv 2410.06040, CLoQ arXiv 2501.18475)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lowbit_core.correct.svd import leading_directions
from lowbit_core.quantize.gram import damped
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.recipe.repairs import rank_of


@dataclass(frozen=True)
class ActivationRepair:
    """A `quantize.Repair`: the b·a of the given rank that takes most of the output error E·x away.

    With R = E[x xᵀ] + damping·mean(diag)·I and SVD(E·R^½) = U S Vᵀ it is b·a = U_r S_r V_rᵀ R^-½ = U_r U_rᵀ E. Each
    pair of a row of a and a column of b has equal norms, so that neither half starts training with a tiny gradient.

    Attributes:
        rank: r; cut to min(out, in) where a matrix is smaller.
        damping: share of the mean diagonal added to the gram, as in GPTQ.
        ranks: ranks of some matrices by pattern, see `recipe.repairs.rank_of`.
    """

    rank: int
    damping: float = 0.01
    ranks: Mapping[str, int] = field(default_factory=dict)

    def repair(self, name: str, weight: Tensor, quantized: QuantizedMatrix, gram: Tensor | None) -> LowRank | None:
        """The low-rank term of one matrix.

        Args:
            name: of the matrix, for messages.
            weight: W [out, in], float.
            quantized: Q.
            gram: E[x xᵀ] [in, in], or None for the plain SVD.

        Returns:
            Factors in float32 on the weight's device; None where Q is W already or the rank is 0.

        Raises:
            UserError: the gram holds NaN or infinity.
        """
        rank = min(rank_of(name, self.rank, self.ranks), *weight.shape)
        error = weight.detach().float() - quantized.dequantize().to(weight.device)
        if rank == 0 or not bool(error.any()):
            return None
        moment = None if gram is None else damped(gram.to(error), self.damping, where=name)
        left = leading_directions(error, moment, rank).to(error.dtype)
        return balanced(left, left.T @ error)


def balanced(b: Tensor, a: Tensor) -> LowRank:
    """The same product b·a with equal norms of b[:, k] and a[k] for every k; pairs without effect become zero."""
    norm_b, norm_a = b.norm(dim=0), a.norm(dim=1)
    both = (norm_b * norm_a).sqrt()
    zero = torch.zeros_like(both)
    scale_b = torch.where(norm_b > 0, both / norm_b, zero)
    scale_a = torch.where(norm_a > 0, both / norm_a, zero)
    return LowRank(a=(scale_a[:, None] * a).contiguous(), b=(b * scale_b).contiguous())
