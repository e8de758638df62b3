"""Second moments of a matrix's inputs: what `search`, `gptq` and the activation-aware repair look at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from lowbit_core.errors import UserError

_LEAST_STRIP = 256
_ALIGNMENT = 64
_CHUNK_TOKENS = 2048
"""Inputs turned into float32 at once."""

_CHUNK_ROWS = 512
"""Rows of a matrix whose error is summed at once."""


class GramAccumulator:
    """Mean of x·xᵀ over calibration tokens, and on request of x_float·xᵀ for the quantized prefix's correction.

    Holds one [in, in] float32 matrix (two with ``cross``) and a float32 copy of a few inputs. x·xᵀ is symmetric: only
    strips on and above the diagonal are summed, 62 % of the arithmetic.
    """

    def __init__(self, features: int, *, cross: bool = False, device: torch.device | str = "cpu") -> None:
        """``features``: in. ``cross``: accumulate the cross gram as well."""
        self.tokens = 0
        self._sum = torch.zeros(features, features, device=device)
        self._cross = torch.zeros(features, features, device=device) if cross else None
        width = max(_LEAST_STRIP, -(-features // (4 * _ALIGNMENT)) * _ALIGNMENT)
        self._strips = [slice(start, min(start + width, features)) for start in range(0, features, width)]

    def add(self, inputs: Tensor, reference: Tensor | None = None) -> None:
        """Count the inputs in.

        Args:
            inputs: [..., in], what the matrix sees (behind the quantized prefix); any float dtype.
            reference: [..., in], what it sees in the float model, token for token; needed with ``cross``.
        """
        flat = inputs.reshape(-1, inputs.shape[-1])
        other = None if reference is None else reference.reshape(flat.shape)
        assert self._cross is None or other is not None, "cross gram without the float model's inputs"
        for start in range(0, flat.shape[0], _CHUNK_TOKENS):
            part = slice(start, start + _CHUNK_TOKENS)
            x = flat[part].to(self._sum)
            for strip in self._strips:
                self._sum[strip, strip.start :].addmm_(x[:, strip].T, x[:, strip.start :])
            if self._cross is not None and other is not None:
                self._cross.addmm_(other[part].to(self._sum).T, x)
        self.tokens += flat.shape[0]

    def gram(self) -> Tensor:
        """E[x xᵀ], float32 [in, in]; zeros if no token came by (an expert that was never called)."""
        return self._mirrored(self._sum.clone()).div_(max(self.tokens, 1))

    def take_gram(self) -> Tensor:
        """`gram` without a copy; the accumulator is of no use afterwards."""
        result, self._sum = self._sum, torch.empty(0)
        return self._mirrored(result).div_(max(self.tokens, 1))

    def cross(self) -> Tensor | None:
        """E[x_float xᵀ], float32 [in, in], or None if it was not asked for."""
        return None if self._cross is None else self._cross / max(self.tokens, 1)

    def _mirrored(self, upper: Tensor) -> Tensor:
        """Fill in, in place, what lies below the strips."""
        for strip in self._strips:
            upper[strip.stop :, strip] = upper[strip, strip.stop :].T
        return upper


@contextmanager
def damped_in_place(gram: Tensor, damping: float, *, where: str = "") -> Iterator[Tensor]:
    """`damped`, in ``gram`` itself for the length of a ``with``; its diagonal is put back exactly.

    Raises:
        UserError: NaN or infinity in the gram.
    """
    _check_finite(gram, where)
    kept = gram.diagonal().clone()
    mean = float(kept.double().mean())
    gram.diagonal().add_(damping * mean if mean > 0 else 1.0)
    try:
        yield gram
    finally:
        gram.diagonal().copy_(kept)


def damped(gram: Tensor, damping: float = 0.01, *, where: str = "") -> Tensor:
    """Gram + damping·mean(diag)·I, a new symmetric float matrix; the identity if the gram is all zero.

    Raises:
        UserError: NaN or infinity in the gram: the model's activations overflowed on the calibration text.
    """
    diagonal = gram.diagonal()
    _check_finite(gram, where)
    mean = float(diagonal.double().mean())
    if mean <= 0:
        return torch.eye(gram.shape[0], dtype=gram.dtype, device=gram.device)
    result = gram.clone()
    result.diagonal().add_(damping * mean)
    return result


def _check_finite(gram: Tensor, where: str) -> None:
    # The sum is NaN or infinite if any number is; isfinite() would make two more matrices of that size.
    if not math.isfinite(float(gram.sum(dtype=torch.float64))):
        raise UserError(
            "gram-not-finite",
            "The calibration text drives this matrix's inputs to infinity or NaN.",
            hint="Calibrate in a wider precision (bfloat16 or float32), or on other text.",
            where=where,
        )


def error_db(weight: Tensor, dequantized: Tensor, gram: Tensor | None) -> float:
    """Error of the output in dB, 10·log10(tr(E G Eᵀ)/tr(W G Wᵀ)), E = W − W'; lower is better.

    Args:
        weight: W [out, in].
        dequantized: W' [out, in].
        gram: G [in, in], or None for the error of the weights themselves.

    Returns:
        dB; −inf if nothing is lost, 0 if W itself is zero on these inputs.
    """
    full = weight.float()
    error = full - dequantized.to(full)
    if gram is None:
        noise, signal = float(error.double().square().sum()), float(full.double().square().sum())
    else:
        noise, signal = quadratic(error, gram), quadratic(full, gram)
    if noise <= 0:
        return -math.inf
    return 10 * math.log10(noise / signal) if signal > 0 else 0.0


def quadratic(matrix: Tensor, gram: Tensor) -> float:
    """tr(M G Mᵀ), M [out, in], summed in float64, some rows at a time."""
    total = torch.zeros((), dtype=torch.float64, device=matrix.device)
    for rows in matrix.split(_CHUNK_ROWS):
        total += ((rows @ gram.to(matrix)) * rows).sum(dtype=torch.float64)
    return float(total)
