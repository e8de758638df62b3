"""Launchers of the kernels of distillation: latent weights rounded and their gradients, and KL of rows of logits."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lowbit_core.kernels.cuda.launch import int32, is_bfloat16, launch
from lowbit_core.kernels.cuda.variants import DistillingVariant

_BLOCK_GROUPS = 8
"""Groups of weights a block owns: one a warp of 256 threads."""

_DIVERGENCE_THREADS = 512
"""THREADS in divergence.cu."""


@dataclass(frozen=True, kw_only=True)
class LatentMatrix:
    """A latent matrix as the kernels see it; all fp32 and contiguous.

    Attributes:
        latent: v [N, K], in steps of the grid it started on.
        delta: δ [N, G].
        scales: s₀ [N, G].
        lowest: lo [N, G], the least signed code.
        group_size: weights that share a scale, at most K.
        span: 2^bits − 1.
    """

    latent: Tensor
    delta: Tensor
    scales: Tensor
    lowest: Tensor
    group_size: int
    span: int

    def __post_init__(self) -> None:
        tensors = (self.latent, self.delta, self.scales, self.lowest)
        if any(item.dtype != torch.float32 or not item.is_contiguous() for item in tensors):
            raise ValueError("latent weights and their scales are contiguous float32")
        rows, columns = self.latent.shape
        groups = -(-columns // self.group_size)
        if any(tuple(item.shape) != (rows, groups) for item in tensors[1:]):
            raise ValueError(f"a scale for each of {groups} groups in {rows} rows")


def latent_forward(matrix: LatentMatrix, out: Tensor) -> Tensor:
    """Write W' = s·round(clamp(v·s₀/s)) into ``out`` [N, K], half or bfloat16, contiguous."""
    arguments = [matrix.latent, matrix.delta, matrix.scales, matrix.lowest, _contiguous(out, matrix.latent)]
    _launch(matrix, DistillingVariant(is_bfloat16(out)), arguments)
    return out


def latent_backward(matrix: LatentMatrix, grad: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients by v [N, K] and δ [N, G], fp32, from dL/dW' ``grad`` [N, K], half or bfloat16."""
    by_latent, by_delta = torch.empty_like(matrix.latent), torch.empty_like(matrix.delta)
    read = _contiguous(grad.contiguous(), matrix.latent)
    arguments = [read, matrix.latent, matrix.delta, matrix.scales, matrix.lowest, by_latent, by_delta]
    _launch(matrix, DistillingVariant(is_bfloat16(grad), backward=True), arguments)
    return by_latent, by_delta


def divergence(student: Tensor, teacher: Tensor) -> tuple[Tensor, Tensor]:
    """KL(teacher || student) of each row, fp32 [rows], and its gradient by the student's logits.

    Args:
        student: logits [rows, vocabulary], half or bfloat16, contiguous.
        teacher: logits, as ``student``.
    """
    if student.shape != teacher.shape or student.dtype != teacher.dtype or not teacher.is_contiguous():
        raise ValueError("student and teacher have logits of one shape and dtype, contiguous")
    loss = torch.empty(student.shape[0], dtype=torch.float32, device=student.device)
    grad = torch.empty_like(student)
    rows, vocabulary = student.shape
    if rows:
        launch(
            "divergence", DistillingVariant(is_bfloat16(student)), student.device, grid=(rows, 1),
            block=_DIVERGENCE_THREADS, shared=0,
            arguments=[student.contiguous(), teacher, grad, loss, int32(vocabulary)],
        )  # fmt: skip
    return loss, grad


def _contiguous(tensor: Tensor, like: Tensor) -> Tensor:
    if tensor.shape != like.shape or not tensor.is_contiguous() or tensor.device != like.device:
        raise ValueError(f"expected contiguous {tuple(like.shape)} on {like.device}")
    return tensor


def _launch(matrix: LatentMatrix, variant: DistillingVariant, arguments: list[Tensor]) -> None:
    rows, columns = matrix.latent.shape
    groups = matrix.delta.shape[1]
    if not rows or not columns:
        return
    numbers = [int32(rows), int32(columns), int32(groups), int32(matrix.group_size), int32(matrix.span)]
    launch(
        "latent", variant, matrix.latent.device, grid=(-(-rows * groups // _BLOCK_GROUPS), 1),
        block=32 * _BLOCK_GROUPS, shared=0, arguments=[*arguments, *numbers],
    )  # fmt: skip
