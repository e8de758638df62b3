"""Kernels of distillation on the GPU against the torch code they stand in for, and against float64."""

import pytest
import torch
import torch.nn.functional as F

from lowbit_core.correct.latent import LatentLinear
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.packed import distilling
from lowbit_core.quantize import solve
from lowbit_core.train.loss import chunked_kl

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]

CODECS = [
    IntegerCodec(bits=2, group_size=32),
    IntegerCodec(bits=2, group_size=64),
    IntegerCodec(bits=2, group_size=64, symmetric=True),
    IntegerCodec(bits=3, group_size=0),
    IntegerCodec(bits=4, group_size=128),
]


def layers(codec, rows=40, columns=208):
    """The same layer on the GPU (kernels) and on the CPU (torch), moved off its start."""
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(rows, columns, generator=generator) * 0.05
    layer = LatentLinear(weight, solve(weight, codec, "search"))
    with torch.no_grad():
        layer.latent += 0.6 * torch.randn(layer.latent.shape, generator=generator)
        layer.scale_delta += 0.1 * torch.randn(layer.scale_delta.shape, generator=generator)
    other = LatentLinear(weight.cuda(), solve(weight, codec, "search", device="cuda"))
    other.load_state_dict({name: value.cuda() for name, value in layer.state_dict().items()})
    return layer, other.cuda()


@pytest.mark.parametrize("codec", CODECS, ids=str)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_that_the_rounded_matrix_and_its_gradients_equal_the_torch_code(codec, dtype):
    plain, fused = layers(codec)
    x = torch.randn(6, plain.in_features).to(dtype)
    ys = [layer(x.to(layer.latent.device)) for layer in (plain, fused)]
    grad = torch.randn(ys[0].shape).to(dtype)
    for y in ys:
        y.backward(grad.to(y.device))
    same = (ys[1].cpu().float() - ys[0].float()).abs().max()
    assert same <= 2e-2 * ys[0].float().abs().max()
    # A latent weight at the edge of a cell may fall to the other side by one rounding of the scale.
    off = (fused.latent.grad.cpu() - plain.latent.grad).abs() > 1e-2 * plain.latent.grad.abs().max()
    assert off.float().mean() < 1e-3
    torch.testing.assert_close(fused.scale_delta.grad.cpu(), plain.scale_delta.grad, rtol=3e-2, atol=3e-2)


@pytest.mark.parametrize("vocabulary", [7, 1000, 49152])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_that_the_fused_divergence_and_its_gradient_equal_float64(vocabulary, dtype):
    generator = torch.Generator().manual_seed(1)
    student, teacher = ((torch.randn(9, vocabulary, generator=generator) * 4).to(dtype) for _ in range(2))
    exact = student.double().requires_grad_()
    log_s, log_t = F.log_softmax(exact, -1), F.log_softmax(teacher.double(), -1)
    reference = F.kl_div(log_s, log_t, reduction="sum", log_target=True)
    reference.backward()
    ours = student.cuda().requires_grad_()
    value = distilling.divergence(ours, teacher.cuda())
    assert value is not None
    value.backward()
    assert abs(value.item() - reference.item()) < 1e-4 * abs(reference.item())
    error = (ours.grad.cpu().double() - exact.grad).abs().max() / exact.grad.abs().max()
    assert error < (2**-8 if dtype == torch.bfloat16 else 2**-10)


def test_that_the_distillation_loss_of_hidden_states_has_the_gradient_of_the_plain_one():
    generator = torch.Generator().manual_seed(2)
    states, taught = (torch.randn(700, 64, generator=generator).bfloat16().cuda() for _ in range(2))
    weight = torch.randn(5000, 64, generator=generator).bfloat16().cuda() * 0.3
    head = lambda hidden: F.linear(hidden, weight)  # noqa: E731
    fused = states.clone().requires_grad_()
    value = chunked_kl(fused, taught, head, head, rows=256)
    value.backward()
    plain = states.double().requires_grad_()
    log_s, log_t = (F.log_softmax(F.linear(item, weight.double()), -1) for item in (plain, taught.double()))
    reference = F.kl_div(log_s, log_t, reduction="sum", log_target=True)
    reference.backward()
    assert abs(value.item() - reference.item()) < 1e-2 * reference.item()
    error = (fused.grad.double() - plain.grad).norm() / plain.grad.norm()
    assert error < 1e-2
