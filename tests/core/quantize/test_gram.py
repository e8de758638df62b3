import math

import pytest
import torch

from lowbit_core.quantize.gram import GramAccumulator, damped, error_db


def test_that_the_gram_is_the_mean_over_all_tokens_however_they_come():
    x, y = torch.randn(60, 5), torch.randn(60, 5)
    whole = GramAccumulator(5, cross=True)
    whole.add(x.view(3, 20, 5), y.view(3, 20, 5))
    parts = GramAccumulator(5, cross=True)
    for start in range(0, 60, 15):
        parts.add(x[start : start + 15], y[start : start + 15])
    assert whole.tokens == parts.tokens == 60
    torch.testing.assert_close(whole.gram(), x.T @ x / 60)
    torch.testing.assert_close(parts.gram(), x.T @ x / 60)
    torch.testing.assert_close(parts.cross(), y.T @ x / 60)
    assert GramAccumulator(5).cross() is None


def test_that_half_precision_inputs_are_summed_in_single():
    x = torch.full((4096, 2), 3.0, dtype=torch.bfloat16)
    gram = GramAccumulator(2)
    gram.add(x)
    torch.testing.assert_close(gram.gram(), torch.full((2, 2), 9.0))


def test_that_no_tokens_mean_zeros_and_damping_makes_them_the_identity():
    gram = GramAccumulator(3).gram()
    assert bool((gram == 0).all())
    torch.testing.assert_close(damped(gram), torch.eye(3))


def test_that_the_error_in_db_is_that_of_the_output():
    x, w = torch.randn(500, 8), torch.randn(4, 8)
    v = w + 0.1 * torch.randn(4, 8)
    noise, signal = (x @ (w - v).T).square().sum(), (x @ w.T).square().sum()
    assert error_db(w, v, x.T @ x / 500) == pytest.approx(10 * math.log10(noise / signal), abs=1e-3)
    assert error_db(w, v, None) == pytest.approx(10 * math.log10((w - v).square().sum() / w.square().sum()), abs=1e-3)
    assert error_db(w, w, None) == -math.inf
    assert error_db(torch.zeros(2, 8), torch.ones(2, 8), None) == 0
