"""Losses over the vocabulary that never hold all logits: rows go through the head a chunk at a time.

Both the loss and its gradient with respect to the hidden states are computed in the forward pass, chunk by chunk, so
that one chunk of logits is all that ever exists. Rows whose label is masked never meet the head. Sums are returned:
whoever calls divides by the number of tokens in the whole optimizer step, over micro-batches and devices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from lowbit_core.packed import distilling
from lowbit_core.train.head import Head

IGNORED = -100
"""Label of a token that does not count, as in transformers."""

CHUNK_ELEMENTS = 1 << 23
"""Logits in a chunk: 32 MiB in fp32. Bigger chunks gained nothing on a CPU; a head's matmul is wide enough."""


FUSED_CHUNK_FACTOR = 4
"""A fused loss holds three half-precision copies of a chunk of logits where the plain one holds six in fp32."""


def chunk_rows(vocabulary: int) -> int:
    """Rows [tokens] in a chunk of logits, at least 16."""
    return max(16, CHUNK_ELEMENTS // max(vocabulary, 1))


def full_precision(logits: Tensor) -> Tensor:
    """Half precision to fp32; fp32 and fp64 as they are."""
    return logits.float() if logits.dtype.itemsize < 4 else logits


class _ChunkedSum(torch.autograd.Function):
    """sum over chunks of ``part(hidden[a:b], a, b)``, gradients taken chunk by chunk on the way.

    Saves one tensor of hidden's size and one per trainable parameter of the head.
    """

    @staticmethod
    def forward(
        ctx: Any,
        part: Callable[[Tensor, int, int], Tensor],
        rows: int,
        train: bool,
        hidden: Tensor,
        *parameters: Tensor,
    ) -> Tensor:
        total = hidden.new_zeros((), dtype=torch.float64 if hidden.dtype == torch.float64 else torch.float32)
        gradient = torch.zeros_like(hidden) if train else None
        sums = [torch.zeros_like(item) for item in parameters] if train else []
        for begin in range(0, hidden.shape[0], rows):
            end = min(begin + rows, hidden.shape[0])
            if gradient is None:
                total += part(hidden[begin:end], begin, end)
                continue
            with torch.enable_grad():
                chunk = hidden[begin:end].detach().requires_grad_()
                loss = part(chunk, begin, end)
            found = torch.autograd.grad(loss, [chunk, *parameters], allow_unused=True)
            total += loss.detach()
            gradient[begin:end] = found[0]
            for into, piece in zip(sums, found[1:], strict=True):
                if piece is not None:
                    into += piece
        if gradient is not None:
            ctx.save_for_backward(gradient, *sums)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *outer: Tensor) -> Any:
        gradients = [item * outer[0].to(item.dtype) for item in ctx.saved_tensors]
        return (None, None, None, *gradients)


def chunked_sum(
    part: Callable[[Tensor, int, int], Tensor], hidden: Tensor, parameters: Sequence[Tensor], rows: int
) -> Tensor:
    """Sum of a per-row loss computed ``rows`` rows at a time.

    Args:
        part: (hidden[a:b] [rows, hidden], a, b) -> sum of the loss over these rows.
        hidden: [n, hidden]; n may be 0.
        parameters: trainable parameters ``part`` uses besides ``hidden``.
        rows: rows in a chunk.

    Returns:
        Scalar in fp32 (fp64 for fp64 hidden), differentiable once in ``hidden`` and ``parameters``.
    """
    train = torch.is_grad_enabled() and (hidden.requires_grad or len(parameters) > 0)
    total: Tensor = _ChunkedSum.apply(part, rows, train, hidden, *(parameters if train else ()))
    return total


def shifted(hidden: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Rows that predict a token that counts: hidden [n, hidden] at position t, label [n] of position t + 1.

    Args:
        hidden: [batch, length, hidden].
        labels: [batch, length]; `IGNORED` where the token does not count.
    """
    targets = labels[:, 1:]
    counts = targets != IGNORED
    return hidden[:, :-1][counts], targets[counts]


def chunked_cross_entropy(
    hidden: Tensor, labels: Tensor, head: Head, parameters: Sequence[nn.Parameter] = (), rows: int = 0
) -> Tensor:
    """Sum over counted tokens of −log p(token).

    Args:
        hidden: last hidden states [batch, length, hidden].
        labels: [batch, length], not shifted.
        head: hidden [n, hidden] -> logits [n, vocab].
        parameters: trainable parameters of the head.
        rows: rows in a chunk; 0 takes what `CHUNK_ELEMENTS` allows.
    """
    states, targets = shifted(hidden, labels)

    def part(chunk: Tensor, begin: int, end: int) -> Tensor:
        return F.cross_entropy(full_precision(head(chunk)), targets[begin:end], reduction="sum")

    return chunked_sum(part, states, parameters, rows or _rows_for(states, head))


def chunked_kl(
    hidden: Tensor,
    teacher_hidden: Tensor,
    head: Head,
    teacher_head: Head,
    parameters: Sequence[nn.Parameter] = (),
    rows: int = 0,
) -> Tensor:
    """Sum over rows of KL(teacher || student), full vocabulary; the teacher's logits are rebuilt by its head.

    Args:
        hidden: student's last hidden states [n, hidden].
        teacher_hidden: teacher's, [n, hidden of the teacher]; no gradient goes there.
        head: student's head.
        teacher_head: teacher's head.
        parameters: trainable parameters of the student's head.
        rows: rows in a chunk; 0 takes what `CHUNK_ELEMENTS` allows.
    """

    def part(chunk: Tensor, begin: int, end: int) -> Tensor:
        with torch.no_grad():
            taught = teacher_head(teacher_hidden[begin:end])
        said = head(chunk)
        fused = distilling.divergence(said, taught)
        if fused is not None:
            return fused
        teacher = F.log_softmax(full_precision(taught), dim=-1)
        student = F.log_softmax(full_precision(said), dim=-1)
        return F.kl_div(student, teacher, reduction="sum", log_target=True)

    fused_rows = FUSED_CHUNK_FACTOR if distilling.serves(hidden.device, hidden.dtype) else 1
    return chunked_sum(part, hidden, parameters, rows or fused_rows * _rows_for(hidden, head))


def _rows_for(hidden: Tensor, head: Head) -> int:
    """Chunk size for this head: its vocabulary is read off one row of logits."""
    if hidden.shape[0] == 0:
        return 1
    with torch.no_grad():
        return chunk_rows(head(hidden[:1]).shape[-1])
