"""How close a model is to its float original, token by token."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.context import Context
from lowbit_core.evaluate.logits import ModelRows, Reference, Rows, chunks
from lowbit_core.evaluate.perplexity import (
    GPU_TOKENS,
    Perplexity,
    check_context,
    scored_batches,
    scored_positions,
    summary,
)
from lowbit_core.evaluate.windows import text_windows


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A model against its reference on one text.

    Attributes:
        kl: mean over scored tokens of KL(reference || model), in nats, full vocabulary.
        top1: share of tokens where both think the same token most likely.
        tokens: scored.
        perplexity: of the model.
        reference_perplexity: of the reference, from the same pass.
    """

    kl: float
    top1: float
    tokens: int
    perplexity: Perplexity
    reference_perplexity: Perplexity


@torch.inference_mode()
def compare(
    model: PreTrainedModel,
    reference: PreTrainedModel | Reference,
    ids: Tensor,
    *,
    context: int,
    job_context: Context,
    stride: int = 0,
    limit: int = 0,
    batch: int = 0,
    stage: str = "evaluate",
) -> Comparison:
    """KL to the reference and agreement with it, over the same tokens as `perplexity`.

    Args:
        model: in eval mode.
        reference: the float model, resident on any device, or what stands for it (`StreamedRows`).
        ids: the text, int64 [n].
        context: tokens in a window.
        job_context: progress and interruption.
        stride: as in `perplexity`.
        limit: as in `perplexity`.
        batch: windows at once; 0 chooses.
        stage: name in progress events.

    Raises:
        UserError: as for `perplexity`.
    """
    check_context(model, context)
    windows = text_windows(len(ids), context, stride, limit)
    theirs = ModelRows(reference) if isinstance(reference, torch.nn.Module) else reference
    at_once = batch or (max(1, GPU_TOKENS // context) if model.device.type == "cuda" else 1)
    total = _Sums()
    for first, group, rows in scored_batches(ModelRows(model), ids, windows, at_once, job_context, stage):
        other = theirs.rows(first, torch.stack([ids[window.begin : window.end] for window in group]))
        vocabulary = min(rows.logits(0, 1).shape[1], other.logits(0, 1).shape[1])
        for begin, end, targets in scored_positions(ids, group):
            total.window(rows, other, begin, end, targets, vocabulary)
    tokens = sum(window.scored for window in windows)
    length = min(context, len(ids))
    return Comparison(
        kl=math.fsum(total.kl) / tokens,
        top1=total.agreed / tokens,
        tokens=tokens,
        perplexity=summary(total.losses, windows, length, stride),
        reference_perplexity=summary(total.reference_losses, windows, length, stride),
    )


class _Sums:
    """What is added up over windows."""

    def __init__(self) -> None:
        self.kl: list[float] = []
        self.agreed = 0
        self.losses: list[float] = []
        self.reference_losses: list[float] = []

    def window(self, rows: Rows, other: Rows, begin: int, end: int, targets: Tensor, vocabulary: int) -> None:
        """Add positions begin..end; a vocabulary padded in one of the models counts up to the shorter."""
        loss = reference_loss = 0.0
        for a, b in chunks(end - begin, 2 * vocabulary):
            ours = F.log_softmax(rows.logits(begin + a, begin + b)[:, :vocabulary], dim=1)
            theirs = F.log_softmax(other.logits(begin + a, begin + b)[:, :vocabulary], dim=1).to(ours.device)
            goal = targets[a:b].to(ours.device)
            self.kl.append(float(F.kl_div(ours, theirs, reduction="sum", log_target=True)))
            self.agreed += int((ours.argmax(1) == theirs.argmax(1)).sum())
            loss += float(F.nll_loss(ours, goal, reduction="sum"))
            reference_loss += float(F.nll_loss(theirs, goal, reduction="sum"))
        self.losses.append(loss)
        self.reference_losses.append(reference_loss)
