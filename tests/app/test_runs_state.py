"""Runs on the disk: read, sorted, filtered, compared; reports and recipes."""

import json
import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.state.background import Background
from app.state.frontier import frontiers
from app.state.recipe_difference import DifferenceModel, recipe_differences
from app.state.report import headline, main_report, read_reports, reports_from_results
from app.state.report_model import ReportModel
from app.state.runs_model import COLUMNS, RunsFilter, RunsModel, read_run, save_notes

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.fixture
def some_runs(make_run, tmp_path):
    make_run("20250611-101500-starter-2bit", bits=2, perplexity=81.0)
    make_run("20250612-101500-starter-3bit", bits=3, perplexity=28.0)
    make_run("20250613-101500-starter-4bit", bits=4, perplexity=30.0, method="none")
    make_run("20250614-101500-starter-4bit", bits=4, outcome="paused")
    return tmp_path / "runs"


@pytest.fixture
def background(qtbot):
    made = Background()
    yield made
    made.close()


@pytest.fixture
def refreshed(qtbot, background):
    """``refreshed(folder)``: the model once all runs below the folder are read."""
    return lambda folder: read_all(qtbot, background, folder)


def read_all(qtbot, background, folder):
    model = RunsModel(background)
    QAbstractItemModelTester(model, FATAL)
    with qtbot.waitSignal(model.refreshed, timeout=5000):
        model.refresh([folder])
    return model


def column(view, name):
    return [view.index(row, COLUMNS.index(name)).data() for row in range(view.rowCount())]


def test_that_runs_are_read_newest_first(refreshed, some_runs):
    model = refreshed(some_runs)
    assert [run.folder.name[:8] for run in model.runs] == ["20250614", "20250613", "20250612", "20250611"]
    assert column(model, "state") == ["Paused", "Done", "Done", "Done"]
    assert column(model, "perplexity")[0] == "–"
    assert column(model, "bits")[-1] == "2.30"


def test_that_columns_of_numbers_sort_as_numbers_and_the_filter_wants_every_word(qtbot, refreshed, some_runs):
    model = refreshed(some_runs)
    view = RunsFilter(model)
    QAbstractItemModelTester(view, FATAL)
    view.sort(COLUMNS.index("perplexity"), Qt.SortOrder.AscendingOrder)
    assert column(view, "perplexity") == ["28.00", "30.00", "81.00", "–"]
    save_notes(model.runs[-1].folder, "the small one")
    model.update(model.runs[-1].folder)
    qtbot.waitUntil(lambda: bool(model.runs[-1].notes), timeout=5000)
    view.set_filter("starter SMALL")
    assert column(view, "perplexity") == ["81.00"]
    view.set_filter("no such run")
    assert view.rowCount() == 0


def test_that_a_run_that_starts_and_ends_is_followed(qtbot, refreshed, some_runs, make_run):
    model = refreshed(some_runs)
    folder, _ = make_run("20250615-101500-starter-3bit", outcome="")
    model.set_running(str(folder))
    model.update(folder)
    qtbot.waitUntil(lambda: model.runs[0].folder == folder, timeout=5000)
    assert model.runs[0].state == "running"
    model.set_running("")
    qtbot.waitUntil(lambda: model.runs[0].state == "interrupted", timeout=5000)
    model.remove(folder)
    assert len(model.runs) == 4


def test_that_a_broken_recipe_is_a_row_that_says_so(qapp, make_run):
    folder, _ = make_run("20250611-101500-starter-2bit")
    (folder / "recipe.toml").write_text("[model", encoding="utf-8")
    run = read_run(folder)
    assert run.state == "unreadable"
    assert run.error


def test_that_notes_are_kept_beside_the_run_and_empty_ones_leave_nothing(make_run):
    folder, _ = make_run("20250611-101500-starter-2bit")
    save_notes(folder, "größer\n")
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "größer\n"
    save_notes(folder, "  \n")
    assert not (folder / "notes.txt").exists()


def test_that_the_report_says_what_the_bits_cost(qapp, make_run):
    folder, _ = make_run("20250611-101500-starter-3bit", perplexity=28.0)
    reports = read_reports(folder / "report.json")
    assert headline(reports) == "Perplexity 28.00 (float 21.60), 3.2 times smaller"
    model = ReportModel()
    QAbstractItemModelTester(model, FATAL)
    model.set_report(main_report(reports))
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        "Float", "Quantized", "Repaired", "Tuned"]  # fmt: skip
    assert model.index(3, 1).data() == "28.00"
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    assert titles == ["Variant", "Perplexity", "Distance", "Bits", "Model bits", "Size"]


def test_that_a_report_that_is_not_ours_is_no_report(tmp_path):
    path = tmp_path / "report.json"
    for text in ("", "[]", json.dumps({"reports": [{"rows": 3}]})):
        path.write_text(text)
        assert read_reports(path) == ()
    assert reports_from_results({"perplexity/float": 20.0, "perplexity/tuned": math.inf})[0].best.name == "tuned"


def test_that_recipes_differ_only_where_they_do(qapp, make_run):
    first, _ = make_run("20250611-101500-starter-2bit", bits=2)
    second, _ = make_run("20250612-101500-starter-3bit", bits=2.5, method="none")
    found = recipe_differences(read_run(first).recipe, read_run(second).recipe)
    assert {item.key: (item.first, item.second) for item in found} == {
        "quantize.bits": ("2", "2.5"),
        "correct.method": ("activation", "none"),
        "output.name": ("starter-2bit", "starter-2.5bit"),
    }
    assert all(item.help for item in found)
    model = DifferenceModel()
    QAbstractItemModelTester(model, FATAL)
    model.set_differences(found, "a", "b")
    assert model.index(0, 0).data() == "quantize.bits"


def test_that_the_frontier_is_what_no_other_run_beats(qtbot, refreshed, some_runs):
    runs = refreshed(some_runs).runs
    (group,) = frontiers(runs, by_bits=False)
    assert [(round(point.bits, 1), point.best) for point in group.points] == [(2.3, True), (3.3, True), (4.3, False)]
    assert group.float_perplexity == 21.6


def test_that_runs_of_other_models_are_not_compared(qtbot, refreshed, some_runs, make_run):
    make_run("20250616-101500-other-3bit", model="hub:org/other")
    groups = frontiers(refreshed(some_runs).runs, by_bits=True)
    assert [(group.model, len(group.points)) for group in groups] == [("starter", 3), ("hub:org/other", 1)]
