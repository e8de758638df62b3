"""One matrix in, one quantized matrix out: the door to the solvers."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import Codec, check_codec
from lowbit_core.quantize.descent import descend
from lowbit_core.quantize.gptq import gptq_levels
from lowbit_core.quantize.gram import damped
from lowbit_core.quantize.grid import from_levels, grid_of, nearest
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.quantize.search import range_grid, search_grid

Solver = Literal["nearest", "search", "gptq"]

DAMPING = 0.01
"""Share of the gram's mean diagonal that is added to it (GPTQ's default)."""

WIDEST_AGAIN = 3
"""Bits at which the grid of an earlier solution is as good as a new search, in three quarters of the time.

What a second round leaves of the output error on text not looked at, as shares of the first round's (20 matrices of the
starter, rank 8), after a search and without: 0.957 and 0.953 at 2 bits, 0.971 and 0.968 at 3; at 4, where zero points
have to move, 0.943 and 0.950.
"""


def solve(
    weight: Tensor,
    codec: Codec,
    solver: Solver,
    gram: Tensor | None = None,
    *,
    device: torch.device | str | None = None,
    damping: float = DAMPING,
    last: QuantizedMatrix | None = None,
) -> QuantizedMatrix:
    """Quantize one matrix.

    Args:
        weight: W [out, in], any float dtype, any device.
        codec: what the codes mean.
        solver: ``nearest`` (min/max or absmax grid, nearest codes), ``search`` (grid of least error, weighted by
            diag(gram) if there is one), ``gptq`` (searched grid, then error feedback; needs ``gram``).
        gram: E[x xᵀ] [in, in] of the matrix's inputs, undamped. All zeros count as no knowledge (the identity).
        device: where the work is done and the result lives; by default the weight's.
        damping: 0 where ``gram`` is damped already (`damped_in_place`); then it is not copied.
        last: of a matrix that was close to this one. At 2 and 3 bits gptq starts from its grid, which has been refitted
            already, in the place of a search.

    Raises:
        UserError: W or the gram holds NaN or infinity, or gptq has no gram.
    """
    check_codec(codec)
    target = weight.device if device is None else torch.device(device)
    full = weight.detach().to(target, torch.float32)
    if not bool(torch.isfinite(full).all()):
        raise UserError(
            "weight-not-finite",
            "The matrix holds NaN or infinity and cannot be quantized.",
            hint="Fetch the model again, or name the matrix in quantize.skip.",
        )
    if solver == "nearest":
        return nearest(codec, full, range_grid(full, codec))
    if gram is None:
        if solver == "gptq":
            raise UserError(
                "gptq-without-text", "The solver gptq needs calibration text.", hint="Use solver = 'search'."
            )
        return nearest(codec, full, search_grid(full, codec))
    hessian = gram.detach().to(target, torch.float32)
    if damping > 0:
        hessian = damped(hessian, damping)
    if solver == "gptq" and last is not None and codec.bits <= WIDEST_AGAIN:
        grid = grid_of(last.to(target))
    else:
        grid = search_grid(full, codec, hessian.diagonal())
    if solver == "search":
        return nearest(codec, full, grid)
    levels = gptq_levels(full, hessian, grid)
    if codec.bits < 8:
        grid, levels = descend(full, hessian, grid, levels)
    return from_levels(levels, grid)
