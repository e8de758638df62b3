"""Repairs of the quantization error: closed forms here, trained ones beside them."""

from lowbit_core.correct.activation import ActivationRepair

__all__ = ["ActivationRepair"]
