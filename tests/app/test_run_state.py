"""A run's state is a fold of its events: the same however they are cut, live or from the file."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.engine import (
    JobEnded,
    JobStarted,
    LayerFinished,
    Memory,
    Metric,
    Notice,
    Progress,
    Resumed,
    StageStarted,
    Stamped,
)
from app.state.layers_model import Quantity
from app.state.replay import Replay, is_loss_line
from app.state.run import RunState
from app.state.series import Curve
from app.state.worth_a_look import STOP_KEEP_BEST


def stamp(events, first=0):
    return [Stamped(seq=first + n, time=1000.0 + n, event=event) for n, event in enumerate(events)]


def loss(step, value):
    return Metric(name="loss", value=value, unit="nat/token", step=step)


def everything(state):
    curves = {key: (list(c.steps), list(c.values), list(c.smoothed)) for key, c in state.curves.items()}
    layers = state.layers
    cells = [[layers.value(r, c) for c in range(layers.columnCount())] for r in range(layers.rowCount())]
    memory = [list(state.memory.column(place)) for place in range(6)] + [list(state.memory.x)]
    return (state.outcome, state.stages, curves, cells, memory, state.results, state.findings, state.log.text(),
            state.samples, state.tables, state.active_seconds, state.step_words())  # fmt: skip


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_that_the_state_does_not_depend_on_how_events_are_cut_into_batches(qapp, make_run, size):
    folder, events = make_run("20250610-101500-starter-3bit")
    replayed = RunState()
    replay = Replay(folder / "events.jsonl")
    replay.events.connect(replayed.apply)
    replay.read_all()
    live = RunState()
    for begin in range(0, len(events), size):
        live.apply(events[begin : begin + size])
    assert everything(live) == everything(replayed)
    assert live.outcome == "done"
    assert len(live.curve("tune", "loss")) == 48


def test_that_events_told_twice_count_once(qapp, make_run):
    _, events = make_run("20250610-101500-starter-3bit")
    once, twice = RunState(), RunState()
    once.apply(events)
    twice.apply(events[:100])
    twice.apply(events)
    assert everything(once) == everything(twice)


def test_that_a_line_torn_by_a_power_cut_is_left_out(qapp, make_run):
    folder, events = make_run("20250610-101500-starter-3bit")
    path = folder / "events.jsonl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[:-40], encoding="utf-8")
    state = RunState()
    replay = Replay(path)
    replay.events.connect(state.apply)
    replay.read_all()
    assert replay.unreadable == 1
    state.mark_interrupted()
    assert state.outcome == "interrupted"
    assert state.resumable
    assert state.events == len(events) - 1


def test_that_a_resumed_run_forgets_the_steps_after_its_save(qapp):
    state = RunState()
    first = [JobStarted(name="r", run_dir="/r", stages=("tune",)), StageStarted(stage="tune")]
    first += [loss(step, 10.0 - step) for step in range(1, 9)]
    again = [JobStarted(name="r", run_dir="/r", stages=("tune",), resumed=True), StageStarted(stage="tune"),
             Resumed(stage="tune", step=4), loss(5, 5.5)]  # fmt: skip
    state.apply(stamp(first))
    state.mark_interrupted()
    state.apply(stamp(again, first=len(first)))
    assert list(state.curve("tune", "loss").steps) == [1, 2, 3, 4, 5]
    assert state.curve("tune", "loss").last == 5.5
    assert state.outcome == "running"


def test_that_time_between_a_pause_and_its_resumption_is_not_drawn(qapp):
    reading = Memory(allocated_bytes=0, reserved_bytes=0, peak_bytes=0, device_used_bytes=0, device_total_bytes=0,
                     process_rss_bytes=1)  # fmt: skip
    started = JobStarted(name="r", run_dir="/r", stages=("tune",))
    times = [(0.0, started), (10.0, reading), (11.0, JobEnded(outcome="paused")), (5000.0, started), (5002.0, reading)]
    state = RunState()
    state.apply([Stamped(seq=n, time=time, event=event) for n, (time, event) in enumerate(times)])
    assert list(state.memory.x) == [10.0, 13.0]


def test_that_the_smoothed_curve_is_the_unbiased_running_mean_and_survives_a_cut():
    values = [4.0, 3.0, math.nan, 2.5, 2.0, 1.0]
    curve = Curve()
    for step, value in enumerate(values):
        curve.append(step, value)
    mean = weight = 0.0
    expected = []
    for value in values:
        if not math.isnan(value):
            mean, weight = 0.9 * mean + 0.1 * value, 0.9 * weight + 0.1
        expected.append(mean / weight)
    np.testing.assert_allclose(curve.smoothed, expected)
    curve.cut(3)
    curve.append(3, 2.5)
    np.testing.assert_allclose(curve.smoothed, expected[:4])
    assert curve.lowest == (3.0, 2.5)


def test_that_a_curve_of_many_points_grows_without_losing_any():
    curve = Curve()
    for step in range(5000):
        curve.append(step, step * 0.5)
    assert len(curve) == 5000
    assert curve.values[-1] == 2499.5


def test_that_the_layer_map_fills_and_tells_before_from_after(qapp):
    state = RunState()
    QAbstractItemModelTester(state.layers, QAbstractItemModelTester.FailureReportingMode.Fatal)
    QAbstractItemModelTester(state.log, QAbstractItemModelTester.FailureReportingMode.Fatal)

    def layer(block, matrix, phase, error):
        return LayerFinished(layer=f"model.layers.{block}.{matrix}", block=block, matrix=matrix, phase=phase, bits=3.3,
                             error_db=error, seconds=0.5)  # fmt: skip

    events = [JobStarted(name="r", run_dir="/r", stages=("quantize",)), StageStarted(stage="quantize"),
              layer(0, "self_attn.q_proj", "before", -10.0), layer(0, "self_attn.q_proj", "after", -14.0),
              layer(0, "mlp.down_proj", "before", -8.0), layer(1, "self_attn.q_proj", "before", -11.0),
              Progress(stage="quantize", done=3, total=8, unit="matrices")]  # fmt: skip
    state.apply(stamp(events))
    layers = state.layers
    assert (layers.rowCount(), layers.columnCount()) == (2, 2)
    state.apply(stamp([Progress(stage="quantize", done=4, total=8, unit="matrices")], first=len(events)))
    assert layers.columnCount() == 4
    assert layers.value(0, 0) == -14.0
    layers.show(Quantity.ERROR, after=False)
    assert layers.value(0, 0) == -10.0
    layers.show(Quantity.BITS, after=True)
    assert layers.value(1, 0) == 3.3
    assert layers.value(1, 3) is None
    told = layers.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "-14.0" in told
    assert "-10.0" in told
    assert layers.headerData(0, Qt.Orientation.Vertical) == "q"
    assert layers.rowCount(layers.index(0, 0)) == 0
    assert layers.data(QModelIndex()) is None


def test_that_the_log_keeps_the_newest_lines_only(qapp):
    from app.state.log_model import KEPT, Line, LogModel

    model = LogModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for begin in range(0, KEPT + 3000, 1000):
        model.add([Line(float(n), "text", f"line {n}") for n in range(begin, begin + 1000)])
    assert model.rowCount() <= KEPT
    assert model.index(model.rowCount() - 1, 1).data() == f"line {KEPT + 2999}"
    assert model.rowCount() + model.dropped == KEPT + 3000


def findings_of(events):
    state = RunState()
    head = [JobStarted(name="r", run_dir="/r", stages=("tune",)), StageStarted(stage="tune")]
    state.apply(stamp(head + events))
    return {finding.code: finding for finding in state.findings}


def memory(**values):
    fields = dict.fromkeys(
        ("allocated_bytes", "reserved_bytes", "peak_bytes", "device_used_bytes", "device_total_bytes",
         "process_rss_bytes"), 0)  # fmt: skip
    return Memory(**(fields | values))


def validation(step, value):
    return Metric(name="validation_loss", value=value, unit="nat/token", step=step)


def pace(step, value):
    return Metric(name="tokens_per_second", value=value, unit="token/s", step=step)


@pytest.mark.parametrize(
    ("events", "code", "action"),
    [
        ([loss(1, math.nan)], "metric-not-finite", STOP_KEEP_BEST),
        ([validation(s, v) for s, v in enumerate((2.0, 1.5, 1.6, 1.7, 1.8))], "validation-rising", STOP_KEEP_BEST),
        ([memory(reserved_bytes=9, device_total_bytes=8)], "memory-spilled", STOP_KEEP_BEST),
        ([memory(device_used_bytes=99, device_total_bytes=100)], "memory-nearly-full", ""),
        ([pace(s, 1000.0 if s < 50 else 100.0) for s in range(60)], "slowed-down", ""),
        ([Metric(name="perplexity/quantized", value=math.inf, unit="", step=0)], "perplexity-broken", ""),
        ([Notice(level="info", code="loss-plateau", message="flat")], "loss-plateau", STOP_KEEP_BEST),
        ([Notice(level="warning", code="rows-refused", message="3 rows")], "rows-refused", ""),
    ],
)
def test_that_what_is_worth_a_look_is_found(qapp, events, code, action):
    found = findings_of(events)
    assert list(found) == [code]
    assert found[code].action == action
    assert found[code].message


def test_that_a_healthy_run_says_nothing(qapp):
    events = [loss(s, 3.0 - s / 100) for s in range(100)] + [validation(s, 3.0 - s / 10) for s in range(9)]
    events += [pace(s, 1000.0 + s % 7) for s in range(100)]
    events += [memory(reserved_bytes=5, device_used_bytes=6, device_total_bytes=8)]
    events += [Notice(level="info", code="context-shortened", message="windows of 2048")]
    assert findings_of(events) == {}


def test_that_validation_worse_than_its_best_is_taken_back_when_it_recovers(qapp):
    values = (2.0, 1.5, 1.6, 1.7, 1.8, 1.4)
    assert findings_of([validation(s, v) for s, v in enumerate(values)]) == {}


def test_that_only_lines_of_the_loss_are_read_for_an_overlay(qapp, make_run):
    folder, events = make_run("20250610-101500-starter-3bit")
    state = RunState()
    replay = Replay(folder / "events.jsonl", wanted=is_loss_line)
    replay.events.connect(state.apply)
    replay.read_all()
    whole = RunState()
    whole.apply(events)
    for name in ("loss", "validation_loss"):
        assert list(state.curve("tune", name).values) == list(whole.curve("tune", name).values)
    assert state.events < len(events) / 3


def test_that_a_missing_file_ends_the_replay_with_a_reason(qtbot, tmp_path):
    replay = Replay(tmp_path / "events.jsonl")
    with qtbot.waitSignal(replay.finished, timeout=2000):
        replay.start()
    assert replay.error
