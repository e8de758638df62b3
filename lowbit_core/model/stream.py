"""The float model one block at a time, on stored hidden states.

The blocks get exactly what the model's own forward hands them: that forward runs with every block's work replaced by
writing down its arguments (masks, rotary tables, per-layer kinds), so no family needs code of its own here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from lowbit_core.errors import UserError
from lowbit_core.model.hidden import HiddenStore
from lowbit_core.model.loading import checkpoint_names, materialise, release
from lowbit_core.model.skeleton import skeleton
from lowbit_core.model.structure import Structure, structure_of
from lowbit_core.source import ModelSpec
from lowbit_core.weights import WeightReader, open_weights

MICRO_BATCH_TOKENS = 2048
"""Tokens run through a block at once: large enough for the matrix products, 80 MB of activations for a 1B model."""


@dataclass(frozen=True)
class Call:
    """What a block is called with besides its hidden states."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class BlockStream:
    """A float model, of which one block is in memory at a time.

    Attributes:
        model: transformers' class; outside `loaded` and the like its parameters are on the meta device.
        structure: its parts.
        reader: where the weights come from.
    """

    def __init__(
        self,
        spec: ModelSpec,
        *,
        dtype: torch.dtype,
        device: torch.device | str = "cpu",
        reader: WeightReader | None = None,
        batch_tokens: int = MICRO_BATCH_TOKENS,
    ) -> None:
        """Build the skeleton; no weight is read yet.

        Raises:
            UserError: the model cannot be taken apart, or tensors are missing.
        """
        self.dtype = dtype
        self.device = torch.device(device)
        self.model: PreTrainedModel = skeleton(spec, dtype)
        self.structure: Structure = structure_of(self.model)
        self.reader = reader if reader is not None else open_weights(spec)
        self.names = checkpoint_names(self.model, self.reader.names())
        self.batch_tokens = batch_tokens
        for module in self.model.modules():
            for name, buffer in module.named_buffers(recurse=False):
                module._buffers[name] = buffer.to(self.device)
        self._calls: dict[tuple[int, int], list[Call]] = {}
        self._blocks: list[nn.Module] = list(self.model.get_submodule(self.structure.blocks_name).children())

    @property
    def hidden_size(self) -> int:
        """Features of the hidden states between blocks."""
        return int(self.model.config.get_text_config(decoder=True).hidden_size)

    def batches(self, count: int, length: int) -> Iterator[tuple[int, int]]:
        """Bounds start, stop of the micro-batches of ``count`` sequences of ``length`` tokens."""
        rows = max(1, self.batch_tokens // length)
        for start in range(0, count, rows):
            yield start, min(start + rows, count)

    @torch.inference_mode()
    def embed(self, tokens: Tensor, store: HiddenStore) -> None:
        """Write what goes into the first block for ``tokens`` [n, length] int64.

        Raises:
            UserError: the blocks of this model take input of their own for each token (``model-not-streamable``).
        """
        count, length = tokens.shape
        with self._outside(leave=self._head_only()):
            for start, stop in self.batches(count, length):
                ids = tokens[start:stop].to(self.device)
                calls, hidden = self._capture(input_ids=ids)
                if start == 0 and not _same_calls(calls, self._capture(inputs_embeds=self._zeros(ids.shape))[0]):
                    raise self._unstreamable("its blocks take input of their own for each token")
                store.write(start, hidden)

    @contextmanager
    def loaded(self, index: int) -> Iterator[nn.Module]:
        """Block ``index`` with its float weights on the device, for the length of a ``with``."""
        block = self._blocks[index]
        name = self.structure.blocks[index].name
        try:
            materialise(self.model, name, self.names, self.reader, self.dtype, self.device)
            yield block
        finally:
            release(block)

    @torch.inference_mode()
    def run(self, index: int, hidden: Tensor) -> Tensor:
        """Hidden states [b, length, hidden] after block ``index``, which must be `loaded`."""
        call = self.calls(hidden.shape[0], hidden.shape[1])[index]
        output = self._blocks[index](hidden, *call.args, **call.kwargs)
        return output[0] if isinstance(output, tuple) else output

    def advance(
        self,
        index: int,
        source: HiddenStore,
        target: HiddenStore,
        *,
        each: Callable[[int], None] | None = None,
    ) -> None:
        """Run the `loaded` block over all of ``source`` into ``target`` (which may be the same store).

        ``each`` is called with the number of sequences done after every micro-batch.
        """
        count, length, _ = source.shape
        for start, stop in self.batches(count, length):
            target.write(start, self.run(index, source.read(start, stop).to(self.device, self.dtype)))
            if each is not None:
                each(stop)

    @torch.inference_mode()
    def final(self, source: HiddenStore, target: HiddenStore) -> None:
        """Run everything between the last block and the head (the final norm) over ``source`` into ``target``."""
        count, length, _ = source.shape
        with self._outside(leave=self._embedding_and_head()):
            for start, stop in self.batches(count, length):
                hidden = source.read(start, stop).to(self.device, self.dtype)
                target.write(start, self._base(last_hidden=hidden, inputs_embeds=self._zeros(hidden.shape[:2])))

    def calls(self, rows: int, length: int) -> list[Call]:
        """What each block is called with for ``rows`` sequences of ``length`` tokens; the same for any tokens."""
        key = (rows, length)
        if key not in self._calls:
            with self._outside(leave=self._embedding_and_head()), torch.inference_mode():
                self._calls[key] = self._capture(inputs_embeds=self._zeros((rows, length)))[0]
        return self._calls[key]

    def _zeros(self, shape: torch.Size | tuple[int, int]) -> Tensor:
        width = self.model.get_input_embeddings().weight.shape[1]
        return torch.zeros((*shape, width), dtype=self.dtype, device=self.device)

    def _head_only(self) -> tuple[str, ...]:
        own_head = self.structure.head and not self.structure.tied
        return (f"{self.structure.head}.",) if own_head else ()

    def _embedding_and_head(self) -> tuple[str, ...]:
        return tuple(f"{name}." for name in (self.structure.embedding, self.structure.head) if name)

    @contextmanager
    def _outside(self, leave: tuple[str, ...]) -> Iterator[None]:
        """Everything but the blocks and ``leave``, on the device."""
        leave = (*leave, f"{self.structure.blocks_name}.")
        try:
            materialise(self.model, "", self.names, self.reader, self.dtype, self.device, leave=leave)
            yield
        finally:
            for path, module in self.model.named_modules():
                if not f"{path}.".startswith(f"{self.structure.blocks_name}."):
                    _release_own(module)
            self.model.tie_weights()

    def _capture(self, **inputs: Tensor) -> tuple[list[Call], Tensor]:
        """The calls of all blocks for one input, and the hidden states the first is called with.

        Raises:
            UserError: the model changes hidden states between its blocks (``model-not-streamable``).
        """
        # Some families take a block's output as it is, others its first element. A tensor handed to the second kind
        # loses a dimension, which the next block's record shows.
        for as_tuple in (False, True):
            calls, hidden = self._record(as_tuple, **inputs)
            shape = hidden[0].shape
            if len(calls) == len(self._blocks) and all(item.shape == shape for item in hidden):
                if any(item is not hidden[0] and not torch.equal(item, hidden[0]) for item in hidden):
                    break
                return calls, hidden[0]
        raise self._unstreamable("it changes the hidden states between its blocks")

    def _record(self, as_tuple: bool, **inputs: Tensor) -> tuple[list[Call], list[Tensor]]:
        calls: list[Call] = []
        hidden: list[Tensor] = []

        def note(*args: Any, **kwargs: Any) -> Tensor | tuple[Tensor]:
            states = args[0] if args else kwargs.pop("hidden_states")
            calls.append(Call(args[1:], kwargs))
            hidden.append(states)
            return (states,) if as_tuple else states

        try:
            self._forward(note, **inputs)
        except (RuntimeError, IndexError, TypeError, AttributeError):
            if as_tuple or not calls:
                raise
            return [], hidden
        return calls, hidden

    def _base(self, *, last_hidden: Tensor, **inputs: Tensor) -> Tensor:
        """Output of the base model when its last block returns ``last_hidden``."""
        for as_tuple in (False, True):

            def replace(*args: Any, _tuple: bool = as_tuple, **kwargs: Any) -> Tensor | tuple[Tensor]:
                return (last_hidden,) if _tuple else last_hidden

            try:
                output = self._forward(replace, **inputs)
            except (RuntimeError, IndexError, TypeError, AttributeError):
                if as_tuple:
                    raise
                continue
            if output.dim() == 3 and output.shape[:2] == last_hidden.shape[:2]:
                return output
        raise self._unstreamable("its last block returns something else than hidden states")

    def _forward(self, work: Callable[..., Any], **inputs: Tensor) -> Tensor:
        """The base model's forward with ``work`` in the place of each block's own."""
        for block in self._blocks:
            block.forward = work
        try:
            return self.model.base_model(**inputs, use_cache=False, return_dict=True).last_hidden_state
        finally:
            for block in self._blocks:
                del block.forward

    def _unstreamable(self, why: str) -> UserError:
        name = type(self.model).__name__
        return UserError(
            "model-not-streamable",
            f"{name} cannot be run block by block: {why}.",
            hint="Only a solver that needs no calibration text (nearest, search) can quantize it.",
            arguments={"architecture": name, "why": why},
        )


def _release_own(module: nn.Module) -> None:
    for own, parameter in module._parameters.items():
        if parameter is not None and parameter.device.type != "meta":
            empty = torch.empty_like(parameter, device="meta")
            module._parameters[own] = nn.Parameter(empty, requires_grad=False)


def _same_calls(one: list[Call], other: list[Call]) -> bool:
    return all(_same(a.args, b.args) and _same(a.kwargs, b.kwargs) for a, b in zip(one, other, strict=True))


_ROUNDING, _COSINE = 2**-7, 2e-4
"""One step of bf16, relative, and the error of a process's first cosine (`model.skeleton`): what is input for each
token differs by more, be it as small as an embedding's numbers.
"""


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor):
        if not isinstance(other, Tensor) or one.shape != other.shape or one.dtype != other.dtype:
            return False
        if one.is_floating_point():
            return bool(torch.allclose(one, other, rtol=_ROUNDING, atol=_COSINE))
        return bool(torch.equal(one, other))
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    return True
