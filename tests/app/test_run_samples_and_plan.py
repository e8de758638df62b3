"""What a run page shows beside losses: answers while tuning, the plan in the memory plot, the repair's own curves."""

import numpy as np
import pytest
from PySide6.QtTest import QAbstractItemModelTester

from app.engine import Memory, Metric, StageFinished, StageStarted, Stamped, Text
from app.pages import run_drawing as drawing
from app.state.run import RunState
from app.state.samples_model import SamplesModel
from app.views.loss_plot import LossPlot
from app.views.memory_plot import MemoryPlot
from app.views.samples_view import SamplesView

GIGA = 1_000_000_000


def fed(*events):
    state = RunState()
    state.apply([Stamped(seq=seq, time=float(seq), event=event) for seq, event in enumerate(events)])
    return state


def sample(step, answer, question="How much?", wanted="40 euros."):
    told = {"step": step, "number": 0, "question": question, "answer": answer, "wanted": wanted}
    return Text(channel="sample", text=f"{step}: {answer}", arguments=told)


def reading(rss=2 * GIGA, device=0):
    return Memory(allocated_bytes=device // 4, reserved_bytes=device // 3, peak_bytes=device // 2,
                  device_used_bytes=device // 2, device_total_bytes=device, process_rss_bytes=rss)  # fmt: skip


def test_that_answers_are_listed_by_step_under_the_one_in_the_data(qapp):
    model = SamplesModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_samples(fed(sample(0, "Hm."), sample(0, "Yes.", "Open?", "No."), sample(9, "40.")).samples)
    assert model.questions == ("How much?", "Open?")
    rows = [[model.index(row, column).data() for column in (0, 1)] for row in range(model.rowCount())]
    assert rows == [["In the data", "40 euros."], ["9", "40."], ["Before", "Hm."]]
    model.choose("Open?")
    assert [model.index(row, 1).data() for row in range(model.rowCount())] == ["No.", "Yes."]
    model.set_samples([])
    assert model.rowCount() == 0


def test_that_a_sample_without_a_question_is_shown_all_the_same(qapp):
    model = SamplesModel()
    model.set_samples(fed(Text(channel="sample", text="once upon a time")).samples)
    assert model.index(0, 1).data() == "once upon a time"


def test_that_the_view_offers_every_question_and_says_so_while_there_is_none(qtbot, look):
    view, model = SamplesView(), SamplesModel()
    qtbot.addWidget(view)
    view.set_model(model)
    view.show()
    assert view.empty.isVisible()
    model.set_samples(fed(sample(0, "Hm."), sample(0, "Yes.", "Open?", "No.")).samples)
    view.set_questions(model.questions, 0)
    assert not view.empty.isVisible()
    with qtbot.waitSignal(view.question_chosen) as heard:
        view.chooser.setCurrentIndex(1)
        view.chooser.activated.emit(1)
    assert heard.args == [1]


def planned(stage, size):
    return Metric(name=f"planned_memory/{stage}", value=float(size), unit="byte", step=0)


def test_that_the_plan_of_the_running_stage_is_drawn_over_the_readings_and_stands_in_the_table(qtbot, look):
    state = fed(
        StageStarted(stage="model"), planned("quantize", 3 * GIGA), planned("tune", 5 * GIGA), reading(),
        StageFinished(stage="model", seconds=1), StageStarted(stage="quantize"), reading(), reading(),
        StageFinished(stage="quantize", seconds=2), StageStarted(stage="tune"), reading(),
    )  # fmt: skip
    assert not state.results, "a plan is no result"
    shown = drawing.memory(state, 16.0 * GIGA)
    np.testing.assert_array_equal(shown.planned, [np.nan, 3 * GIGA, 3 * GIGA, 5 * GIGA])
    plot = MemoryPlot()
    qtbot.addWidget(plot)
    plot.set_formats(drawing.duration_words, drawing.bytes_words)
    plot.show_memory(shown)
    head, *rows = plot.csv_text().splitlines()
    assert head == "after,peak,RAM of the run,plan,capacity 16.0 GB"
    assert [row.split(",")[3] for row in rows] == ["", "3000000000", "3000000000", "5000000000"]


@pytest.mark.parametrize(("total", "drawn"), [(4 * GIGA, True), (64 * GIGA, False)])
def test_that_a_capacity_far_above_is_told_and_not_drawn(qtbot, look, total, drawn):
    plot = MemoryPlot()
    qtbot.addWidget(plot)
    plot.set_formats(drawing.duration_words, drawing.bytes_words)
    plot.show_memory(drawing.memory(fed(reading(), reading()), float(total)))
    assert plot._curves["capacity"].item.isVisible() is drawn
    assert "capacity" in plot.csv_text()


def test_that_the_order_of_the_curves_is_the_same_live_and_replayed(qtbot, look):
    live, replayed = MemoryPlot(), MemoryPlot()
    for plot in (live, replayed):
        qtbot.addWidget(plot)
        plot.set_formats(drawing.duration_words, drawing.bytes_words)
    live.show_memory(drawing.memory(fed(), 16.0 * GIGA))
    for plot in (live, replayed):
        plot.show_memory(drawing.memory(fed(reading(device=8 * GIGA)), 16.0 * GIGA))
    assert live.csv_text() == replayed.csv_text()


def metric(name, value, step):
    return Metric(name=name, value=value, unit="nat/token", step=step)


def correcting(*metrics):
    return fed(StageStarted(stage="correct"), *metrics)


def test_that_a_repair_shows_kl_first_and_offers_the_cross_entropy(qtbot, look):
    plot = LossPlot()
    qtbot.addWidget(plot)
    state = correcting(*[metric(name, value / step, step) for step in (1, 2, 3)
                         for name, value in (("loss", 1.5), ("kl", 0.9), ("ce", 3.0))])  # fmt: skip
    drawing.draw_loss(plot, state)
    assert plot.chooser.currentData() == "correct/kl"
    assert [plot.chooser.itemData(place) for place in range(plot.chooser.count())] == [
        "correct/loss", "correct/kl", "correct/ce",
    ]  # fmt: skip
    assert plot.csv_text().splitlines()[1].split(",")[1] == "0.9"
    plot.choose("correct/ce")
    drawing.draw_loss(plot, state)
    assert plot.csv_text().splitlines()[1].split(",")[1] == "3"


@pytest.mark.parametrize("both", [False, True])
def test_that_held_back_kl_is_drawn_with_kl_only_where_kl_is_all_that_is_learned(qtbot, look, both):
    plot = LossPlot()
    qtbot.addWidget(plot)
    more = [metric("ce", 3.0, 1)] if both else []
    drawing.draw_loss(plot, correcting(metric("loss", 0.9, 1), metric("kl", 0.9, 1), *more,
                                       metric("validation_loss", 0.8, 1)))  # fmt: skip
    assert ("0.8" in plot.csv_text()) is not both


def test_that_codes_trained_block_by_block_show_each_blocks_error_before_and_after(qtbot, look):
    plot = LossPlot()
    qtbot.addWidget(plot)
    state = correcting(*[Metric(name=f"block_error/{phase}", value=value, unit="", step=block)
                         for block in (1, 2) for phase, value in (("before", 0.4), ("after", 0.1))])  # fmt: skip
    assert not state.results
    drawing.draw_loss(plot, state)
    assert plot.csv_text().splitlines() == ["step,before,after", "1,0.4,0.1", "2,0.4,0.1"]
    drawing.draw_loss(plot, fed(StageStarted(stage="tune"), metric("loss", 2.0, 1)))
    assert plot.csv_text().splitlines()[0].startswith("step,train,smoothed")
