"""The run page and the runs page, fed with events and clicks."""

import json

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView, QWidget

from app.pages.run import RunPage
from app.pages.runs import RunsPage
from app.state.runs_model import COLUMNS
from app.views import run_header as head

LIVE = """
import json, sys, time
events = [json.loads(line) for line in open({path!r})]
asked = None
def say(values):
    print(json.dumps(values), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    if command["command"] == "Run":
        run, half = command["id"], len(events) * 2 // 3
        with open({target!r}, "a") as file:
            for event in events[:half]:
                if event["kind"] == "JobStarted":
                    event["run_dir"] = {folder!r}
                file.write(json.dumps(event) + "\\n"); file.flush()
                say(event)
    elif command["command"] in ("Pause", "Stop"):
        outcome = "paused" if command["command"] == "Pause" else "stopped"
        say({{"answer": "Reply", "id": command["id"], "data": {{}}}})
        say({{"seq": half, "time": events[half]["time"], "kind": "JobEnded", "outcome": outcome}})
        say({{"answer": "Reply", "id": run, "data": {{"outcome": outcome, "code": "", "message": "", "run_dir": ""}}}})
"""


@pytest.fixture
def run_page(qtbot, make_services, look):
    def make(script=None):
        page = RunPage(make_services(script) if script else make_services())
        qtbot.addWidget(page)
        page.resize(1200, 740)
        page.show()
        return page

    return make


def opened(qtbot, page, folder):
    with qtbot.waitSignal(page.feed.caught_up, timeout=5000):
        page.open_with(str(folder))
    qtbot.waitUntil(lambda: not page.services.background.busy, timeout=5000)
    page.redraw()


def shown_buttons(page):
    return {name for name, button in page.header.buttons.items() if button.isVisible()}


def unnamed(page):
    kinds = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView)
    controls = [item for item in page.findChildren(QWidget) if isinstance(item, kinds)]
    inner = ("qt_", "ScrollLeftButton", "ScrollRightButton", "QTableCornerButton")
    return [
        item
        for item in controls
        if not (item.accessibleName() or getattr(item, "text", str)() or item.objectName().startswith(inner))
        and item.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(item.parent(), QComboBox | QTableView)
    ]


def test_that_a_finished_run_is_shown_with_its_report(qtbot, run_page, make_run):
    folder, _ = make_run("20250611-101500-starter-3bit", perplexity=28.0)
    page = run_page()
    opened(qtbot, page, folder)
    assert page.header.badge.text() == "Done"
    assert page.header.line.toolTip() == "Perplexity 28.00 (float 21.60), 3.2 times smaller"
    assert shown_buttons(page) == {head.CHAT, head.COMPARE, head.RECIPE, head.FOLDER}
    assert page.tabs.currentWidget() is page.report
    assert len(page.timeline._stages) == 5
    assert "smoothed" in page.loss.values_at(10)
    assert page.layer_map.table.model().columnCount() == 6
    assert unnamed(page) == []


@pytest.mark.parametrize("method", ["lrec", "qad"])
def test_that_the_layer_map_shows_what_a_trained_repair_did(qtbot, run_page, tiny_llama, tmp_path, method):
    """A run of the engine itself; the map holds the errors on the inputs that both measurements share."""
    from app.engine import recipe_from_values
    from lowbit_core.events import LayerFinished, StageStarted
    from lowbit_core.jobs.runner import run
    from lowbit_core.jobs.stream import read_events

    folder = tmp_path / "20250611-101500-tiny"
    correct = {"method": method, "rank": 2, "steps": 6, "batch": 4, "length": 32, "tokens": 512, "scope": "model"}
    values = {"model": {"source": f"path:{tiny_llama}"}, "quantize": {"bits": 2, "samples": 4, "length": 32},
              "correct": correct, "evaluate": {"text": "sample:heron", "context": 64, "limit": 1}}  # fmt: skip
    assert run(recipe_from_values(values), folder).outcome == "done"
    page = run_page()
    opened(qtbot, page, folder)
    cells = page.layer_map.table.model()
    assert (cells.rowCount(), cells.columnCount()) == (7, 3)

    events = [stamped.event for stamped in read_events(folder / "events.jsonl")]
    begin = next(i for i, event in enumerate(events) if isinstance(event, StageStarted) and event.stage == "correct")
    told = {(event.layer, event.phase): event.error_db for event in events[begin:] if isinstance(event, LayerFinished)}
    layer = "model.layers.1.mlp.down_proj"
    row = next(row for row in range(7) if cells.headerData(row, Qt.Orientation.Vertical) == "down")
    page.tabs.setCurrentWidget(page.layer_map)
    for button, phase in ((page.layer_map.before_button, "before"), (page.layer_map.after_button, "after")):
        assert button.isVisible()
        button.click()
        assert cells.index(row, 1).data() == f"{told[layer, phase]:.1f}"
    assert told[layer, "after"] != told[layer, "before"]


