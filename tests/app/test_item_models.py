"""Every item model of the app under Qt's own model tester, filled, changed and emptied; none can be forgotten."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

import app.pages
import app.state
import app.views
from app.engine import LayerFinished
from app.state.background import Background
from app.state.conversation import new_conversation
from app.state.conversations_model import ConversationsFilter, ConversationsModel, ConversationStore
from app.state.layers_model import LayersModel, Quantity
from app.state.log_model import Line, LogModel
from app.state.recipe_difference import DifferenceModel, recipe_differences
from app.state.report import main_report, read_reports
from app.state.report_model import ReportModel
from app.state.rows_model import RowsModel
from app.state.runs_model import RunsFilter, RunsModel, read_run
from app.state.samples_model import Sample, SamplesModel
from app.views.curves_table import CurvesTable


def _models() -> list[type[QAbstractItemModel]]:
    found = set()
    for package in (app.state, app.views, app.pages):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            for _, kind in inspect.getmembers(module, inspect.isclass):
                if issubclass(kind, QAbstractItemModel) and kind.__module__ == info.name:
                    found.add(kind)
    return sorted(found, key=lambda kind: kind.__name__)


def use_rows(case) -> None:
    model = RowsModel()
    case.watch(model)
    rows = [{"where": f"f:{n}", "cells": {"a": f"row {n}", "b": ""}, "reason": ("", "empty", "")[n]} for n in range(3)]
    model.start(rows, 3)
    model.extend(rows[:2], 3)
    case.read(model, rows=5)
    model.clear()


def use_log(case) -> None:
    model = LogModel()
    case.watch(model)
    model.add([Line(1.75e9 + n, "warning" if n % 3 else "text", f"line {n}") for n in range(40)])
    model.add([Line(1.75e9, "error", "the last")])
    case.read(model, rows=41)
    model.clear()


def use_layers(case) -> None:
    model = LayersModel()
    case.watch(model)
    model.expect(6)
    for block in range(3):
        for phase in ("before", "after"):
            for matrix in ("q_proj", "mlp.up_proj"):
                facts = {"layer": f"model.layers.{block}.{matrix}", "block": block, "matrix": matrix, "phase": phase}
                model.add([LayerFinished(**facts, bits=3.3, error_db=-20.0 - block, seconds=0.1)])
    case.read(model)
    model.show(Quantity.BITS, after=True)
    case.read(model)
    model.clear()


def use_report(case) -> None:
    folder, _ = case.make_run("20250611-101500-starter-3bit")
    model = ReportModel()
    case.watch(model)
    model.set_report(main_report(read_reports(folder / "report.json")))
    case.read(model, rows=4)


def use_differences(case) -> None:
    first, second = (case.make_run(f"2025061{n}-101500-starter", bits=2 + n)[0] for n in range(2))
    model = DifferenceModel()
    case.watch(model)
    model.set_differences(recipe_differences(read_run(first).recipe, read_run(second).recipe), "a", "b")
    case.read(model)
    model.set_differences([], "a", "b")


def use_runs(case) -> None:
    folders = [case.make_run(f"2025061{n}-101500-starter-3bit", perplexity=20.0 + n)[0] for n in range(3)]
    model = RunsModel(case.background)
    view = RunsFilter(model)
    case.watch(model)
    case.watch(view)
    with case.qtbot.waitSignal(model.refreshed, timeout=10_000):
        model.refresh([folders[0].parent])
    case.read(model, rows=3)
    view.sort(5, Qt.SortOrder.AscendingOrder)
    view.set_filter("20250611")
    case.read(view, rows=1)
    model.set_running(str(folders[1]))
    later, _ = case.make_run("20250619-101500-starter-2bit")
    model.update(later)
    case.qtbot.waitUntil(lambda: model.rowCount() == 4, timeout=10_000)
    model.remove(folders[0])
    view.set_filter("")
    case.read(view, rows=3)


def use_conversations(case) -> None:
    store = ConversationStore(case.tmp_path / "conversations")
    model = ConversationsModel(store, case.background)
    view = ConversationsFilter(model)
    case.watch(model)
    case.watch(view)
    for number in range(3):
        conversation = new_conversation()
        conversation.ask(f"question {number}")
        conversation.title = f"talk {number}"
        model.put(conversation)
    case.read(model, rows=3)
    view.set_filter("talk 1")
    case.read(view, rows=1)
    model.remove(conversation.id)
    view.set_filter("")
    case.read(view, rows=2)


def use_samples(case) -> None:
    model = SamplesModel()
    case.watch(model)
    asked = [("why?", 10), ("how?", 10), ("why?", 20)]
    model.set_samples([Sample(step=step, question=text, answer=f"at {step}", wanted="so") for text, step in asked])
    model.choose("why?")
    case.read(model, rows=3)
    model.choose("how?")
    case.read(model, rows=2)
    model.set_samples([])


def use_curves(case) -> None:
    model = CurvesTable()
    case.watch(model)
    steps = np.arange(5.0)
    model.set_curves("step", [("train", steps, steps**2), ("validation", steps[::2], steps[::2])])
    case.read(model, rows=5)
    model.set_curves("step", [])


USES: dict[type[QAbstractItemModel], Callable[..., None]] = {
    RowsModel: use_rows, LogModel: use_log, LayersModel: use_layers, ReportModel: use_report, RunsModel: use_runs,
    DifferenceModel: use_differences, RunsFilter: use_runs, ConversationsModel: use_conversations,
    ConversationsFilter: use_conversations, CurvesTable: use_curves, SamplesModel: use_samples,
}  # fmt: skip


class Case:
    """What a model is tried with."""

    def __init__(self, qtbot, background, make_run, tmp_path) -> None:
        self.qtbot, self.background, self.make_run, self.tmp_path = qtbot, background, make_run, tmp_path
        self._testers: list[QAbstractItemModelTester] = []

    def watch(self, model: QAbstractItemModel) -> None:
        """Qt checks every signal and index of it from now on."""
        self._testers.append(QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal))

    def read(self, model: QAbstractItemModel, rows: int | None = None) -> None:
        """Ask for all there is, in every role that a view asks for."""
        assert model.rowCount() == rows if rows is not None else model.rowCount() > 0
        roles = [role for role in Qt.ItemDataRole if role != Qt.ItemDataRole.UserRole]
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()  # private in a list
        for column in range(columns):
            model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
            for row in range(model.rowCount()):
                for role in roles:
                    model.index(row, column).data(role)


@pytest.fixture
def case(qtbot, make_run, tmp_path):
    background = Background()
    yield Case(qtbot, background, make_run, tmp_path)
    background.close()


@pytest.mark.parametrize("kind", _models(), ids=lambda kind: kind.__name__)
def test_that_views_can_rely_on_the_model(case, kind):
    assert kind in USES, f"{kind.__name__} is tried by no test: write its use here"
    USES[kind](case)
