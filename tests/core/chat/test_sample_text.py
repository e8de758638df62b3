from __future__ import annotations

import torch

from lowbit_core.chat import sample_key, sample_text
from lowbit_core.chat.sample_text import ordinary_tokens
from lowbit_core.context import SilentContext
from lowbit_core.events import Progress


def test_that_a_sample_has_the_asked_size_and_begins_with_the_beginning(llama, tokenizer):
    context = SilentContext()
    sample = sample_text(llama, tokenizer, 100, 16, 3, context=context)
    assert sample.shape == (7, 16)
    assert sample.dtype == torch.int64
    assert (sample[:, 0] == tokenizer.bos_token_id).all()
    special = set(tokenizer.all_special_ids)
    assert not special & set(sample[:, 1].tolist())
    assert int(sample.max()) < len(tokenizer)
    last = context.events[-1]
    assert isinstance(last, Progress)
    assert (last.done, last.total, last.unit) == (112, 112, "tokens")


def test_that_the_batch_does_not_change_what_is_drawn_but_the_seed_does(llama, tokenizer):
    def sample(seed: int, batch: int) -> torch.Tensor:
        return sample_text(llama, tokenizer, 200, 20, seed, context=SilentContext(), batch=batch)

    assert torch.equal(sample(1, 10), sample(1, 3))
    assert not torch.equal(sample(1, 10), sample(2, 10))


def test_that_tokens_follow_the_models_own_distribution(llama, plain_tokenizer):
    # Second token given the first: for a fixed first token its frequencies are the model's probabilities.
    sample = sample_text(llama, plain_tokenizer, 4 * 6000, 4, 0, context=SilentContext(), batch=512)
    first = int(sample[:, 0].mode().values)
    rows = sample[sample[:, 0] == first]
    with torch.no_grad():
        logits = llama(sample[:, :1]).logits[:, -1, : len(plain_tokenizer)].float()
    log_p = logits.log_softmax(1)
    drawn = log_p.gather(1, sample[:, 1:2]).mean()
    entropy = (log_p.exp() * log_p).sum(1)
    spread = ((log_p.exp() * log_p.square()).sum(1) - entropy.square()).mean().sqrt() / len(sample) ** 0.5
    assert abs(drawn - entropy.mean()) < 4 * spread
    assert len(rows) >= 10


def test_that_ordinary_tokens_leave_out_special_ones(tokenizer):
    tokens = ordinary_tokens(tokenizer, 10_000)
    assert len(tokens) == 256
    assert len(ordinary_tokens(tokenizer, 100)) <= 100


def test_that_the_key_tells_samples_apart():
    base = ("model", 1000, 64, 0)
    keys = {sample_key(*base), sample_key("other", *base[1:]), sample_key("model", 1000, 64, 1)}
    assert len(keys) == 3
    assert sample_key(*base) == sample_key(*base)
