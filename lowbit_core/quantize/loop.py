"""The block loop: float blocks go in, quantized blocks come out, and one block is in memory at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from lowbit_core.allocator import large_blocks_go_back, return_freed_memory
from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.events import Notice, Progress
from lowbit_core.formats.codec import WIDTHS, Codec
from lowbit_core.model import Block, BlockStream, Linear
from lowbit_core.model.stream import MICRO_BATCH_TOKENS
from lowbit_core.quantize import outside
from lowbit_core.quantize.allocation import codec_for, first_layers, sensitivity, uniform
from lowbit_core.quantize.block import MatrixQuantizer, MatrixResult, Seen
from lowbit_core.quantize.calibration import Inputs, collect, shared_inputs
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.quantize.protocols import Alternation, Codes, Repair, Sink
from lowbit_core.quantize.states import HiddenStates, read_json, write_json
from lowbit_core.quantize.width_errors import float_weight, measure
from lowbit_core.recipe.schema import Quantize
from lowbit_core.source import ModelSpec

_STAGE = "quantize"
_WIDTHS_FILE = "widths.json"

_MANY_WEIGHTS = 1 << 24
"""Of a transformer block, from which freed memory is worth new pages: they cost a quarter of quantizing the starter."""


@dataclass(frozen=True, kw_only=True)
class QuantizeReport:
    """The matrices quantized by this call (a resumed run's earlier blocks are in the sink, not here)."""

    matrices: tuple[MatrixResult, ...]

    @property
    def bits(self) -> float:
        """Bits a weight of these matrices, everything counted."""
        weights = sum(item.weights for item in self.matrices)
        return sum(item.bits * item.weights for item in self.matrices) / weights if weights else 0.0


def quantize_model(
    spec: ModelSpec,
    settings: Quantize,
    tokens: Tensor | None,
    *,
    sink: Sink,
    context: Context,
    repair: Repair | Alternation | None = None,
    codes: Codes | None = None,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.bfloat16,
    hidden_dir: Path | None = None,
    batch_tokens: int = MICRO_BATCH_TOKENS,
    sequential: bool = False,
    prefix_correction: float = 0.0,
) -> QuantizeReport:
    """Quantize a model block by block into a sink.

    Every block sees the calibration text behind the blocks quantized before it. An interrupted call is taken up by
    calling again with the same arguments: blocks the sink has are left alone, and the bytes come out the same.

    Args:
        spec: the model; its weights are read tensor by tensor.
        settings: the recipe's section; ``bits`` must be a number here.
        tokens: calibration text, int64 [n, length]; None for solvers that need none (nearest, search).
        sink: takes the results.
        context: told of the progress, asked for interruptions between matrices and micro-batches.
        repair: adds a low-rank term to each matrix, or chooses its codes too, or None.
        codes: made elsewhere and taken as they are; ``settings`` then says nothing but what to skip. Matrices that have
            none are left in 16 bits.
        device: where blocks run and matrices are solved.
        dtype: of the float model's arithmetic.
        hidden_dir: folder for the hidden states, which are deleted when all is done; None keeps them in RAM.
        batch_tokens: tokens run through a block at once.
        sequential: give each matrix the inputs behind the quantized matrices before it in its own block, at one more
            partial pass for each distinct input.
        prefix_correction: 0 to 1, how far a matrix makes up for the quantization error of the blocks before it (QEP);
            above 0 the float model's hidden states are kept beside the quantized one's.

    Raises:
        UserError: a model that cannot be streamed, settings nothing implements, damaged files, a full disk.
        Interrupted: on request of the context.
    """
    if settings.bits == "auto":
        raise UserError(
            "bits-auto", "'auto' has not been turned into a number of bits yet.", where="quantize.bits"
        )  # the plan does that
    stream = BlockStream(spec, dtype=dtype, device=device, batch_tokens=batch_tokens)
    outside.check_quantizable(stream)
    if settings.solver == "nearest" and repair is None and settings.bits in WIDTHS:
        tokens = None  # nobody would look at it
    loop = _Loop(
        stream=stream,
        settings=settings,
        tokens=tokens,
        sink=sink,
        repair=repair,
        codes=codes,
        context=context,
        hidden_dir=hidden_dir,
        sequential=sequential,
        prefix_correction=prefix_correction if tokens is not None else 0.0,
        key=_key(spec, settings, tokens, repair, codes, dtype, batch_tokens, sequential, prefix_correction),
    )
    widest = max(sum(item.weights for item in block.linears) for block in stream.structure.blocks)
    with large_blocks_go_back() if widest >= _MANY_WEIGHTS else nullcontext():
        return loop.run()


@dataclass(kw_only=True)
class _Loop:
    """One call of `quantize_model`."""

    stream: BlockStream
    settings: Quantize
    tokens: Tensor | None
    sink: Sink
    repair: Repair | Alternation | None
    codes: Codes | None
    context: Context
    hidden_dir: Path | None
    sequential: bool
    prefix_correction: float
    key: str

    def __post_init__(self) -> None:
        self.done = frozenset(self.sink.done_blocks())
        self.linears = {
            block.index: [
                item
                for item in block.linears
                if not outside.is_skipped(item, self.settings.skip)
                and (self.codes is None or self.codes.holds(item.name))
            ]
            for block in self.stream.structure.blocks
        }
        self.total = sum(len(items) for items in self.linears.values())
        self.finished = 0
        self.results: list[MatrixResult] = []

    def run(self) -> QuantizeReport:
        """All blocks, then what is outside them."""
        outside.tell_refused(self.stream, self.context)
        self._tell_without_codes()
        blocks = self.stream.structure.blocks
        if len(self.done) < len(blocks):
            self.quantizer = MatrixQuantizer(
                codecs={} if self.codes is not None else self._codecs(),
                solver=self.settings.solver,
                given=self.codes,
                repair=self.repair,
                prefix_correction=self.prefix_correction,
                device=self.stream.device,
                context=self.context,
            )
            if self.tokens is None:
                self._without_text(blocks)
            else:
                self._with_text(blocks, self.tokens)
        outside.send_outside_tensors(self.stream, self.settings, self.sink, self.context, self.codes)
        self.sink.done()
        if self.hidden_dir is not None:
            (self.hidden_dir / _WIDTHS_FILE).unlink(missing_ok=True)
        return QuantizeReport(matrices=tuple(self.results))

    def _codecs(self) -> dict[str, Codec]:
        """The codec of each matrix; measured widths are kept for a resumed run."""
        linears = [item for items in self.linears.values() for item in items]
        bits = self.settings.bits
        assert not isinstance(bits, str)
        if bits in WIDTHS:
            widths = uniform(linears, int(bits))
        elif self.settings.mixed == "first-layers":
            widths = first_layers(self.stream.structure, float(bits))
        else:
            widths = self._measured_widths(float(bits))
        return {item.name: codec_for(self.settings, widths.get(item.name, int(bits))) for item in linears}

    def _measured_widths(self, bits: float) -> dict[str, int]:
        kept = None if self.hidden_dir is None else read_json(self.hidden_dir / _WIDTHS_FILE)
        if isinstance(kept, dict) and kept.get("key") == self.key:
            return {str(name): int(width) for name, width in kept["widths"].items()}
        choices = measure(self.stream, self.tokens, self.settings, self.linears, self.context)
        widths = sensitivity(choices, bits)
        if self.hidden_dir is not None:
            write_json(self.hidden_dir / _WIDTHS_FILE, {"key": self.key, "widths": widths})
        return widths

    def _without_text(self, blocks: tuple[Block, ...]) -> None:
        for block in blocks:
            if block.index in self.done:
                self._count(block.index)
                continue
            for linear in self.linears[block.index]:
                self._quantize(block, [linear], {}, None, emit=True)
            self._close_block(block, {item.name for item in self.linears[block.index]})

    def _with_text(self, blocks: tuple[Block, ...], tokens: Tensor) -> None:
        streams = ("quantized", "float") if self.prefix_correction > 0 else ("quantized",)
        shape = (*tokens.shape, self.stream.hidden_size)
        states = HiddenStates(self.hidden_dir, self.key, streams, shape, self.stream.dtype)
        try:
            first = self._first_block(states, tokens)
            for block in blocks[first:]:
                self._block(block, states, last=block.index == len(blocks) - 1)
        except BaseException:
            states.close()
            raise
        states.remove()

    def _first_block(self, states: HiddenStates, tokens: Tensor) -> int:
        """Take up saved hidden states where the sink's blocks end, or begin with the text."""
        # A block counts only if all before it do: the loop goes through them in order.
        begin = next((block.index for block in self.stream.structure.blocks if block.index not in self.done), 0)
        if states.resume(begin - 1):
            for index in range(begin):
                self._count(index)
            return begin
        if begin > 0:
            self.context.emit(
                Notice(
                    level="info",
                    code="hidden-states-gone",
                    message=f"The hidden states behind {begin} finished blocks are gone; they are worked out again.",
                    arguments={"blocks": begin},
                )
            )
        for name in states.before:
            self.stream.embed(tokens, states.before[name])
        states.embedded()
        return 0

    def _block(self, block: Block, states: HiddenStates, *, last: bool) -> None:
        emit = block.index not in self.done
        states.start()
        with self.stream.loaded(block.index) as module:
            quantized: set[str] = set()
            for linears, seen in self._passes(block, module, states):
                quantized |= {item.name for item in linears}
                self._quantize(block, linears, seen, module, emit=emit)
            if emit:
                self._tell_uncalled(block, quantized)
            if not last:
                self.stream.advance(
                    block.index, states.before["quantized"], states.after["quantized"], each=self._checkpoint
                )
        if not last:
            states.finished(block.index)
        if emit:
            self._close_block(block, quantized)

    def _passes(
        self, block: Block, module: nn.Module, states: HiddenStates
    ) -> Iterator[tuple[list[Linear], dict[str, Seen]]]:
        """Matrices that can be solved now, with their grams: all of the block at once, or input by input."""
        linears = {item.matrix: item for item in self.linears[block.index]}
        if not linears:
            return
        before = states.before["quantized"]
        groups = shared_inputs(self.stream, block.index, module, list(linears.values()), before.read(0, 1))
        for part in [[group] for group in groups] if self.sequential else [list(groups)]:
            reference = None
            if self.prefix_correction > 0:
                reference = (states.before["float"], states.after["float"])
            collect(self.stream, block.index, module, part, before, reference=reference, each=self._checkpoint)
            return_freed_memory()
            for group in part:
                yield [linears[name] for name in group.matrices], _seen(group)
                group.gram = group.cross = None  # the widest gram of a 7B model takes half a gigabyte

    def _quantize(
        self, block: Block, linears: list[Linear], seen: dict[str, Seen], module: nn.Module | None, *, emit: bool
    ) -> None:
        results = self.quantizer.matrices(
            block.index,
            linears,
            lambda linear: float_weight(self.stream, linear),
            seen,
            module,
            self.sink.matrix if emit else _drop,
            silent=not emit,
        )
        self._progress(len(linears))
        if emit:
            self.results.extend(results)

    def _close_block(self, block: Block, quantized: set[str]) -> None:
        outside.send_block_tensors(self.stream, block.name, quantized, self.sink)
        self.sink.block_done(block.index)

    def _tell_uncalled(self, block: Block, quantized: set[str]) -> None:
        for linear in self.linears[block.index]:
            if linear.name not in quantized:
                outside.tell_left(self.context, linear.name, "the block's forward never calls it as a module")

    def _tell_without_codes(self) -> None:
        """Name the matrices that have no codes.

        Raises:
            UserError: none has any (``codes-other-model``).
        """
        if self.codes is None:
            return
        if not self.total:
            raise UserError(
                "codes-other-model",
                "The codes are of another model: no name of a matrix fits.",
                hint="quantize.codes must name a quantized version of model.source.",
                where="quantize.codes",
            )
        for linear in self.stream.structure.linears():
            if not self.codes.holds(linear.name):
                outside.tell_left(self.context, linear.name, "there are no codes for it")

    def _count(self, index: int) -> None:
        self._progress(len(self.linears[index]))

    def _progress(self, matrices: int) -> None:
        self.finished += matrices
        self.context.emit(Progress(stage=_STAGE, done=self.finished, total=self.total, unit="matrices"))

    def _checkpoint(self, _done: int) -> None:
        self.context.checkpoint()


def _seen(group: Inputs) -> dict[str, Seen]:
    return dict.fromkeys(group.matrices, Seen(gram=group.gram, cross=group.cross))


def _drop(name: str, quantized: QuantizedMatrix, low_rank: LowRank | None) -> None:
    """The sink has it already."""


def _key(
    spec: ModelSpec,
    settings: Quantize,
    tokens: Tensor | None,
    repair: Repair | Alternation | None,
    codes: Codes | None,
    dtype: torch.dtype,
    batch_tokens: int,
    sequential: bool,
    prefix_correction: float,
) -> str:
    """Names everything hidden states depend on, so that another run's are never taken for ours."""
    text = json.dumps(
        [
            dict(spec.config),
            [(item.name, item.shape, item.dtype) for item in spec.tensors],
            spec.revision,
            asdict(settings),
            # The default repr holds an address, which is another one in the next process.
            repr(repair) if is_dataclass(repair) else type(repair).__qualname__,
            "" if codes is None else codes.key,
            str(dtype),
            [batch_tokens, sequential, prefix_correction],
        ],
        default=str,
        sort_keys=True,
    )
    digest = hashlib.sha256(text.encode())
    if tokens is not None:
        digest.update(str(tuple(tokens.shape)).encode() + tokens.contiguous().numpy().tobytes())
    return digest.hexdigest()
