import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.formats.layout import group_count
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.quantize import normal_float
from lowbit_core.quantize.descent import descend, refit_scales
from lowbit_core.quantize.gptq import gptq_levels, inverse_factor, visiting_order
from lowbit_core.quantize.gram import damped, error_db, quadratic
from lowbit_core.quantize.grid import Grid, from_levels, grid_of
from lowbit_core.quantize.search import range_grid, search_grid
from lowbit_core.quantize.solve import solve

INTEGER = [IntegerCodec(bits=b, symmetric=s) for b in (2, 3, 4, 8) for s in (False, True)]
NORMAL = [NormalFloatCodec(bits=b) for b in (2, 3, 4, 8)]


def gaussian(rows=64, columns=256, seed=0):
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))


def correlated_gram(columns, seed=1):
    generator = torch.Generator().manual_seed(seed)
    mixing = torch.randn(columns, columns, generator=generator) * 0.3 + torch.diag(torch.linspace(0.1, 3, columns))
    x = torch.randn(3 * columns, columns, generator=generator) @ mixing
    return x.T @ x / len(x)


def nmse(weight, quantized):
    return float((weight - quantized.dequantize()).square().sum() / weight.square().sum())


# Signal to noise in dB on a Gaussian at group 64, 0.15 dB below what was measured (2 bits: nMSE 0.124).
SEARCH_FLOOR = {
    ("integer", 2, False): 9.0, ("integer", 2, True): 9.0, ("integer", 3, False): 15.0, ("integer", 3, True): 14.9,
    ("integer", 4, False): 21.0, ("integer", 4, True): 20.7, ("integer", 8, False): 45.3, ("integer", 8, True): 44.4,
    ("normal-float", 2, False): 8.5, ("normal-float", 3, False): 14.9, ("normal-float", 4, False): 21.4,
    ("normal-float", 8, False): 45.2,
}  # fmt: skip


@pytest.mark.parametrize("codec", INTEGER + NORMAL)
def test_that_search_reaches_its_floor_on_a_gaussian_and_never_loses_to_nearest(codec):
    weight = gaussian()
    searched, plain = nmse(weight, solve(weight, codec, "search")), nmse(weight, solve(weight, codec, "nearest"))
    assert -10 * math.log10(searched) >= SEARCH_FLOOR[codec.kind, codec.bits, getattr(codec, "symmetric", False)]
    assert searched <= plain * (1 + 1e-6)


def test_that_the_fixed_zero_two_bit_grid_is_never_stretched_over_the_range():
    weight = gaussian(128, 512)
    for solver in ("nearest", "search"):
        quantized = solve(weight, IntegerCodec(bits=2, symmetric=True), solver)
        assert nmse(weight, quantized) == pytest.approx(0.124, abs=0.002)
        assert quantized.zeros is None
        assert bool((quantized.scales < 0).any())
        assert bool((quantized.scales > 0).any())
        units = quantized.dequantize().view(128, 8, 64) / quantized.scales.float()[..., None]
        assert set(units.round().unique().tolist()) == {-1, 0, 1, 2}


def test_that_nearest_is_the_min_max_grid_of_gptq():
    weight = gaussian(7, 130)
    quantized = solve(weight, IntegerCodec(bits=3, group_size=64), "nearest")
    for row in range(7):
        for group, start in enumerate(range(0, 130, 64)):
            values = weight[row, start : start + 64].double()
            low, high = min(values.min().item(), 0), max(values.max().item(), 0)
            scale = float(torch.tensor((high - low) / 7).half())
            zero = min(max(round(-low / scale), 0), 7)
            assert float(quantized.scales[row, group]) == scale
            assert int(quantized.zeros[row, group]) == zero
            expected = (values / scale).round().add(zero).clamp(0, 7)
            assert (quantized.codes[row, start : start + 64] - expected).abs().max() == 0