def test_that_the_buttons_lead_to_chat_and_compare(qtbot, run_page, make_run):
    folder, _ = make_run("20250611-101500-starter-3bit")
    page = run_page()
    opened(qtbot, page, folder)
    asked = []
    page.services.navigator.requested.connect(lambda name, argument: asked.append((name, argument)))
    page.header.buttons[head.CHAT].click()
    page.header.buttons[head.COMPARE].click()
    assert asked == [("chat", str(folder)), ("chat", f"compare:{folder}")]


@pytest.mark.parametrize(("outcome", "badge"), [("paused", "Paused"), ("failed", "Failed"), ("", "Interrupted")])
def test_that_an_unfinished_run_can_be_resumed(qtbot, run_page, make_run, outcome, badge):
    folder, _ = make_run("20250611-101500-starter-3bit", outcome=outcome)
    page = run_page()
    opened(qtbot, page, folder)
    assert page.header.badge.text() == badge
    assert head.RESUME in shown_buttons(page)
    assert (page.worth._shown[0].key == "ended") if outcome == "failed" else page.worth._shown is not None


def test_that_a_live_run_is_followed_and_paused_and_looks_as_when_replayed(qtbot, run_page, make_run, tmp_path):
    source, _ = make_run("source")
    folder = tmp_path / "runs" / "20250611-101500-live"
    folder.mkdir()
    script = LIVE.format(
        path=str(source / "events.jsonl"), target=str(folder / "events.jsonl"), folder=str(folder)
    )  # fmt: skip
    page = run_page(script)
    page.open_with("")
    assert page.stack.currentIndex() == 0
    page.services.jobs.start("")
    qtbot.waitUntil(lambda: page.state.curve("tune", "loss").last is not None, timeout=10_000)
    count = len((source / "events.jsonl").read_text().splitlines()) * 2 // 3
    qtbot.waitUntil(lambda: page.state.events == count, timeout=10_000)
    page.redraw()
    assert page.header.badge.text() == "Running"
    assert shown_buttons(page) == {head.PAUSE, head.STOP, head.FOLDER}
    page.header.buttons[head.PAUSE].click()
    assert page.services.jobs.state == "pausing"
    qtbot.waitUntil(lambda: page.services.jobs.state == "idle", timeout=10_000)
    page.redraw()
    assert page.header.badge.text() == "Paused"
    assert head.RESUME in shown_buttons(page)

    ended = {"seq": count, "time": 0.0, "kind": "JobEnded", "outcome": "paused"}
    with (folder / "events.jsonl").open("a") as file:
        file.write(json.dumps(ended) + "\n")
    again = run_page()
    opened(qtbot, again, folder)
    for part in ("stages", "results", "findings", "samples", "outcome"):
        assert getattr(again.state, part) == getattr(page.state, part)
    assert again.loss.csv_text() == page.loss.csv_text()
    assert again.memory.csv_text() == page.memory.csv_text()


def test_that_a_killed_child_leaves_a_run_that_can_be_resumed(qtbot, run_page, make_run, tmp_path):
    source, _ = make_run("source")
    folder = tmp_path / "runs" / "20250611-101500-live"
    folder.mkdir()
    script = LIVE.format(
        path=str(source / "events.jsonl"), target=str(folder / "events.jsonl"), folder=str(folder)
    )  # fmt: skip
    page = run_page(script)
    page.services.jobs.start("")
    qtbot.waitUntil(lambda: len(page.state.curve("tune", "loss")) > 5, timeout=10_000)
    import os
    import signal

    os.kill(page.services.children.job.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: page.services.jobs.state == "idle", timeout=10_000)
    page.redraw()
    assert page.header.badge.text() == "Interrupted"
    assert head.RESUME in shown_buttons(page)


def test_that_a_warning_can_be_ignored(qtbot, run_page, make_run):
    folder, _ = make_run("20250611-101500-starter-3bit")
    page = run_page()
    opened(qtbot, page, folder)
    assert [card.key for card in page.worth._shown] == ["loss-plateau"]
    page.worth.acted.emit("loss-plateau", "ignore")
    page.redraw()
    assert page.worth._shown == ()


