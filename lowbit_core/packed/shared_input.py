"""Matrices that read the same hidden state, answered together: one launch for q, k and v instead of three, and two for
all their adapters instead of four each.

Which modules these are is seen by watching a step (`watch.py`), not known of any architecture. Everything here is for
one row of x, in a decode step; the plain modules serve whatever else comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from lowbit_core.packed import cuda_path, reference
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.linear import PackedLinear

RANK_STEP = 8
"""Ranks are padded to this, 16 bytes of a half."""


@dataclass(frozen=True, kw_only=True)
class Factors:
    """An adapter of one matrix: y += scaling·B·(A·x)."""

    a: Tensor
    b: Tensor
    scaling: float


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One packed matrix with its adapters."""

    module: nn.Module
    buffers: PackedBuffers
    bias: Tensor | None
    adapters: tuple[Factors, ...]

    @property
    def rank(self) -> int:
        """Of all adapters together."""
        return sum(item.a.shape[0] for item in self.adapters)


def reader_of(module: nn.Module) -> Reader | None:
    """A module as this file can serve it; None for anything but a packed matrix with plain low-rank adapters."""
    if isinstance(module, PackedLinear):
        return Reader(module=module, buffers=module.buffers_packed, bias=module.bias, adapters=())
    if not hasattr(module, "base_layer"):
        return None
    from lowbit_core.packed.lora import PackedLoraLinear

    if not isinstance(module, PackedLoraLinear):
        return None
    packed = module.get_base_layer()
    if module.disable_adapters:
        return Reader(module=module, buffers=packed.buffers_packed, bias=packed.bias, adapters=())
    active = [name for name in module.active_adapters if name in module.lora_A]
    if any(module.lora_variant.get(name) is not None for name in active):
        return None
    adapters = tuple(
        Factors(a=module.lora_A[name].weight, b=module.lora_B[name].weight, scaling=float(module.scaling[name]))
        for name in active
    )
    return Reader(module=module, buffers=module.current_buffers(), bias=packed.bias, adapters=adapters)


@dataclass(frozen=True, kw_only=True)
class _Launch:
    """Matrices of one launch: their readers, their columns of y, and their part of the adapters."""

    readers: tuple[Reader, ...]
    begin: int
    end: int
    adapters: Any  # kernels' LowRank, or (low, up, first) for the reference
    matrices: tuple[Any, ...]


