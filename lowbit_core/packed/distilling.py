"""Kernels of distillation besides products: latent weights rounded, KL of rows of logits; None where none serves."""

from __future__ import annotations

import torch
from torch import Tensor

from lowbit_core.packed import cuda_path


def serves(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether the kernels compute in this dtype on this device."""
    if device.type != "cuda" or dtype not in (torch.float16, torch.bfloat16):
        return False
    if dtype == torch.bfloat16 and torch.cuda.get_device_capability(device) < (8, 0):
        return False
    return not cuda_path.why_not(device)


def rounded(
    latent: Tensor, delta: Tensor, scales: Tensor, lowest: Tensor, size: int, span: int, dtype: torch.dtype
) -> Tensor | None:
    """W' [out, in] in ``dtype`` of a latent matrix; arguments as in `correct.latent`."""
    if not serves(latent.device, dtype):
        return None
    from lowbit_core.kernels.cuda.distilling import LatentMatrix, latent_forward

    matrix = LatentMatrix(latent=latent, delta=delta, scales=scales, lowest=lowest, group_size=size, span=span)
    return latent_forward(matrix, torch.empty(latent.shape, dtype=dtype, device=latent.device))


def rounded_backward(
    grad: Tensor, latent: Tensor, delta: Tensor, scales: Tensor, lowest: Tensor, size: int, span: int
) -> tuple[Tensor, Tensor] | None:
    """Gradients by the latent weights [out, in] and by δ [out, G], from dL/dW'."""
    if not serves(latent.device, grad.dtype):
        return None
    from lowbit_core.kernels.cuda.distilling import LatentMatrix, latent_backward

    matrix = LatentMatrix(latent=latent, delta=delta, scales=scales, lowest=lowest, group_size=size, span=span)
    return latent_backward(matrix, grad)


def divergence(student: Tensor, teacher: Tensor) -> Tensor | None:
    """Sum over rows of KL(teacher || student), differentiable in the student's logits [rows, vocabulary]."""
    if student.dtype != teacher.dtype or not serves(student.device, student.dtype):
        return None
    total: Tensor = _Divergence.apply(student, teacher)
    return total


class _Divergence(torch.autograd.Function):
    """The gradient is made with the value, since both need the same two log-sums."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, student: Tensor, teacher: Tensor) -> Tensor:
        from lowbit_core.kernels.cuda.distilling import divergence as kernel

        rows, grad = kernel(student.contiguous(), teacher.contiguous())
        ctx.save_for_backward(grad)
        return rows.sum()

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, *outer: Tensor) -> tuple[Tensor, None]:
        (grad,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return grad * outer[0].to(grad.dtype), None
