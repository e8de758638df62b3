"""The matrices of one block: solved, repaired, put back into the block, handed to the sink."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lowbit_core.allocator import return_freed_memory
from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.events import LayerFinished
from lowbit_core.formats.codec import Codec
from lowbit_core.formats.layout import effective_bits, matrix_bytes
from lowbit_core.model import Linear
from lowbit_core.quantize.gram import damped, damped_in_place, error_db
from lowbit_core.quantize.joint import groups_to_solve, solve_as_one
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.quantize.protocols import Alternation, Codes, Repair
from lowbit_core.quantize.solve import DAMPING, Solver, solve


@dataclass(frozen=True, kw_only=True)
class MatrixResult:
    """How one matrix came out. ``bits`` counts everything stored, the repair too; errors as in `LayerFinished`."""

    name: str
    block: int
    weights: int
    width: int
    bits: float
    error_db: float
    repaired_db: float | None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a matrix saw of the calibration text: E[x xᵀ], and E[x_float xᵀ] where a float prefix is kept."""

    gram: Tensor | None = None
    cross: Tensor | None = None


Emit = Callable[[str, QuantizedMatrix, LowRank | None], None]


@dataclass(frozen=True)
class _Place:
    """Where matrices stand and where their results go; see `MatrixQuantizer.matrices`."""

    block: int
    seen: Seen
    module: nn.Module | None
    emit: Emit
    silent: bool


@dataclass(frozen=True, kw_only=True)
class MatrixQuantizer:
    """Everything that is the same for all matrices of a run.

    Attributes:
        codecs: by module name; those of ``given`` have their own.
        solver: how codes are chosen.
        given: codes that are taken as they are, or None.
        repair: low-rank repair, one that chooses the codes too, or None.
        prefix_correction: share (0 to 1) of the upstream error that a matrix makes up for, with `Seen.cross`.
        device: where the work is done.
        context: told of every matrix.
    """

    codecs: Mapping[str, Codec]
    solver: Solver
    given: Codes | None
    repair: Repair | Alternation | None
    prefix_correction: float
    device: torch.device
    context: Context

    def matrices(
        self,
        block: int,
        linears: Sequence[Linear],
        read: Callable[[Linear], Tensor],
        seen: Mapping[str, Seen],
        module: nn.Module | None,
        emit: Emit,
        *,
        silent: bool = False,
    ) -> list[MatrixResult]:
        """Quantize ``linears`` of one block.

        Args:
            block: its index.
            linears: which of its matrices; those with a gram all read the same input.
            read: the float weight [out, in] of a matrix.
            seen: by name inside the block; a matrix that is not in it has no gram.
            module: the block; its weights are replaced by Q (+ repair). None leaves it alone.
            emit: takes each result.
            silent: report nothing (the block was finished by an earlier run).
        """
        results = []
        alone = [[linear] for linear in linears]
        for group in alone if self.given else groups_to_solve(linears, self.codecs, self.device):
            self.context.checkpoint()
            known = seen.get(group[0].matrix, Seen())
            results.extend(self._group(group, read, _Place(block, known, module, emit, silent)))
            return_freed_memory()
        return results

    @torch.inference_mode()
    def _group(self, linears: Sequence[Linear], read: Callable[[Linear], Tensor], place: _Place) -> list[MatrixResult]:
        """Matrices of one input and codec, solved as one."""
        started, seen = time.perf_counter(), place.seen
        weights = [read(linear).to(self.device, torch.float32) for linear in linears]
        targets = weights
        if seen.gram is not None and seen.cross is not None and self.prefix_correction > 0:
            targets = [corrected_for_prefix(item, seen.gram, seen.cross, self.prefix_correction) for item in weights]
        solved = self._codes(linears, targets, seen.gram)
        share = (time.perf_counter() - started) / len(linears)
        return [
            self._one(*each, place, time.perf_counter() - share)
            for each in zip(linears, weights, targets, solved, strict=True)
        ]

    def _codes(
        self, linears: Sequence[Linear], targets: Sequence[Tensor], gram: Tensor | None
    ) -> list[QuantizedMatrix]:
        if self.given is not None:
            return [self._given(self.given, linear) for linear in linears]
        name = linears[0].name
        return solve_as_one(targets, lambda target: self._solved(target, self.codecs[name], gram, name))

    def _one(
        self, linear: Linear, weight: Tensor, target: Tensor, quantized: QuantizedMatrix, place: _Place, started: float
    ) -> MatrixResult:
        seen, silent = place.seen, place.silent
        codec, permuted = quantized.codec, quantized.permutation is not None
        value = quantized.dequantize()
        before = error_db(weight, value, seen.gram)
        if not silent:
            bits, seconds = stored_bits(codec, linear, permuted=permuted), time.perf_counter() - started
            self._report(place.block, linear, "before", bits, before, seconds)
        after = None
        chosen, low_rank = self._repaired(linear.name, target, quantized, seen.gram)
        if chosen is not quantized:
            quantized, value = chosen, chosen.dequantize()
        if low_rank is not None:
            value = value + low_rank.product().to(value)
            after = error_db(weight, value, seen.gram)
            if not silent:
                seconds = time.perf_counter() - started
                bits = stored_bits(codec, linear, low_rank.parameters, permuted=permuted)
                self._report(place.block, linear, "after", bits, after, seconds)
        if place.module is not None:
            _replace(place.module, linear, value)
        place.emit(linear.name, quantized, low_rank)
        parameters = 0 if low_rank is None else low_rank.parameters
        return MatrixResult(
            name=linear.name,
            block=place.block,
            weights=linear.weights,
            width=codec.bits,
            bits=stored_bits(codec, linear, parameters, permuted=permuted),
            error_db=before,
            repaired_db=after,
        )

    def _given(self, codes: Codes, linear: Linear) -> QuantizedMatrix:
        """The codes made elsewhere.

        Raises:
            UserError: they are of a matrix of another shape (``codes-other-model``).
        """
        found = codes.matrix(linear.name)
        if tuple(found.codes.shape) != (linear.out_features, linear.in_features):
            raise UserError(
                "codes-other-model",
                f"The codes of {linear.name} are {list(found.codes.shape)}, the model's matrix is "
                f"{[linear.out_features, linear.in_features]}.",
                hint="quantize.codes must name a quantized version of model.source.",
                where="quantize.codes",
                arguments={"name": linear.name},
            )
        return found.to(self.device)

    def _repaired(
        self, name: str, target: Tensor, quantized: QuantizedMatrix, gram: Tensor | None
    ) -> tuple[QuantizedMatrix, LowRank | None]:
        if self.repair is None:
            return quantized, None
        if isinstance(self.repair, Alternation):
            codec = quantized.codec
            return self.repair.alternate(
                name, target, quantized, gram, lambda other, last: self._solved(other, codec, gram, name, last)
            )
        return quantized, self.repair.repair(name, target, quantized, gram)

    def _solved(
        self, target: Tensor, codec: Codec, gram: Tensor | None, name: str, last: QuantizedMatrix | None = None
    ) -> QuantizedMatrix:
        if gram is None:
            return solve(target, codec, self.solver)
        # In place: the gram of a wide matrix is the largest thing in memory, and a damped copy would be a second one.
        with damped_in_place(gram, DAMPING, where=name) as hessian:
            return solve(target, codec, self.solver, hessian, damping=0.0, last=last)

    def _report(self, block: int, linear: Linear, phase: str, bits: float, error: float, seconds: float) -> None:
        self.context.emit(
            LayerFinished(
                layer=linear.name,
                block=block,
                matrix=linear.matrix,
                phase="after" if phase == "after" else "before",
                bits=bits,
                error_db=error,
                seconds=seconds,
            )
        )


