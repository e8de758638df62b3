"""The inner loop of the solvers: rounding with error feedback, matrices solved as one, few operations a column."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.model import Linear
from lowbit_core.quantize import joint, solve
from lowbit_core.quantize.descent import descend
from lowbit_core.quantize.gptq import gptq_levels, inverse_factor, visiting_order
from lowbit_core.quantize.gram import damped, error_db
from lowbit_core.quantize.grid import from_levels
from lowbit_core.quantize.search import search_grid

CODECS = [IntegerCodec(bits=3), IntegerCodec(bits=4, symmetric=True, group_size=32), NormalFloatCodec(bits=4)]
VIEWS = {"slice", "select", "unbind", "t", "transpose", "view", "diagonal", "expand", "_unsafe_view", "detach"}


def problem(rows=24, columns=150, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(4 * columns, columns, generator=generator)
    x = x @ torch.randn(columns, columns, generator=generator)
    return torch.randn(rows, columns, generator=generator), damped(x.T @ x / len(x))


def gptq_by_the_book(weight, gram, grid):
    """Column by column in float64, as the paper writes it: e = (w − q)/U_ii, all later columns change by e·U_ij."""
    order = visiting_order(gram)
    factor = torch.linalg.cholesky(torch.linalg.inv(gram.double()[order][:, order]), upper=True)
    rest, levels = weight.double()[:, order].clone(), torch.empty_like(weight)
    groups = grid.group_of(weight.shape[1])[order]
    for index in range(weight.shape[1]):
        scale, zero = grid.rows(groups[index : index + 1])
        zero = zero if isinstance(zero, int) else zero[0]
        level = grid.snap((rest[:, index] / scale[0].double()).float(), zero)
        levels[:, order[index]] = level
        error = (rest[:, index] - level * scale[0].double()) / factor[index, index]
        rest[:, index + 1 :] -= error[:, None] * factor[index, index + 1 :]
    return levels.T


@pytest.mark.parametrize("codec", CODECS)
def test_that_gptq_is_the_published_one(codec):
    weight, gram = problem()
    grid = search_grid(weight, codec, gram.diagonal())
    found, book = gptq_levels(weight, gram, grid), gptq_by_the_book(weight, gram, grid)
    assert float((found != book).float().mean()) < 1e-3  # a number on the border of two levels
    assert error_db(weight, from_levels(found, grid).dequantize(), gram) == pytest.approx(
        error_db(weight, from_levels(book, grid).dequantize(), gram), abs=0.01
    )


def test_that_the_factor_is_that_of_the_inverse():
    _, gram = problem()
    order = visiting_order(gram)
    factor = inverse_factor(gram, order)
    torch.testing.assert_close(factor.T @ factor @ gram[order][:, order], torch.eye(150), rtol=0, atol=1e-3)


@pytest.mark.parametrize("codec", CODECS)
def test_that_matrices_of_one_input_are_the_same_solved_as_one(codec):
    weight, gram = problem(rows=40)
    parts = [weight[:8], weight[8:24], weight[24:]]
    together = joint.solve_as_one(parts, lambda target: solve(target, codec, "gptq", gram))
    for part, found in zip(parts, together, strict=True):
        alone = solve(part, codec, "gptq", gram)
        assert found.codes.shape == alone.codes.shape
        assert float((found.codes != alone.codes).float().mean()) < 2e-3
        assert error_db(part, found.dequantize(), gram) == pytest.approx(
            error_db(part, alone.dequantize(), gram), abs=0.01
        )


def test_that_only_matrices_of_one_codec_are_solved_as_one_and_no_more_than_memory_allows(monkeypatch):
    linears = [Linear(name=name, matrix=name, out_features=8, in_features=4) for name in "abcd"]
    codecs = dict.fromkeys("abd", CODECS[0]) | {"c": CODECS[1]}
    cpu = torch.device("cpu")

    def names(groups):
        return ["".join(item.name for item in group) for group in groups]

    assert names(joint.groups_to_solve(linears, codecs, cpu)) == ["ab", "c", "d"]
    monkeypatch.setitem(joint.MOST_WEIGHTS, "cpu", 63)
    assert names(joint.groups_to_solve(linears, codecs, cpu)) == ["a", "b", "c", "d"]


class Counter(TorchDispatchMode):
    """Operations that would be launched on a GPU."""

    count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += func.overloadpacket.__name__ not in VIEWS
        return func(*args, **(kwargs or {}))


def test_that_a_column_takes_five_operations_where_it_took_ten_and_twelve():
    """GPU time is launches there: 10 a column in GPTQ and 12 in each of four sweeps before they shared one loop."""
    weight, gram = problem(columns=512)
    grid = search_grid(weight, CODECS[0], gram.diagonal())
    with Counter() as gptq:
        levels = gptq_levels(weight, gram, grid)
    with Counter() as descent:
        descend(weight, gram, grid, levels)
    assert gptq.count < 5.5 * 512
    assert descent.count < 4 * 5.6 * 512


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("columns", [150, 256, 320])
def test_that_a_recorded_block_on_a_gpu_gives_what_the_cpu_gives(codec, columns):
    weight, gram = problem(rows=64, columns=columns)
    cpu = solve(weight, codec, "gptq", gram, damping=0.0)
    gpu = solve(weight.cuda(), codec, "gptq", gram.cuda(), damping=0.0)
    assert float((gpu.codes.cpu() != cpu.codes).float().mean()) < 0.02
    assert error_db(weight, gpu.dequantize().cpu(), gram) == pytest.approx(
        error_db(weight, cpu.dequantize(), gram), abs=0.03
    )


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_that_a_gpu_solver_launches_a_sixth_of_what_it_took():
    from torch.profiler import ProfilerActivity, profile

    weight, gram = (item.cuda() for item in problem(rows=576, columns=576))
    solve(weight, CODECS[0], "gptq", gram)
    grid = search_grid(weight, CODECS[0], gram.diagonal())
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as seen:
        levels = gptq_levels(weight, gram, grid)
        descend(weight, gram, grid, levels)
        torch.cuda.synchronize()
    launches = sum(item.count for item in seen.key_averages() if item.key in ("cudaLaunchKernel", "cudaGraphLaunch"))
    print(f"launches {launches}")
    assert launches < 576 * (10 + 4 * 12) / 6
