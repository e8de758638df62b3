"""Text sampled from the model itself: calibration and distillation data that needs no data.

Recipe of data-free distillation (LLM-QAT 2305.17888 section 3.1): the first token uniformly at random, the rest drawn
from the model at temperature 1, the end of text passed over.
"""

from __future__ import annotations

import hashlib
import time

import psutil
import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lowbit_core.chat.generate import CachedDecoder
from lowbit_core.chat.sampling import draw
from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.events import Progress
from lowbit_core.plan.sampling import sample_batch

SAMPLE_VERSION = 3
"""Part of `sample_key`; raised when the same seed gives other text."""

_REPORT_SECONDS = 0.5


def sample_key(model_hash: str, tokens: int, length: int, seed: int) -> str:
    """Name of a sample in a cache: hex, the same for the same model, amount, length and seed.

    Args:
        model_hash: hash of the model's files (and of its bits, when a packed copy samples).
        tokens: as in `sample_text`.
        length: as in `sample_text`.
        seed: as in `sample_text`.
    """
    text = f"{SAMPLE_VERSION}|{model_hash}|{tokens}|{length}|{seed}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@torch.inference_mode()
def sample_text(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    tokens: int,
    length: int,
    seed: int,
    *,
    context: Context,
    batch: int = 0,
    stage: str = "sample",
) -> Tensor:
    """Sequences drawn from the model at temperature 1.

    Each begins with the tokenizer's beginning-of-text token, if it has one, and a token drawn uniformly from those that
    are not special. Every sequence has random numbers of its own, so that the batch does not change what is drawn,
    beyond the rounding of the model's logits.

    Args:
        model: in eval mode.
        tokenizer: says which tokens are ordinary.
        tokens: how many in all, rounded up to whole sequences.
        length: tokens in a sequence, at least 2 more than the beginning.
        seed: of everything random.
        context: progress in tokens, and interruption at every step.
        batch: sequences at once; 0 takes as many as memory allows.
        stage: name of the stage in progress events.

    Returns:
        int64 [n, length] on the CPU, n = ceil(tokens / length).

    Raises:
        UserError: the logits are NaN (``logits-nan``).
    """
    assert tokens >= 1
    assert length >= 4
    count = -(-tokens // length)
    generator = torch.Generator().manual_seed(seed)
    ordinary = ordinary_tokens(tokenizer, model.config.get_text_config(decoder=True).vocab_size)
    first = ordinary[torch.randint(len(ordinary), (count,), generator=generator)]
    uniform = torch.rand(count, length, generator=generator, dtype=torch.float64)
    rows = min(batch or _batch(model, length), count)
    progress = _Pace(context, stage, count * length)
    result = torch.empty(count, length, dtype=torch.int64)
    for begin in range(0, count, rows):
        end = min(begin + rows, count)
        start = first[begin:end, None]
        if tokenizer.bos_token_id is not None:
            start = torch.cat([torch.full_like(start, tokenizer.bos_token_id), start], dim=1)
        _sample_rows(model, start, uniform[begin:end], result[begin:end], len(tokenizer), progress)
    return result


def _sample_rows(
    model: PreTrainedModel, start: Tensor, uniform: Tensor, out: Tensor, vocabulary: int, progress: _Pace
) -> None:
    """Fill ``out`` [rows, length]: ``start`` [rows, 1 or 2], then one drawn token after the other."""
    rows, length = out.shape
    given = start.shape[1]
    out[:, :given] = start
    decoder = CachedDecoder(model)
    # One column at a time: the last positions of several are not contiguous, and torch then copies a 16-bit head once a
    # row (1.6 GB and 11 s for 28 rows of the starter).
    *before, ids = (column[:, None].to(model.device) for column in start.unbind(1))
    for column in before:
        decoder.advance(column)
    progress.add(rows * given)
    for position in range(given, length):
        # Rows of an embedding padded beyond the tokenizer were never trained.
        logits = decoder.advance(ids)[:, :vocabulary]
        if bool(torch.isnan(logits).any()):
            raise UserError(
                "logits-nan",
                "The model computed no numbers (NaN), so no text can be sampled from it.",
                hint="Run it in another precision (bf16 or fp32).",
            )
        ids = draw(logits, uniform[:, position])[:, None].to(model.device)
        out[:, position] = ids[:, 0].cpu()
        progress.add(rows)


def ordinary_tokens(tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> Tensor:
    """Token numbers that are neither special nor beyond the model's vocabulary: int64 [n], ascending."""
    special = set(tokenizer.all_special_ids)
    special.update(index for index, token in tokenizer.added_tokens_decoder.items() if token.special)
    return torch.tensor([index for index in range(min(len(tokenizer), vocabulary)) if index not in special])


def _batch(model: PreTrainedModel, length: int) -> int:
    """Sequences at once on the model's device, by the memory that is free now."""
    config = model.config.to_dict()
    if model.device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(model.device)
        return sample_batch(config, length, free_bytes=free, on_gpu=True)
    return sample_batch(config, length, free_bytes=psutil.virtual_memory().available, on_gpu=False)


class _Pace:
    """Counts tokens, reports twice a second with the time left, and is the place to be interrupted."""

    def __init__(self, context: Context, stage: str, total: int) -> None:
        self._context, self._stage, self._total = context, stage, total
        self._done = 0
        self._began = self._reported = time.perf_counter()

    def add(self, tokens: int) -> None:
        """Count ``tokens`` more."""
        self._context.checkpoint()
        self._done += tokens
        now = time.perf_counter()
        if self._done < self._total and now - self._reported < _REPORT_SECONDS:
            return
        self._reported = now
        left = (self._total - self._done) * (now - self._began) / self._done
        self._context.emit(
            Progress(stage=self._stage, done=self._done, total=self._total, unit="tokens", eta_seconds=left)
        )
