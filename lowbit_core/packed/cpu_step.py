"""A model's decode step as one call of the CPU kernels, for models of the Llama family.

What the parts are is read off the names that family's modules have; whether they do what the family's do is for the
caller to see, who compares one step with the model's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from lowbit_core.errors import UserError
from lowbit_core.model.head import backbone, causal_model
from lowbit_core.packed import cpu_path
from lowbit_core.packed.decode_step import Unsupported
from lowbit_core.packed.embedding import TiedHead
from lowbit_core.packed.shared_input import Reader, reader_of
from lowbit_core.packed.watch import norm_epsilon

_BLOCK = {"input_layernorm", "self_attn", "post_attention_layernorm", "mlp"}
_ATTENTION = {"q_proj", "k_proj", "v_proj", "o_proj"}
_MLP = {"gate_proj", "up_proj", "down_proj", "act_fn"}
_STEADY_ROTATIONS = {"default", "linear", "llama3", "yarn"}
"""Kinds of rotation that are the same for a position however long the text is."""

_ROWS = 4096
"""Rows of a head compared at once."""


class CpuStep:
    """One token through the whole model, adapters as they are active now.

    Args:
        model: causal model of transformers in eval mode.

    Raises:
        Unsupported: the model has other parts, or some where the kernels do not reach; the text says which.
    """

    def __init__(self, model: nn.Module) -> None:
        reason = cpu_path.why_not()
        if reason:
            raise Unsupported(reason)
        causal: Any = causal_model(model)
        try:
            body: Any = backbone(causal)
        except UserError as error:
            raise Unsupported(error.message) from error
        layers, last = getattr(body, "layers", None), getattr(body, "norm", None)
        self._rotary: Any = getattr(body, "rotary_emb", None)
        if layers is None or last is None or getattr(self._rotary, "rope_type", None) not in _STEADY_ROTATIONS:
            raise Unsupported(f"{type(body).__name__} is not built as the Llama family is")
        self._embedding, self._dtype = causal.get_input_embeddings(), causal.dtype
        tokens = _tokens()
        blocks = [_block(layer) for layer in layers]
        attention = layers[0].self_attn
        try:
            self._plan = tokens.TokenPlan(
                blocks, _norm(last), _head(causal.get_output_embeddings()), head_dim=int(attention.head_dim),
                scaling=float(attention.scaling),
            )  # fmt: skip
        except ValueError as error:
            raise Unsupported(str(error)) from error

    def place(self, rooms: Sequence[tuple[Tensor, Tensor]]) -> None:
        """Where keys and values are, block by block: [1, key heads, capacity, head_dim] each.

        Raises:
            Unsupported: the model keeps them, or turns its heads, in another way.
        """
        capacity = rooms[0][0].shape[2]
        positions = torch.arange(capacity)[None]
        cosine, sine = self._rotary(torch.empty(0, dtype=self._dtype), positions)
        try:
            self._plan.place([(keys[0], values[0]) for keys, values in rooms], cosine[0], sine[0])
        except ValueError as error:
            raise Unsupported(str(error)) from error

    def logits(self, ids: Tensor, position: int) -> Tensor:
        """One token, int64 [1, 1], after ``position`` others: fp32 [1, vocabulary], overwritten by the next."""
        return cast(Tensor, self._plan.step(self._embedding(ids), position))


def _block(layer: Any) -> Any:
    tokens = _tokens()
    _built_of(layer, _BLOCK)
    attention, mlp = layer.self_attn, layer.mlp
    norms = {"q_norm", "k_norm"} & {name for name, _ in attention.named_children()}
    _built_of(attention, _ATTENTION | norms)
    _built_of(mlp, _MLP)
    return tokens.BlockWeights(
        attention_norm=_norm(layer.input_layernorm), mlp_norm=_norm(layer.post_attention_layernorm),
        q_norm=_norm(attention.q_norm) if "q_norm" in norms else None,
        k_norm=_norm(attention.k_norm) if "k_norm" in norms else None,
        **{name[0]: _weights(getattr(attention, name)) for name in _ATTENTION},
        **{name.removesuffix("_proj"): _weights(getattr(mlp, name)) for name in _MLP - {"act_fn"}},
    )  # fmt: skip


def _built_of(module: nn.Module, names: set[str]) -> None:
    found = {name for name, _ in module.named_children()}
    if found - {"act_fn"} != names - {"act_fn"}:
        raise Unsupported(f"{type(module).__name__} has the parts {', '.join(sorted(found))}")


def _norm(module: nn.Module) -> Any:
    epsilon = norm_epsilon(module)
    if epsilon is None:
        raise Unsupported(f"{type(module).__name__} is no RMSNorm")
    return _tokens().Norm(weight=module.weight, epsilon=epsilon)


def _weights(module: nn.Module) -> Any:
    """A matrix as the kernels take it: packed with plain low-rank adapters, or dense."""
    tokens = _tokens()
    if type(module) is nn.Linear:
        return tokens.Weights(matrix=module.weight.detach(), bias=module.bias)
    reader: Reader | None = reader_of(module)
    if isinstance(module, TiedHead):
        reader = Reader(module=module, buffers=module.buffers_packed, bias=None, adapters=())
    if reader is None or not cpu_path.serves(reader.buffers, torch.float32):
        raise Unsupported(f"the kernels do not serve a {type(module).__name__} like this one")
    return tokens.Weights(
        matrix=cpu_path.kernel_matrix(reader.buffers), bias=reader.bias, kept=reader,
        adapters=[(item.a, item.b, item.scaling) for item in reader.adapters],
    )  # fmt: skip


def _head(module: nn.Module) -> Any:
    """The head. Numbers that were bf16 when they were read are kept as bf16 beside the model's own fp32: a token reads
    all of them, and half as many bytes are read twice as fast.
    """
    if type(module) is nn.Linear and module.weight.dtype == torch.float32:
        short = module.weight.detach().bfloat16()
        parts = zip(short.split(_ROWS), module.weight.split(_ROWS), strict=True)
        if all(torch.equal(part.float(), whole) for part, whole in parts):
            return _tokens().Weights(matrix=short, bias=module.bias)
    return _weights(module)


def _tokens() -> Any:
    from lowbit_core.kernels.cpu import token_plan

    return token_plan
