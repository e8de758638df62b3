"""The New run page and the window around it, with a child program that answers as the engine does."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.engine import Battery, Machine, built_methods, describe_recipe, load_recipe
from app.pages.new_run import NewRunPage
from app.state.methods import method_name, method_sentence
from app.state.model_choice import by_fit, rough_fit, source_of_path, suggested_models
from app.views.drop_zone import DropZone
from app.views.recipe_form import as_text, parse_text

ENGINE = """
import json, sys
H, F, V, L = 64, 96, 300, 3
def tensors():
    t = [("model.embed_tokens.weight", (V, H)), ("model.norm.weight", (H,))]
    for n in range(L):
        p = f"model.layers.{n}."
        for name in ("q", "k", "v", "o"):
            t.append((p + f"self_attn.{name}_proj.weight", (H, H)))
        t += [(p + "mlp.gate_proj.weight", (F, H)), (p + "mlp.up_proj.weight", (F, H)),
              (p + "mlp.down_proj.weight", (H, F)), (p + "input_layernorm.weight", (H,)),
              (p + "post_attention_layernorm.weight", (H,))]
    return [dict(name=n, shape=s, dtype="F32", size_bytes=4, file="x") for n, s in t]
def spec(source):
    config = dict(hidden_size=H, intermediate_size=F, num_hidden_layers=L, num_attention_heads=4,
                  num_key_value_heads=4, vocab_size=V, max_position_embeddings=256, model_type="llama")
    return dict(source=source, folder="/m", architecture="LlamaForCausalLM", model_type="llama", parameters=120000,
                context_length=256, vocab_size=V, hidden_size=H, layers=L, tied_embeddings=True, licence="mit",
                total_bytes=480000, config=config, tensors=tensors(), gguf_file="", revision="", quantization="")
def say(**line): print(json.dumps(line), flush=True)
for line in sys.stdin:
    c = json.loads(line); n = c["id"]; kind = c["command"]
    if kind == "Inspect" and c["what"] == "model":
        if "gated" in c["source"]:
            say(answer="Failed", id=n, code="model-missing", message="No such model.", hint="Check the name.",
                where="", action="", arguments={})
        else:
            say(answer="Reply", id=n, data=dict(source=c["source"], spec=spec(c["source"])))
    elif kind == "Inspect":
        if c["source"].endswith((".jsonl", ".csv", ".parquet")) or c["source"].endswith("rows"):
            say(answer="Reply", id=n, data=dict(format="messages", why="found by a column", columns=["messages"],
                mapping={"messages": "messages"}, examples=20, validation=1,
                refused=[{"where": "a:3", "reason": "empty"}],
                refused_count=1, duplicates=0, shortened=0, files=["a"], ignored=[["x.bin", "no data"]], notices=[],
                rows=[]))
        else:
            say(answer="Failed", id=n, code="data-unknown-file", message="This is no data.", hint="Take a jsonl file.",
                where="", action="", arguments={})
    elif kind == "Preview":
        rows = [dict(where=f"a:{i}", cells={"messages": "hello"}, reason="") for i in range(c["first"], c["first"] + 3)]
        report = dict(rows=20, tokens=400, longest=40, histogram=[1] * 24)
        piece = [dict(text="Hi ", learned=False), dict(text="there", learned=True)]
        row = dict(origin="a:1", pieces=piece, tokens=2, learned=1, cut=False, shortened=False)
        say(answer="Reply", id=n, data=dict(rows=rows, detected={}, rendered=dict(rows=[row], refused=[], report=report,
            sampled=False, end_of_turn="", own_template=True, takes_system=True, too_long=0)))
    elif kind == "Search":
        say(answer="Reply", id=n, data=dict(models=[dict(id="a/big", parameters=9 * 10**12), dict(id="a/small",
            parameters=10**8, gated=True, licence="mit", downloads=7, size_bytes=2 * 10**8)]))
    elif kind == "Check":
        say(answer="Reply", id=n, data=dict(peak_bytes=123 * 10**6))
    elif kind == "Token":
        say(answer="Reply", id=n, data=dict(owner=""))
    elif kind == "Run":
        open(c["recipe"].split("dir = ")[1].split('"')[1] + "/started", "w").write(c["recipe"])
        say(seq=0, time=0.0, kind="JobStarted", name="one", run_dir="/runs/one", stages=["tune"], resumed=False)
        say(seq=1, time=0.0, kind="JobEnded", outcome="done", code="", message="", hint="", where="", log_path="",
            action="", arguments={})
        say(answer="Reply", id=n, data=dict(outcome="done", code="", message="", run_dir="/runs/one"))
