from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.generation.logits_process import (
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from lowbit_core.chat.sampling import GREEDY, Sampling, choose, draw, filtered
from lowbit_core.errors import UserError


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    temperature=st.sampled_from([0.3, 1.0, 1.7]),
    top_k=st.sampled_from([0, 1, 5, 200]),
    top_p=st.sampled_from([0.1, 0.7, 1.0]),
    min_p=st.sampled_from([0.0, 0.05, 0.5]),
    penalty=st.sampled_from([0.8, 1.0, 1.3]),
)
def test_that_the_cuts_are_those_of_transformers(seed, temperature, top_k, top_p, min_p, penalty):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(3, 50, generator=generator) * 3
    seen = torch.randint(0, 50, (3, 7), generator=generator)
    expected = logits.clone()
    if penalty != 1:
        expected = RepetitionPenaltyLogitsProcessor(penalty)(seen, expected)
    expected = TemperatureLogitsWarper(temperature)(seen, expected)
    if top_k:
        expected = TopKLogitsWarper(top_k)(seen, expected)
    if top_p < 1:
        expected = TopPLogitsWarper(top_p)(seen, expected)
    if min_p:
        expected = MinPLogitsWarper(min_p)(seen, expected)
    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, repetition_penalty=penalty)
    assert torch.allclose(filtered(logits, sampling, seen), expected)


def test_that_draws_follow_the_distribution():
    logits = torch.tensor([[0.1, 0.2, 0.0, 0.3, 0.4]]).log()
    uniform = (torch.arange(10_000, dtype=torch.float64) + 0.5) / 10_000
    drawn = draw(logits.expand(10_000, -1), uniform)
    counts = torch.bincount(drawn, minlength=5) / 10_000
    assert torch.allclose(counts, torch.tensor([0.1, 0.2, 0.0, 0.3, 0.4]), atol=2e-4)


def test_that_what_was_cut_is_never_drawn_at_either_end():
    logits = torch.tensor([[-torch.inf, 0.0, -torch.inf]])
    for uniform in (0.0, 1 - 2**-53):
        assert draw(logits, torch.tensor([uniform], dtype=torch.float64)).item() == 1


def test_that_temperature_zero_takes_the_most_likely_token():
    logits = torch.randn(4, 20)
    assert torch.equal(choose(logits, GREEDY, torch.rand(4, dtype=torch.float64)), logits.argmax(1))


@pytest.mark.parametrize("wrong", [{"temperature": -1.0}, {"top_p": 0.0}, {"top_k": -1}, {"max_new_tokens": 0}])
def test_that_senseless_settings_are_refused_by_name(wrong):
    with pytest.raises(UserError) as caught:
        Sampling(**wrong)
    assert caught.value.where in wrong
