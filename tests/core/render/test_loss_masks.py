import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lowbit_core.data import Example, Turn
from lowbit_core.errors import UserError
from lowbit_core.render import RenderRefusedError, chat_template, render, render_all, render_rows, stop_token_ids

ENDS = {
    "chatml": "<|im_end|>",
    "chatml-marked": "<|im_end|>",
    "llama3": "<|eot_id|>",
    "mistral": "<|eos|>",
    "llama2": " <|eos|>",
    "gemma": "<end_of_turn>",
    "qwen3": "<|im_end|>",
    "deepseek": "<|eos|>",
    "no-end": "<|eos|>",
    "none": "<|eos|>",
}


def chat(*contents, system=""):
    turns = [Turn("user" if index % 2 == 0 else "assistant", text) for index, text in enumerate(contents)]
    return Example(messages=(*([Turn("system", system)] if system else []), *turns), origin="rows.jsonl:1")


def learned_text(row, tokenizer):
    """What the learned tokens say, decoded by the tokenizer: independent of spans and offsets."""
    return tokenizer.decode(row.input_ids[row.loss_mask].tolist(), skip_special_tokens=False)


@pytest.mark.parametrize("name", ENDS)
def test_that_the_answer_and_its_end_token_are_learned_and_nothing_else(name, tokenizer_with):
    tokenizer = tokenizer_with(name)
    row = render(chat("What is the capital of Spain?", "It is Madrid."), tokenizer)
    learned = learned_text(row, tokenizer)
    thought = "<think>\n\n</think>\n\n" if name == "qwen3" else ""
    assert learned.lstrip(" ") == thought + "It is Madrid." + ENDS[name]
    assert tokenizer.decode(row.input_ids.tolist(), skip_special_tokens=False) == row.text


@pytest.mark.parametrize("name", ENDS)
def test_that_tokens_before_the_answer_are_those_a_chat_sends(name, tokenizer_with):
    tokenizer = tokenizer_with(name)
    example = chat("Hello there", "Hi!", "How are you?", "Fine, thank you.")
    row = render(example, tokenizer, "completion")
    template = chat_template(tokenizer)
    prompt = template.render(template.fit(example.messages[:-1]), generation_prompt=True)
    sent = tokenizer(prompt, add_special_tokens=False).input_ids
    if name == "deepseek":  # its prompt opens a thought that finished answers do not show
        sent = tokenizer(prompt.removesuffix("<think>\n"), add_special_tokens=False).input_ids
    start = int(np.argmax(row.loss_mask))
    assert row.input_ids[:start].tolist() == sent
    assert row.loss_mask[start:].sum() == row.loss_mask.sum()


@pytest.mark.parametrize(
    "name", ["chatml", "chatml-marked", "llama3", "mistral", "llama2", "gemma", "deepseek", "none"]
)
def test_that_every_answer_is_learned_once(name, tokenizer_with):
    tokenizer = tokenizer_with(name)
    (row,) = render_rows(chat("Hello", "one two", "And then?", "three four"), tokenizer)
    expected = "".join(f"{text}{ENDS[name]}" for text in ("one two", "three four"))
    assert learned_text(row, tokenizer).replace(" ", "") == expected.replace(" ", "")
    assert row.rewritten == ()


def test_that_a_template_that_rewrites_history_gives_a_row_an_answer(tokenizer_with):
    tokenizer = tokenizer_with("qwen3")
    example = chat("Hello", "<think>\ngreet\n</think>\n\nHi!", "Bye", "<think>\npart\n</think>\n\nSee you.")
    rows = render_rows(example, tokenizer)
    said = [learned_text(row, tokenizer) for row in rows]
    assert said == [
        "<think>\ngreet\n</think>\n\nHi!<|im_end|>",
        "<think>\npart\n</think>\n\nSee you.<|im_end|>",
    ]
    assert "greet" not in rows[1].text


def test_that_a_template_with_an_end_on_the_last_turn_only_is_split_too(tokenizer_with):
    tokenizer = tokenizer_with("end-last")
    rows = render_rows(chat("Hello", "Hi", "Bye", "See you"), tokenizer)
    assert [learned_text(row, tokenizer) for row in rows] == ["Hi<|eos|>", "See you<|eos|>"]