def test_that_four_bit_symmetric_is_q4_0():
    """The rule of GGUF's Q4_0: the value of greatest magnitude becomes −8, its sign goes into the scale."""
    weight = gaussian(5, 96)
    quantized = solve(weight, IntegerCodec(bits=4, group_size=32, symmetric=True), "nearest")
    blocks = weight.view(5, 3, 32)
    extreme = blocks.gather(-1, blocks.abs().argmax(-1, keepdim=True))[..., 0]
    torch.testing.assert_close(quantized.scales.float(), extreme / -8, rtol=1e-3, atol=0)
    codes = quantized.codes.view(5, 3, 32)
    assert bool((codes.gather(-1, blocks.abs().argmax(-1, keepdim=True)) == 0).all())


# Relative error of a 512 x 512 Gaussian, block 64; computed independently in float64 numpy with fp32 scales.
@pytest.mark.parametrize(("bits", "expected"), [(2, 0.5640), (4, 0.0919), (3, 0.202)])
def test_that_absmax_normal_float_has_the_published_error(bits, expected):
    numpy = pytest.importorskip("numpy")
    weight = torch.from_numpy(numpy.random.default_rng(0).standard_normal((512, 512)) * 0.02)
    quantized = solve(weight, NormalFloatCodec(bits=bits), "nearest")
    assert math.sqrt(nmse(weight, quantized)) == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize(("bits", "expected"), [(2, 0.368), (3, 0.177), (4, 0.083)])
def test_that_searched_normal_float_has_the_error_of_an_exhaustive_search(bits, expected):
    numpy = pytest.importorskip("numpy")
    weight = torch.from_numpy(numpy.random.default_rng(0).standard_normal((512, 512)) * 0.02)
    quantized = solve(weight[:256], NormalFloatCodec(bits=bits), "search")
    assert math.sqrt(nmse(weight[:256], quantized)) == pytest.approx(expected, abs=1.5e-3)


def test_that_the_search_is_close_to_exhaustive():
    weight = gaussian(16, 64, seed=3)
    importance = torch.rand(64, generator=torch.Generator().manual_seed(4)) + 0.05
    quantized = solve(weight, IntegerCodec(bits=2), "search", torch.diag(importance) / 1.01)
    found = ((weight - quantized.dequantize()).square() * importance).sum(1)
    best = torch.full((16,), math.inf)
    full = (weight.amax(1) - weight.amin(1)) / 3
    for fraction in torch.linspace(0.2, 1.3, 400):
        scale = (full * fraction)[:, None]
        for zero in range(4):
            value = ((weight / scale).round() + zero).clamp(0, 3).sub(zero) * scale
            best = torch.minimum(best, ((weight - value).square() * importance).sum(1))
    assert float((found / best).max()) < 1.03
    assert float(found.sum() / best.sum()) < 1.01


@settings(max_examples=25, deadline=None)
@given(
    rows=st.integers(1, 5), columns=st.integers(1, 150), group=st.sampled_from([0, 32, 64, 128]),
    codec=st.sampled_from(INTEGER + NORMAL), solver=st.sampled_from(["nearest", "search", "gptq"]),
    kind=st.sampled_from(["gaussian", "zero", "constant", "huge", "tiny", "outlier"]),
)  # fmt: skip
def test_that_any_shape_and_content_gives_codes_in_range(rows, columns, group, codec, solver, kind):
    weight = gaussian(rows, columns)
    weight = {
        "gaussian": weight, "zero": weight * 0, "constant": weight * 0 + 0.3,
        "huge": weight * 1e6, "tiny": weight * 1e-9,
        "outlier": weight.index_fill(1, torch.tensor([0]), 1e3),
    }[kind]  # fmt: skip
    codec = type(codec)(**{**vars(codec), "group_size": group})
    quantized = solve(weight, codec, solver, correlated_gram(columns))
    assert quantized.codes.shape == weight.shape
    assert quantized.codes.dtype == torch.uint8
    assert quantized.scales.shape == (rows, group_count(group, columns))
    assert quantized.scales.dtype == torch.float16
    assert int(quantized.codes.max()) < 1 << codec.bits
    assert quantized.permutation is None
    value = quantized.dequantize()
    assert bool(torch.isfinite(value).all())
    if kind == "zero":
        assert bool((value == 0).all())
    if kind == "constant" and solver != "gptq" and codec.bits == 8:
        torch.testing.assert_close(value, weight, rtol=5e-3, atol=0)


