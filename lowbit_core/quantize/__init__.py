"""Codecs and solvers: float matrices become codes, scales and zero points, one matrix or one block at a time."""

from lowbit_core.quantize.gram import GramAccumulator, damped, error_db
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.quantize.solve import Solver, solve

__all__ = ["GramAccumulator", "LowRank", "QuantizedMatrix", "Solver", "damped", "error_db", "solve"]
