"""Decoding one row by replaying a captured CUDA graph: one launch a token, whatever the model is made of.

The prompt runs through the model's plain forward. The first token after it runs twice: plainly, while the step is
watched, and fused (`packed.decode_step`); only if both give the same logits up to rounding is the fused step captured
and used. Everything a step reads lies on the device (token, position, length of the cache), so a graph serves every
length until the cache's room is used up; then the room doubles and the step is captured again. A decoder stays with its
model, so the next answer finds it ready.

On a CPU there is no graph; the fused step itself runs, which is how it is tested without a GPU.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import torch
from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.chat.one_row import OneRowDecoder, RoomyLayer
from lowbit_core.packed.attend import CacheSlot
from lowbit_core.packed.decode_step import DecodeAttention, DecodeStep
from lowbit_core.packed.wide_head import wide_logits

NOISE = 0.1
"""Relative L2 distance of two computations of the same logits in 16 bits, above which the fused step is not trusted:
0.09 seen on a real model at 3 bits; random weights of 32 layers go to 0.2 and so take the plain path."""


class GraphDecoder(OneRowDecoder):
    """See the top of the file. A `generate.Decoder` for one row.

    Args:
        model: causal model of transformers in eval mode, bare or inside PEFT's wrapper.
        capture: replay a CUDA graph; None where the model is on a GPU.
    """

    def __init__(self, model: PreTrainedModel, *, capture: bool | None = None) -> None:
        super().__init__(model)
        device: torch.device = self.model.device
        self.capture = device.type == "cuda" if capture is None else capture
        self._ids = torch.zeros(1, 1, dtype=torch.int64, device=device)
        self._position = torch.zeros(1, 1, dtype=torch.int64, device=device)
        self._length = torch.zeros(1, dtype=torch.int32, device=device)
        self._record = torch.zeros(2, dtype=torch.int64, device=device)
        self._logits: Tensor | None = None
        self._graph: torch.cuda.CUDAGraph | None = None
        self._step: DecodeStep | None = None
        self._attention = DecodeAttention(self._slot)

    def _unprepare(self) -> None:
        self._step = self._graph = None

    def _advance_one(self, ids: Tensor) -> Tensor:
        self._ids.copy_(ids)
        if self._step is None:
            logits = self._first_fused(ids)
            if logits is not None:
                return logits
        return self._replay()

    @torch.inference_mode()
    def greedy(self, logits: Tensor, limit: int) -> Iterator[tuple[int, bool]]:
        """The most likely token again and again, one step ahead of whoever takes them.

        Args:
            logits: [1, vocab] after the prompt.
            limit: tokens at most.

        Yields:
            The token, and whether its logits were no numbers (NaN).
        """
        self._choose(logits)
        reads = [_Read(self._record), _Read(self._record)]
        reads[0].start(self._record)
        for number in range(limit):
            if number + 1 < limit:
                with torch.inference_mode():
                    if self._step is None or self.why_plain:
                        self._choose(self.advance(self._ids.clone()))
                    else:
                        self._replay()
                    reads[(number + 1) % 2].start(self._record)
            token, bad = reads[number % 2].finish()
            yield token, bool(bad)

    # ---- the steps -----------------------------------------------------------------------------------------------

    def _plainly(self, ids: Tensor) -> Tensor:
        logits = super()._plainly(ids)
        self._position.fill_(self.held)
        self._length.fill_(self.held)
        return logits

    def _first_fused(self, ids: Tensor) -> Tensor | None:
        """Watch a plain step, repeat it fused, compare; the plain logits, or None where the graph can go on."""
        plain: list[Tensor] = []
        step = DecodeStep(self.model, lambda: plain.append(self._plainly(ids)))
        if not self._supported():
            self.why_plain = "the cache has layers of another kind"
            return plain[0]
        self.held -= 1
        self._set_lengths()
        self._step = step
        try:
            self._place_on_device()
            with self._fused():
                fused = self._compute()
            distance = ((fused - plain[0]).norm() / plain[0].norm()).item()
            if not distance < NOISE:
                raise RuntimeError(f"the fused step is off by {distance:.3g}")
        except torch.cuda.OutOfMemoryError:
            raise
        except Exception as error:  # whatever a model does that a fused step cannot: the plain one can
            self.why_plain = f"{type(error).__name__}: {error}"
            self._step = None
            return self._plainly(ids)
        self._ids.copy_(ids)
        self._place_on_device()
        return None

    def _replay(self) -> Tensor:
        """One fused step with the token in ``_ids``."""
        if self._make_room():
            self._graph = None
        if not self.capture:
            with self._fused():
                self._logits = self._compute()
        else:
            if self._graph is None:
                self._capture()
            assert self._graph is not None
            self._graph.replay()
        self.held += 1
        assert self._logits is not None
        return self._logits

    def _capture(self) -> None:
        """Record a step; nothing is computed meanwhile. The fused step has run before, so kernels are loaded."""
        graph = torch.cuda.CUDAGraph()
        torch.cuda.synchronize()
        with self._fused(), torch.cuda.graph(graph):
            self._logits = self._compute()
        self._graph = graph

    def _compute(self) -> Tensor:
        with wide_logits(self.model):
            output = self.model(
                input_ids=self._ids, position_ids=self._position, past_key_values=self.cache, use_cache=True,
                **self._arguments,
            )  # fmt: skip
        logits: Tensor = output.logits[:, -1].float()
        self._choose(logits)
        self._position.add_(1)
        self._length.add_(1)
        return logits

    def _choose(self, logits: Tensor) -> None:
        """The most likely token is the next input, and is noted for whoever reads tokens."""
        token = logits.argmax(1)
        self._record.copy_(torch.stack([token[0], logits.isnan().any().long()]))
        self._ids.copy_(token[None])

    def _fused(self) -> ExitStack:
        stack = ExitStack()
        assert self._step is not None
        stack.enter_context(self._step.installed())
        stack.enter_context(self._attention.installed(self.model))
        for layer in self._layers:
            layer.fused = True
            stack.callback(setattr, layer, "fused", False)
        return stack

    # ---- the cache -----------------------------------------------------------------------------------------------

    def _place_on_device(self) -> None:
        if self._make_room():
            self._graph = None
        self._position.fill_(self.held)
        self._length.fill_(self.held)

    def _slot(self, index: int) -> CacheSlot:
        layer = self.cache.layers[index]
        assert isinstance(layer, RoomyLayer)
        keys, values = layer.room
        return CacheSlot(keys=keys[0], values=values[0], length=self._length)


class _Read:
    """A small tensor on its way to the CPU."""

    def __init__(self, like: Tensor) -> None:
        self._cuda = like.is_cuda
        self._copy = torch.empty(like.shape, dtype=like.dtype, pin_memory=self._cuda)
        self._event = torch.cuda.Event() if self._cuda else None

    def start(self, value: Tensor) -> None:
        """Copy it, after what is queued on the device now."""
        self._copy.copy_(value, non_blocking=True)
        if self._event is not None:
            self._event.record()

    def finish(self) -> list[int]:
        """The values, once they are here."""
        if self._event is not None:
            self._event.synchronize()
        found: list[int] = self._copy.tolist()
        return found
