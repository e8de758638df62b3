"""A frontier from the window: chosen in a dialog, run by the child, its points drawn as they come, opened, gone on."""

import json
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QCheckBox

from app.engine import parse_recipe, read_frontier
from app.pages.runs import RunsPage
from app.state.frontier import measured
from lowbit_core.jobs.frontier_points import FrontierDocument, Point, mark_best, write_frontier

CHILD = """
import json, sys
documents = {documents!r}
run = 0
def say(**line): print(json.dumps(line), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    if command["command"] == "Frontier":
        run = command["id"]
        open({asked!r}, "w").write(json.dumps(command))
        for document in documents:
            say(answer="Part", id=run, data=dict(folder={folder!r}, frontier=document))
        say(answer="Part", id=run, data=dict(progress=dict(point="3-none", stage="quantize", done=5, total=10,
            unit="matrices", eta_seconds=4.0)))
    elif command["command"] == "Stop":
        say(answer="Reply", id=command["id"], data=dict())
        say(answer="Reply", id=run, data=dict(folder={folder!r}, outcome="stopped", code="", message="Saved.",
            frontier=documents[-1]))
"""


def points():
    made = [
        Point(name=f"{bits:g}-{method}", asked_bits=bits, method=method, recipe=f"recipes/{bits:g}-{method}.toml",
              run_dir=f"{bits:g}-{method}", planned_seconds=120.0)
        for bits in (2.0, 3.0) for method in ("none", "activation")
    ]  # fmt: skip
    made[0] = replace(made[0], state="refused", reason="2 bits without a repair makes no sense.")
    return made


def done(point, size, perplexity):
    return replace(point, state="done", bits=point.asked_bits + 0.3, model_bytes=size, perplexity=perplexity)


@pytest.fixture
def documents():
    """Planned; one point there; the next one runs."""
    made = points()
    first = FrontierDocument(model="starter", points=tuple(made))
    measured_ = replace(first, text="heron.txt", float_perplexity=21.6)
    made[1] = done(made[1], 80_000_000, 60.0)
    second = replace(measured_, points=mark_best(made))
    made[2] = replace(made[2], state="running")
    return [first, second, replace(second, points=mark_best(made))]


@pytest.fixture
def page(qtbot, make_services, look, settings, tmp_path, documents):
    settings.runs_folder = tmp_path / "runs"
    folder = tmp_path / "runs" / "20260101-000000-frontier-starter"
    folder.mkdir(parents=True)
    texts = [document.to_json() for document in documents]
    services = make_services(CHILD.format(documents=texts, asked=str(tmp_path / "asked"), folder=str(folder)))
    made = RunsPage(services)
    qtbot.addWidget(made)
    made.resize(1200, 740)
    made.show()
    made.frontier_folder, made.asked = folder, tmp_path / "asked"
    yield made
    if services.jobs.state != "idle":
        services.jobs.stop()
        qtbot.waitUntil(lambda: services.jobs.state == "idle", timeout=10_000)


def start(page, qtbot):
    page.view.measure.click()
    page.measuring.dialog.accept()
    qtbot.waitUntil(lambda: page.services.jobs.summary.name == "3-none", timeout=10_000)


def test_that_points_are_drawn_as_they_come_and_the_line_says_how_it_stands(page, qtbot):
    start(page, qtbot)
    asked = json.loads(page.asked.read_text())
    assert asked["bits"] == [2.0, 2.5, 3.0, 4.0]
    assert asked["methods"] == ["none", "activation"]
    assert parse_recipe(asked["recipe"]).data.source == ""
    assert page.stack.currentIndex() == 1
    assert page.view.frontier.groups.currentText() == "Frontier: starter on heron.txt"
    assert [point.name for point in page.view.frontier._points] == ["2-activation"]
    words = page.view.measuring.text()
    assert "1 of 4 points measured, 1 not possible" in words
    assert "3-none: Quantize 50%" in words
    assert "4 min" in words
    assert "makes no sense" in page.view.measuring.toolTip()
    assert page.view.stop.isVisible()
    assert not page.view.measure.isEnabled()


def test_that_it_stops_and_goes_on_with_what_is_missing(page, qtbot, documents):
    start(page, qtbot)
    page.view.stop.click()
    qtbot.waitUntil(lambda: page.services.jobs.state == "idle", timeout=10_000)
    assert page.view.go_on.isVisible()
    assert page.view.measure.isEnabled()
    write_frontier(documents[-1], page.frontier_folder)
    (page.frontier_folder / "recipes").mkdir()
    (page.frontier_folder / "recipes" / "3-none.toml").write_text("[quantize]\nbits = 3\n[correct]\nmethod = 'none'\n")
    page.asked.unlink()
    page.view.go_on.click()
    qtbot.waitUntil(page.asked.exists, timeout=10_000)
    qtbot.waitUntil(lambda: page.services.jobs.state == "running", timeout=10_000)
    asked = json.loads(page.asked.read_text())
    assert asked["out"] == str(page.frontier_folder)
    assert asked["bits"] == [3.0]
    assert asked["methods"] == ["none", "activation"]


def test_that_frontiers_on_the_disk_are_found_and_a_point_opens_its_run(page, qtbot, documents):
    write_frontier(documents[-1], page.frontier_folder)
    shown = []
    page.services.navigator.requested.connect(lambda name, argument: shown.append((name, argument)))
    page.open_with("")
    qtbot.waitUntil(lambda: len(page.view.frontier._points) == 1, timeout=10_000)
    assert page.stack.currentIndex() == 1
    page.view.frontier.opened.emit(page.view.frontier._points[0].key)
    assert shown == [("run", str(page.frontier_folder / "2-activation"))]


def test_that_the_dialog_counts_runs_and_wants_at_least_one(page):
    page.view.measure.click()
    dialog = page.measuring.dialog
    assert "8 runs" in dialog.count.text()
    boxes = dialog.findChildren(QCheckBox)
    assert all(box.accessibleName() for box in boxes)
    for box in boxes:
        box.setChecked(False)
    assert not dialog.start.isEnabled()
    dialog.reject()


def test_that_a_damaged_frontier_is_left_out(page, tmp_path):
    (page.frontier_folder / "frontier.json").write_text("{")
    assert read_frontier(page.frontier_folder) is None


def test_that_only_points_with_figures_are_drawn_and_the_unbeaten_are_marked(tmp_path):
    made = points()
    made[1], made[3] = done(made[1], 80, 60.0), done(made[3], 90, 30.0)
    made[2] = done(made[2], 95, 50.0)
    document = FrontierDocument(model="starter", text="t", points=tuple(made))
    found = measured(tmp_path, document, by_bits=False)
    assert [(point.name, point.best) for point in found.points] == [
        ("2-activation", True), ("3-activation", True), ("3-none", False),
    ]  # fmt: skip
    assert not found.waiting
