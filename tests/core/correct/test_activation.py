import pytest
import torch

from lowbit_core.correct.activation import ActivationRepair, balanced
from lowbit_core.correct.svd import leading_directions
from lowbit_core.errors import UserError
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.quantize import damped, solve
from lowbit_core.quantize.gram import quadratic


def problem(rows, columns, seed=0, bits=2):
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(rows, columns, generator=generator) * 0.02
    mixing = torch.randn(columns, columns, generator=generator) * torch.linspace(0.1, 3, columns)
    x = torch.randn(4 * columns, columns, generator=generator) @ mixing
    gram = x.T @ x / len(x)
    return weight, solve(weight, IntegerCodec(bits=bits), "search", gram), gram


def qera_exact(error, gram, rank, damping=0.01):
    """The published formula with the symmetric root, float64, nothing shared with the code under test."""
    moment = gram.double()
    moment = moment + damping * moment.diagonal().mean() * torch.eye(len(moment), dtype=torch.float64)
    values, vectors = torch.linalg.eigh(moment)
    root, inverse = (vectors * values.sqrt()) @ vectors.T, (vectors / values.sqrt()) @ vectors.T
    u, s, v = torch.linalg.svd(error.double() @ root, full_matrices=False)
    return (u[:, :rank] * s[:rank]) @ v[:rank] @ inverse


@pytest.mark.parametrize(("rows", "columns", "rank"), [(96, 64, 8), (64, 96, 8), (320, 64, 4), (40, 100, 1)])
def test_that_the_repair_is_qera_exact(rows, columns, rank):
    weight, quantized, gram = problem(rows, columns)
    low_rank = ActivationRepair(rank).repair("w", weight, quantized, gram)
    expected = qera_exact(weight - quantized.dequantize(), gram, rank)
    assert low_rank.a.shape == (rank, columns)
    assert low_rank.b.shape == (rows, rank)
    error = (low_rank.product().double() - expected).norm() / expected.norm()
    assert error < (1e-4 if rows <= 256 else 0.05)


@pytest.mark.parametrize("rank", [1, 3, 17])
@pytest.mark.parametrize("other_gram", [False, True])
def test_that_the_output_error_never_rises_on_any_inputs(rank, other_gram):
    weight, quantized, gram = problem(300, 40, seed=rank)
    seen = problem(300, 40, seed=99)[2] if other_gram else gram
    error = weight - quantized.dequantize()
    low_rank = ActivationRepair(rank).repair("w", weight, quantized, gram)
    assert quadratic(error - low_rank.product(), seen) <= quadratic(error, seen) * (1 + 1e-6)


@pytest.mark.parametrize("shape", [(24, 40), (40, 24), (300, 20)])
def test_that_full_rank_gives_the_weight_back(shape):
    weight, quantized, gram = problem(*shape)
    low_rank = ActivationRepair(1024).repair("w", weight, quantized, gram)
    assert low_rank.rank == min(shape)
    torch.testing.assert_close(quantized.dequantize() + low_rank.product(), weight, atol=1e-6, rtol=1e-4)


def test_that_looking_at_activations_beats_the_plain_svd():
    weight, quantized, gram = problem(128, 96)
    error = weight - quantized.dequantize()
    aware = quadratic(error - ActivationRepair(8).repair("w", weight, quantized, gram).product(), gram)
    plain = quadratic(error - ActivationRepair(8).repair("w", weight, quantized, None).product(), gram)
    assert aware < 0.9 * plain


def test_that_the_krylov_space_keeps_what_the_full_decomposition_keeps():
    weight, quantized, gram = problem(700, 200)
    error, moment = weight - quantized.dequantize(), damped(gram)
    kept = [
        quadratic(u.float().T @ error, moment)
        for u in (leading_directions(error, moment, 8, direct=direct) for direct in (False, True))
    ]
    assert kept[0] > 0.999 * kept[1]


def test_that_without_text_it_is_the_truncated_svd():
    weight, quantized, _ = problem(60, 50)
    u, s, v = torch.linalg.svd((weight - quantized.dequantize()).double(), full_matrices=False)
    low_rank = ActivationRepair(5).repair("w", weight, quantized, None)
    torch.testing.assert_close(low_rank.product().double(), (u[:, :5] * s[:5]) @ v[:5], atol=1e-7, rtol=1e-3)


def test_that_the_factors_share_their_norm_and_dead_pairs_vanish():
    b, a = torch.randn(6, 3) * torch.tensor([1.0, 10.0, 1.0]), torch.randn(3, 5)
    a[2] = 0
    low_rank = balanced(b, a)
    torch.testing.assert_close(low_rank.b.norm(dim=0), low_rank.a.norm(dim=1))
    torch.testing.assert_close(low_rank.product(), b @ a)
    assert bool(torch.isfinite(low_rank.b).all())


def test_that_a_matrix_without_error_needs_no_repair():
    _weight, quantized, gram = problem(16, 64)
    assert ActivationRepair(4).repair("w", quantized.dequantize(), quantized, gram) is None


def test_that_a_broken_gram_is_explained():
    weight, quantized, gram = problem(16, 64)
    with pytest.raises(UserError) as caught:
        ActivationRepair(4).repair("layer.3", weight, quantized, gram * float("nan"))
    assert caught.value.code == "gram-not-finite"
    assert caught.value.where == "layer.3"
