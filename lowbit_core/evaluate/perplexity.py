"""How well a model predicts a text."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.evaluate.logits import ModelRows, Rows, chunks
from lowbit_core.evaluate.windows import Window, text_windows
from lowbit_core.events import Progress

GPU_TOKENS = 8192
"""Tokens run at once on a GPU; on a CPU one window at a time, whose products are wide enough."""

INT21_STRIDE = 512


@dataclass(frozen=True, kw_only=True)
class Perplexity:
    """exp(mean negative log-likelihood).

    Attributes:
        value: over all scored tokens: what papers print.
        window_mean: arithmetic mean over the windows of exp(their mean NLL), as INT2.1 counts; never below ``value``
            where all windows score as many tokens (Jensen), and not to be compared with it.
        nll: mean negative log-likelihood of a scored token, in nats.
        tokens: scored.
        windows: measured.
        context: tokens in a window.
        stride: tokens a window moves on; equal to ``context`` where windows do not overlap.
    """

    value: float
    window_mean: float
    nll: float
    tokens: int
    windows: int
    context: int
    stride: int


@torch.inference_mode()
def perplexity(
    model: PreTrainedModel,
    ids: Tensor,
    *,
    context: int,
    job_context: Context,
    stride: int = 0,
    limit: int = 0,
    batch: int = 0,
    stage: str = "evaluate",
) -> Perplexity:
    """Perplexity of a text; see `text_windows` for what is scored.

    Args:
        model: in eval mode.
        ids: the text, int64 [n].
        context: tokens in a window; a longer one than the model was made for is refused.
        job_context: progress in windows, interruption between windows.
        stride: 0 for windows that do not overlap.
        limit: most windows; 0 for all.
        batch: windows at once; 0 chooses.
        stage: name in progress events.

    Raises:
        UserError: text or stride too short or long, context above the model's (``context-too-long``), NaN.
    """
    check_context(model, context)
    windows = text_windows(len(ids), context, stride, limit)
    source = ModelRows(model)
    scores = [
        math.fsum(row)
        for _, group, rows in scored_batches(source, ids, windows, batch or _batch(model, context), job_context, stage)
        for row in _window_losses(rows, ids, group)
    ]
    return summary(scores, windows, min(context, len(ids)), stride)


def int21_perplexity(
    model: PreTrainedModel, ids: Tensor, *, context: int, job_context: Context, limit: int = 0
) -> float:
    """The number INT2.1's evaluation prints: sliding windows of stride 512, mean over windows of exp(NLL).

    Source: arXiv 2306.08162, the published code. Not comparable with GPTQ-style tables in either direction: more
    context lowers it, the mean of exponentials raises it.
    """
    stride = min(INT21_STRIDE, context)
    measured = perplexity(model, ids, context=context, job_context=job_context, stride=stride, limit=limit)
    return measured.window_mean


def summary(scores: Sequence[float], windows: Sequence[Window], context: int, stride: int) -> Perplexity:
    """The numbers from the summed NLL of each window.

    Raises:
        UserError: a NaN among them (``logits-nan``).
    """
    tokens = sum(window.scored for window in windows)
    nll = math.fsum(scores) / tokens
    if math.isnan(nll):
        raise UserError(
            "logits-nan",
            "The model computed no numbers (NaN), so its perplexity cannot be measured.",
            hint="Run it in another precision (bf16 or fp32).",
        )
    return Perplexity(
        value=_exp(nll),
        window_mean=math.fsum(_exp(s / w.scored) for s, w in zip(scores, windows, strict=True)) / len(windows),
        nll=nll,
        tokens=tokens,
        windows=len(windows),
        context=context,
        stride=stride or context,
    )


def scored_batches(
    source: ModelRows, ids: Tensor, windows: Sequence[Window], batch: int, job_context: Context, stage: str
) -> Iterator[tuple[int, Sequence[Window], Rows]]:
    """Run windows of like length through a model: yields (index of the first, windows, their rows), with progress."""
    began = time.perf_counter()
    done = 0
    while done < len(windows):
        job_context.checkpoint()
        length = windows[done].end - windows[done].begin
        group = [w for w in windows[done : done + batch] if w.end - w.begin == length]
        tokens = torch.stack([ids[w.begin : w.end] for w in group])
        yield done, group, source.rows(done, tokens)
        done += len(group)
        left = (len(windows) - done) * (time.perf_counter() - began) / done
        job_context.emit(Progress(stage=stage, done=done, total=len(windows), unit="windows", eta_seconds=left))


def scored_positions(ids: Tensor, group: Sequence[Window]) -> Iterator[tuple[int, int, Tensor]]:
    """For each window: bounds (in the rows of the whole group) of the positions that predict, and their targets."""
    length = group[0].end - group[0].begin
    for number, window in enumerate(group):
        offset = number * length
        first = offset + window.first - 1 - window.begin
        yield first, first + window.scored, ids[window.first : window.end]


def _window_losses(rows: Rows, ids: Tensor, group: Sequence[Window]) -> Iterator[list[float]]:
    """Summed NLL of each chunk of each window."""
    vocabulary = rows.logits(0, 1).shape[1]
    for begin, end, targets in scored_positions(ids, group):
        losses = []
        for a, b in chunks(end - begin, vocabulary):
            logits = rows.logits(begin + a, begin + b)
            losses.append(float(F.cross_entropy(logits, targets[a:b].to(logits.device), reduction="sum")))
        yield losses


def check_context(model: PreTrainedModel, context: int) -> None:
    """Refuse windows longer than the model's.

    Raises:
        UserError: ``context-too-long``.
    """
    config = model.config.get_text_config(decoder=True)
    longest = int(getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None) or 0)
    if longest and context > longest:
        raise UserError(
            "context-too-long",
            f"Windows of {context:,} tokens are longer than the {longest:,} the model was made for.",
            hint=f"Take at most {longest:,}.",
            where="evaluate.context",
            arguments={"context": context, "longest": longest},
        )


def _batch(model: PreTrainedModel, context: int) -> int:
    return max(1, GPU_TOKENS // context) if model.device.type == "cuda" else 1


def _exp(value: float) -> float:
    """A broken 2-bit model's loss can be beyond what exp takes."""
    return math.exp(value) if value < 700 else math.inf
