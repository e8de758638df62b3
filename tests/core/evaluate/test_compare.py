from __future__ import annotations

import pytest
import torch

from lowbit_core.context import SilentContext
from lowbit_core.evaluate import StreamedRows, compare, perplexity, speed
from lowbit_core.model.head import head_of


def plain(model, reference, ids, context):
    """KL and top-1 over the tokens that predict a scored one, from whole logits in float64."""
    windows = ids[: len(ids) // context * context].view(-1, context)
    with torch.no_grad():
        ours = model(windows).logits[:, :-1].double().log_softmax(-1)
        theirs = reference(windows).logits[:, :-1].double().log_softmax(-1)
    kl = (theirs.exp() * (theirs - ours)).sum(-1).mean().item()
    return kl, (ours.argmax(-1) == theirs.argmax(-1)).double().mean().item()


@pytest.mark.parametrize("batch", [0, 2])
def test_that_kl_and_agreement_equal_the_plain_computation(llama, other_llama, ids, batch):
    kl, top1 = plain(llama, other_llama, ids, 64)
    ours = compare(llama, other_llama, ids, context=64, job_context=SilentContext(), batch=batch)
    assert ours.kl == pytest.approx(kl, rel=1e-5)
    assert ours.top1 == pytest.approx(top1)
    assert kl > 0.1
    for measured, model in ((ours.perplexity, llama), (ours.reference_perplexity, other_llama)):
        alone = perplexity(model, ids, context=64, job_context=SilentContext())
        assert measured.value == pytest.approx(alone.value, rel=1e-5)
        assert measured.tokens == alone.tokens


def test_that_a_model_agrees_with_itself(llama, ids):
    same = compare(llama, llama, ids, context=64, job_context=SilentContext())
    assert same.kl == pytest.approx(0, abs=1e-6)
    assert same.top1 == 1.0


def test_that_cached_hidden_states_stand_for_the_reference(llama, other_llama, ids):
    windows = ids[:320].view(-1, 64)
    with torch.no_grad():
        hidden = other_llama.model(windows).last_hidden_state
    reference = StreamedRows(lambda first, count: hidden[first : first + count], head_of(other_llama))
    streamed = compare(llama, reference, ids, context=64, job_context=SilentContext(), batch=2)
    resident = compare(llama, other_llama, ids, context=64, job_context=SilentContext())
    assert streamed.kl == pytest.approx(resident.kl, rel=1e-5)
    assert streamed.top1 == resident.top1


def test_that_speed_counts_the_tokens_it_was_told_to(llama):
    found = speed(llama, job_context=SilentContext(), prompt_tokens=16, new_tokens=4, repeats=1)
    assert found.prefill > 0
    assert found.decode > 0
    assert (found.prompt_tokens, found.new_tokens, found.device) == (16, 4, "cpu")
