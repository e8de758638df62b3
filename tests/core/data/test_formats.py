import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lowbit_core.data import Turn, detect, open_data
from lowbit_core.errors import UserError
from lowbit_core.recipe.schema import Data

CHAT = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}]
SHARE = [{"from": "human", "value": "u"}, {"from": "gpt", "value": "a"}]
UA = (Turn("user", "u"), Turn("assistant", "a"))
CASES = {
    "messages": ({"messages": CHAT, "id": 3}, "messages", (Turn("system", "s"), *UA)),
    "conversations-as-json-text": ({"chat": json.dumps(CHAT)}, "messages", (Turn("system", "s"), *UA)),
    "parts": ({"messages": [CHAT[1] | {"content": [{"type": "text", "text": "u"}]}, CHAT[2]]}, "messages", UA),
    "sharegpt": ({"conversations": SHARE}, "sharegpt", UA),
    "sharegpt-system-column": ({"system": "s", "conversations": SHARE}, "sharegpt", (Turn("system", "s"), *UA)),
    "odd-name": ({"id": "x", "thread": CHAT[1:]}, "messages", UA),
    "bare-list": (CHAT[1:], "messages", UA),
    "alpaca": (
        {"instruction": "i", "input": "n", "output": "o"},
        "alpaca",
        (Turn("user", "i\n\nn"), Turn("assistant", "o")),
    ),
    "alpaca-history": (
        {"instruction": "i", "output": "o", "history": [["p", "q"]]},
        "alpaca",
        (Turn("user", "p"), Turn("assistant", "q"), Turn("user", "i"), Turn("assistant", "o")),
    ),
    "prompt-completion": ({"prompt": "u", "completion": "a"}, "prompt-completion", UA),
    "prompt-turns": ({"prompt": CHAT[1:2], "completion": CHAT[2:]}, "prompt-completion", UA),
    "input-output": ({"Input": "u", "Output": "a"}, "prompt-completion", UA),
    "question-answer": ({"question": "u", "answer": "a", "level": 2}, "question-answer", UA),
    "squad": (
        {"context": "c", "question": "u", "answers": {"text": ["a", "b"], "answer_start": [1, 2]}},
        "question-answer",
        (Turn("user", "u\n\nc"), Turn("assistant", "a")),
    ),
    "number-answer": ({"question": "u", "answer": 42}, "question-answer", (Turn("user", "u"), Turn("assistant", "42"))),
    "thinking": (
        {"messages": [CHAT[1], CHAT[2] | {"reasoning_content": "hm"}]},
        "messages",
        (Turn("user", "u"), Turn("assistant", "<think>\nhm\n</think>\n\na")),
    ),
}


def source_of(tmp_path, rows, **settings):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return open_data(Data(source=str(path), **settings))


@pytest.mark.parametrize("name", CASES)
def test_that_a_layout_is_found_from_its_content(name, tmp_path):
    row, expected, turns = CASES[name]
    source = source_of(tmp_path, [row, row])
    report = source.report()
    assert report.format == expected
    assert next(source.examples("all")).messages == turns
    assert report.why
    assert report.duplicates == 1


@pytest.mark.parametrize("column", ["text", "content", "Body"])
def test_that_text_is_found(column, tmp_path):
    source = source_of(tmp_path, [{column: "words", "url": "x"}] * 2)
    assert source.report().format == "text"
    assert next(source.examples("all")).text == "words"


def test_that_unknown_columns_are_named(tmp_path):
    with pytest.raises(UserError) as caught:
        source_of(tmp_path, [{"frage": "u", "antwort": "a"}]).report()
    assert caught.value.code == "data-format-unknown"
    assert "frage, antwort" in caught.value.message


def test_that_mapped_columns_are_used(tmp_path):
    source = source_of(
        tmp_path, [{"frage": "u", "antwort": "a"}] * 2, columns={"prompt": "frage", "completion": "antwort"}
    )
    assert next(source.examples("all")).messages == UA
    assert source.report().mapping == {"prompt": "frage", "completion": "antwort"}


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        (
            {"columns": {"prompt": "frgae", "completion": "antwort"}},
            "data-column-missing",
            ["Did you mean frage", "antwort"],
        ),
        ({"columns": {"prommt": "frage"}}, "data-role-unknown", ["Did you mean prompt"]),
        ({"format": "messages"}, "data-column-missing", ["messages"]),
        ({"format": "alpaca", "columns": {"prompt": "frage"}}, "data-column-missing", ["completion"]),
    ],
)
def test_that_a_wrong_mapping_is_explained(settings, code, words, tmp_path):
    with pytest.raises(UserError) as caught:
        source_of(tmp_path, [{"frage": "u", "antwort": "a"}], **settings).report()
    assert caught.value.code == code
    for word in words:
        assert word in caught.value.text()


