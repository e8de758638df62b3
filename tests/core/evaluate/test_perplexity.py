from __future__ import annotations

import importlib
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lowbit_core.context import SilentContext
from lowbit_core.errors import UserError
from lowbit_core.evaluate import int21_perplexity, perplexity, text_windows
from lowbit_core.events import Progress


def published_table_way(model, ids, context: int) -> float:
    """The loop of GPTQ's evaluation: whole windows, loss of each times its length, over all lengths."""
    windows = [ids[i * context : (i + 1) * context] for i in range(len(ids) // context)]
    with torch.no_grad():
        losses = [model(w[None], labels=w[None]).loss.double() * context for w in windows]
    return math.exp(torch.stack(losses).sum() / (len(windows) * context))


def sliding_windows(model, ids, context: int, stride: int) -> tuple[list[float], list[int]]:
    """The loop of transformers' documentation: labels of tokens seen before are -100."""
    losses, counts, before = [], [], 0
    for begin in range(0, len(ids), stride):
        end = min(begin + context, len(ids))
        labels = ids[begin:end].clone()
        labels[: -(end - before)] = -100
        with torch.no_grad():
            losses.append(model(ids[None, begin:end], labels=labels[None]).loss.item())
        counts.append(int((labels[1:] != -100).sum()))
        before = end
        if end == len(ids):
            break
    return losses, counts


@pytest.mark.parametrize("family", ["llama", "gemma"])
@pytest.mark.parametrize("batch", [0, 3])
def test_that_windows_without_overlap_give_the_number_of_published_tables(request, ids, family, batch):
    model = request.getfixturevalue(family)
    ours = perplexity(model, ids, context=64, job_context=SilentContext(), batch=batch)
    assert ours.value == pytest.approx(published_table_way(model, ids, 64), rel=1e-5)
    assert (ours.windows, ours.tokens, ours.stride) == (5, 5 * 63, 64)


@pytest.mark.parametrize("stride", [16, 50, 63])
def test_that_a_stride_gives_the_number_of_transformers_documentation(llama, ids, stride):
    losses, counts = sliding_windows(llama, ids, 64, stride)
    expected = math.exp(sum(loss * n for loss, n in zip(losses, counts, strict=True)) / sum(counts))
    ours = perplexity(llama, ids, context=64, job_context=SilentContext(), stride=stride, batch=4)
    assert ours.value == pytest.approx(expected, rel=1e-5)
    assert ours.tokens == sum(counts) == len(ids) - 1


def test_that_int21s_number_is_the_mean_of_exponentials(llama, ids, monkeypatch):
    monkeypatch.setattr(importlib.import_module("lowbit_core.evaluate.perplexity"), "INT21_STRIDE", 16)
    losses, _ = sliding_windows(llama, ids, 64, 16)
    expected = sum(math.exp(loss) for loss in losses) / len(losses)
    ours = int21_perplexity(llama, ids, context=64, job_context=SilentContext())
    assert ours == pytest.approx(expected, rel=1e-5)
    assert ours > perplexity(llama, ids, context=64, job_context=SilentContext(), stride=16).value


def test_that_small_chunks_of_logits_change_nothing(llama, ids, monkeypatch):
    whole = perplexity(llama, ids, context=64, job_context=SilentContext())
    module = importlib.import_module("lowbit_core.evaluate.logits")
    rows: list[int] = []
    plain = module.HiddenRows.logits
    monkeypatch.setattr(module.HiddenRows, "logits", lambda self, a, b: rows.append(b - a) or plain(self, a, b))
    monkeypatch.setattr(module, "CHUNK_ELEMENTS", 120 * 17)
    pieces = perplexity(llama, ids, context=64, job_context=SilentContext())
    assert pieces.value == pytest.approx(whole.value, rel=1e-6)
    assert max(rows) == 17


@given(tokens=st.integers(2, 500), context=st.integers(2, 64), part=st.integers(1, 64), limit=st.integers(0, 5))
def test_that_every_token_is_scored_once_and_seen_with_its_context(tokens, context, part, limit):
    stride = min(part, context)
    windows = text_windows(tokens, context, stride, limit)
    scored = [place for window in windows for place in range(window.first, window.end)]
    assert len(scored) == len(set(scored))
    assert all(window.begin < window.first < window.end <= window.begin + context for window in windows)
    if not limit and stride < min(context, tokens):
        assert scored == list(range(1, tokens))


def test_that_progress_counts_windows_and_the_limit_holds(llama, ids):
    context = SilentContext()
    assert perplexity(llama, ids, context=32, job_context=context, limit=4).windows == 4
    reports = [event for event in context.events if isinstance(event, Progress)]
    assert [(event.done, event.total) for event in reports] == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_that_a_text_shorter_than_a_window_is_one_window(llama, ids):
    assert perplexity(llama, ids[:20], context=64, job_context=SilentContext()).tokens == 19


@pytest.mark.parametrize(
    ("change", "code"),
    [({"context": 500}, "context-too-long"), ({"context": 32, "stride": 40}, "stride-too-long")],
)
def test_that_senseless_windows_are_refused(llama, ids, change, code):
    with pytest.raises(UserError) as caught:
        perplexity(llama, ids, job_context=SilentContext(), **change)
    assert caught.value.code == code


def test_that_a_broken_model_is_named_and_not_reported_as_a_number(ids):
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=120, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2
    )
    model = LlamaForCausalLM(config).eval()
    model.model.norm.weight.data.fill_(torch.nan)
    with pytest.raises(UserError) as caught:
        perplexity(model, ids, context=64, job_context=SilentContext())
    assert caught.value.code == "logits-nan"
