"""Recipes: every mistake at once, round trips, overrides, and help under every field."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lowbit_core import recipe as recipes
from lowbit_core.errors import UserError, UserErrors

SIX_MISTAKES = """
presicion = "bf16"
[model]
source = "somewhere"
[quantize]
bits = 9
codec = "integr"
[tune]
batch = "two"
[data]
max_length = 4
"""


def test_that_six_mistakes_are_reported_at_once_with_their_keys():
    with pytest.raises(UserErrors) as caught:
        recipes.parse(SIX_MISTAKES)
    keys = [error.where for error in caught.value.errors]
    assert keys == ["presicion", "quantize.bits", "quantize.codec", "tune.batch", "data.max_length", "model.source"]
    assert "Did you mean precision?" in caught.value.errors[0].hint
    assert "Did you mean integer?" in caught.value.errors[2].hint
    assert "6 mistakes" in caught.value.message


@pytest.mark.parametrize("section", ["model", "quantize", "tune"])
def test_that_an_unknown_key_is_an_error(section):
    with pytest.raises(UserErrors, match="one mistake"):
        recipes.parse(f"[{section}]\nno_such_key = 1\n")


def test_that_broken_toml_names_the_line():
    with pytest.raises(UserError, match="line 2"):
        recipes.parse("[model]\nsource = \n")


@pytest.mark.parametrize("bits", [1, 1.9, 8.5])
def test_that_bits_no_codec_has_are_refused(bits):
    with pytest.raises(UserErrors):
        recipes.parse(f"[quantize]\nbits = {bits}\n")


@pytest.mark.parametrize("bits", ["2", "2.25", "3", "4", "4.5", "5", "8", '"auto"'])
def test_that_bits_of_every_kind_are_read(bits):
    value = recipes.parse(f"[quantize]\nbits = {bits}\n").quantize.bits
    assert value == ("auto" if bits == '"auto"' else float(bits))


def test_that_a_boolean_is_no_number_and_no_choice():
    with pytest.raises(UserErrors):
        recipes.parse("[quantize]\ngroup_size = true\n")
    with pytest.raises(UserErrors):
        recipes.parse("[tune]\nbatch = true\n")


@given(
    bits=st.one_of(st.sampled_from([2.0, 3.0, 4.0, 8.0]), st.floats(2.01, 3.99)),
    rank=st.integers(1, 1024),
    rate=st.floats(0, 1),
    skip=st.lists(st.text(min_size=1), max_size=3),
    name=st.text(),
    changed_only=st.booleans(),
)
def test_that_a_recipe_survives_being_written_and_read(bits, rank, rate, skip, name, changed_only):
    start = recipes.Recipe()
    made = replace(
        start,
        quantize=replace(start.quantize, bits=bits, skip=tuple(skip)),
        correct=replace(start.correct, rank=rank),
        tune=replace(start.tune, learning_rate=rate),
        output=replace(start.output, name=name),
    )
    assert recipes.parse(recipes.dump(made, changed_only=changed_only)) == made


def test_that_override_takes_toml_values_and_plain_words():
    made = recipes.override(recipes.Recipe(), ["quantize.bits=3", "quantize.codec=normal-float", "seed=7"])
    assert (made.quantize.bits, made.quantize.codec, made.seed) == (3.0, "normal-float", 7)


def test_that_override_without_equals_is_refused():
    with pytest.raises(UserError, match="key=value"):
        recipes.override(recipes.Recipe(), ["quantize.bits"])


def test_that_every_field_has_help_and_a_kind():
    infos = recipes.describe_recipe()
    assert len(infos) > 50
    assert all(info.help for info in infos)
    by_key = {info.key: info for info in infos}
    assert by_key["quantize.bits"].kind == "number"
    assert by_key["quantize.bits"].choices == ("auto",)
    assert by_key["quantize.group_size"].choices == (0, 32, 64, 128)
    assert recipes.section_help("quantize").startswith("How the weights")


def test_that_relative_files_are_taken_from_beside_the_recipe(tmp_path: Path):
    (tmp_path / "rows.jsonl").write_text("{}\n")
    (tmp_path / "r.toml").write_text('[data]\nsource = "rows.jsonl"\n')
    assert recipes.load(tmp_path / "r.toml").data.source == str(tmp_path / "rows.jsonl")


def test_that_a_missing_recipe_is_explained(tmp_path: Path):
    with pytest.raises(UserError, match="cannot be read"):
        recipes.load(tmp_path / "none.toml")


def test_that_ranks_are_a_table_of_whole_numbers():
    text = '[correct.ranks]\ndown_proj = 16\n"layers.0.*" = 0\n'
    recipe = recipes.parse(text)
    assert recipe.correct.ranks == {"down_proj": 16, "layers.0.*": 0}
    assert recipes.parse(recipes.dump(recipe)) == recipe
    assert recipes.override(recipe, ["correct.ranks={ q_proj = 2 }"]).correct.ranks == {"q_proj": 2}
    for wrong in ('ranks = "8"', 'ranks = { q = "8" }', "ranks = { q = -1 }", "ranks = { q = 2000 }"):
        with pytest.raises(UserErrors) as caught:
            recipes.parse(f"[correct]\n{wrong}\n")
        assert caught.value.errors[0].where == "correct.ranks"
    info = next(item for item in recipes.describe_recipe() if item.key == "correct.ranks")
    assert (info.kind, info.bounds.greatest) == ("table", 1024)
