"""How fast a model reads and writes."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

from lowbit_core.chat.generate import default_decoder
from lowbit_core.context import Context


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Tokens a second at batch 1, medians.

    Attributes:
        prefill: prompt tokens a second.
        decode: generated tokens a second, after the prompt.
        prompt_tokens: read.
        new_tokens: written.
        device: where it ran.
    """

    prefill: float
    decode: float
    prompt_tokens: int
    new_tokens: int
    device: str


@torch.inference_mode()
def speed(
    model: PreTrainedModel, *, job_context: Context, prompt_tokens: int = 256, new_tokens: int = 32, repeats: int = 3
) -> Speed:
    """Measure on made-up tokens; the first round warms up and does not count.

    Args:
        model: in eval mode.
        job_context: interruption at every token.
        prompt_tokens: tokens of the prompt.
        new_tokens: tokens written after it.
        repeats: rounds that count.
    """
    device = model.device
    vocabulary = model.config.get_text_config(decoder=True).vocab_size
    generator = torch.Generator().manual_seed(0)
    prompt = torch.randint(0, vocabulary, (1, prompt_tokens), generator=generator).to(device)
    reading, writing = [], []
    for _ in range(1 + repeats):
        decoder = default_decoder(model)
        began = _now(device)
        token = decoder.advance(prompt).argmax(1, keepdim=True)
        read = _now(device)
        for _ in range(new_tokens):
            job_context.checkpoint()
            token = decoder.advance(token).argmax(1, keepdim=True)
        reading.append(read - began)
        writing.append(_now(device) - read)
    return Speed(
        prefill=prompt_tokens / statistics.median(reading[1:]),
        decode=new_tokens / statistics.median(writing[1:]),
        prompt_tokens=prompt_tokens,
        new_tokens=new_tokens,
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
    )


def _now(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
