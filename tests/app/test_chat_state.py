"""The chat's session and controller against a fake child: opening, answers, columns, stopping, deaths, saving."""

from pathlib import Path

import pytest

from app.state.chat_controller import ChatController
from app.state.chat_sources import ChatSources, describe
from app.state.conversation import Sampling

FAKE = Path(__file__).with_name("fake_chat.py").read_text()
RECIPE = '[model]\nsource = "starter"\n[quantize]\nbits = 3\n[output]\nname = "my-run"\n'


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def services(make_services):
    return make_services(FAKE)


@pytest.fixture
def chat(services):
    controller = ChatController(services)
    yield controller
    controller.keeper.flush()
    controller.deleteLater()


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "runs" / "20260101-100000-my-run"
    for name in ("quantized/config.json", "adapters/repair/adapter_config.json", "adapters/tuned/adapter_config.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    (folder / "recipe.toml").write_text(RECIPE)
    return str(folder)


def finished(qtbot, chat):
    qtbot.waitUntil(lambda: not chat.busy, timeout=10_000)


def said(chat, number=-1):
    return {name: (answer.state, answer.text) for name, answer in chat.current.exchanges[number].answers.items()}


def test_that_a_question_opens_the_model_and_is_answered(chat, qtbot):
    chat.choose("starter")
    assert chat.send("hello there")
    assert not chat.send("again")
    finished(qtbot, chat)
    answer = chat.current.exchanges[0].answers["float"]
    assert answer.text == "float heard **1**: hello there "
    assert (answer.state, answer.tokens, answer.tokens_per_second, answer.device) == ("done", 5, 42.5, "cuda")
    assert chat.session.state == "ready"
    qtbot.waitUntil(lambda: not chat.keeper.saving, timeout=10_000)
    assert chat.store.read(chat.current.id) == chat.current
    assert chat.list.index(0).data() == "hello there"


def test_that_sampling_and_system_prompt_reach_the_child_and_new_conversations(chat, qtbot, services):
    chat.choose("starter")
    chat.set_system("be brief")
    chat.set_sampling(Sampling(temperature=0.0, seed=3))
    chat.send("hi")
    finished(qtbot, chat)
    assert "heard **2**" in chat.current.exchanges[0].answers["float"].text
    chat.new()
    assert chat.current.sampling == Sampling(temperature=0.0, seed=3)
    assert chat.current.system == ""
    assert chat.current.source == "starter"


def test_that_columns_answer_one_after_another_the_float_model_last(chat, qtbot, run):
    chat.choose(run, compare=True)
    assert chat.current.columns == ("float", "quantized", "repaired", "tuned")
    order = []
    chat.answer_changed.connect(lambda number, name: order.append(name))
    chat.send("hi")
    finished(qtbot, chat)
    assert list(dict.fromkeys(order)) == ["quantized", "repaired", "tuned", "float"]
    assert said(chat) == {name: ("done", f"{name} heard **1**: hi ") for name in chat.current.columns}
    chat.send("big")
    finished(qtbot, chat)
    exchange = chat.current.exchanges[1]
    assert exchange.answers["float"].state == "failed"
    assert "9.00 GB" in exchange.answers["float"].error
    assert exchange.answers["tuned"].text == "tuned heard **3**: big "


def test_that_stop_keeps_what_was_said_and_forgets_the_rest(chat, qtbot, run):
    chat.choose(run, compare=True)
    chat.send("slow one")
    qtbot.waitUntil(lambda: chat.current.exchanges[0].answers["quantized"].text != "", timeout=10_000)
    chat.stop()
    finished(qtbot, chat)
    answers = chat.current.exchanges[0].answers
    assert {name: answer.state for name, answer in answers.items()} == dict.fromkeys(answers, "stopped")
    assert answers["quantized"].text.startswith("word0 ")
    assert answers["tuned"].text == ""
    assert chat.session.state == "ready"


def test_that_edit_regenerate_and_branch_ask_again(chat, qtbot):
    chat.choose("starter")
    for text in ("one", "two"):
        chat.send(text)
        finished(qtbot, chat)
    original = chat.current.id
    chat.branch(0)
    assert chat.current.id != original
    assert len(chat.current.exchanges) == 1
    assert chat.regenerate(0)
    finished(qtbot, chat)
    assert chat.edit(0, "eins")
    finished(qtbot, chat)
    assert said(chat)["float"] == ("done", "float heard **1**: eins ")
    chat.show(original)
    assert [exchange.prompt for exchange in chat.current.exchanges] == ["one", "two"]
    assert chat.list.rowCount() == 2


def test_that_a_model_that_cannot_be_opened_is_told_and_the_lease_is_free(chat, qtbot, services):
    chat.choose("path:/bad")
    chat.send("hi")
    finished(qtbot, chat)
    assert chat.current.exchanges[0].answers["float"].error == "No model here."
    assert services.notices.open[0].code == "run-not-quantized"
    qtbot.waitUntil(lambda: chat.session.state == "closed", timeout=10_000)
    assert services.children.lease.holder is None


def test_that_a_killed_chat_keeps_the_conversation_and_can_be_opened_again(chat, qtbot, services, run):
    chat.choose(run, compare=True)
    chat.send("die")
    finished(qtbot, chat)
    qtbot.waitUntil(lambda: chat.session.state == "closed", timeout=10_000)
    assert {answer.state for answer in chat.current.exchanges[0].answers.values()} == {"stopped", "failed"}
    notice = next(item for item in services.notices.open if item.code == "child-died")
    assert notice.actions[0].name == "open-chat"
    notice.actions[0].run()
    qtbot.waitUntil(lambda: chat.session.state == "ready", timeout=10_000)


def test_that_closing_ends_the_process_and_gives_the_device_back(chat, qtbot, services):
    chat.choose("starter")
    chat.send("slow")
    qtbot.waitUntil(lambda: chat.session.state == "answering", timeout=10_000)
    assert services.children.lease.holder == "chat"
    chat.close()
    qtbot.waitUntil(lambda: chat.session.state == "closed", timeout=10_000)
    assert not services.children.running("chat")
    assert services.children.lease.holder is None
    assert not chat.busy


def test_that_a_chat_waits_for_a_job_or_takes_the_processor(chat, qtbot, services):
    assert services.children.lease.take("job")
    chat.choose("starter")
    assert chat.session.state == "waiting"
    chat.session.open_on_cpu()
    qtbot.waitUntil(lambda: chat.session.state == "ready", timeout=10_000)
    assert chat.session.model.device == "cpu"
    assert services.children.lease.holder == "job"
    chat.close()
    qtbot.waitUntil(lambda: chat.session.state == "closed", timeout=10_000)
    assert services.children.lease.holder == "job"
    chat.open()
    chat.send("hi")
    services.children.lease.release("job")
    finished(qtbot, chat)
    assert said(chat)["float"][0] == "done"


def test_that_a_waiting_run_is_offered_the_device(chat, qtbot, services):
    chat.choose("starter")
    qtbot.waitUntil(lambda: chat.session.state == "ready", timeout=10_000)
    got = []
    services.children.lease.ask("job", lambda: got.append(True))
    notice = next(item for item in services.notices.open if item.key == "chat-holds-device")
    notice.actions[0].run()
    qtbot.waitUntil(lambda: bool(got), timeout=10_000)
    assert not any(item.key == "chat-holds-device" for item in services.notices.open)
    services.children.lease.release("job")


def test_that_choosing_another_model_while_one_opens_opens_the_last(chat, qtbot):
    chat.choose("path:/slow")
    chat.choose("starter")
    chat.send("hi")
    finished(qtbot, chat)
    assert chat.session.model.source == "starter"
    chat.choose("path:/x")
    assert not chat.current.exchanges
    chat.send("slow")
    qtbot.waitUntil(lambda: chat.session.state == "answering", timeout=10_000)
    chat.choose("starter")
    qtbot.waitUntil(lambda: chat.session.model is not None and chat.session.model.source == "starter", timeout=10_000)


def test_that_what_the_model_does_not_see_is_told(chat, qtbot, services):
    chat.choose("starter")
    chat.send("notice")
    finished(qtbot, chat)
    assert services.notices.open[-1].message == "Some is not seen."


def test_that_deleting_and_renaming_reach_the_disk(chat, qtbot):
    chat.choose("starter")
    chat.send("one")
    finished(qtbot, chat)
    name = chat.current.id
    chat.rename(name, "My words")
    chat.keeper.flush()
    assert chat.store.read(name).title == "My words"
    chat.delete(name)
    assert chat.list.rowCount() == 0
    assert not list(chat.store.folder.glob("*.json"))
    assert chat.current.id != name


def test_that_runs_and_base_models_can_be_talked_with(services, settings, qtbot, run):
    settings.runs_folder = Path(run).parent
    settings.add_recent_model("hub:Org/Name-1B")
    sources = ChatSources(services.background, settings)
    with qtbot.waitSignal(sources.changed):
        sources.refresh()
    assert [(item.title, item.detail, item.variants) for item in sources.runs] == [
        ("my-run", "Starter model, 3 bits", ("float", "quantized", "repaired", "tuned"))
    ]
    assert [item.title for item in sources.models] == ["Starter model", "Org/Name-1B"]
    assert describe("gguf:/a/b/c.gguf").title == "c.gguf"
