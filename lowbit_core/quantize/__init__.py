"""Codecs and solvers: float matrices become codes, scales and zero points, one matrix or one block at a time."""

from lowbit_core.quantize.allocation import Choice, codec_for, first_layers, sensitivity
from lowbit_core.quantize.block import MatrixResult
from lowbit_core.quantize.gram import GramAccumulator, damped, error_db
from lowbit_core.quantize.imported import GptqImport, LoftqImport
from lowbit_core.quantize.loop import QuantizeReport, quantize_model
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.quantize.protocols import Alternation, Codes, Repair, Requantize, Sink
from lowbit_core.quantize.solve import Solver, solve

__all__ = [
    "Alternation",
    "Choice",
    "Codes",
    "GptqImport",
    "GramAccumulator",
    "LoftqImport",
    "LowRank",
    "MatrixResult",
    "QuantizeReport",
    "QuantizedMatrix",
    "Repair",
    "Requantize",
    "Sink",
    "Solver",
    "codec_for",
    "damped",
    "error_db",
    "first_layers",
    "quantize_model",
    "sensitivity",
    "solve",
]
