"""What the matrices of a block see of the calibration text: one gram matrix for each distinct input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from lowbit_core.model import BlockStream, HiddenStore, Linear
from lowbit_core.quantize.gram import GramAccumulator


class _Enough(Exception):
    """Raised inside a block's forward when the last wanted input has been seen."""


@dataclass
class Inputs:
    """Matrices that share one input tensor (q, k and v; gate and up), and what is known of it.

    Attributes:
        matrices: their names inside the block, the first stands for all.
        gram: E[x xᵀ] float32 [in, in], once collected.
        cross: E[x_float xᵀ], once collected with a float prefix.
    """

    matrices: tuple[str, ...]
    gram: Tensor | None = None
    cross: Tensor | None = field(default=None, repr=False)

    @property
    def leader(self) -> str:
        """The matrix whose input is watched."""
        return self.matrices[0]


@torch.inference_mode()
def shared_inputs(
    stream: BlockStream, index: int, module: nn.Module, linears: Sequence[Linear], sample: Tensor
) -> tuple[Inputs, ...]:
    """Which matrices of the `loaded` block see the same tensor, in the order they are called.

    Args:
        stream: the model.
        index: block.
        module: its module.
        linears: the matrices asked about; one that the forward never calls is in no group.
        sample: hidden states [1, length, hidden] to run it on.
    """
    groups: list[tuple[Tensor, list[str]]] = []

    def watch(name: str, x: Tensor) -> None:
        for seen, names in groups:
            if seen is x or (seen.data_ptr() == x.data_ptr() and seen.shape == x.shape):
                names.append(name)
                return
        groups.append((x, [name]))

    with _watched(module, [linear.matrix for linear in linears], watch):
        stream.run(index, sample.to(stream.device, stream.dtype))
    return tuple(Inputs(matrices=tuple(names)) for _, names in groups)


@torch.inference_mode()
def collect(
    stream: BlockStream,
    index: int,
    module: nn.Module,
    groups: Sequence[Inputs],
    states: HiddenStore,
    *,
    reference: tuple[HiddenStore, HiddenStore] | None = None,
    each: Callable[[int], None] | None = None,
) -> None:
    """Fill in ``gram`` of the groups with one pass of the `loaded` block over ``states``; the block's outputs are
    dropped, and its forward is left as soon as the last input was seen.

    Args:
        stream: the model.
        index: block.
        module: its module.
        groups: in the order of calling.
        states: hidden states before the block, behind the quantized prefix.
        reference: the float model's hidden states before the block, and the store for those after it; then ``cross``
            is filled in as well. The block must hold its float weights.
        each: called with the number of sequences done after every micro-batch.
    """
    grams = {
        group.leader: GramAccumulator(
            _in_features(module, group.leader), cross=reference is not None, device=stream.device
        )
        for group in groups
    }
    order = [group.leader for group in groups]
    count, length, _ = states.shape
    for start, stop in stream.batches(count, length):
        floats: dict[str, Tensor] = {}
        if reference is not None:
            before, after = reference
            with _watched(module, order, floats.__setitem__):
                hidden = before.read(start, stop).to(stream.device, stream.dtype)
                after.write(start, stream.run(index, hidden))
        _watch_batch(stream, index, module, states.read(start, stop), grams, floats)
        if each is not None:
            each(stop)
    for group in groups:
        accumulator = grams.pop(group.leader)
        group.gram, group.cross = accumulator.take_gram(), accumulator.cross()


def _watch_batch(
    stream: BlockStream,
    index: int,
    module: nn.Module,
    hidden: Tensor,
    grams: dict[str, GramAccumulator],
    floats: dict[str, Tensor],
) -> None:
    left = set(grams)

    def count_in(name: str, x: Tensor) -> None:
        grams[name].add(x, floats.pop(name, None))
        left.discard(name)
        if not left:
            raise _Enough

    try:
        with _watched(module, list(grams), count_in):
            stream.run(index, hidden.to(stream.device, stream.dtype))
    except _Enough:
        pass


@contextmanager
def _watched(module: nn.Module, names: Sequence[str], watch: Callable[[str, Tensor], None]) -> Iterator[None]:
    """Call ``watch(name, input)`` before each of the named matrices runs."""

    def hook(name: str) -> Callable[[nn.Module, tuple[Any, ...]], None]:
        return lambda _, args: watch(name, args[0])

    handles = [module.get_submodule(name).register_forward_pre_hook(hook(name)) for name in names]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _in_features(module: nn.Module, name: str) -> int:
    child = module.get_submodule(name)
    weight = child.weight
    assert isinstance(weight, Tensor)
    # GPT-2's Conv1D keeps [in, out].
    return int(weight.shape[1] if isinstance(child, nn.Linear) else weight.shape[0])
