"""The head of a causal language model as a function: hidden states in, logits out, whatever the architecture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from lowbit_core.errors import UserError

Head = Callable[[Tensor], Tensor]
"""Last hidden states [n, hidden] -> logits [n, vocab], with all that the model does to logits (scale, soft cap)."""


def causal_model(model: nn.Module) -> nn.Module:
    """The transformers model inside a PEFT model or a data-parallel wrapper; the model itself otherwise."""
    inner = getattr(model, "module", model)
    unwrap = getattr(inner, "get_base_model", None)
    return unwrap() if unwrap is not None else inner


def backbone(model: nn.Module) -> nn.Module:
    """The part of a causal model that ends with the last hidden state (``model.model``, ``model.transformer``).

    Raises:
        UserError: the class has no such part.
    """
    causal = causal_model(model)
    body = getattr(causal, "base_model", causal)
    if body is causal:
        raise UserError(
            "head-unknown",
            f"{type(causal).__name__} does not separate its head from its blocks, so it cannot be trained here.",
            hint="Choose another model; the Llama, Qwen, Gemma, Mistral, Phi and GPT-2 families work.",
        )
    return body


class _LastHidden:
    """Stands in for a backbone's output: the hidden state, and None for everything else a head might look at."""

    def __init__(self, hidden: Tensor) -> None:
        self.last_hidden_state = hidden

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)

    def __getitem__(self, index: int | slice) -> Any:
        return (self.last_hidden_state,)[index]


@contextmanager
def replaced_forward(module: nn.Module, forward: Callable[..., Any]) -> Iterator[None]:
    """Give one module instance another ``forward``; put back what was there (class's own or another instance's)."""
    before = module.__dict__.get("forward")
    module.__dict__["forward"] = forward
    try:
        yield
    finally:
        if before is None:
            module.__dict__.pop("forward", None)
        else:
            module.__dict__["forward"] = before


def head_of(model: nn.Module) -> Head:
    """The model's own code from the last hidden state on.

    Its forward runs with the backbone answering at once, so that scaled logits (Cohere, Granite), soft-capped ones
    (Gemma 2), packed, tied and adapted heads come out right without a table of architectures.
    """
    causal, body = causal_model(model), backbone(model)
    forward = type(causal).forward

    def head(hidden: Tensor) -> Tensor:
        answer = _LastHidden(hidden[None])
        with replaced_forward(body, lambda *args, **kwargs: answer):
            return forward(causal, inputs_embeds=hidden[None], use_cache=False, return_dict=True).logits[0]

    return head


def head_parameters(model: nn.Module) -> list[nn.Parameter]:
    """Trainable parameters the head reads, a tied embedding included, once each and in a fixed order."""
    causal, body = causal_model(model), backbone(model)
    found: dict[int, nn.Parameter] = {}
    for child in causal.children():
        if child is not body:
            found.update({id(item): item for item in child.parameters() if item.requires_grad})
    return list(found.values())


@torch.no_grad()
def check_head(model: nn.Module, tokens: int = 4, tolerance: float = 1e-2) -> None:
    """Compare `head_of` with the model's plain logits on a few tokens; one short pass, before training.

    Raises:
        UserError: they differ, i.e. this class does something to its hidden states that the head does not see.
    """
    causal, body = causal_model(model), backbone(model)
    device = next(iter(causal.parameters())).device
    ids = torch.arange(1, tokens + 1, device=device)[None]
    was_training = causal.training
    causal.eval()
    try:
        plain = type(causal).forward(causal, input_ids=ids, use_cache=False, return_dict=True).logits[0].float()
        ours = head_of(model)(body(input_ids=ids, use_cache=False).last_hidden_state[0]).float()
    finally:
        causal.train(was_training)
    worst = (plain - ours).abs().max().item()
    if not worst <= tolerance * max(1.0, plain.abs().max().item()):
        raise UserError(
            "head-unknown",
            f"The logits of {type(causal).__name__} cannot be rebuilt from its last hidden state (off by {worst:.3g}).",
            hint="This model cannot be trained here yet; quantizing and chatting work.",
        )
