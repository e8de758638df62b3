from __future__ import annotations

import pytest
import torch
from transformers import DynamicCache

from lowbit_core.chat import GREEDY, Sampling, answer, decoding_cache, generate
from lowbit_core.chat import generate as generate_function
from lowbit_core.context import SilentContext
from lowbit_core.errors import Interrupted, UserError


def settings_for(count: int, **more) -> Sampling:
    return Sampling(max_new_tokens=count, temperature=0.0, top_p=1.0, **more)


@pytest.mark.parametrize("prompt", [1, 5, 300])
@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_that_greedy_tokens_are_those_of_transformers(request, monkeypatch, family, prompt):
    import importlib

    monkeypatch.setattr(importlib.import_module("lowbit_core.chat.generate"), "PREFILL_TOKENS", 128)
    model = request.getfixturevalue(family)
    ids = torch.randint(0, 300, (prompt,), generator=torch.Generator().manual_seed(prompt))
    expected = model.generate(ids[None], max_new_tokens=40, do_sample=False, pad_token_id=0)[0, prompt:]
    ours = generate(model, ids, context=SilentContext(), sampling=settings_for(40))
    assert list(ours.tokens) == expected.tolist()
    assert ours.reason == "length"
    assert ours.prompt_tokens == prompt
    assert ours.tokens_per_second > 0


def test_that_the_cache_grows_in_place_and_equals_transformers_own(llama):
    ours, theirs = decoding_cache(llama.config), DynamicCache(config=llama.config)
    ids = torch.randint(0, 300, (2, 300), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        for piece in (*ids[:, :290].split(100, dim=1), *ids[:, 290:].split(1, dim=1)):
            logits = [llama(input_ids=piece, past_key_values=cache).logits for cache in (ours, theirs)]
            assert torch.allclose(logits[0], logits[1], atol=1e-5)
    assert ours.layers[0].keys._base is not None
    ours.layers[0].crop(-50)
    theirs.layers[0].crop(-50)
    new = torch.randn(2, 2, 3, 8)
    assert torch.equal(ours.layers[0].update(new, new)[0], theirs.layers[0].update(new, new)[0])


def test_that_a_seed_gives_the_same_answer_again_and_another_seed_another(llama):
    ids = torch.tensor([5, 6, 7])
    runs = [
        generate(llama, ids, context=SilentContext(), sampling=Sampling(max_new_tokens=20, temperature=2.0, seed=seed))
        for seed in (1, 1, 2)
    ]
    assert runs[0].tokens == runs[1].tokens
    assert runs[0].tokens != runs[2].tokens


def test_that_a_stop_token_ends_the_answer_and_is_no_part_of_it(llama):
    ids = torch.tensor([5, 6, 7])
    free = generate(llama, ids, context=SilentContext(), sampling=settings_for(20)).tokens
    stop = free[3]
    ended = generate(llama, ids, context=SilentContext(), sampling=settings_for(20), stop={stop})
    assert ended.reason == "end"
    assert ended.tokens == free[: free.index(stop)]


def test_that_the_answer_ends_where_the_window_is_full(llama):
    result = generate(llama, torch.full((395,), 3), context=SilentContext(), sampling=settings_for(20))
    assert result.reason == "context"
    assert len(result.tokens) == 5
    with pytest.raises(UserError, match="400"):
        generate(llama, torch.full((400,), 3), context=SilentContext(), sampling=settings_for(20))


def test_that_an_interruption_passes_at_the_next_token(llama):
    class Impatient(SilentContext):
        calls = 0

        def checkpoint(self) -> None:
            self.calls += 1
            if self.calls == 4:
                raise Interrupted("stop")

    heard: list[int] = []
    with pytest.raises(Interrupted):
        generate(
            llama, torch.tensor([5]), context=Impatient(), sampling=settings_for(50), on_token=lambda t: heard.append(t)
        )
    assert len(heard) == 3


def test_that_streamed_text_joins_to_the_answer_and_ends_before_a_stop_string(llama, tokenizer):
    ids = torch.tensor([70, 71, 72])
    pieces: list[str] = []
    free = answer(llama, tokenizer, ids, context=SilentContext(), sampling=settings_for(60), on_text=pieces.append)
    assert "".join(pieces) == free.text
    assert len(free.text) > 8
    stop = free.text[4:7]
    ended = answer(llama, tokenizer, ids, context=SilentContext(), sampling=settings_for(60), stop_strings=(stop,))
    assert ended.generated.reason == "stop-string"
    assert ended.text == free.text[: free.text.index(stop)]


def test_that_nan_logits_are_explained(llama):
    class Broken:
        def advance(self, ids: torch.Tensor) -> torch.Tensor:
            return torch.full((1, 300), torch.nan)

    with pytest.raises(UserError) as caught:
        generate_function(llama, torch.tensor([1]), context=SilentContext(), sampling=GREEDY, decoder=Broken())
    assert caught.value.code == "logits-nan"
