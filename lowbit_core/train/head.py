"""The head while training: what of it learns, and whether it can be rebuilt at all; `model.head` makes it."""

from __future__ import annotations

import torch
from torch import nn

from lowbit_core.errors import UserError
from lowbit_core.model.head import Head, backbone, causal_model, head_of, replaced_forward

__all__ = ["Head", "backbone", "causal_model", "check_head", "head_of", "head_parameters", "replaced_forward"]


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
