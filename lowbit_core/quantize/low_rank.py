"""A low-rank term beside a quantized matrix: W ≈ Q + b·a."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class LowRank:
    """Plain factors, no adapter scale in them: the correction of y = Qx is b·(a·x).

    Attributes:
        a: float32 [r, in].
        b: float32 [out, r].
    """

    a: Tensor
    b: Tensor

    @property
    def rank(self) -> int:
        """R."""
        return self.a.shape[0]

    @property
    def parameters(self) -> int:
        """Numbers stored: r·(in + out)."""
        return self.a.numel() + self.b.numel()

    def product(self) -> Tensor:
        """b·a [out, in]."""
        return self.b @ self.a