def slow_gptq(weight, gram, grid):
    """Optimal Brain Quantization's column loop as published: the inverse is updated explicitly after each column."""
    weight, inverse = weight.double().clone(), torch.linalg.inv(gram.double())
    result = torch.zeros_like(weight)
    group_of = grid.group_of(weight.shape[1])
    for column in visiting_order(gram).tolist():
        scale = grid.scale[group_of[column]].double()
        zero = grid.zero if isinstance(grid.zero, int) else grid.zero[group_of[column]].double()
        level = grid.snap(weight[:, column] / scale, zero)
        result[:, column] = level * scale
        error = (weight[:, column] - result[:, column]) / inverse[column, column]
        weight -= error[:, None] * inverse[column][None]
        inverse = inverse - inverse[:, column : column + 1] * inverse[column : column + 1] / inverse[column, column]
    return result


@pytest.mark.parametrize(
    "codec", [IntegerCodec(bits=3), IntegerCodec(bits=2, symmetric=True), NormalFloatCodec(bits=3)]
)
@pytest.mark.parametrize("columns", [64, 200])
def test_that_gptq_equals_the_slow_column_loop(codec, columns):
    weight, gram = gaussian(12, columns), damped(correlated_gram(columns))
    grid = search_grid(weight, codec, gram.diagonal())
    fast = from_levels(gptq_levels(weight, gram, grid), grid).dequantize()
    slow = slow_gptq(weight, gram, grid).float()
    # A weight that lies on the border of two levels within rounding may fall either way, and moves the rest of its row.
    same = (fast - slow).abs().amax(dim=1) < 1e-5
    assert int((~same).sum()) <= 1


