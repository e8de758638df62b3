"""One token through a whole model of the Llama family in one call: the tables of addresses behind it, and the call."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lowbit_core.kernels.cpu.library import TYPES, LowRank, Matrix, load, low_ranks

ONE_THREAD_WEIGHTS = 1 << 22
"""Up to here one thread computes a token: waking a second one takes about as long."""

_MATRICES = ("q", "k", "v", "o", "gate", "up", "down")
_NORMS = ("attention_norm", "q_norm", "k_norm", "mlp_norm")


class _Norm(ctypes.Structure):
    _fields_ = [("weight", ctypes.c_void_p), ("epsilon", ctypes.c_double)]


class _Reader(ctypes.Structure):
    _fields_ = [
        ("w", Matrix), ("bias", ctypes.c_void_p), ("adapters", ctypes.POINTER(LowRank)),
        ("adapter_count", ctypes.c_int64),
    ]  # fmt: skip


class _Block(ctypes.Structure):
    _fields_ = [
        *[(name, _Norm) for name in _NORMS],
        *[(name, _Reader) for name in _MATRICES],
        *[(name, ctypes.c_void_p) for name in ("keys", "values")],
    ]


class _Plan(ctypes.Structure):
    _fields_ = [
        *[(name, ctypes.c_void_p) for name in ("blocks", "cosine", "sine")],
        ("last_norm", _Norm),
        ("head", _Reader),
        *[
            (name, ctypes.c_int64)
            for name in ("block_count", "hidden", "heads", "kv_heads", "head_dim", "inner", "capacity")
        ],
        ("scaling", ctypes.c_float),
        ("cache_type", ctypes.c_int32),
    ]


@dataclass(frozen=True, kw_only=True)
class Norm:
    """RMSNorm: x·rsqrt(mean(x²) + epsilon)·weight [n]."""

    weight: Tensor
    epsilon: float


@dataclass(frozen=True, kw_only=True)
class Weights:
    """A matrix W [rows, columns] and what is added to its product.

    Attributes:
        matrix: packed, from `library.matrix`; or dense, fp32 or bf16.
        bias: [rows] or None.
        adapters: (A [r, columns], B [rows, r], s) each.
        kept: whatever a packed matrix points into.
    """

    matrix: Matrix | Tensor
    bias: Tensor | None = None
    adapters: Sequence[tuple[Tensor, Tensor, float]] = ()
    kept: object = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        if isinstance(self.matrix, Tensor):
            return self.matrix.shape[0], self.matrix.shape[1]
        return self.matrix.rows, self.matrix.columns


@dataclass(frozen=True, kw_only=True)
class BlockWeights:
    """A decoder block; the norms of queries and keys run over one head and may be missing."""

    attention_norm: Norm
    q_norm: Norm | None
    k_norm: Norm | None
    mlp_norm: Norm
    q: Weights
    k: Weights
    v: Weights
    o: Weights
    gate: Weights
    up: Weights
    down: Weights


class TokenPlan:
    """A model's weights as the library reads them, kept alive; `place` gives it a cache, `step` computes a token.

    Args:
        blocks: in their order.
        last_norm: before the head.
        head: [vocabulary, hidden].
        head_dim: columns of one head.
        scaling: of attention's scores.

    Raises:
        ValueError: shapes, dtypes or devices that do not fit together.
        library.Unavailable: there is no library here.
    """

    def __init__(
        self, blocks: Sequence[BlockWeights], last_norm: Norm, head: Weights, *, head_dim: int, scaling: float
    ) -> None:
        self._loaded = load()
        self._kept: list[Any] = [blocks, head]
        hidden, inner = head.shape[1], blocks[0].gate.shape[0]
        heads, kv_heads = (item.shape[0] // head_dim for item in (blocks[0].q, blocks[0].k))
        self.hidden, self.heads, self.kv_heads, self.head_dim = hidden, heads, kv_heads, head_dim
        _check(head_dim % 2 == 0 and kv_heads > 0 and heads % kv_heads == 0, f"{heads} heads, {kv_heads} of keys")
        self._blocks = (_Block * len(blocks))(*(self._block(item, hidden, inner) for item in blocks))
        self._plan = _Plan(
            blocks=ctypes.addressof(self._blocks), last_norm=self._norm(last_norm, hidden), head=self._reader(head),
            block_count=len(blocks), hidden=hidden, heads=heads, kv_heads=kv_heads, head_dim=head_dim, inner=inner,
            scaling=scaling,
        )  # fmt: skip
        weights = sum(rows * columns for rows, columns in self._shapes(blocks, head))
        self._logits = torch.empty(1, head.shape[0])
        self._one_thread = weights <= ONE_THREAD_WEIGHTS
        self._room: tuple[Any, ...] = ()

    def place(self, caches: Sequence[tuple[Tensor, Tensor]], cosine: Tensor, sine: Tensor) -> None:
        """Where keys and values are, block by block: [kv_heads, capacity, head_dim] each, all of one dtype; and the
        rotation [capacity, head_dim] of each position.

        Raises:
            ValueError: what does not fit.
        """
        capacity, dtype = caches[0][0].shape[1], caches[0][0].dtype
        shape = (self.kv_heads, capacity, self.head_dim)
        _check(len(caches) == len(self._blocks) and dtype in TYPES, f"{len(caches)} caches of {dtype}")
        for pair in caches:
            for item in pair:
                fits = item.shape == shape and item.dtype == dtype and item.is_contiguous() and not item.is_cuda
                _check(fits, f"a cache {tuple(item.shape)}, not {shape}")
        turns = tuple(item.float().contiguous() for item in (cosine, sine))
        for item in turns:
            _check(item.shape == shape[1:], f"a rotation {tuple(item.shape)}, not {shape[1:]}")
        for block, (keys, values) in zip(self._blocks, caches, strict=True):
            block.keys, block.values = keys.data_ptr(), values.data_ptr()
        self._plan.cosine, self._plan.sine = (item.data_ptr() for item in turns)
        self._plan.capacity, self._plan.cache_type = capacity, TYPES[dtype]
        self._room = (caches, turns)

    def step(self, embedded: Tensor, position: int) -> Tensor:
        """One token after ``position`` others, whose key and value are put into the cache.

        Args:
            embedded: the token's embedding, [hidden] elements in any shape and float type.
            position: tokens the cache holds.

        Returns:
            fp32 [1, vocabulary]; the next step overwrites it.

        Raises:
            ValueError: there is no room, or another width.
        """
        x = embedded.detach().float().contiguous()
        _check(0 <= position < self._plan.capacity, f"no room for token {position}")
        _check(x.numel() == self.hidden and not x.is_cuda, f"an embedding {tuple(x.shape)}, not [{self.hidden}]")
        loaded = self._loaded
        threads = 1 if self._one_thread else torch.get_num_threads()
        status = loaded.token(
            ctypes.byref(self._plan), x.data_ptr(), position, self._logits.data_ptr(), loaded.instructions,
            loaded.parallel, loaded.thread_count, threads,
        )  # fmt: skip
        if status:
            raise MemoryError("no memory for a token")
        return self._logits

    def _block(self, parts: BlockWeights, hidden: int, inner: int) -> _Block:
        width, narrow = self.heads * self.head_dim, self.kv_heads * self.head_dim
        down_to, up_to = (hidden, inner), (inner, hidden)
        wanted = {
            "q": (width, hidden), "k": (narrow, hidden), "v": (narrow, hidden), "o": (hidden, width),
            "gate": up_to, "up": up_to, "down": down_to,
        }  # fmt: skip
        for name, shape in wanted.items():
            _check(getattr(parts, name).shape == shape, f"{name} {getattr(parts, name).shape}, not {shape}")
        return _Block(
            attention_norm=self._norm(parts.attention_norm, hidden), q_norm=self._norm(parts.q_norm, self.head_dim),
            k_norm=self._norm(parts.k_norm, self.head_dim), mlp_norm=self._norm(parts.mlp_norm, hidden),
            **{name: self._reader(getattr(parts, name)) for name in _MATRICES},
        )  # fmt: skip

    def _norm(self, norm: Norm | None, columns: int) -> _Norm:
        if norm is None:
            return _Norm(None, 0.0)
        _check(norm.weight.shape == (columns,), f"a norm {tuple(norm.weight.shape)}, not [{columns}]")
        return _Norm(self._as_float(norm.weight), norm.epsilon)

    def _reader(self, weights: Weights) -> _Reader:
        rows, columns = weights.shape
        matrix = weights.matrix
        if isinstance(matrix, Tensor):
            fits = matrix.dtype in TYPES and matrix.is_contiguous() and matrix.device.type == "cpu"
            _check(fits, f"a dense matrix of {matrix.dtype} on {matrix.device}")
            matrix = Matrix(codes=matrix.data_ptr(), rows=rows, columns=columns, bits=8 * matrix.element_size())
        _check(weights.bias is None or weights.bias.shape == (rows,), f"a bias for {rows} rows")
        low, kept = low_ranks(weights.adapters, rows, columns)
        self._kept += [low, kept]
        bias = None if weights.bias is None else self._as_float(weights.bias)
        return _Reader(w=matrix, bias=bias, adapters=low, adapter_count=len(weights.adapters))

    def _as_float(self, values: Tensor) -> int:
        wide = values.detach().float().contiguous()
        _check(wide.device.type == "cpu", f"weights on {wide.device}")
        self._kept.append(wide)
        return wide.data_ptr()

    @staticmethod
    def _shapes(blocks: Sequence[BlockWeights], head: Weights) -> list[tuple[int, int]]:
        return [getattr(block, name).shape for block in blocks for name in _MATRICES] + [head.shape]


def _check(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"{what}: no plan for that")
