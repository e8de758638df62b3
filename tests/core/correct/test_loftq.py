"""LoftQ: the published figures, the best round kept, any codec and solver, ranks by pattern, and the right scale."""

import itertools

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import nn

from lowbit_core.correct import ActivationRepair, LoftQ, ZeroStart
from lowbit_core.correct import loftq_published as published
from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.packed import peft_factors
from lowbit_core.quantize import damped, solve
from lowbit_core.quantize.gram import quadratic

ROUNDS = (1, 2, 5, 10)

# ||W − Q − b·a|| / ||W||, computed beforehand in float64 by a numpy program that shares nothing with this code.
FIGURES = {
    ("normal", 2, 16): (0.5640, 0.5210, 0.4953, 0.4842, 0.4876),
    ("normal", 2, 64): (0.5640, 0.4360, 0.4099, 0.4159, 0.4393),
    ("normal", 4, 16): (0.0919, 0.0866, 0.0826, 0.0785, 0.0765),
    ("normal", 4, 64): (0.0919, 0.0725, 0.0662, 0.0618, 0.0604),
    ("uniform_block", 2, 64): (0.4820, 0.3806, 0.3709, 0.3749, 0.3796),
    ("uniform_block", 4, 64): (0.1061, 0.0834, 0.0772, 0.0725, 0.0711),
    ("uniform_tensor", 2, 64): (0.3931, 0.3107, 0.2933, 0.2841, 0.2813),
    ("uniform_tensor", 4, 64): (0.1320, 0.1030, 0.0894, 0.0750, 0.0695),
}


@pytest.fixture(scope="module")
def gaussian():
    return torch.from_numpy(np.random.default_rng(0).standard_normal((512, 512)) * 0.02)


