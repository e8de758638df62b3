"""What a training step minimises, as a value handed to the trainer; cross-entropy is the one tuning uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import CausalLMOutput

from lowbit_core.train.head import Head, backbone, causal_model, head_of, head_parameters, replaced_forward
from lowbit_core.train.loss import IGNORED, chunked_cross_entropy


class Objective(Protocol):
    """Loss on the last hidden states. Called inside the model's forward, so that data-parallel ranks stay equal."""

    inputs: frozenset[str]
    """Names in a batch that are for the loss and not for the model; ``labels`` is always one."""

    def __call__(
        self, hidden: Tensor, head: Head, parameters: list[nn.Parameter], batch: Mapping[str, Tensor]
    ) -> Tensor:
        """Sum of the loss over the tokens that count.

        Args:
            hidden: last hidden states [batch, length, hidden].
            head: hidden [n, hidden] -> logits [n, vocab].
            parameters: trainable parameters of the head.
            batch: the entries named in ``inputs``.
        """


class CrossEntropy:
    """−log p of the labels, next-token shifted, chunk by chunk."""

    inputs = frozenset({"labels"})

    def __call__(
        self, hidden: Tensor, head: Head, parameters: list[nn.Parameter], batch: Mapping[str, Tensor]
    ) -> Tensor:
        """See `Objective`."""
        return chunked_cross_entropy(hidden, batch["labels"], head, parameters)


def counted_tokens(labels: Tensor) -> Tensor:
    """How many tokens of ``labels`` [batch, length] are predicted: the first of a row never is."""
    return (labels[:, 1:] != IGNORED).sum()


@contextmanager
def objective_inside(model: nn.Module, objective: Objective) -> Iterator[None]:
    """Within the block, the model called with ``labels`` returns only a loss, and no logits exist.

    Called without labels it answers as ever. ``num_items_in_batch`` divides the sum; without it the batch's own count.

    Args:
        model: a transformers causal model, bare or inside PEFT's wrapper.
        objective: what is computed from the last hidden states.
    """
    causal, body, head = causal_model(model), backbone(model), head_of(model)
    plain = causal.forward

    def forward(*args: Any, **batch: Any) -> Any:
        if batch.get("labels") is None:
            batch.pop("num_items_in_batch", None)
            return plain(*args, **batch)
        assert not args, "a training batch is passed by name"
        aside = {name: batch.pop(name) for name in objective.inputs | {"labels"} if name in batch}
        items = batch.pop("num_items_in_batch", None)
        batch = {name: value for name, value in batch.items() if value is not None and name not in _OURS}
        hidden = body(**batch, use_cache=False).last_hidden_state
        total = objective(hidden, head, head_parameters(model), aside)
        if items is None:
            items = counted_tokens(aside["labels"]).clamp(min=1)
        return CausalLMOutput(loss=total / torch.as_tensor(items, device=total.device))

    with replaced_forward(causal, forward):
        yield


_OURS = frozenset({"use_cache", "return_dict", "output_attentions", "output_hidden_states", "logits_to_keep"})
