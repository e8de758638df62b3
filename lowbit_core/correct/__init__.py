"""Repairs of the quantization error: closed forms here, trained ones beside them."""

from lowbit_core.correct.activation import ActivationRepair
from lowbit_core.correct.loftq import LoftQ
from lowbit_core.correct.zero import ZeroStart

__all__ = ["ActivationRepair", "LoftQ", "ZeroStart"]