def problem(rows=96, columns=64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(rows, columns, generator=generator) * 0.02
    x = torch.randn(4 * columns, columns, generator=generator) * torch.linspace(0.1, 3, columns)
    return weight, x.T @ x / len(x)


def alternate(weight, codec, solver="nearest", gram=None, *, name="w", **settings):
    """The repair as the block loop calls it; every Q it asked for."""
    asked = [solve(weight, codec, solver, gram)]

    def requantize(target, last):
        assert last is asked[-1]
        asked.append(solve(target, codec, solver, gram, last=last))
        return asked[-1]

    quantized, low_rank = LoftQ(**settings).alternate(name, weight, asked[0], gram, requantize)
    return quantized, low_rank, asked


def left(weight, quantized, low_rank):
    rest = weight - quantized.dequantize() - low_rank.product()
    return float(rest.norm() / weight.norm())


@pytest.mark.parametrize("case", FIGURES)
def test_that_the_published_form_gives_the_published_figures(gaussian, case):
    name, bits, rank = case
    quantizer = getattr(published, name)(bits)
    found = [float((gaussian - quantizer(gaussian)).norm() / gaussian.norm())]
    for iterations in ROUNDS if rank == 64 else ROUNDS[:3]:
        quantized, low_rank = published.alternate(gaussian, quantizer, rank, iterations)
        found.append(float((gaussian - quantized - low_rank.product()).norm() / gaussian.norm()))
    assert found == pytest.approx(FIGURES[case][: len(found)], abs=5e-5)


@pytest.mark.parametrize(("bits", "rank"), [(2, 16), (2, 64), (4, 16), (4, 64)])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_that_packed_codes_reach_the_published_figures_and_never_fall_behind_them(gaussian, bits, rank, place):
    weight, figures = gaussian.float(), FIGURES["normal", bits, rank]
    quantized, low_rank, _ = alternate(weight, NormalFloatCodec(bits=bits), rank=rank, iterations=ROUNDS[place - 1])
    found = left(weight, quantized, low_rank)
    best = min(figures[: place + 1])
    # fp16 scales and another arithmetic move the codes of a few weights.
    assert best - 0.003 < found < best + 0.0007


def test_that_the_best_round_is_kept_where_the_error_rises_again(gaussian):
    weight = gaussian.float()
    long, low_rank, asked = alternate(weight, NormalFloatCodec(bits=2), rank=64, iterations=8)
    last = LoftQ(rank=64, iterations=1).alternate("w", weight, asked[-1], None, None)[1]
    assert len(asked) == 8
    assert left(weight, asked[-1], last) > left(weight, long, low_rank) + 0.01
    assert any(long is item for item in asked[1:-1])


@pytest.mark.parametrize(("bits", "figures"), [(2, (0.290, 0.243)), (3, (0.139, 0.119)), (4, (0.066, 0.057))])
def test_that_a_searched_scale_takes_the_error_down_as_it_should(gaussian, bits, figures):
    for iterations, figure in zip((1, 5), figures, strict=True):
        quantized, low_rank, _ = alternate(
            gaussian.float(), NormalFloatCodec(bits=bits), "search", rank=64, iterations=iterations
        )
        assert left(gaussian.float(), quantized, low_rank) < figure + 0.001


@pytest.mark.parametrize(
    "codec", [IntegerCodec(bits=2), IntegerCodec(bits=3, symmetric=True), NormalFloatCodec(bits=2)]
)
@pytest.mark.parametrize("solver", ["nearest", "search", "gptq"])
def test_that_with_inputs_known_the_output_error_falls_below_that_of_one_round(codec, solver):
    weight, gram = problem()
    quantized, low_rank, _ = alternate(weight, codec, solver, gram, rank=8, iterations=5)
    plain = solve(weight, codec, solver, gram)
    once = ActivationRepair(8).repair("w", weight, plain, gram)
    moment = damped(gram)
    after = quadratic(weight - quantized.dequantize() - low_rank.product(), moment)
    assert after < quadratic(weight - plain.dequantize() - once.product(), moment)


def test_that_one_round_is_qlora_s_codes_with_the_best_low_rank_term():
    weight, gram = problem()
    codec = IntegerCodec(bits=3)
    quantized, low_rank, asked = alternate(weight, codec, "search", gram, rank=4, iterations=1)
    assert quantized is asked[0]
    assert len(asked) == 1
    expected = ActivationRepair(4).repair("w", weight, quantized, gram)
    torch.testing.assert_close(low_rank.product(), expected.product())


def test_that_patterns_give_ranks_and_zero_leaves_a_matrix_alone():
    weight, gram = problem()
    names = {"model.layers.0.mlp.down_proj": 3, "model.layers.1.mlp.down_proj": 6, "model.layers.1.self_attn.q_proj": 0}
    ranks = {"layers.0.*": 3, "mlp.*": 6, "q_proj": 0}
    quantized = solve(weight, IntegerCodec(bits=2), "nearest")
    for name, rank in names.items():
        repaired = [
            alternate(weight, IntegerCodec(bits=2), name=name, rank=2, ranks=ranks)[1],
            ActivationRepair(2, ranks=ranks).repair(name, weight, quantized, gram),
            ZeroStart(2, ranks).repair(name, weight, quantized, gram),
        ]
        assert [item.rank if item else 0 for item in repaired] == [rank] * 3


def test_that_a_matrix_the_codec_holds_exactly_is_left_as_it_is():
    weight = solve(problem()[0], IntegerCodec(bits=4), "nearest").dequantize()
    quantized, low_rank, asked = alternate(weight, IntegerCodec(bits=4), "search", rank=4)
    assert low_rank is None
    assert torch.equal(quantized.dequantize(), weight)
    assert len(asked) == 1


def test_that_a_zero_start_changes_nothing_and_is_the_same_every_time():
    weight, _ = problem()
    quantized = solve(weight, IntegerCodec(bits=2), "nearest")
    one, other, apart = (ZeroStart(4).repair(name, weight, quantized, None) for name in ("a", "a", "b"))
    assert not bool(one.product().any())
    assert torch.equal(one.a, other.a)
    assert not torch.equal(one.a, apart.a)
    assert float(one.a.abs().max()) <= 1 / 8


@pytest.mark.parametrize(("alpha", "stabilised"), list(itertools.product((8, 16, 3), (False, True))))
@pytest.mark.parametrize("repair", ["loftq", "activation"])
def test_that_peft_s_own_forward_is_exact_at_step_0_whatever_alpha(repair, alpha, stabilised):
    weight, gram = problem()
    codec, rank = IntegerCodec(bits=2), 8
    if repair == "loftq":
        quantized, low_rank, _ = alternate(weight, codec, "search", gram, rank=rank)
    else:
        quantized = solve(weight, codec, "search", gram)
        low_rank = ActivationRepair(rank).repair("w", weight, quantized, gram)
    base = nn.Sequential(nn.Linear(64, 96, bias=False))
    base[0].weight.data.copy_(quantized.dequantize())
    model = get_peft_model(
        base, LoraConfig(r=rank, lora_alpha=alpha, use_rslora=stabilised, target_modules=["0"], lora_dropout=0.0)
    )
    layer = model.base_model.model[0]
    scaling = alpha / rank**0.5 if stabilised else alpha / rank
    assert layer.scaling["default"] == pytest.approx(scaling)
    a, b = peft_factors(low_rank, scaling, torch.float32)
    layer.lora_A["default"].weight.data.copy_(a)
    layer.lora_B["default"].weight.data.copy_(b)
    x = torch.randn(5, 64)
    expected = x @ (quantized.dequantize() + low_rank.product()).T
    torch.testing.assert_close(model(x), expected, atol=1e-6, rtol=1e-4)
    assert scaling == 1 or float((x @ quantized.dequantize().T + x @ (b @ a).T - expected).norm()) > 1e-4


def test_that_the_published_scale_undoes_the_repair_where_alpha_is_a_quarter_of_the_rank(gaussian):
    # Published adapters of language models have alpha 16 and rank 64: at 2 bits that is worse than no term at all.
    quantized, low_rank = published.alternate(gaussian, published.normal(2), 64, 5)
    rest, norm = gaussian - quantized, gaussian.norm()
    assert float((rest - 0.25 * low_rank.product()).norm() / norm) == pytest.approx(0.617, abs=5e-4)
    assert float((rest - low_rank.product()).norm() / norm) == pytest.approx(0.416, abs=5e-4)


def test_that_the_level_tables_have_their_check_values():
    assert normal_float_levels(2) == pytest.approx((-1, 0, 0.337915, 1), abs=1e-6)
    eight = (-1, -0.478629, -0.217142, 0, 0.160930, 0.337915, 0.562617, 1)
    assert normal_float_levels(3) == pytest.approx(eight, abs=1e-6)
    negative = (-1, -0.696193, -0.525073, -0.394917, -0.284441, -0.184773, -0.091050)
    positive = (0.079580, 0.160930, 0.246112, 0.337915, 0.440710, 0.562617, 0.722957, 1)
    assert normal_float_levels(4) == pytest.approx((*negative, 0, *positive), abs=1e-6)
    wide = normal_float_levels(8)
    assert len(wide) == 256
    assert wide[:5] == pytest.approx((-1, -0.97365, -0.94943, -0.92698, -0.90601), abs=5e-6)
    assert wide[-5:] == pytest.approx((0.90665, 0.92749, 0.9498, 0.97385, 1), abs=5e-6)
    assert set(normal_float_levels(2)) <= set(normal_float_levels(4))


def test_that_the_levels_of_four_bits_are_bitsandbytes_own():
    functional = pytest.importorskip("bitsandbytes.functional")
    table = functional.get_4bit_type("nf4", device="cpu")
    assert table.tolist() == pytest.approx(normal_float_levels(4), abs=1e-6)


def test_that_the_simulated_mode_holds_quantized_values_in_place_of_weights():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 32), nn.Linear(32, 64))
    before = [layer.weight.detach().clone() for layer in model]
    terms = published.simulate(model, ["0", "1"], published.uniform_block(2), rank=4, iterations=2)
    for index, layer in enumerate(model):
        assert all(len(block.unique()) <= 4 for block in layer.weight.detach().reshape(-1, 64))
        rest = before[index] - layer.weight
        assert (rest - terms[str(index)].product()).norm() < 0.95 * rest.norm()