BAD = [
    ({"messages": []}, "empty"),
    ({"messages": [{"role": "wizard", "content": "x"}, CHAT[2]]}, "unknown role 'wizard'"),
    ({"messages": [{"role": "user", "content": "x"}]}, "no answer"),
    ({"messages": [CHAT[1], {"role": "assistant", "content": " "}]}, "turn 2 (assistant) is empty"),
    ({"messages": [CHAT[1], {"role": "assistant", "content": None, "tool_calls": [1]}]}, "tools"),
    ({"messages": [CHAT[1], {"role": "assistant", "content": {"x": 1}}]}, "an object, not text"),
    ({"messages": [CHAT[1], {"role": "assistant"}]}, "no role and content"),
    ({"messages": [CHAT[1], {"role": "assistant", "content": [{"type": "image"}]}]}, "not text"),
    ({"messages": "hello"}, "not a list of turns"),
    ({"messages": None}, "the row is empty"),
    ({}, "the row is empty"),
    (7, "an object was expected"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_that_a_bad_row_is_refused_with_its_reason_and_line(row, reason, tmp_path):
    report = source_of(tmp_path, [{"messages": CHAT}, row, {"messages": CHAT[1:]}]).report()
    assert report.examples == 2
    (refused,) = report.refused
    assert refused.where == "rows.jsonl:2"
    assert reason in refused.reason


def test_that_turns_after_the_last_answer_are_left_off_and_counted(tmp_path):
    source = source_of(tmp_path, [{"messages": [*CHAT, {"role": "user", "content": "and?"}]}] * 2)
    assert source.report().shortened == 2
    assert next(source.examples("all")).messages[-1] == Turn("assistant", "a")


def test_that_no_usable_row_is_an_error_with_the_first_reason(tmp_path):
    with pytest.raises(UserError) as caught:
        source_of(tmp_path, [{"question": "u", "answer": ""}]).report()
    assert caught.value.code == "data-no-usable-rows"
    assert "answer is empty (rows.jsonl:1)" in caught.value.message


@pytest.mark.parametrize(
    ("rows", "share", "held"), [(100, 0.1, 10), (3, 0.01, 1), (2, 0.5, 1), (1, 0.5, 0), (9, 0.0, 0)]
)
def test_that_the_share_held_back_is_at_least_one_row_and_never_all(rows, share, held, tmp_path):
    source = source_of(tmp_path, [{"text": f"row {n}"} for n in range(rows)], validation=share)
    assert source.report().validation == held
    own, other = (list(source.examples(split)) for split in ("train", "validation"))
    assert (len(own), len(other)) == (rows - held, held)
    assert {one.text for one in own} | {one.text for one in other} == {f"row {n}" for n in range(rows)}
    assert list(source.examples("validation")) == other


def test_that_the_rows_held_back_depend_on_the_seed_alone(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("text\n" + "\n".join(f"row {n}" for n in range(200)))
    chosen = [list(open_data(Data(source=str(path)), seed=seed).examples("validation")) for seed in (1, 1, 2)]
    assert chosen[0] == chosen[1] != chosen[2]


def test_that_a_file_can_be_held_back(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": name}))
    source = open_data(Data(source=str(tmp_path / "a.jsonl"), validation=str(tmp_path / "b.jsonl")))
    assert [one.text for one in source.examples("validation")] == ["b"]
    assert [one.text for one in source] == ["a"]
    assert source.report().examples == 2


def test_that_a_validation_file_without_usable_rows_is_an_error(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"question": "u", "answer": "a"}))
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "b"}))
    source = open_data(Data(source=str(tmp_path / "a.jsonl"), validation=str(tmp_path / "b.jsonl")))
    with pytest.raises(UserError) as caught:
        source.report()
    assert caught.value.where == "b.jsonl:1"


def test_that_the_layout_is_found_behind_many_broken_rows(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("{oops\n" * 300 + json.dumps({"text": "x"}) + "\n")
    report = open_data(Data(source=str(path))).report()
    assert (report.examples, report.refused_count) == (1, 300)


def test_that_cells_of_a_table_are_text(tmp_path):
    source = source_of(tmp_path, [{"text": "x" * 5000, "id": 3, "tags": ["a", None], "no": None}])
    (row,) = source.sample()
    assert len(row.cells["text"]) == 2001
    assert (row.cells["id"], row.cells["tags"], row.cells["no"]) == ("3", '["a", null]', "")


cells = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)
layouts = {
    "messages": lambda q, a: {"messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]},
    "sharegpt": lambda q, a: {"conversations": [{"from": "human", "value": q}, {"from": "gpt", "value": a}]},
    "alpaca": lambda q, a: {"instruction": q, "input": "", "output": a},
    "prompt-completion": lambda q, a: {"prompt": q, "completion": a},
    "question-answer": lambda q, a: {"question": q, "answer": a},
}


@given(
    kind=st.sampled_from(sorted(layouts)),
    pairs=st.lists(st.tuples(cells, cells), min_size=1, max_size=10),
    extra=st.dictionaries(st.sampled_from(["id", "url", "lang", "score", "meta"]), st.integers()),
)
def test_that_detection_does_not_depend_on_words_or_further_columns(kind, pairs, extra):
    rows = [extra | layouts[kind](question, answer) for question, answer in pairs]
    assert detect(rows).format == kind
