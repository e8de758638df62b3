"""What a plan knows of the data before a tokenizer is there."""

import json

import pytest

from lowbit_core.errors import UserError
from lowbit_core.plan import DataStatistics
from lowbit_core.plan.reading import MOST_BYTES, read_statistics
from lowbit_core.recipe import Recipe
from lowbit_core.recipe.schema import Data, Evaluate


def recipe(source, *, text="", limit=0, **data):
    return Recipe(data=Data(source=str(source), **data), evaluate=Evaluate(text=str(text), limit=limit))


def test_that_rows_to_learn_from_and_their_length_are_counted(tmp_path):
    file = tmp_path / "rows.jsonl"
    row = {"messages": [{"role": "user", "content": "a" * 42}, {"role": "assistant", "content": "b" * 42}]}
    rows = [row | {"id": number} for number in range(50)]
    file.write_text("".join(json.dumps(item) + "\n" for item in rows))
    found = read_statistics(recipe(file, validation=0.2))
    assert found.rows == 40
    assert found.mean_tokens == pytest.approx(20 + 10 + 25)
    assert found.evaluation_tokens == DataStatistics().evaluation_tokens


def test_that_no_row_is_longer_than_it_may_be(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"text": "word " * 5000}) + "\n")
    assert read_statistics(recipe(file, validation=0.0, max_length=256)).mean_tokens == 256


def test_that_the_measured_text_is_counted(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("x" * 42_000)
    assert read_statistics(recipe("", text=text)).evaluation_tokens == 10_000


def test_that_the_sample_is_close_to_what_the_starters_tokenizer_counts():
    found = read_statistics(recipe("sample:workshop", validation=0.15, max_length=256))
    assert found.rows == 101
    assert found.mean_tokens == pytest.approx(7246 / 101, rel=0.1)


@pytest.mark.parametrize("source", ["hub:some/data", "large.jsonl"])
def test_that_what_takes_long_is_not_read(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "large.jsonl").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert read_statistics(recipe(source)) == DataStatistics()


def test_that_missing_data_is_told():
    with pytest.raises(UserError) as caught:
        read_statistics(recipe("nowhere.jsonl"))
    assert caught.value.code == "data-not-found"
