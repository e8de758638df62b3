"""GPTQ (arXiv 2210.17323; equal to QuIP's LDLQ): round column by column, let the columns to come make up for the error.

With H = E[x xᵀ] + damping and H = R·Rᵀ, R upper triangular, U = R⁻¹ is the upper Cholesky factor of H⁻¹. Column i is
rounded to q, e = (w_i − q)/U_ii, and the columns after it change by −e·U[i, i+1:]. The total loss is the sum of all e².
Columns are visited in order of falling diag(H) (act-order); scales belong to groups of the original order (static
groups), so no permutation has to be stored.

Levels and weights are held transposed, [in, out]: a column of W is then one contiguous row.
"""

from __future__ import annotations

import torch
from torch import Tensor

from lowbit_core.errors import UserError
from lowbit_core.quantize.feedback import BLOCK, ColumnRounder
from lowbit_core.quantize.grid import Grid

_FLOAT64_LIMIT = 4096
"""Widest matrix that is factored in float64 straight away; above that float64 is the fallback (memory)."""


def visiting_order(gram: Tensor) -> Tensor:
    """Columns by falling diag(H), int64 [in]."""
    return gram.diagonal().argsort(descending=True, stable=True)


def gptq_levels(weight: Tensor, gram: Tensor, grid: Grid) -> Tensor:
    """Levels on a given grid, with error feedback.

    Args:
        weight: W, float32 [out, in].
        gram: H, damped, float32 [in, in].
        grid: scales and zero points of the static groups.

    Returns:
        float32 [in, out] in the original order of the columns: W ≈ (s·levels)ᵀ.
    """
    order = visiting_order(gram)
    coupling = inverse_factor(gram, order)
    coupling.div_(coupling.diagonal().neg()[:, None]).fill_diagonal_(0)
    group_of = grid.group_of(weight.shape[1])[order]
    rest = weight.T[order]
    levels = torch.empty_like(rest)
    rounder = ColumnRounder()
    for start in range(0, rest.shape[0], BLOCK):
        stop = min(start + BLOCK, rest.shape[0])
        block = slice(start, stop)
        levels[block], errors = rounder.round(rest[block], coupling[block, block], grid, group_of[block])
        rest[stop:].addmm_(coupling[block, stop:].T, errors)
    result = rest
    result[order] = levels
    return result


def inverse_factor(gram: Tensor, order: Tensor) -> Tensor:
    """U, upper triangular with Uᵀ·U = H⁻¹ of H with rows and columns in ``order``, float32 [in, in].

    One Cholesky factorization of H turned round (H = R·Rᵀ, R upper) and one triangular inverse, instead of the usual
    factor, inverse and factor again; both in place, so two matrices are held beside ``gram``.

    Raises:
        UserError: H is not positive definite even with more damping.
    """
    wide = gram.shape[0] > _FLOAT64_LIMIT
    backwards = order.flip(0)
    info = torch.empty((), dtype=torch.int32, device=gram.device)
    for dtype, extra in ((torch.float32 if wide else torch.float64, 0.0), (torch.float64, 0.0), (torch.float64, 0.1)):
        # LAPACK works in place on columns: the transpose of a symmetric matrix is that.
        lower = reordered(gram, backwards, dtype).mT
        lower.diagonal().add_(extra * float(gram.diagonal().mean()))
        torch.linalg.cholesky_ex(lower, out=(lower, info))
        if int(info) == 0:
            inverse = torch.eye(gram.shape[0], dtype=dtype, device=gram.device).mT
            torch.linalg.solve_triangular(lower, inverse, upper=False, out=inverse)
            del lower
            return inverse.flip(0, 1).float()
        del lower
    raise UserError(
        "gram-not-positive",
        "The calibration statistics of this matrix are not those of any text (not positive definite).",
        hint="Use more calibration samples, or the solver 'search'.",
    )


def reordered(matrix: Tensor, order: Tensor, dtype: torch.dtype) -> Tensor:
    """matrix[order][:, order] as ``dtype``, without a second copy on the way."""
    result = torch.empty(matrix.shape, dtype=dtype, device=matrix.device)
    for start in range(0, matrix.shape[0], BLOCK):
        part = slice(start, start + BLOCK)
        result[part] = matrix[order[part]][:, order]
    return result
