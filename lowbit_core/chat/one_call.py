"""Decoding one row on a CPU: a token is one call of the kernels, whatever the model is made of.

The prompt runs through the model's plain forward. The first token after it runs twice, plainly and by the call, which
is used from then on only if both give the same logits up to rounding. A decoder stays with its model, so the next
answer finds it ready.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.chat.one_row import OneRowDecoder
from lowbit_core.packed.cpu_step import CpuStep
from lowbit_core.packed.decode_step import Unsupported

NOISE = {torch.float32: 1e-3, torch.bfloat16: 0.1}
"""Relative L2 distance of two computations of the same logits above which the call is not trusted. The call rounds
nothing to bf16 in between, the plain forward does after every module."""


class OneCallDecoder(OneRowDecoder):
    """See the top of the file. A `generate.Decoder` for one row.

    Args:
        model: causal model of transformers in eval mode on the CPU, bare or inside PEFT's wrapper.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__(model)
        self._step: CpuStep | None = None
        self._placed: list[tuple[Tensor, Tensor]] = []

    def _unprepare(self) -> None:
        self._step, self._placed = None, []

    def _advance_one(self, ids: Tensor) -> Tensor:
        if self._step is None:
            return self._first(ids)
        logits = self._call(self._step, ids)
        self.held += 1
        return logits

    def _first(self, ids: Tensor) -> Tensor:
        """The plain logits; the step is there afterwards, or the reason why not."""
        plain = self._plainly(ids)
        try:
            if not self._supported():
                raise Unsupported("the cache has layers of another kind")
            step = CpuStep(self.model)
            self.held -= 1
            try:
                found = self._call(step, ids)
            finally:
                self.held += 1
            distance = ((found - plain).norm() / plain.norm()).item()
            if not distance < NOISE[self.model.dtype]:
                raise Unsupported(f"it computes something else: the logits are off by {distance:.3g}")
        except Unsupported as error:
            self.why_plain = str(error)
            self._placed = []
        else:
            self._step = step
        return plain

    def _call(self, step: CpuStep, ids: Tensor) -> Tensor:
        self._make_room()
        rooms = [layer.room for layer in self._layers]
        # The buffers themselves are compared: a plain step in between may have made new ones.
        if len(rooms) != len(self._placed) or any(a is not b for a, b in zip(rooms, self._placed, strict=True)):
            step.place(rooms)
            self._placed = rooms
        return step.logits(ids, self.held)
