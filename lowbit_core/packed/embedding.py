"""A token embedding whose table is packed bytes, and the output head that reads the same bytes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lowbit_core.formats.codec import Codec
from lowbit_core.packed import dispatch, ops, reference
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.linear import PackedLinear


class PackedEmbedding(nn.Module):
    """Rows of a packed table [vocabulary, width]: only the rows asked for are dequantized.

    Args:
        num_embeddings: rows of the table.
        embedding_dim: columns, along which groups run.
        codec: what the codes mean.
        scale: what looked-up rows are multiplied by (Gemma's sqrt(width)), in the layer's dtype; None for nothing.
        dtype: dtype of the result.
        device: where the buffers are made.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        codec: Codec,
        *,
        scale: float | None = None,
        padding_idx: int | None = None,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.scale = scale
        self.codec = codec
        # The buffers of a PackedLinear under this module's own names; one place knows how they are cast and moved.
        table = PackedLinear(embedding_dim, num_embeddings, codec, dtype=dtype, device=device)
        self.codes: Tensor
        self.scales: Tensor
        self.zeros: Tensor | None
        self.register_buffer("codes", table.codes)
        self.register_buffer("scales", table.scales)
        self.register_buffer("zeros", table.zeros)
        self.compute_dtype = dtype

    @property
    def buffers_packed(self) -> PackedBuffers:
        """The table as the functions of this room take it; references, no copy."""
        return PackedBuffers(
            codec=self.codec, in_features=self.embedding_dim, codes=self.codes, scales=self.scales, zeros=self.zeros
        )

    @property
    def weight(self) -> Tensor:
        """Dtype, device and shape of the table, never the numbers; see `PackedLinear.weight`."""
        probe = torch.empty(1, dtype=self.compute_dtype, device=self.codes.device)
        view = probe.expand(self.num_embeddings, self.embedding_dim)
        view._is_hf_initialized = True  # type: ignore[attr-defined]
        return view

    def dequantize(self, dtype: torch.dtype | None = None) -> Tensor:
        """The table [vocabulary, width], all of it, without ``scale``."""
        return dispatch.dequantize(self.buffers_packed, dtype or self.compute_dtype)

    def forward(self, ids: Tensor) -> Tensor:
        """ids: int64 [...] -> [..., width]."""
        rows = reference.take_rows(self.buffers_packed, ids.reshape(-1))
        found = dispatch.dequantize(rows, self.compute_dtype).reshape(*ids.shape, self.embedding_dim)
        if self.scale is not None:
            found = found * torch.tensor(self.scale, dtype=found.dtype, device=found.device)
        return found

    def extra_repr(self) -> str:
        """Shape and codec."""
        return f"{self.num_embeddings}, {self.embedding_dim}, {self.codec.kind} {self.codec.bits} bits"

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> PackedEmbedding:
        scales = self.scales
        super()._apply(fn, recurse)
        if self.scales.dtype != torch.float16:
            self.scales = scales.to(self.scales.device)
        self.compute_dtype = fn(torch.empty(0, dtype=self.compute_dtype, device=scales.device)).dtype
        return self


class TiedHead(nn.Module):
    """The output head over the bytes of a `PackedEmbedding`; it owns nothing and stores nothing.

    transformers would tie ``head.weight`` to ``embedding.weight``, but neither has one. So the configuration is written
    untied, and the tie is this reference.
    """

    def __init__(self, embedding: PackedEmbedding) -> None:
        super().__init__()
        # In a tuple, so that it is no submodule: it would be saved, counted and moved a second time.
        self._tied = (embedding,)
        self.in_features = embedding.embedding_dim
        self.out_features = embedding.num_embeddings
        self.bias = None

    @property
    def buffers_packed(self) -> PackedBuffers:
        """The embedding's."""
        return self._tied[0].buffers_packed

    @property
    def weight(self) -> Tensor:
        """Dtype, device and shape of W [vocabulary, width], never the numbers."""
        return self._tied[0].weight

    def dequantize(self, dtype: torch.dtype | None = None) -> Tensor:
        """W [vocabulary, width], all of it."""
        return self._tied[0].dequantize(dtype)

    def forward(self, x: Tensor) -> Tensor:
        """x: [..., width] -> logits [..., vocabulary]."""
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        return ops.linear(x, self.buffers_packed)