"""


def machine(ram=8_000_000_000) -> Machine:
    return Machine(
        system="test", gpus=(), unused_gpus=(), ram_total_bytes=ram, ram_available_bytes=ram, physical_cores=2,
        logical_cores=2, disk_path="/", disk_free_bytes=10**11, battery=Battery(percent=50.0, plugged_in=True),
    )  # fmt: skip


@pytest.fixture
def page(make_services, look, qtbot, settings, tmp_path):
    settings.runs_folder = tmp_path
    services = make_services(ENGINE)
    services.machine.put(machine())
    made = NewRunPage(services)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.open_with("")
    qtbot.waitUntil(lambda: made.fit.fit is not None, timeout=10_000)
    return made


def test_that_the_model_is_looked_at_planned_and_can_be_started(page, qtbot, tmp_path):
    assert page.fit.fit.plan.verdict == "fits"
    assert page.panel.start.isEnabled()
    finished = []
    page.services.jobs.finished.connect(lambda _run_dir, outcome: finished.append(outcome))
    page.panel.start.click()
    assert not page.panel.start.isEnabled()
    qtbot.waitUntil(lambda: finished == ["done"], timeout=10_000)
    assert str(tmp_path) in (tmp_path / "started").read_text()


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet", "rows"])
def test_that_dropped_data_is_shown_with_what_the_model_learns(page, qtbot, tmp_path, drop_file, name):
    assert drop_file(page.data_view.findChild(DropZone), tmp_path / name)
    qtbot.waitUntil(lambda: page.data_choice.seen is not None, timeout=10_000)
    assert page.editor.recipe.data.source == str(tmp_path / name)
    assert page.data_choice.rows.rowCount() == 3
    assert "Hi there" in page.data_view.seen.toPlainText()
    assert "20 examples" in page.cards[1]._summary.text()
    page.editor.set("data.validation", 0.3)
    assert "6 held back" in page.data_view._counts.text()


def test_that_a_wrong_file_is_refused_in_words_and_undo_takes_it_back(page, qtbot, tmp_path, drop_file):
    assert drop_file(page.data_view.findChild(DropZone), tmp_path / "holiday.jpg")
    qtbot.waitUntil(lambda: page.data_choice.error is not None, timeout=10_000)
    assert "no data" in page.data_view._status.text()
    page.tools["undo"][0].click()
    qtbot.waitUntil(lambda: page.data_choice.error is None, timeout=10_000)
    assert page.editor.recipe.data.source == ""


def test_that_dropped_models_are_told_apart(page, qtbot, tmp_path, drop_file):
    gguf = tmp_path / "m.gguf"
    gguf.write_bytes(b"GGUF")
    folder = tmp_path / "hf"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    zone = page.model_view.findChild(DropZone)
    assert drop_file(zone, gguf)
    assert page.editor.value("model.source") == f"gguf:{gguf}"
    assert drop_file(zone, folder)
    assert page.editor.value("model.source") == f"path:{folder}"
    assert drop_file(zone, tmp_path / "letter.docx")
    assert "no model" in page.model_view._status.text()
    assert source_of_path(tmp_path) == f"gguf:{gguf}"
    qtbot.waitUntil(lambda: not page.model_choice.busy, timeout=10_000)


def test_that_a_model_that_is_not_there_says_so_and_start_waits(page, qtbot):
    page.model_choice.choose("hub:a/gated")
    qtbot.waitUntil(lambda: page.model_choice.error is not None, timeout=10_000)
    qtbot.waitUntil(lambda: page.fit.fit is None, timeout=10_000)
    assert not page.panel.start.isEnabled()
    assert "No such model" in page.model_view._status.text()


def test_that_found_models_are_sorted_by_fit(page, qtbot):
    page.model_view.searched.emit("small")
    qtbot.waitUntil(lambda: len(page.model_step._offers) == 2, timeout=10_000)
    assert [offer.name for offer in page.model_step._offers] == ["a/small", "a/big"]


def test_that_the_plan_follows_the_recipe_and_suggests_what_fits(page, qtbot):
    before = page.fit.fit.plan.bits
    page.precision_view.slider.setValue(0)
    assert page.editor.recipe.quantize.bits == 2
    qtbot.waitUntil(lambda: page.fit.fit.plan.bits < before, timeout=10_000)
    page.services.machine.put(machine(ram=730_000_000))
    page.editor.change({"data.source": "sample:workshop", "tune.checkpointing": False, "tune.batch": 64})
    qtbot.waitUntil(lambda: bool(page.fit.fit.suggestions), timeout=10_000)
    assert not page.panel.start.isEnabled()
    changes = page.fit.fit.suggestions[0].changes
    page.panel.applied.emit(0)
    assert all(page.editor.value(key) == value for key, value in changes.items())


def test_that_fit_my_device_leaves_the_bits_to_the_start_and_a_second_press_keeps_todays(page, qtbot):
    view = page.precision_view
    view.fit.click()
    assert page.editor.recipe.quantize.bits == "auto"
    assert view.fit.isChecked()
    assert "as things stand" in view._words.text()
    assert "What fits (8 bits)" in page.cards[2]._summary.text()
    assert page.fit.fitting_bits() == view._stops[view.slider.value()]
    view.fit.click()
    assert page.editor.recipe.quantize.bits == page.fit.fitting_bits()
    assert not view.fit.isChecked()


def test_that_every_repair_the_engine_has_is_a_card_with_a_sentence_time_and_memory(page, qtbot):
    qtbot.waitUntil(lambda: set(page.fit.fit.methods) == set(built_methods()), timeout=10_000)
    cards = page.precision_view._buttons
    assert list(cards) == list(built_methods())
    for name, (button, cost) in cards.items():
        assert button.accessibleName() == method_name(name) != name
        assert method_sentence(name) in button.accessibleDescription()
        assert cost.text() in button.accessibleDescription()
        assert "time" in cost.text() if name == "none" else "more" in cost.text()
        button.click()
        assert page.editor.recipe.correct.method == name


def test_that_a_runs_recipe_can_be_taken_for_a_new_one_without_writing_into_the_run(page, make_run, qtbot):
    folder, _ = make_run("one", bits=2, method="none")
    page.open_with(f"like:{folder}")
    assert page.editor.recipe.quantize.bits == 2
    assert page.editor.recipe.correct.method == "none"
    assert page.editor.path is None
    page.open_with(f"like:{folder / 'gone'}")
    assert [said.key for said in page.services.notices.open] == ["recipe-file"]
    assert page.editor.recipe.quantize.bits == 2


def test_that_a_check_is_measured_and_forgotten_when_the_recipe_changes(page, qtbot):
    page.panel.check.click()
    qtbot.waitUntil(lambda: "123 MB" in page.panel._measured.text(), timeout=10_000)
    page.editor.set("tune.rank", 3)
    assert page.panel._measured.text() == ""
    qtbot.waitUntil(lambda: page.services.children.lease.holder is None, timeout=20_000)


def test_that_the_form_has_every_field_with_its_help_and_shows_mistakes(page):
    page.tune_view.open_advanced()
    form = page.tune_view.form
    assert set(form.keys()) == {info.key for info in describe_recipe()}
    assert all(control.accessibleDescription() for control in form._controls.values())
    rank = form._controls["tune.rank"]
    rank.textEdited.emit("none")
    assert not page.editor.valid
    assert "whole number" in form._messages["tune.rank"].text()
    assert not page.panel.start.isEnabled()
    rank.textEdited.emit("12")
    assert page.editor.recipe.tune.rank == 12


def test_that_every_default_survives_being_shown_and_typed():
    for info in describe_recipe():
        if info.kind not in ("switch", "choice"):
            assert parse_text(info, as_text(info, info.default)) == info.default, info.key


def test_that_the_rough_fit_sorts_suggestions():
    offers = by_fit(suggested_models(), machine(4_000_000_000))
    badges = [rough_fit(offer.parameters, machine(4_000_000_000)) for offer in offers]
    assert badges == sorted(badges, key=["fits", "tight", "too-large", "unknown"].index)
    assert "too-large" in badges
    assert rough_fit(0, machine()) == "unknown"


def test_that_a_recipe_is_saved_under_another_name(page, qtbot, tmp_path, monkeypatch):
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    asked, answers = [], [str(first), str(second), ""]

    def choose(_parent, _title, start, _kinds):
        asked.append(start)
        return answers.pop(0), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    page.editor.set("quantize.bits", 3.0)
    page.save()
    page.editor.set("quantize.bits", 2.0)
    with qtbot.waitActive(page):
        page.show()
    qtbot.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert page.editor.path == second
    assert load_recipe(first).quantize.bits == 3.0
    assert load_recipe(second).quantize.bits == 2.0
    page.editor.set("quantize.bits", 4.0)
    page.tools["save-as"][0].click()
    assert page.editor.path == second, "nothing was chosen"
    page.save()
    assert load_recipe(second).quantize.bits == 4.0
    assert asked == ["recipe.toml", str(first), str(second)]
