"""The token embedding in the computer's RAM while training: a step needs one row a token of it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from lowbit_core.train.head import causal_model


class RamEmbedding(nn.Module):
    """Looks rows up in RAM and sends them to ``device``.

    The table is no submodule: nothing moves it back with ``model.to(device)``, and who asks for the first parameter's
    device is told the GPU.

    Args:
        table: an embedding, on the CPU.
        device: where its rows are wanted.
    """

    def __init__(self, table: nn.Module, device: torch.device) -> None:
        super().__init__()
        self._table = (table,)
        self._device = device

    @property
    def table(self) -> nn.Module:
        """The embedding itself."""
        return self._table[0]

    @property
    def weight(self) -> Tensor:
        """Dtype, shape and the device rows arrive on; never the numbers."""
        weight: Any = self.table.weight
        return torch.empty(1, dtype=weight.dtype, device=self._device).expand(weight.shape)

    def forward(self, ids: Tensor) -> Tensor:
        """ids: int64 [...] on any device -> [..., width] on ``device``."""
        with torch.no_grad():
            rows: Tensor = self.table(ids.cpu())
        if self._device.type != "cuda":
            return rows.to(self._device)
        return rows.pin_memory().to(self._device, non_blocking=True)


def embedding_to_ram(model: nn.Module) -> int:
    """Move the token embedding of ``model`` to RAM; bytes that leave the device, 0 where it has to stay.

    It stays where the output head reads the same numbers, and where its own numbers are trained.
    """
    causal: Any = causal_model(model)
    table = causal.get_input_embeddings()
    head = causal.get_output_embeddings()
    if isinstance(table, RamEmbedding) or table is None or _shared(table, head):
        return 0
    if any(parameter.requires_grad for parameter in table.parameters()) or hasattr(table, "base_layer"):
        return 0
    tensors = [*table.parameters(), *table.buffers()]
    device = tensors[0].device
    moved = sum(item.numel() * item.element_size() for item in tensors)
    causal.set_input_embeddings(RamEmbedding(table.to("cpu"), device))
    return moved


def _shared(table: nn.Module, head: nn.Module | None) -> bool:
    """Whether the head reads the embedding's numbers: one parameter for both, or a head over a packed table."""
    if head is None:
        return True
    if getattr(head, "_tied", (None,))[0] is table:
        return True
    own = {id(item) for item in table.parameters()}
    return any(id(item) in own for item in head.parameters())
