"""What a trained correction did to each matrix: error of its output before and after, on inputs that both share.

Training looks at the whole model and keeps no statistics of a matrix's inputs, so they are met anew: held-out sequences
go through the corrected model once, and whatever reaches a matrix goes through W, through the codes alone and through
the corrected matrix. Both errors are tr(E G Eᵀ)/tr(W G Wᵀ) as in `quantize.gram.error_db`, G the gram of these inputs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from peft import PeftModel
from torch import Tensor, nn

from lowbit_core.context import Context
from lowbit_core.correct.latent import LatentLinear
from lowbit_core.correct.lrec import split_rows
from lowbit_core.correct.repacked import PackedMatrices
from lowbit_core.events import LayerFinished, Phase
from lowbit_core.model import Block, Linear, Structure
from lowbit_core.packed.lora import PackedLoraLinear
from lowbit_core.packed.reference import dequantize
from lowbit_core.quantize.block import stored_bits

TOKENS = 2048
"""Of the sequences the errors are measured on, at most; one sequence at least. A token costs three products of every
matrix in fp32, some ten milliseconds of a processor core for the starter."""


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A matrix that was trained.

    Attributes:
        block: its block's index.
        linear: which matrix it is.
        module: the layer whose inputs are looked at.
        weight: reads W [out, in].
        before: the codes alone, dequantized [out, in].
        after: the corrected matrix [out, in].
        bits_before: bits a weight of the codes.
        bits_after: the same with everything the correction stores.
    """

    block: int
    linear: Linear
    module: nn.Module
    weight: Callable[[], Tensor]
    before: Callable[[], Tensor]
    after: Callable[[], Tensor]
    bits_before: float
    bits_after: float


def with_adapter(
    model: PeftModel, adapter: str, structure: Structure, read: Callable[[Linear], Tensor]
) -> list[Corrected]:
    """The matrices ``adapter`` repairs, in the order of the blocks; it is the only active one.

    Args:
        model: packed, with the adapter.
        adapter: its name.
        structure: of the model.
        read: the float weight W [out, in] of a matrix.
    """
    layers = {name: item for name, item in model.get_base_model().named_modules() if isinstance(item, PackedLoraLinear)}
    return [
        _adapted(block, linear, layers[linear.name], adapter, read)
        for block in structure.blocks
        for linear in block.linears
        if linear.name in layers and adapter in layers[linear.name].lora_A
    ]


def with_trained_codes(
    layers: Mapping[str, LatentLinear], start: PackedMatrices, blocks: Sequence[Block], read: Callable[[Linear], Tensor]
) -> list[Corrected]:
    """Matrices whose codes were trained; ``start`` holds the codes they came with, the rest as in `with_adapter`."""
    return [
        _trained(block, linear, layers[linear.name], start, read)
        for block in blocks
        for linear in block.linears
        if linear.name in layers
    ]


def held_out_sequences(tokens: Tensor) -> Tensor:
    """Of ``tokens`` [n, length] those that training only measures on, `TOKENS` at most."""
    _, held_out = split_rows(tokens)
    return (held_out.tokens if len(held_out) else tokens)[: max(1, TOKENS // tokens.shape[1])]


@torch.no_grad()
def tell_errors(matrices: Sequence[Corrected], forward: Callable[[], Any], context: Context) -> None:
    """Emit a `LayerFinished` before and one after the correction for every matrix that ``forward`` meets.

    Args:
        matrices: what to look at.
        forward: runs the text through the corrected model, or through the part that holds the matrices.
        context: told, and asked for interruptions between matrices.

    Raises:
        Interrupted: on request of the context.
    """
    sums = [_Sums() for _ in matrices]
    with _watched(matrices, sums, context):
        forward()
    for item, found in zip(matrices, sums, strict=True):
        if found.calls:
            context.emit(_event(item, "before", item.bits_before, found.db(found.before), 0.0))
            context.emit(_event(item, "after", item.bits_after, found.db(found.after), found.seconds))


@dataclass
class _Sums:
    """Squared outputs of one matrix, summed over all inputs."""

    signal: float = 0.0
    before: float = 0.0
    after: float = 0.0
    calls: int = 0
    seconds: float = 0.0

    def add(self, item: Corrected, x: Tensor) -> None:
        """Count the inputs [..., in] in."""
        began = time.perf_counter()
        flat = x.detach().reshape(-1, x.shape[-1]).float()
        weight = item.weight().to(flat)
        self.signal += _power(flat, weight)
        self.before += _power(flat, weight - item.before().to(flat))
        self.after += _power(flat, weight - item.after().to(flat))
        self.calls += 1
        self.seconds += time.perf_counter() - began

    def db(self, noise: float) -> float:
        """As `quantize.gram.error_db` counts."""
        if noise <= 0:
            return -math.inf
        return 10 * math.log10(noise / self.signal) if self.signal > 0 else 0.0


def _power(x: Tensor, matrix: Tensor) -> float:
    return float((x @ matrix.T).square().sum(dtype=torch.float64))


@contextmanager
def _watched(matrices: Sequence[Corrected], sums: Sequence[_Sums], context: Context) -> Iterator[None]:
    def hook(item: Corrected, into: _Sums) -> Callable[[nn.Module, tuple[Any, ...]], None]:
        def look(_module: nn.Module, args: tuple[Any, ...]) -> None:
            context.checkpoint()
            with torch.autocast(args[0].device.type, enabled=False):
                into.add(item, args[0])

        return look

    handles = [
        item.module.register_forward_pre_hook(hook(item, into)) for item, into in zip(matrices, sums, strict=True)
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _adapted(
    block: Block, linear: Linear, layer: PackedLoraLinear, adapter: str, read: Callable[[Linear], Tensor]
) -> Corrected:
    packed = layer.get_base_layer()
    permuted = packed.permutation is not None
    stored = [layer.lora_A[adapter].weight, layer.lora_B[adapter].weight]
    if adapter in layer.lora_scale_delta:
        stored.append(layer.lora_scale_delta[adapter])
    numbers = sum(item.numel() for item in stored)

    def after() -> Tensor:
        return dequantize(layer.current_buffers(), torch.float32) + layer.get_delta_weight(adapter).float()

    return Corrected(
        block=block.index,
        linear=linear,
        module=layer,
        weight=lambda: read(linear),
        before=lambda: packed.dequantize(torch.float32),
        after=after,
        bits_before=stored_bits(packed.codec, linear, permuted=permuted),
        bits_after=stored_bits(packed.codec, linear, numbers, permuted=permuted),
    )


def _trained(
    block: Block, linear: Linear, layer: LatentLinear, start: PackedMatrices, read: Callable[[Linear], Tensor]
) -> Corrected:
    def after() -> Tensor:
        value = layer.quantized().dequantize()
        low_rank = layer.trained_low_rank()
        return value if low_rank is None else value + low_rank.product().to(value)

    low_rank = layer.trained_low_rank()
    return Corrected(
        block=block.index,
        linear=linear,
        module=layer,
        weight=lambda: read(linear),
        before=lambda: start.read(linear.name).dequantize(),
        after=after,
        bits_before=stored_bits(layer.codec, linear),
        bits_after=stored_bits(layer.codec, linear, 0 if low_rank is None else low_rank.parameters),
    )


def _event(item: Corrected, phase: Phase, bits: float, error_db: float, seconds: float) -> LayerFinished:
    return LayerFinished(
        layer=item.linear.name,
        block=item.block,
        matrix=item.linear.matrix,
        phase=phase,
        bits=bits,
        error_db=error_db,
        seconds=seconds,
    )
