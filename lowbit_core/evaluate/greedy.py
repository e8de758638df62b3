"""Greedy answers to many prompts at once, interruptible at every token."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psutil
import torch
from torch import Tensor
from transformers import GenerationConfig, PreTrainedModel, StoppingCriteria, StoppingCriteriaList

from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.plan.sampling import sample_batch

GPU_ROWS, CPU_ROWS = 128, 8
"""Most prompts answered at once."""


def rows_at_once(model: PreTrainedModel, length: int) -> int:
    """Prompts answered at once on the model's device, by the memory that is free now.

    Args:
        model: on its device.
        length: tokens of the longest prompt with its answer.
    """
    config = model.config.to_dict()
    if model.device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(model.device)
        return min(GPU_ROWS, sample_batch(config, length, free_bytes=free, on_gpu=True))
    available = psutil.virtual_memory().available
    return min(CPU_ROWS, sample_batch(config, length, free_bytes=available, on_gpu=False))


@torch.inference_mode()
def greedy_answers(
    model: PreTrainedModel,
    prompts: Sequence[Sequence[int]],
    *,
    max_new_tokens: int,
    stop: Collection[int],
    context: Context,
) -> list[list[int]]:
    """Continue every prompt by the most likely token until a stop token or the limit.

    Prompts are padded on the left and the padding is masked, so that a row says what it would say alone, up to the
    rounding of its logits.

    Args:
        model: in eval mode, with or without adapters.
        prompts: token numbers, none empty.
        max_new_tokens: of each answer.
        stop: tokens that end an answer; the one that did is its last.
        context: asked for interruptions before every token.

    Returns:
        The new tokens of each, a stop token included, padding left out.

    Raises:
        UserError: a prompt and its answer are longer than the model's window (``prompt-too-long``).
        Interrupted: by ``context``.
    """
    longest = max(map(len, prompts))
    _check_window(model, longest + max_new_tokens)
    pad = min(stop) if stop else 0
    ids = torch.full((len(prompts), longest), pad)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, longest - len(prompt) :] = torch.tensor(prompt)
        mask[row, longest - len(prompt) :] = 1
    settings = GenerationConfig(
        max_new_tokens=max_new_tokens,
        do_sample=False,
        num_beams=1,
        pad_token_id=pad,
        eos_token_id=sorted(stop) or None,
        use_cache=True,
    )
    watch: Any = StoppingCriteriaList([_Checkpoint(context)])
    with _contiguous_for_the_head(model):
        found: Any = model.generate(
            input_ids=ids.to(model.device),
            attention_mask=mask.to(model.device),
            generation_config=settings,
            stopping_criteria=watch,
        )
    return [_until_stop(row, stop) for row in found[:, longest:].tolist()]


@contextmanager
def _contiguous_for_the_head(model: PreTrainedModel) -> Iterator[None]:
    """The last positions of several rows are not contiguous; torch then copies a 16-bit head once a row on a CPU.

    Eight rows of the starter take 16 ms for their first logits with this, seconds and half a gigabyte without.
    """
    hook = model.get_output_embeddings().register_forward_pre_hook(lambda _, args: (args[0].contiguous(), *args[1:]))
    try:
        yield
    finally:
        hook.remove()


class _Checkpoint(StoppingCriteria):
    """Never stops a row; is the place to be interrupted."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, input_ids: Tensor, scores: Any, **kwargs: Any) -> Tensor:
        self._context.checkpoint()
        return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)


def _until_stop(row: list[int], stop: Collection[int]) -> list[int]:
    place = next((place for place, token in enumerate(row) if token in stop), None)
    return row if place is None else row[: place + 1]


def _check_window(model: PreTrainedModel, tokens: int) -> None:
    config = model.config.get_text_config(decoder=True)
    window = int(getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None) or 0)
    if window and tokens > window:
        raise UserError(
            "prompt-too-long",
            f"A question and its answer take up to {tokens:,} tokens; the model was made for {window:,}.",
            hint="Take a model with a longer window.",
            arguments={"tokens": tokens, "window": window},
        )
