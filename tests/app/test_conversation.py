"""Conversations: asking, editing, regenerating, branching, files, search and export."""

import json

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from app.engine import UserError
from app.state.background import Background
from app.state.conversation import Sampling, from_json, new_conversation, sampling_from, title_of, to_json
from app.state.conversation_export import as_markdown, as_messages, export
from app.state.conversations_model import (
    DETAIL_ROLE,
    ID_ROLE,
    ConversationsFilter,
    ConversationsModel,
    ConversationStore,
)


def talk(*texts, columns=()):
    """A conversation whose every answer is 're: ' and the question."""
    made = new_conversation()
    made.source, made.source_title, made.columns = "/runs/a", "starter-3bit", columns
    for text in texts:
        number = made.ask(text)
        for answer in made.exchanges[number].answers.values():
            answer.text, answer.state, answer.tokens, answer.tokens_per_second = f"re: {text}", "done", 7, 12.34
    return made


def test_that_messages_are_the_history_with_the_system_prompt_first():
    made = talk("one", "two")
    made.system = "be brief"
    number = made.ask("three")
    assert made.messages(number, "") == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "re: one"},
        {"role": "user", "content": "two"},
        {"role": "assistant", "content": "re: two"},
        {"role": "user", "content": "three"},
    ]


def test_that_each_column_has_its_own_history_and_a_newcomer_takes_what_was_said():
    made = talk("one", columns=("float", "tuned"))
    made.exchanges[0].answers["tuned"].text = "mine"
    made.columns = ("float", "tuned", "repaired")
    made.ask("two")
    said = {name: made.messages(1, name)[1]["content"] for name in made.columns}
    assert said == {"float": "re: one", "tuned": "mine", "repaired": "re: one"}


def test_that_unanswered_questions_are_not_sent_again():
    made = talk("one", "two")
    made.exchanges[0].answers[""].text = ""
    made.ask("three")
    assert [item["content"] for item in made.messages(2, "")] == ["two", "re: two", "three"]


def test_that_editing_drops_what_came_after_and_asks_anew():
    made = talk("one", "two", "three")
    assert made.edit(1, "zwei") == 1
    assert [item.prompt for item in made.exchanges] == ["one", "zwei"]
    assert made.exchanges[1].answers[""].state == "waiting"


def test_that_regenerating_opens_one_answer_or_all():
    made = talk("one", "two", columns=("float", "tuned"))
    assert made.regenerate(0, "tuned") == ("tuned",)
    assert len(made.exchanges) == 1
    assert {name: answer.state for name, answer in made.exchanges[0].answers.items()} == {
        "float": "done",
        "tuned": "waiting",
    }
    made.columns = ()
    made.variant = "repaired"
    assert made.regenerate(0) == ("repaired",)
    assert list(made.exchanges[0].answers) == ["repaired"]


def test_that_a_branch_keeps_the_original():
    made = talk("one", "two", "three")
    branch = made.branch(0)
    assert branch.id != made.id
    assert [item.prompt for item in branch.exchanges] == ["one"]
    assert len(made.exchanges) == 3
    branch.exchanges[0].answers[""].text = "other"
    assert made.exchanges[0].answers[""].text == "re: one"


def test_that_titles_are_short_first_lines():
    assert title_of("\n  Hello  \nmore") == "Hello"
    long = title_of("word " * 40)
    assert long.endswith("…")
    assert len(long) < 64


def test_that_a_file_gives_the_conversation_back():
    made = talk("one", "two", columns=("float", "tuned"))
    made.sampling = Sampling(temperature=0.0, seed=5)
    assert from_json(to_json(made)) == made


def test_that_an_answer_that_was_cut_off_counts_as_stopped():
    made = talk("one")
    made.exchanges[0].answers[""].state = "streaming"
    assert from_json(to_json(made)).exchanges[0].answers[""].state == "stopped"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": 3, "exchanges": []}', '{"exchanges": [{"answers": []}]}'])
def test_that_damaged_files_are_told(text):
    with pytest.raises(UserError) as caught:
        from_json(text)
    assert caught.value.code == "conversation-damaged"


def test_that_unknown_fields_of_newer_versions_are_ignored():
    values = json.loads(to_json(talk("one"))) | {"mood": "good"}
    assert from_json(json.dumps(values)).exchanges[0].prompt == "one"


def test_that_wrong_sampling_values_take_their_defaults():
    assert sampling_from({"temperature": "hot", "top_k": 5.0, "seed": "x", "else": 1}) == Sampling(top_k=5)


def test_that_export_is_readable_and_trainable(tmp_path):
    made = talk("one", "two", columns=("float", "tuned"))
    made.exchanges[1].answers["tuned"].text = "mine"
    words = as_markdown(made)
    assert words.startswith("# one\n")
    assert words.index("## Float") < words.index("## Tuned")
    assert "7 tokens, 12 tokens/s" in words
    document = json.loads(as_messages(made))
    assert [item["variant"] for item in document["conversations"]] == ["float", "tuned"]
    assert document["conversations"][1]["messages"][-1] == {"role": "assistant", "content": "mine"}
    export(made, tmp_path / "x.json")
    export(made, tmp_path / "x.md")
    assert json.loads((tmp_path / "x.json").read_text()) == document
    assert (tmp_path / "x.md").read_text() == words


@pytest.fixture
def background(qtbot):
    made = Background()
    yield made
    made.close()


@pytest.fixture
def store(tmp_path):
    return ConversationStore(tmp_path / "conversations")


def test_that_saved_conversations_are_listed_newest_first_and_found_by_any_word(store, background, qtbot):
    first, second = talk("about birds"), talk("about ships")
    first.updated, second.updated = "2026-01-01T10:00:00+00:00", "2026-01-02T10:00:00+00:00"
    store.save(first)
    store.save(second)
    (store.folder / "broken.json").write_text("{")
    model = ConversationsModel(store, background)
    shown = ConversationsFilter(model)
    testers = [QAbstractItemModelTester(item) for item in (model, shown)]
    with qtbot.waitSignal(model.loaded):
        model.load()
    assert [model.index(row).data() for row in range(2)] == ["about ships", "about birds"]
    assert model.index(1).data(DETAIL_ROLE).startswith("starter-3bit · 2026-01-01")
    shown.set_filter("RE: birds")
    assert [shown.index(row, 0).data(ID_ROLE) for row in range(shown.rowCount())] == [first.id]
    shown.set_filter("")
    first.ask("of whales")
    model.put(first)
    assert model.index(0).data(ID_ROLE) == first.id
    third = talk("third")
    model.put(third)
    model.remove(second.id)
    assert [model.index(row).data(ID_ROLE) for row in range(model.rowCount())] == [third.id, first.id]
    shown.set_filter("whales")
    assert shown.rowCount() == 1
    del testers


def test_that_a_store_keeps_reads_and_deletes(store):
    made = talk("one")
    store.save(made)
    assert store.read(made.id) == made
    store.delete(made.id)
    store.delete(made.id)
    with pytest.raises(UserError) as caught:
        store.read(made.id)
    assert caught.value.code == "conversation-unreadable"


def test_that_an_older_draft_never_replaces_a_newer_one_nor_brings_a_deleted_one_back(store):
    made = talk("one")
    old = store.prepare(made)
    made.title = "newer"
    store.save(made)
    store.write(old)
    assert store.read(made.id).title == "newer"
    late = store.prepare(made)
    store.delete(made.id)
    store.write(late)
    assert not list(store.folder.glob("*.json"))


def test_that_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as caught:
        ConversationStore(tmp_path / "file" / "x").save(talk("one"))
    assert caught.value.code == "folder-unwritable"