def test_that_the_factor_is_the_upper_cholesky_factor_of_the_inverse():
    gram = damped(correlated_gram(50))
    factor = inverse_factor(gram, torch.arange(len(gram))).double()
    assert bool((factor.tril(-1) == 0).all())
    torch.testing.assert_close(factor.T @ factor, torch.linalg.inv(gram.double()), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_that_each_solver_lowers_the_output_error(bits):
    weight, gram = gaussian(48, 192), correlated_gram(192)
    codec = IntegerCodec(bits=bits)
    error = {
        s: error_db(weight, solve(weight, codec, s, gram).dequantize(), gram) for s in ("nearest", "search", "gptq")
    }
    assert error["search"] < error["nearest"]
    assert error["gptq"] < error["search"] - 2


@pytest.mark.parametrize("codec", [*INTEGER[:6], *NORMAL[:3]])
@pytest.mark.parametrize("group", [0, 64])
def test_that_descent_never_raises_the_loss_and_gains_on_gptq(codec, group):
    codec = type(codec)(**{**vars(codec), "group_size": group})
    weight, gram = gaussian(40, 150), damped(correlated_gram(150))
    grid = search_grid(weight, codec, gram.diagonal())
    levels = gptq_levels(weight, gram, grid)
    losses = [quadratic(weight - from_levels(levels, grid).dequantize(), gram)]
    for _ in range(2):
        grid, levels = descend(weight, gram, grid, levels, rounds=1, sweeps=1)
        losses.append(quadratic(weight - from_levels(levels, grid).dequantize(), gram))
    assert losses[1] <= losses[0] * 0.97
    assert losses[2] <= losses[1] * (1 + 1e-6)


@pytest.mark.parametrize("codec", [*INTEGER[:4], *NORMAL[:2]])
def test_that_a_matrix_close_to_one_that_is_solved_starts_from_its_refitted_grid(codec):
    weight, gram = gaussian(), correlated_gram(256)
    near = weight + 0.1 * gaussian(seed=3)
    first = solve(weight, codec, "gptq", gram)
    assert grid_of(first).scale.T.half().equal(first.scales)
    moment = damped(gram)
    losses = [
        quadratic(near - item.dequantize(), moment)
        for item in (solve(near, codec, "gptq", gram), solve(near, codec, "gptq", gram, last=first))
    ]
    assert losses[1] < losses[0] * 1.02
    assert losses[1] < quadratic(near - first.dequantize(), moment)
    for solver in ("nearest", "search"):
        plain, again = solve(near, codec, solver, gram), solve(near, codec, solver, gram, last=first)
        assert plain.codes.equal(again.codes)


def test_that_refitted_scales_are_the_least_squares_solution():
    weight, gram = gaussian(6, 128), damped(correlated_gram(128))
    codec = IntegerCodec(bits=3)
    grid = search_grid(weight, codec)
    levels = gptq_levels(weight, gram, grid)
    refitted = refit_scales(weight, gram, grid, levels)
    root = torch.linalg.cholesky(gram.double())
    for row in range(6):
        design = torch.zeros(128, 2, dtype=torch.float64)
        design[:64, 0], design[64:, 1] = levels[:64, row].double(), levels[64:, row].double()
        solution = torch.linalg.lstsq(root.T @ design, root.T @ weight[row].double()).solution
        torch.testing.assert_close(refitted.scale[:, row].double(), solution, rtol=1e-3, atol=0)


def test_that_a_dead_input_and_an_unseen_matrix_do_no_harm():
    weight, gram = gaussian(16, 64), correlated_gram(64)
    gram[5] = 0
    gram[:, 5] = 0
    assert error_db(weight, solve(weight, IntegerCodec(bits=4), "gptq", gram).dequantize(), gram) < -20
    unseen = solve(weight, IntegerCodec(bits=4), "gptq", torch.zeros(64, 64))
    assert nmse(weight, unseen) < 0.009


def test_that_a_gram_of_few_tokens_is_still_solved():
    x = gaussian(3, 96, seed=5)
    quantized = solve(gaussian(16, 96), IntegerCodec(bits=3), "gptq", x.T @ x / 3)
    assert nmse(gaussian(16, 96), quantized) < 1


def test_that_broken_numbers_are_explained():
    weight, gram = gaussian(4, 64), correlated_gram(64)
    cases = {
        "weight-not-finite": (weight.index_fill(0, torch.tensor([1]), math.nan), gram),
        "gram-not-finite": (weight, gram * math.inf),
        "gptq-without-text": (weight, None),
    }
    for code, (w, g) in cases.items():
        with pytest.raises(UserError) as caught:
            solve(w, IntegerCodec(bits=4), "gptq", g)
        assert caught.value.code == code
    with pytest.raises(UserError) as caught:
        inverse_factor(-gram, torch.arange(len(gram)))
    assert caught.value.code == "gram-not-positive"


def test_that_all_values_of_a_range_grid_fit():
    weight = gaussian(8, 128)
    for codec in (IntegerCodec(bits=4), IntegerCodec(bits=8), NormalFloatCodec(bits=4)):
        grid = range_grid(weight, codec)
        assert isinstance(grid, Grid)
        value = solve(weight, codec, "nearest").dequantize()
        step = grid.scale.T.repeat_interleave(64, 1) * (1 if codec.kind == "integer" else 0.4)
        assert bool(((weight - value).abs() <= step.abs()).all())


@pytest.mark.parametrize("codec", NORMAL)
def test_that_the_normal_float_table_finds_what_a_search_among_the_borders_finds(codec):
    levels = torch.tensor(normal_float_levels(codec.bits), dtype=torch.float64)
    borders = ((levels[1:] + levels[:-1]) / 2).float()
    edges = torch.cat([borders, torch.linspace(-1, 1, 4097)])
    near = [torch.nextafter(edges, torch.tensor(side)) for side in (-9.0, 9.0)]
    units = torch.cat([edges, *near, 2 * gaussian(1, 20_000)[0], torch.tensor([-100.0, 100.0])])
    expected = torch.bucketize(units, borders)
    snapped = normal_float.snap(codec, units)
    assert bool((snapped == levels.float()[expected]).all())
    assert bool((normal_float.code(codec, snapped) == expected).all())
