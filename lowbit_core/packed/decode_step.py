"""A model's decode step with fewer launches: fused modules put in place of the plain ones for one token at a time.

    norm + down products of all adapters of q, k, v (or gate, up)    one launch
    q, k, v with their up products                                   one
    rotation, cache, attention                                       one
    gate, up with their up products                                  one
    silu(gate)·up + down product of down's adapter                   one

At 7B an adapted layer so takes 11 launches where the plain modules take about 70. What cannot be fused (DoRA, another
norm, a dense matrix) keeps its own forward.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

import torch
from torch import Tensor, nn

from lowbit_core.model.head import replaced_forward
from lowbit_core.packed import attend, cuda_path
from lowbit_core.packed.attend import CacheSlot, Rotation
from lowbit_core.packed.shared_input import Reader, SharedInput, reader_of, servable
from lowbit_core.packed.watch import Watched, alike, llama_norm, norm_epsilon, watch

Forward = Callable[..., Any]


class Unsupported(Exception):
    """The model does something in attention that a fused step does not."""


class DecodeStep:
    """Fused forwards for a model's decode step; `installed` puts them in place.

    Args:
        model: causal model of transformers, in eval mode, its adapters as they shall be.
        plain_step: runs one token through it, the plain way.
    """

    def __init__(self, model: nn.Module, plain_step: Callable[[], Any]) -> None:
        seen = watch(model, plain_step)
        self.shared: list[SharedInput] = []
        self.forwards: dict[nn.Module, Forward] = {}
        self._makers: dict[int, SharedInput] = {}
        self._kept = seen  # its tensors stay alive while ids of tensors are compared
        self._share(seen)
        self._fuse_norms(seen)
        self._fuse_gates(seen)
        del self._kept, self._makers

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Within the block, single rows go through the fused forwards."""
        with ExitStack() as stack:
            for module, forward in self.forwards.items():
                stack.enter_context(replaced_forward(module, forward))
            try:
                yield
            finally:
                for item in self.shared:
                    item.forget()

    def _share(self, seen: Watched) -> None:
        by_input: dict[int, tuple[Tensor, list[Reader]]] = {}
        for module, x in seen.linears:
            reader = None if module in seen.often or not _one_row(x) else reader_of(module)
            if reader is None or (x.is_cuda and not servable(reader, x.dtype)):
                continue
            by_input.setdefault(id(x), (x, []))[1].append(reader)
        for key, (x, readers) in by_input.items():
            if len(readers) == 1 and not readers[0].adapters:
                continue
            shared = SharedInput(readers, x.dtype, native=x.is_cuda)
            self.shared.append(shared)
            self._makers[key] = shared
            for reader in readers:
                self.forwards[reader.module] = _linear(reader.module, shared)

    def _fuse_norms(self, seen: Watched) -> None:
        known: dict[type[nn.Module], bool] = {}
        for module, x, output in seen.norms:
            epsilon, weight = norm_epsilon(module), cast(Tensor, module.weight)
            assert epsilon is not None
            if module in seen.often or not _one_row(x) or x.dtype != weight.dtype or not _fits(x):
                continue
            kind = type(module)
            if kind not in known:
                known[kind] = alike(llama_norm(x, weight, epsilon), output)
            if known[kind]:
                self.forwards[module] = _norm(module, epsilon, self._makers.get(id(output)))

    def _fuse_gates(self, seen: Watched) -> None:
        known: dict[type[nn.Module], bool] = {}
        readers = {reader.module: shared for shared in self.shared for reader in shared.readers}
        for module, x, output in seen.mlps:
            kind, layer = type(module), cast(Any, module)
            if module in seen.often or not _one_row(x):
                continue
            if kind not in known:
                gate, up = layer.gate_proj(x), layer.up_proj(x)
                made = nn.functional.silu(gate) * up
                known[kind] = _fits(made) and alike(layer.down_proj(made), output)
            if known[kind]:
                self.forwards[module] = _gated(layer, readers.get(layer.down_proj))


def _one_row(x: Tensor) -> bool:
    return x.numel() == x.shape[-1]


def _fits(x: Tensor) -> bool:
    """Whether the prologue kernel takes a row of this width and type; on the CPU torch takes all."""
    if not x.is_cuda:
        return True
    from lowbit_core.kernels.cuda.decoding import WIDEST_ROW

    half = x.dtype in (torch.float16, torch.bfloat16) and not cuda_path.why_not(x.device)
    return half and x.shape[-1] % 8 == 0 and x.shape[-1] <= WIDEST_ROW


