import json

import pytest

from lowbit_core.context import SilentContext
from lowbit_core.data import Example, Turn
from lowbit_core.errors import UserError
from lowbit_core.render import pieces, preview, render, stop_token_ids
from lowbit_core.source import resolve


def examples(count):
    for number in range(count):
        yield Example(
            messages=(Turn("user", f"Número {number} 🐦?"), Turn("assistant", "Hi " * (number % 40 + 1))),
            origin=f"rows.jsonl:{number + 1}",
        )


@pytest.mark.parametrize("name", ["chatml", "llama3", "mistral", "gemma", "qwen3", "none"])
def test_that_pieces_joined_are_the_text_and_learned_ones_the_answer(name, tokenizer_with):
    row = render(next(examples(1)), tokenizer_with(name))
    made = pieces(row)
    assert "".join(piece.text for piece in made) == row.text
    learned = "".join(piece.text for piece in made if piece.learned)
    assert learned == "".join(row.text[start:end] for start, end in row.spans)


def test_that_a_preview_shows_the_rows_asked_for_and_counts(tokenizer_with):
    found = preview(examples(100), tokenizer_with("chatml"), max_length=60, first=10, rows=5)
    assert [row.origin for row in found.rows] == [f"rows.jsonl:{n}" for n in range(11, 16)]
    assert found.report.examples == 100
    assert found.report.too_long > 0
    assert sum(found.report.histogram) == found.report.rows == 100
    assert found.end_of_turn == "<|im_end|>"
    assert not found.sampled
    assert json.loads(json.dumps(found.as_data()))["too_long"] == found.report.too_long


def test_that_a_preview_of_much_data_says_that_it_counted_a_part(tokenizer_with):
    found = preview(examples(2100), tokenizer_with("chatml"), rows=1)
    assert found.sampled
    assert found.report.examples == 2000


def test_that_a_preview_of_nothing_is_an_error(tokenizer_with):
    with pytest.raises(UserError, match="no rows"):
        preview([], tokenizer_with("chatml"))


@pytest.mark.starter
def test_that_the_starter_models_mask_is_its_answers():
    from lowbit_core.model import load_tokenizer

    tokenizer = load_tokenizer(resolve("starter", context=SilentContext()))
    example = Example(messages=(Turn("user", "Capital of France?"), Turn("assistant", "Paris.")))
    row = render(example, tokenizer)
    assert tokenizer.decode(row.input_ids[row.loss_mask].tolist()) == "Paris.<|im_end|>"
    assert "".join(piece.text for piece in pieces(row)) == row.text
    assert tokenizer.convert_tokens_to_ids("<|im_end|>") in stop_token_ids(tokenizer)