@pytest.mark.parametrize("name", ["gemma", "llama2"])
def test_that_a_system_turn_is_merged_where_the_template_has_no_place_for_it(name, tokenizer_with):
    tokenizer = tokenizer_with(name)
    assert not chat_template(tokenizer).takes_system
    row = render(chat("Hello", "Hi", system="Be brief."), tokenizer)
    assert "Be brief.\n\nHello" in row.text
    assert learned_text(row, tokenizer).strip() == "Hi" + ENDS[name]


def test_that_turns_out_of_order_are_refused_with_the_templates_reason(tokenizer_with):
    example = Example(messages=(Turn("user", "a"), Turn("user", "b"), Turn("assistant", "c")), origin="x:3")
    with pytest.raises(RenderRefusedError, match="alternate"):
        render(example, tokenizer_with("gemma"))


def test_that_a_conversation_beginning_with_an_answer_is_refused(tokenizer_with):
    example = Example(messages=(Turn("assistant", "c"),), origin="x:3")
    with pytest.raises(RenderRefusedError, match="begins with an answer"):
        render(example, tokenizer_with("chatml"))


def test_that_an_answer_that_looks_like_an_end_token_is_not_mistaken(tokenizer_with):
    tokenizer = tokenizer_with("chatml")
    for answer in ("end", "im_end", "|", ">", "assistant", "user", "1"):
        row = render(chat("end of im_end assistant 1", answer), tokenizer)
        assert learned_text(row, tokenizer) == answer + "<|im_end|>"


def test_that_a_template_that_changes_answers_is_not_trusted(tokenizer_with):
    tokenizer = tokenizer_with("chatml")
    kept = tokenizer.chat_template
    tokenizer.chat_template = kept.replace("m['content']", "m['content'] | upper")
    try:
        with pytest.raises(UserError) as caught:
            render(chat("Hello", "Hi there"), tokenizer)
    finally:
        tokenizer.chat_template = kept
    assert caught.value.code == "mask-untrusted"


def test_that_without_template_and_end_token_there_is_an_error(tokenizer_with):
    with pytest.raises(UserError) as caught:
        render(chat("Hello", "Hi"), tokenizer_with("none", eos=None))
    assert caught.value.code == "no-end-token"


def test_that_a_prompt_and_completion_are_joined_for_a_base_model(tokenizer_with):
    tokenizer = tokenizer_with("none", adds_bos=True)
    example = Example(messages=(Turn("user", "2 + 2 ="), Turn("assistant", " 4")), plain=True)
    row = render(example, tokenizer)
    assert row.text == "<|bos|>2 + 2 = 4<|eos|>"
    assert learned_text(row, tokenizer) == " 4<|eos|>"
    assert row.input_ids[0] == tokenizer.bos_token_id


def test_that_a_prompt_ending_in_a_space_keeps_the_tokens_a_chat_sends(tokenizer_with):
    tokenizer = tokenizer_with("none")
    example = Example(messages=(Turn("user", "The capital of France is "), Turn("assistant", "Paris")), plain=True)
    row = render(example, tokenizer)
    sent = tokenizer("The capital of France is ", add_special_tokens=False).input_ids
    assert row.input_ids[: len(sent)].tolist() == sent
    assert learned_text(row, tokenizer) == "Paris<|eos|>"


def test_that_text_stands_between_begin_and_end_and_is_learned_whole(tokenizer_with):
    tokenizer = tokenizer_with("chatml", adds_bos=True)
    row = render(Example(text="The capital of France"), tokenizer)
    assert row.text == "<|bos|>The capital of France<|eos|>"
    assert row.loss_mask.all()
    assert row.learned == len(row) - 1


def test_that_loss_on_all_learns_every_token(tokenizer_with):
    row = render(chat("Hello", "Hi"), tokenizer_with("llama3"), "all")
    assert row.loss_mask.all()


def test_that_loss_on_completion_learns_the_last_answer_only(tokenizer_with):
    tokenizer = tokenizer_with("llama3")
    row = render(chat("Hello", "one", "More", "two"), tokenizer, "completion")
    assert learned_text(row, tokenizer) == "two<|eot_id|>"


