"""What the block loop is given: a place for its results, and a repair of each matrix."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol, runtime_checkable

from torch import Tensor

from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix


class Sink(Protocol):
    """Takes the results of the loop, block by block.

    A block counts as done once `block_done` returned: what came for it before is on disk then. What came for a block
    that never got that far may come again and replaces the first.
    """

    def done_blocks(self) -> Collection[int]:
        """Blocks that an earlier, interrupted run finished; their matrices are not sent again."""

    def matrix(self, name: str, quantized: QuantizedMatrix, low_rank: LowRank | None) -> None:
        """The module ``name`` (``model.layers.0.self_attn.q_proj``), [out, in] also where the float one is
        transposed.
        """

    def tensor(self, name: str, tensor: Tensor) -> None:
        """A parameter or persistent buffer that stays as it is, by its transformers name, in 16 bits or as stored."""

    def block_done(self, index: int) -> None:
        """All of block ``index`` was sent; make it survive a power cut."""

    def done(self) -> None:
        """Everything was sent, embedding, head and norms included."""


class Repair(Protocol):
    """Called for each matrix inside the loop, so that the blocks after it see the repaired one."""

    def repair(self, name: str, weight: Tensor, quantized: QuantizedMatrix, gram: Tensor | None) -> LowRank | None:
        """A low-rank term for W − Q, or None to leave the matrix as it is.

        Args:
            name: module name.
            weight: W float32 [out, in].
            quantized: Q.
            gram: E[x xᵀ] float32 [in, in] of its inputs behind the quantized prefix, or None without text.
        """


class Codes(Protocol):
    """Codes made elsewhere, taken as they are in the place of a solver's."""

    key: str
    """Changes with them."""

    def holds(self, name: str) -> bool:
        """Whether there are codes for the module ``name``; a matrix without stays as it is."""

    def matrix(self, name: str) -> QuantizedMatrix:
        """The codes of a module, [out, in], on the CPU.

        Raises:
            UserError: they are of no form that can be packed.
        """


Requantize = Callable[[Tensor, QuantizedMatrix], QuantizedMatrix]
"""Any matrix [out, in] in the place of W, quantized with the run's codec, solver and the matrix's inputs, after the
codes that the round before has chosen."""


@runtime_checkable
class Alternation(Protocol):
    """A correction that chooses the codes too; called in the place of `Repair`."""

    def alternate(
        self, name: str, weight: Tensor, quantized: QuantizedMatrix, gram: Tensor | None, requantize: Requantize
    ) -> tuple[QuantizedMatrix, LowRank | None]:
        """Q and a low-rank term for W − Q.

        Args:
            name: module name.
            weight: W float32 [out, in].
            quantized: Q of W itself.
            gram: as for `Repair`.
            requantize: quantizes another target; the gram must be as it came while it runs.
        """