class SharedInput:
    """The readers of one hidden state x [.., K], a single row.

    Args:
        readers: in the order they are called.
        dtype: of x.
        native: whether the CUDA kernels serve them; else torch does, the same arithmetic.
    """

    def __init__(self, readers: Sequence[Reader], dtype: torch.dtype, *, native: bool) -> None:
        self.readers = tuple(readers)
        self.native, self.dtype = native, dtype
        self.columns = readers[0].buffers.in_features
        device = readers[0].buffers.codes.device
        rank = -(-max(item.rank for item in readers) // RANK_STEP) * RANK_STEP
        self.down: Tensor | None = None
        self.scale = self.low = None
        if rank:
            factors = [item for reader in readers for item in reader.adapters]
            # Of the model's own number format: the term is a correction, and x has no more places either.
            self.down = torch.cat([item.a.detach().to(dtype) for item in factors]).contiguous()
            scales = [torch.full((item.a.shape[0],), item.scaling) for item in factors]
            self.scale = torch.cat(scales).to(device)
            self.low = torch.zeros(self.down.shape[0] + rank, device=device)
        self._launches = self._plan(rank)
        self._places: dict[nn.Module, tuple[int, int]] = {}
        begin = 0
        for reader in readers:
            self._places[reader.module] = (begin, begin + reader.buffers.out_features)
            begin += reader.buffers.out_features
        self._total = begin
        self._ready: Tensor | None = None
        self._served: tuple[Tensor, Tensor] | None = None

    def made_low(self, x: Tensor) -> None:
        """Whoever made x made ``low`` as well."""
        self._ready = x

    def answer(self, module: nn.Module, x: Tensor) -> Tensor:
        """The module's product: [..., K] -> [..., N]; computed for all readers at the first one's call."""
        if self._served is None or self._served[0] is not x:
            self._served = (x, self._compute(x))
        begin, end = self._places[module]
        return self._served[1][:, begin:end].view(*x.shape[:-1], end - begin)

    def forget(self) -> None:
        """Let go of the last step's tensors."""
        self._served = self._ready = None

    def _compute(self, x: Tensor) -> Tensor:
        flat = x.reshape(1, self.columns)
        if self.down is not None and self._ready is not x:
            low_product(self, flat)
        y = flat.new_empty(1, self._total)
        for launch in self._launches:
            if self.native:
                from lowbit_core.kernels.cuda.decoding import product

                biases = [reader.bias for reader in launch.readers]
                product(flat, launch.matrices, biases, y[:, launch.begin : launch.end], launch.adapters)
            else:
                y[:, launch.begin : launch.end] = _product_in_torch(flat, launch)
        return y

    def _plan(self, rank: int) -> tuple[_Launch, ...]:
        """As few launches as the kernels allow."""
        bunches: list[list[Reader]] = []
        for reader in self.readers:
            if bunches and self._fits([*bunches[-1], reader], rank):
                bunches[-1].append(reader)
            else:
                bunches.append([reader])
        launches, begin, first = [], 0, 0
        for bunch in bunches:
            end = begin + sum(reader.buffers.out_features for reader in bunch)
            places = []
            for reader in bunch:
                places.append(first)
                first += reader.rank
            adapters = None
            if rank and any(reader.rank for reader in bunch):
                up = torch.cat([_padded_up(reader, rank, self.dtype) for reader in bunch]).contiguous()
                adapters = self._low_rank(up, tuple(places))
            matrices = tuple(cuda_path.kernel_matrix(reader.buffers) for reader in bunch) if self.native else ()
            launches.append(
                _Launch(readers=tuple(bunch), begin=begin, end=end, adapters=adapters, matrices=matrices)
            )  # fmt: skip
            begin = end
        return tuple(launches)

    def _fits(self, bunch: Sequence[Reader], rank: int) -> bool:
        if not self.native:
            return True
        from lowbit_core.kernels.cuda.decoding import product_fits

        return product_fits([cuda_path.kernel_matrix(reader.buffers) for reader in bunch], rank)

    def _low_rank(self, up: Tensor, first: tuple[int, ...]) -> Any:
        if not self.native:
            return (self.low, up, first)
        from lowbit_core.kernels.cuda.decoding import LowRank

        assert self.low is not None
        return LowRank(low=self.low, up=up, first=first)


def servable(reader: Reader, dtype: torch.dtype) -> bool:
    """Whether the kernels take this matrix alone with its adapters, at one row."""
    if not cuda_path.serves(reader.buffers, dtype) or reader.buffers.in_features % 8:
        return False
    from lowbit_core.kernels.cuda.decoding import WIDEST_ROW, product_fits

    rank = -(-reader.rank // RANK_STEP) * RANK_STEP
    bias = reader.bias is None or reader.bias.dtype == dtype
    narrow = reader.buffers.in_features <= WIDEST_ROW
    return bias and narrow and product_fits([cuda_path.kernel_matrix(reader.buffers)], rank)


def low_product(shared: SharedInput, flat: Tensor) -> None:
    """``low`` = scale·(A·x) of every adapter."""
    assert shared.down is not None
    assert shared.low is not None
    assert shared.scale is not None
    if shared.native:
        from lowbit_core.kernels.cuda.decoding import prologue

        prologue("plain", flat.view(-1), down=shared.down, scale=shared.scale, low=shared.low)
    else:
        shared.low[: shared.down.shape[0]] = shared.scale * (shared.down.float() @ flat[0].float())


def _padded_up(reader: Reader, rank: int, dtype: torch.dtype) -> Tensor:
    """B of all adapters side by side [N, rank], zeros where there are fewer."""
    rows = reader.buffers.out_features
    up = torch.zeros(rows, rank, dtype=dtype, device=reader.buffers.codes.device)
    begin = 0
    for item in reader.adapters:
        up[:, begin : begin + item.b.shape[1]] = item.b.detach()
        begin += item.b.shape[1]
    return up


def _product_in_torch(flat: Tensor, launch: _Launch) -> Tensor:
    parts = []
    for index, reader in enumerate(launch.readers):
        part = reference.wide_linear(flat, reader.buffers, reader.bias)
        if launch.adapters is not None:
            low, up, first = launch.adapters
            begin = sum(item.buffers.out_features for item in launch.readers[:index])
            rows = up[begin : begin + reader.buffers.out_features].float()
            part += rows @ low[first[index] : first[index] + up.shape[1]]
        parts.append(part.to(flat.dtype))
    return torch.cat(parts, dim=1)