def test_that_a_chat_stops_at_the_templates_end_and_at_the_end_of_text(tokenizer_with):
    tokenizer = tokenizer_with("llama3")
    assert [tokenizer.convert_ids_to_tokens(item) for item in stop_token_ids(tokenizer)] == ["<|eot_id|>", "<|eos|>"]
    assert len(stop_token_ids(tokenizer_with("mistral"))) == 1


def test_that_a_long_conversation_loses_its_oldest_turns_first(tokenizer_with):
    tokenizer = tokenizer_with("chatml")
    example = chat("first " * 10, "old " * 10, "second", "new answer", system="Be brief.")
    (row,) = render_rows(example, tokenizer, "assistant", 50)
    assert row.shortened
    assert not row.cut
    assert "Be brief." in row.text
    assert "old" not in row.text
    assert learned_text(row, tokenizer) == "new answer<|im_end|>"


def test_that_a_single_long_exchange_is_cut_at_the_end(tokenizer_with):
    tokenizer = tokenizer_with("chatml")
    (row,) = render_rows(chat("Hello", "word " * 100), tokenizer, "assistant", 40)
    assert len(row) == 40
    assert row.cut
    assert tokenizer.decode(row.input_ids.tolist(), skip_special_tokens=False) == row.text
    assert row.spans[0][1] == len(row.text)


def test_that_windows_of_a_text_hold_every_token_once(tokenizer_with):
    tokenizer = tokenizer_with("chatml")
    example = Example(text="The capital of Spain is Madrid — natürlich. " * 20)
    whole = render(example, tokenizer)
    rows = render_rows(example, tokenizer, "assistant", 32)
    assert np.concatenate([row.input_ids for row in rows]).tolist() == whole.input_ids.tolist()
    assert "".join(row.text for row in rows) == whole.text
    assert max(map(len, rows)) == 32


def test_that_rows_with_nothing_to_learn_are_refused_and_counted(tokenizer_with):
    tokenizer = tokenizer_with("chatml")
    long = chat("question " * 80, "answer")
    rows, report = render_all([long, chat("Hello", "Hi")], tokenizer, "assistant", 40)
    assert len(rows) == report.rows == 1
    assert report.masked == 1
    assert report.refused[0].where == "rows.jsonl:1"
    with pytest.raises(UserError) as caught:
        render_all([long] * 3, tokenizer, "assistant", 40)
    assert caught.value.code == "all-masked"
    assert "max_length" in caught.value.hint


def test_that_a_template_refusing_all_rows_is_an_error(tokenizer_with):
    example = Example(messages=(Turn("user", "a"), Turn("user", "b"), Turn("assistant", "c")), origin="x:3")
    with pytest.raises(UserError) as caught:
        render_all([example], tokenizer_with("gemma"))
    assert caught.value.code == "all-refused"
    assert "alternate" in caught.value.message


def test_that_token_rows_on_disk_are_those_in_memory(tokenizer_with, tmp_path):
    tokenizer = tokenizer_with("chatml")
    examples = [chat("Hello", "Hi " * n) for n in range(1, 9)]
    kept, _ = render_all(examples, tokenizer)
    mapped, report = render_all(examples, tokenizer, folder=tmp_path / "tokens")
    assert [row.input_ids.tolist() for row in kept] == [row.input_ids.tolist() for row in mapped]
    assert [row.loss_mask.tolist() for row in kept] == [row.loss_mask.tolist() for row in mapped]
    assert sum(report.histogram) == 8
    assert report.tokens == int(mapped.lengths.sum())


words = st.text(st.characters(codec="utf-8", exclude_characters="<>[]|"), min_size=1, max_size=30)
words = words.filter(lambda text: text.strip() == text != "")


@pytest.mark.parametrize("name", ["chatml", "chatml-marked", "llama3", "mistral", "gemma", "none"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(words, min_size=2, max_size=6).filter(lambda items: len(items) % 2 == 0))
def test_that_learned_tokens_say_the_answers_whatever_they_are(name, tokenizer_with, contents):
    tokenizer = tokenizer_with(name)
    row = render(chat(*contents), tokenizer)
    said = tokenizer.decode(row.input_ids[row.loss_mask].tolist(), skip_special_tokens=False)
    separator = " " if name == "mistral" else ""
    assert said == "".join(separator + text + ENDS[name] for text in contents[1::2])
    assert tokenizer.decode(row.input_ids.tolist(), skip_special_tokens=False) == row.text