def stored_bits(codec: Codec, linear: Linear, adapter_parameters: int = 0, *, permuted: bool = False) -> float:
    """Bits a weight with everything counted."""
    stored = matrix_bytes(codec, linear.out_features, linear.in_features, permuted=permuted)
    return effective_bits(stored, linear.out_features, linear.in_features, adapter_parameters=adapter_parameters)


def corrected_for_prefix(weight: Tensor, gram: Tensor, cross: Tensor, share: float) -> Tensor:
    """W + share·W·E[(x_float − x) xᵀ]·(E[x xᵀ] + damping)⁻¹, the matrix whose output on x comes closest to W x_float.

    Source: QEP (arXiv 2504.09629), GPTAQ (arXiv 2504.02692).

    Args:
        weight: W float32 [out, in].
        gram: E[x xᵀ] [in, in] behind the quantized prefix.
        cross: E[x_float xᵀ] [in, in].
        share: 0 (no correction) to 1.
    """
    lower = torch.linalg.cholesky(damped(gram, DAMPING).double())
    drift = weight.double() @ (cross.double() - gram.double())
    return (weight + share * torch.cholesky_solve(drift.T, lower).T).float()


def _replace(module: nn.Module, linear: Linear, value: Tensor) -> None:
    parameter = module.get_submodule(linear.matrix).weight
    assert isinstance(parameter, Tensor)
    parameter.data.copy_(value.T if linear.transposed else value)
