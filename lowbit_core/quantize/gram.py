"""Second moments of a matrix's inputs: what `search`, `gptq` and the activation-aware repair look at."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from lowbit_core.errors import UserError


class GramAccumulator:
    """Mean of x·xᵀ over calibration tokens, and on request of x_float·xᵀ for the quantized prefix's correction.

    Holds one [in, in] float32 matrix (two with ``cross``) and the products of one chunk.
    """

    def __init__(self, features: int, *, cross: bool = False, device: torch.device | str = "cpu") -> None:
        """``features``: in. ``cross``: accumulate the cross gram as well."""
        self.tokens = 0
        self._sum = torch.zeros(features, features, device=device)
        self._cross = torch.zeros(features, features, device=device) if cross else None

    def add(self, inputs: Tensor, reference: Tensor | None = None) -> None:
        """Count the inputs in.

        Args:
            inputs: [..., in], what the matrix sees (behind the quantized prefix); any float dtype.
            reference: [..., in], what it sees in the float model, token for token; needed with ``cross``.
        """
        x = inputs.reshape(-1, inputs.shape[-1]).to(self._sum)
        self._sum.addmm_(x.T, x)
        if self._cross is not None:
            assert reference is not None, "cross gram without the float model's inputs"
            self._cross.addmm_(reference.reshape(-1, reference.shape[-1]).to(self._sum).T, x)
        self.tokens += x.shape[0]

    def gram(self) -> Tensor:
        """E[x xᵀ], float32 [in, in]; zeros if no token came by (an expert that was never called)."""
        return self._sum / max(self.tokens, 1)

    def cross(self) -> Tensor | None:
        """E[x_float xᵀ], float32 [in, in], or None if it was not asked for."""
        return None if self._cross is None else self._cross / max(self.tokens, 1)


def damped(gram: Tensor, damping: float = 0.01, *, where: str = "") -> Tensor:
    """Gram + damping·mean(diag)·I, a new symmetric float matrix; the identity if the gram is all zero.

    Raises:
        UserError: NaN or infinity in the gram: the model's activations overflowed on the calibration text.
    """
    diagonal = gram.diagonal()
    if not bool(torch.isfinite(gram).all()):
        raise UserError(
            "gram-not-finite",
            "The calibration text drives this matrix's inputs to infinity or NaN.",
            hint="Calibrate in a wider precision (bfloat16 or float32), or on other text.",
            where=where,
        )
    mean = float(diagonal.double().mean())
    if mean <= 0:
        return torch.eye(gram.shape[0], dtype=gram.dtype, device=gram.device)
    result = gram.clone()
    result.diagonal().add_(damping * mean)
    return result


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
    """tr(M G Mᵀ), M [out, in], summed in float64."""
    return float(((matrix @ gram.to(matrix)) * matrix).sum(dtype=torch.float64))
