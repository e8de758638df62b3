"""Latent weights: they start as the codes, learn by the stated gradients, and end as codes that compute the same."""

import pytest
import torch

from lowbit_core.correct.latent import LatentLinear
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.quantize import solve
from lowbit_core.quantize.low_rank import LowRank

CODECS = [
    IntegerCodec(bits=2, group_size=32),
    IntegerCodec(bits=2, group_size=64, symmetric=True),
    IntegerCodec(bits=3, group_size=0),
    IntegerCodec(bits=4, group_size=128),
]


def weight_and_codes(codec, rows=24, columns=160, seed=0):
    weight = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed)) * 0.05
    return weight, solve(weight, codec, "search")


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_that_untrained_codes_are_the_codes_they_started_from(codec):
    weight, quantized = weight_and_codes(codec)
    layer = LatentLinear(weight, quantized)
    again = layer.quantized()
    assert torch.equal(again.codes, quantized.codes)
    assert torch.equal(again.scales, quantized.scales)
    x = torch.randn(5, weight.shape[1])
    torch.testing.assert_close(layer(x), x @ quantized.dequantize().T, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_that_gradients_are_those_of_a_straight_through_rounding(codec):
    weight, quantized = weight_and_codes(codec, seed=1)
    layer = LatentLinear(weight, quantized)
    with torch.no_grad():
        layer.latent += 0.6 * torch.randn_like(layer.latent)  # some leave the grid
    x = torch.randn(7, weight.shape[1])
    layer(x).square().sum().backward()

    latent, delta = layer.latent.detach().requires_grad_(), layer.scale_delta.detach().requires_grad_()
    size = codec.group_size or weight.shape[1]
    spread = lambda t: t.repeat_interleave(size, 1)[:, : weight.shape[1]]  # noqa: E731
    scale = layer.scales * delta.exp()
    scale = spread(scale + (scale.half().float() - scale).detach())
    low = spread(layer.lowest)
    u = latent * spread(layer.scales) / scale
    inside = torch.minimum(torch.maximum(u, low), low + (1 << codec.bits) - 1)
    code = inside + (inside.round() - inside).detach()
    (x @ (code * scale).T).square().sum().backward()
    assert latent.grad is not None
    torch.testing.assert_close(layer.latent.grad, latent.grad, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(layer.scale_delta.grad, delta.grad, atol=1e-3, rtol=1e-3)
    assert bool((layer.latent.grad == 0).any()), "none was outside the grid, so cutting is not tested"


def test_that_training_codes_and_adapter_lowers_the_error_and_what_is_stored_computes_the_same():
    codec = IntegerCodec(bits=2, group_size=32)
    weight, quantized = weight_and_codes(codec, seed=2)
    factors = LowRank(a=torch.randn(2, weight.shape[1]) * 0.01, b=torch.zeros(weight.shape[0], 2))
    layer = LatentLinear(weight, quantized, factors)
    x = torch.randn(256, weight.shape[1]) @ torch.randn(weight.shape[1], weight.shape[1]) * 0.1
    target = x @ weight.T
    optimizer = torch.optim.Adam(layer.parameters(), lr=1.0)
    before = (layer(x) - target).square().mean().item()
    for step in range(200):
        optimizer.param_groups[0]["lr"] = 1e-2 * (1 - step / 200)
        loss = (layer(x) - target).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.7 * before  # 0.6 measured
    stored, low_rank = layer.quantized(), layer.trained_low_rank()
    assert stored.codes.max() <= 3
    assert not torch.equal(stored.codes, quantized.codes)
    torch.testing.assert_close(layer(x), x @ (stored.dequantize() + low_rank.product()).T, atol=1e-4, rtol=1e-4)


def test_that_the_forward_saves_nothing_dense_but_the_latent_weight():
    weight, quantized = weight_and_codes(IntegerCodec(bits=4, group_size=32))
    layer = LatentLinear(weight, quantized)
    own = {item.untyped_storage().data_ptr() for item in [*layer.parameters(), *layer.buffers()]}
    x = torch.randn(3, weight.shape[1])
    saved = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: saved.append(t) or t, lambda t: t):
        layer(x)
    others = [t for t in saved if t.untyped_storage().data_ptr() not in own and t.shape == weight.shape]
    assert len(others) <= 1, "F.linear keeps the rounded weight once, nothing else may be dense"