def _linear(module: nn.Module, shared: SharedInput) -> Forward:
    plain = module.forward

    def forward(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        return shared.answer(module, x) if _one_row(x) and x.dtype == shared.dtype else plain(x, *args, **kwargs)

    return forward


def _norm(module: nn.Module, epsilon: float, shared: SharedInput | None) -> Forward:
    plain, weight = module.forward, cast(Tensor, module.weight)

    def forward(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        if not _one_row(x) or x.dtype != weight.dtype:
            return plain(x, *args, **kwargs)
        if not x.is_cuda:
            return llama_norm(x, weight, epsilon)
        return _prologue("rms-norm", x, weight, shared, epsilon)

    return forward


def _gated(module: Any, shared: SharedInput | None) -> Forward:
    plain = module.forward

    def forward(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        if not _one_row(x):
            return plain(x, *args, **kwargs)
        gate, up = module.gate_proj(x), module.up_proj(x)
        made = _prologue("gated", gate, up, shared) if x.is_cuda else nn.functional.silu(gate) * up
        return module.down_proj(made)

    return forward


def _prologue(mode: Any, x: Tensor, second: Tensor, shared: SharedInput | None, epsilon: float = 0.0) -> Tensor:
    from lowbit_core.kernels.cuda.decoding import prologue

    out = torch.empty_like(x, memory_format=torch.contiguous_format)
    down = shared if shared is not None and shared.down is not None else None
    prologue(
        mode, x.reshape(-1), second=second.reshape(-1), eps=epsilon, out=out.view(-1),
        down=down.down if down else None, scale=down.scale if down else None, low=down.low if down else None,
    )  # fmt: skip
    if down is not None:
        down.made_low(out)
    return out


class DecodeAttention:
    """transformers' attention of one token, replaced while `installed`.

    The rotation is put off: the modelling file's ``apply_rotary_pos_emb`` hands q and k on as they are, and they are
    rotated where they are stored. That holds only if nothing touches them in between, which is checked by identity.

    Args:
        slot_of: layer number -> its cache.
    """

    def __init__(self, slot_of: Callable[[int], CacheSlot]) -> None:
        self._slot_of = slot_of
        self._work: dict[tuple[int, int, int], Any] = {}
        self._turned: tuple[Tensor, Tensor, Rotation] | None = None
        self._name = f"lowbit-decode-{id(self)}"

    @contextmanager
    def installed(self, model: nn.Module) -> Iterator[None]:
        """Within the block, ``model`` (its configuration, its modelling files) attends through this object."""
        from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

        config: Any = model.config
        before = config._attn_implementation
        ALL_ATTENTION_FUNCTIONS[self._name] = self._attention
        config._attn_implementation = self._name
        try:
            with ExitStack() as stack:
                for name in {type(module).__module__ for module in model.modules()}:
                    if name.startswith("transformers.models."):
                        stack.enter_context(self._rotation_put_off(sys.modules[name]))
                yield
        finally:
            config._attn_implementation = before
            del ALL_ATTENTION_FUNCTIONS[self._name]
            self._turned = None

    @contextmanager
    def _rotation_put_off(self, modelling: Any) -> Iterator[None]:
        plain = getattr(modelling, "apply_rotary_pos_emb", None)
        if plain is None or not _turns_as_llama(plain):
            yield
            return
        thread = threading.get_ident()

        def put_off(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor, *args: Any, **kwargs: Any) -> Any:
            single = q.shape[0] == q.shape[2] == 1 and q.ndim == 4 and cos.numel() == q.shape[-1]
            if not single or args or kwargs or threading.get_ident() != thread or cos.dtype != q.dtype:
                return plain(q, k, cos, sin, *args, **kwargs)
            self._turned = (q, k, (cos.reshape(-1), sin.reshape(-1)))
            return q, k

        modelling.apply_rotary_pos_emb = put_off
        try:
            yield
        finally:
            modelling.apply_rotary_pos_emb = plain

    def _attention(
        self, module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None,
        scaling: float | None = None, dropout: float = 0.0, **kwargs: Any,
    ) -> tuple[Tensor, None]:  # fmt: skip
        rotation = self._taken_rotation(query, key)
        index = getattr(module, "layer_idx", None)
        if query.shape[0] != 1 or query.shape[2] != 1 or attention_mask is not None or index is None:
            raise Unsupported(f"{type(module).__name__} attends to more than one new token, or with a mask")
        slot = self._slot_of(index)
        for name in ("softcap", "s_aux", "sinks", "position_bias"):
            if kwargs.get(name) is not None:
                raise Unsupported(f"{type(module).__name__} attends with {name}")
        window = kwargs.get("sliding_window")
        if window is not None and window < slot.keys.shape[1]:
            raise Unsupported(f"{type(module).__name__} attends in a window")
        heads, head_dim, kv_heads = query.shape[1], query.shape[3], key.shape[1]
        result = attend.attend(
            query[0, :, 0], key[0, :, 0], value[0, :, 0], slot, rotation=rotation,
            scaling=head_dim**-0.5 if scaling is None else scaling, work=self._working(query, heads, kv_heads),
        )  # fmt: skip
        return result.view(1, 1, heads, head_dim), None

    def _taken_rotation(self, query: Tensor, key: Tensor) -> Rotation | None:
        turned, self._turned = self._turned, None
        if turned is None:
            return None
        if turned[0] is not query or turned[1] is not key:
            raise Unsupported("queries or keys change between rotation and attention")
        return turned[2]

    def _working(self, query: Tensor, heads: int, kv_heads: int) -> Any:
        head_dim = query.shape[3]
        key = (heads, kv_heads, head_dim)
        if key not in self._work:
            served = attend.native(head_dim, heads, kv_heads, query.dtype, query.device)
            self._work[key] = attend.working_memory(*key, query.device) if served else None
        return self._work[key]


def _turns_as_llama(function: Forward) -> bool:
    """Whether a modelling file's rotation is the Llama family's: the same numbers on random input."""
    generator = torch.Generator().manual_seed(0)
    q, k, cos, sin = (torch.randn(shape, generator=generator) for shape in ((2, 8), (1, 8), (8,), (8,)))
    try:
        found = function(q[None, :, None], k[None, :, None], cos[None, None], sin[None, None])
        return bool(
            torch.allclose(found[0][0, :, 0], attend.rotate(q, (cos, sin)))
            and torch.allclose(found[1][0, :, 0], attend.rotate(k, (cos, sin)))
        )
    except Exception:  # another signature is another rotation
        return False
