"""Trained codes block by block: one block's latent weights in memory, taught by the float block's output.

For models whose weights do not fit 18 bytes each. Every block sees the text behind the trained blocks before it and
learns to put out what the float model puts out there, token by token relative to the size of the hidden state: so a
block also makes up for what those before it could not. What end-to-end training gains by letting blocks help one
another is lost (for the measured difference see docs/methods.md); BRECQ (arXiv 2102.05426) and EfficientQAT
(arXiv 2407.11062, section 3.1) train blocks likewise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lowbit_core.context import Context
from lowbit_core.correct.latent import LatentLinear
from lowbit_core.correct.lrec import CorrectionResult
from lowbit_core.correct.matrix_errors import TOKENS, tell_errors, with_trained_codes
from lowbit_core.correct.qad import check_codec
from lowbit_core.correct.repacked import PackedMatrices
from lowbit_core.events import Metric, Progress, Resumed
from lowbit_core.memory import peak_bytes, reset_peak
from lowbit_core.model import Block, BlockStream
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.quantize.protocols import Sink
from lowbit_core.quantize.states import HiddenStates
from lowbit_core.quantize.width_errors import float_weight
from lowbit_core.recipe.schema import Correct
from lowbit_core.source import ModelSpec
from lowbit_core.train.optimizer import rate_at

STAGE = "correct"

HELD_OUT = 0.1
"""Share of the sequences a block is judged by; it keeps the codes it came with where training made it worse."""

_WARMUP = 0.04


@dataclass(kw_only=True)
class BlockTraining:
    """One pass over the blocks of a model.

    Attributes:
        spec: the float model.
        start: the packed folder the codes come from.
        tokens: int64 [n, length].
        settings: the recipe's section; ``steps`` are those of each block.
        sink: takes the trained model, e.g. a `packed.PackedFolder`; blocks it has are left alone.
        context: reports, and interruptions at every step.
        device: where the block is.
        dtype: of the arithmetic between the parameters, which are float32.
        hidden_dir: folder for hidden states: 4·n·length·hidden numbers.
        seed: of the order of the sequences.
    """

    spec: ModelSpec
    start: Path
    tokens: Tensor
    settings: Correct
    sink: Sink
    context: Context
    device: torch.device
    dtype: torch.dtype
    hidden_dir: Path
    seed: int = 0

    def run(self) -> CorrectionResult:
        """Train every block that the sink does not have yet, and finish the sink.

        Raises:
            UserError: a codec without trainable codes, damaged files, a full disk.
            Interrupted: finished blocks stay.
        """
        reset_peak(self.device)
        self.stream = BlockStream(self.spec, dtype=self.dtype, device=self.device)
        self.packed = PackedMatrices(self.start, self.stream.structure)
        shape = (*self.tokens.shape, self.stream.hidden_size)
        states = HiddenStates(self.hidden_dir, self._key(), ("quantized", "float"), shape, self.dtype)
        blocks = self.stream.structure.blocks
        errors: list[float] = []
        try:
            begin = self._first(states)
            for block in blocks[begin:]:
                errors.append(self._block(block, states))
                self.context.emit(Progress(stage=STAGE, done=block.index + 1, total=len(blocks), unit="blocks"))
        except BaseException:
            states.close()
            raise
        inside = {name for name in self.packed.manifest.matrices if name.startswith(self.stream.structure.blocks_name)}
        self.packed.send_rest(_Outside(self.sink, f"{self.stream.structure.blocks_name}."), inside)
        self.sink.done()
        states.remove()
        steps = self.settings.steps * len(errors)
        return CorrectionResult(steps=steps, best_step=steps, kl=None, peak_bytes=peak_bytes(self.device))

    def _first(self, states: HiddenStates) -> int:
        """The first block to train: where the sink ends and its hidden states are, else the beginning."""
        done = frozenset(self.sink.done_blocks())
        begin = next((block.index for block in self.stream.structure.blocks if block.index not in done), len(done))
        if states.resume(begin - 1):
            if begin:
                self.context.emit(Resumed(stage=STAGE, step=begin))
            return begin
        for store in states.before.values():
            self.stream.embed(self.tokens, store)
        states.embedded()
        return 0

    def _block(self, block: Block, states: HiddenStates) -> float:
        """Train one block, hand it to the sink and move both streams of hidden states behind it."""
        states.start()
        with self.stream.loaded(block.index) as module:
            self.stream.advance(block.index, states.before["float"], states.after["float"], each=self._checkpoint)
            layers = self._latent_layers(block, module)
            error = self._train(block, module, layers, states)
            self._tell_errors(block, module, layers, states)
            for name, layer in layers.items():
                self.sink.matrix(name, layer.quantized(), None)
            self.packed.send_rest(self.sink, set(layers), below=block.name)
            before, after = states.before["quantized"], states.after["quantized"]
            self.stream.advance(block.index, before, after, each=self._checkpoint)
            for linear in block.linears:
                _put(module, linear.matrix, nn.Linear(0, 0, device="meta"))
        self.sink.block_done(block.index)
        states.finished(block.index)
        return error

    def _latent_layers(self, block: Block, module: nn.Module) -> dict[str, LatentLinear]:
        """The block's packed matrices as trainable ones, put in the place of its float linears."""
        layers: dict[str, LatentLinear] = {}
        for linear in block.linears:
            if linear.name not in self.packed.manifest.matrices:
                continue
            quantized = self.packed.read(linear.name, self.device)
            check_codec(quantized.codec)
            old: Any = module.get_submodule(linear.matrix)
            layer = LatentLinear(float_weight(self.stream, linear), quantized, bias=old.bias)
            layers[linear.name] = layer
            _put(module, linear.matrix, layer)
        return layers

    def _train(self, block: Block, module: nn.Module, layers: dict[str, LatentLinear], states: HiddenStates) -> float:
        """Relative error of the block's output on the held-out sequences, as it is left."""
        held = self._held_out()
        train, test = range(len(self.tokens) - held), range(len(self.tokens) - held, len(self.tokens))
        before = self._measure(block, module, states, test)
        parameters = [item for layer in layers.values() for item in layer.parameters()]
        kept = [item.detach().clone() for item in parameters]
        if layers and len(train) > 0:
            self._steps(block, module, layers, states, train)
        after = self._measure(block, module, states, test)
        if not after < before:
            with torch.no_grad():
                for parameter, value in zip(parameters, kept, strict=True):
                    parameter.copy_(value)
        for phase, error in (("before", before), ("after", min(before, after))):
            self.context.emit(Metric(name=f"block_error/{phase}", value=error, unit="", step=block.index + 1))
        return min(before, after)

    def _tell_errors(
        self, block: Block, module: nn.Module, layers: dict[str, LatentLinear], states: HiddenStates
    ) -> None:
        """What training did to each matrix, on the sequences the block is judged by."""
        rows = list(range(len(self.tokens) - self._held_out(), len(self.tokens)))
        rows = rows[-max(1, TOKENS // self.tokens.shape[1]) :]
        matrices = with_trained_codes(layers, self.packed, [block], partial(float_weight, self.stream))
        tell_errors(matrices, lambda: self._error(block, module, states, rows), self.context)

    def _held_out(self) -> int:
        return max(1, round(HELD_OUT * len(self.tokens)))

    def _steps(
        self, block: Block, module: nn.Module, layers: dict[str, LatentLinear], states: HiddenStates, rows: range
    ) -> None:
        settings = self.settings
        latent = [layer.latent for layer in layers.values()]
        scales = [layer.scale_delta for layer in layers.values()]
        groups = [
            {"params": latent, "base": settings.weight_learning_rate},
            {"params": scales, "base": settings.learning_rate},
        ]
        optimizer = torch.optim.AdamW(
            groups, lr=0.0, betas=(0.9, 0.95), weight_decay=0.0, fused=self.device.type == "cuda"
        )
        batch = min(settings.batch, len(rows))
        for step, chosen in enumerate(_batches(rows, batch, settings.steps, self.seed + block.index)):
            self.context.checkpoint()
            for group in optimizer.param_groups:
                group["lr"] = group["base"] * rate_at(step, settings.steps, "cosine", _WARMUP)
            loss = self._error(block, module, states, chosen)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*latent, *scales], 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    @torch.no_grad()
    def _measure(self, block: Block, module: nn.Module, states: HiddenStates, rows: range) -> float:
        size = self.settings.batch
        total = 0.0
        for start in range(rows.start, rows.stop, size):
            chosen = list(range(start, min(start + size, rows.stop)))
            total += float(self._error(block, module, states, chosen)) * len(chosen)
        return total / len(rows)

    def _error(self, block: Block, module: nn.Module, states: HiddenStates, rows: list[int]) -> Tensor:
        """Mean over tokens of |output − target|² / |target|²; a plain sum would count little but the first token."""
        hidden, target = (
            torch.cat([store.read(row, row + 1) for row in rows]).to(self.device)
            for store in (states.before["quantized"], states.after["float"])
        )
        call = self.stream.calls(hidden.shape[0], hidden.shape[1])[block.index]
        output = module(hidden, *_usable(call.args), **_usable(call.kwargs))
        output = output[0] if isinstance(output, tuple) else output
        full = target.float()
        return ((output.float() - full).square().sum(-1) / full.square().sum(-1).clamp_min(1e-30)).mean()

    def _checkpoint(self, _done: int) -> None:
        self.context.checkpoint()

    def _key(self) -> str:
        """Names everything the hidden states depend on."""
        settings = json.dumps(asdict(self.settings), sort_keys=True, default=str)
        digest = hashlib.sha256(f"{settings}|{self.seed}|{self.dtype}|{self.packed.manifest.base_sha256}".encode())
        digest.update(self.tokens.int().contiguous().numpy().tobytes())
        return digest.hexdigest()


class _Outside:
    """A sink that takes only what lies outside the blocks."""

    def __init__(self, sink: Sink, blocks: str) -> None:
        self._sink, self._blocks = sink, blocks

    def matrix(self, name: str, quantized: QuantizedMatrix, low_rank: LowRank | None) -> None:
        """Pass on."""
        if not name.startswith(self._blocks):
            self._sink.matrix(name, quantized, low_rank)

    def tensor(self, name: str, tensor: Tensor) -> None:
        """Pass on."""
        if not name.startswith(self._blocks):
            self._sink.tensor(name, tensor)


def _put(module: nn.Module, name: str, part: nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(module.get_submodule(parent), last, part)


def _batches(rows: range, batch: int, steps: int, seed: int) -> Iterator[list[int]]:
    """Rows of each step: permutations of all of them, one after another."""
    generator = torch.Generator().manual_seed(seed)
    waiting: list[int] = []
    for _ in range(steps):
        while len(waiting) < batch:
            waiting += [rows[index] for index in torch.randperm(len(rows), generator=generator).tolist()]
        yield waiting[:batch]
        waiting = waiting[batch:]


def _usable(value: Any) -> Any:
    """Copies of tensors made in inference mode, which autograd refuses to save."""
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, tuple | list):
        return type(value)(_usable(item) for item in value)
    if isinstance(value, dict):
        return {key: _usable(item) for key, item in value.items()}
    return value
