from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lowbit_core.chat import StopStrings, TextStream, stop_tokens

CHARACTERS = st.one_of(
    st.characters(codec="utf-8", exclude_characters="\ufffd"), st.sampled_from(["é", " ", "🙂", "漢", "\n"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(CHARACTERS, max_size=30))
def test_that_streamed_pieces_are_whole_characters_and_join_to_the_text(tokenizer, text):
    stream = TextStream(tokenizer)
    pieces = [stream.push(token) for token in tokenizer(text, add_special_tokens=False).input_ids]
    assert not any("\ufffd" in piece for piece in pieces)
    assert "".join(pieces) + stream.finish() == text


def test_that_a_character_cut_off_at_the_end_is_not_shown(tokenizer):
    stream = TextStream(tokenizer)
    tokens = tokenizer("ok 🙂", add_special_tokens=False).input_ids[:-1]
    assert "".join(stream.push(token) for token in tokens) + stream.finish() == "ok "


def test_that_special_tokens_leave_no_text(tokenizer):
    stream = TextStream(tokenizer)
    tokens = [*tokenizer("a").input_ids, tokenizer.convert_tokens_to_ids("<|im_end|>"), *tokenizer("b").input_ids]
    assert "".join(stream.push(token) for token in tokens) + stream.finish() == "ab"


@settings(max_examples=100, deadline=None)
@example(text="ab#", strings=["ab#", "b"], sizes=[2] * 20)
@example(text="ab#", strings=["ab#", "b"], sizes=[3] * 20)
@given(
    text=st.text("ab#", max_size=20),
    strings=st.lists(st.text("ab#", min_size=1, max_size=4), max_size=3),
    sizes=st.lists(st.integers(1, 4), min_size=20, max_size=20),
)
def test_that_no_part_of_a_stop_string_is_shown(text, strings, sizes):
    watch, shown, rest = StopStrings(strings), "", text
    for size in sizes:
        if watch.hit or not rest:
            break
        shown += watch.push(rest[:size])
        rest = rest[size:]
    if not watch.hit:
        shown += watch.push(rest)
        if not watch.hit:
            shown += watch.finish()
    # However the text is cut into pieces, the answer ends where the stop string that is complete first begins.
    ends = [(place + len(string), place) for string in strings if (place := text.find(string)) >= 0]
    assert watch.hit == bool(ends)
    if not ends:
        assert shown == text
    else:
        assert text.startswith(shown)
        assert not any(string in shown for string in strings)
        assert shown == text[: min(ends)[1]]


@pytest.mark.parametrize(("name", "declared"), [("<|endoftext|>", True), ("<|im_end|>", False)])
def test_that_the_end_of_turn_is_found_though_only_the_end_of_text_is_declared(llama, tokenizer, name, declared):
    token = tokenizer.convert_tokens_to_ids(name)
    assert (token == tokenizer.eos_token_id) == declared
    assert token in stop_tokens(llama, tokenizer)


def test_that_a_tokenizer_without_a_template_has_only_its_own_end(llama, plain_tokenizer):
    assert stop_tokens(llama, plain_tokenizer) == {plain_tokenizer.eos_token_id}