def test_that_the_plot_has_a_table_a_logarithm_and_files(qtbot, run_page, make_run, tmp_path, monkeypatch):
    from app.pages import plot_export

    folder, _ = make_run("20250611-101500-starter-3bit", steps=16)
    page = run_page()
    opened(qtbot, page, folder)
    page.loss.table_button.setChecked(True)
    table: QAbstractItemModel = page.loss.table.model()
    QAbstractItemModelTester(table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert table.rowCount() == 16
    assert table.headerData(1, Qt.Orientation.Horizontal) == "train"
    page.loss.table_button.setChecked(False)
    page.loss.log_button.setChecked(True)
    monkeypatch.setattr(plot_export, "ask_path", lambda _plot, proposal, _kinds: str(tmp_path / proposal))
    page.loss.png_button.click()
    page.loss.csv_button.click()
    assert (tmp_path / f"{folder.name}.png").read_bytes().startswith(b"\x89PNG")
    rows = (tmp_path / f"{folder.name}.csv").read_text().splitlines()
    assert rows[0] == "step,train,smoothed,validation"
    assert len(rows) == 17


def test_that_another_metric_can_be_drawn(qtbot, run_page, make_run):
    folder, _ = make_run("20250611-101500-starter-3bit")
    page = run_page()
    opened(qtbot, page, folder)
    chooser = page.loss.chooser
    assert [chooser.itemText(place) for place in range(chooser.count())] == ["Loss", "Learning rate"]
    chooser.activated.emit(1)
    assert page.loss.csv_text().splitlines()[1].split(",")[1].startswith("0.000")


# ---- runs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def runs_page(qtbot, make_services, look, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "home"))
    settings.runs_folder = tmp_path / "runs"
    page = RunsPage(make_services())
    qtbot.addWidget(page)
    page.resize(1200, 740)
    page.show()

    def refresh():
        with qtbot.waitSignal(page.model.refreshed, timeout=5000):
            page.open_with("")
        return page

    return refresh


@pytest.fixture
def three_runs(make_run):
    return [
        make_run("20250611-101500-starter-2bit", bits=2, perplexity=81.0)[0],
        make_run("20250612-101500-starter-3bit", bits=3, perplexity=28.0, steps=24)[0],
        make_run("20250613-101500-starter-4bit", bits=4, perplexity=30.0, method="none")[0],
    ]


def test_that_without_runs_the_page_says_where_they_come_from(runs_page):
    page = runs_page()
    assert page.stack.currentIndex() == 0


def test_that_a_run_is_opened_from_the_table_and_from_the_frontier(runs_page, three_runs):
    page = runs_page()
    asked = []
    page.services.navigator.requested.connect(lambda name, argument: asked.append((name, argument)))
    page.view.select_row(0)
    page.view.open.click()
    page.view.frontier.table.activated.emit(page.view.frontier.rows.index(0, 0))
    assert asked == [("run", str(three_runs[2])), ("run", str(three_runs[0]))]
    assert len(page.view.frontier._points) == 3
    assert unnamed(page) == []


def test_that_selected_runs_are_drawn_over_each_other_and_compared(qtbot, runs_page, three_runs):
    page = runs_page()
    page.view.table.selectAll()
    qtbot.waitUntil(lambda: len(page.view.curves._curves) == 6, timeout=5000)
    page.view.select_row(0)
    model = page.view.table.selectionModel()
    model.select(page.rows.index(1, 0, QModelIndex()), model.SelectionFlag.Select | model.SelectionFlag.Rows)
    keys = [page.differences.index(row, 0).data() for row in range(page.differences.rowCount())]
    assert keys == ["quantize.bits", "correct.method", "output.name"]


def test_that_notes_are_saved_and_found_again(qtbot, runs_page, three_runs):
    page = runs_page()
    page.view.select_row(1)
    page.view.notes.setPlainText("keep this one")
    page.view.select_row(0)
    assert (three_runs[1] / "notes.txt").read_text(encoding="utf-8") == "keep this one"
    qtbot.waitUntil(lambda: any(run.notes for run in page.model.runs), timeout=5000)
    page.view.filter.setText("keep")
    assert page.rows.rowCount() == 1
    page.view.select_row(0)
    assert page.view.notes.toPlainText() == "keep this one"


def test_that_runs_are_deleted_only_after_a_question(runs_page, three_runs, monkeypatch):
    page = runs_page()
    gone = []
    monkeypatch.setattr("app.pages.runs.move_to_trash", lambda path: gone.append(path) or True)
    page.view.select_row(0)
    monkeypatch.setattr(page, "confirm_delete", lambda runs: False)
    page.view.delete.click()
    assert gone == []
    monkeypatch.setattr(page, "confirm_delete", lambda runs: True)
    page.view.delete.click()
    assert gone == [three_runs[2]]
    assert page.rows.rowCount() == 2


def test_that_the_table_sorts_by_a_click_on_the_perplexity(runs_page, three_runs):
    page = runs_page()
    page.view.sort_by(COLUMNS.index("perplexity"), Qt.SortOrder.AscendingOrder)
    assert page.rows.run(0).folder == three_runs[1]


def test_that_the_trash_of_the_system_takes_a_run(qapp, make_run, tmp_path, monkeypatch):
    from app.pages.runs import move_to_trash

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "never" / "made"))
    folder, _ = make_run("20250611-101500-starter-2bit")
    assert move_to_trash(folder)
    assert not folder.exists()
