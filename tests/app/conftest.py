"""What every test of the app gets: Qt offscreen, own settings, and a failure for any Qt warning or leaked thread."""

from __future__ import annotations

import gc
import os
import threading

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings, Qt, QThread, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest

IGNORED = (
    "This plugin does not support",  # offscreen has no native menus, tray or raise()
    "propagateSizeHints",
    "OpenType support missing",  # of the test machine's fonts: a random model writes in every script
)


@pytest.fixture(autouse=True)
def qt_is_quiet():
    """Any warning of Qt's fails the test that caused it."""
    said: list[str] = []

    def handler(kind, _context, message):
        if kind != QtMsgType.QtDebugMsg and not any(word in message for word in IGNORED):
            said.append(message)

    before = qInstallMessageHandler(handler)
    yield
    qInstallMessageHandler(before)
    assert not said, "\n".join(said)


@pytest.fixture(autouse=True)
def _keys_are_released():
    """Ctrl pressed in one test is up in the next: Qt remembers it, and tables select by it."""
    yield
    if QGuiApplication.instance() is not None and QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyClick(QWindow(), Qt.Key.Key_unknown)
        assert QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def nothing_leaks(request):
    """Threads and running timers made in a test end with it."""
    if "qtbot" not in request.fixturenames and "qapp" not in request.fixturenames:
        yield
        return
    threads = set(threading.enumerate())
    yield
    gc.collect()
    running = [item for item in gc.get_objects() if _is_running(item)]
    assert not running, f"still running: {running}"
    left = [thread for thread in threading.enumerate() if thread not in threads and not thread.daemon]
    assert not left, f"left behind: {left}"


def _is_running(item) -> bool:
    kind = type(item)  # not isinstance: that asks objects of other libraries for attributes they warn about
    try:
        if issubclass(kind, QThread):
            return item.isRunning()
        return issubclass(kind, QTimer) and item.isActive() and not item.isSingleShot()
    except RuntimeError:  # the Qt half is gone
        return False


@pytest.fixture
def settings(tmp_path):
    """An empty settings store."""
    from app.state.settings import Settings

    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def look(qapp):
    """The light look in force, as the shell would set it."""
    from app.shell.theme import Theme

    return Theme(qapp, "light")


@pytest.fixture
def make_services(settings, qtbot):
    """Services whose children run a Python script in place of the engine; closed at the end.

    Call it with the script's text (it reads commands as JSON lines from stdin, prints answers and events).
    """
    import sys

    from app.state.children import Children
    from app.state.services import Services

    made = []

    def make(script: str = "import sys\nfor line in sys.stdin: pass\n") -> Services:
        services = Services(settings=settings, children=Children((sys.executable, ("-c", script))))
        made.append(services)
        return services

    yield make
    for services in made:
        assert services.close()
        services.deleteLater()


@pytest.fixture
def drop_file(qapp):
    """``drop_file(widget, path)`` drags a file over a widget and lets it go, as the window system tells it.

    Returns whether the widget wanted it.
    """
    from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    def drop(widget, path):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        entered = QDragEnterEvent(QPoint(9, 9), copy, data, left, plain)
        qapp.sendEvent(widget, entered)
        if not entered.isAccepted():
            return False
        dropped = QDropEvent(QPointF(9, 9), copy, data, left, plain)
        qapp.sendEvent(widget, dropped)
        return dropped.isAccepted()

    return drop


def write_run(folder, *, bits=3, method="activation", steps=48, perplexity=28.0, outcome="done", model="starter"):
    """A run folder as the engine leaves it: recipe, events from its own encoder, report. Numbers are made up."""
    import json
    import math

    from app.engine import (
        JobEnded,
        JobStarted,
        LayerFinished,
        Memory,
        Metric,
        Notice,
        Progress,
        StageFinished,
        StageStarted,
        Text,
        dump_recipe,
        recipe_from_values,
    )
    from lowbit_core.events import Stamped, encode

    values = {"model": {"source": model}, "data": {"source": "sample:workshop"}, "quantize": {"bits": bits},
              "correct": {"method": method}, "output": {"name": f"{model}-{bits}bit"}}  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text(dump_recipe(recipe_from_values(values)), encoding="utf-8")
    stages = ("model", "quantize", "tune", "evaluate", "report")
    events = [JobStarted(name=folder.name, run_dir=str(folder), stages=stages), StageStarted(stage="model"),
              StageFinished(stage="model", seconds=1.5), StageStarted(stage="quantize")]  # fmt: skip
    matrices = ("self_attn.q_proj", "self_attn.k_proj", "mlp.down_proj")
    for block in range(6):
        for place, matrix in enumerate(matrices):
            layer = f"model.layers.{block}.{matrix}"
            for phase, gain in (("before", 0.0), ("after", 3.0)) if method != "none" else (("before", 0.0),):
                error = -12.0 - block / 2 - place - gain
                events.append(LayerFinished(layer=layer, block=block, matrix=matrix, phase=phase, bits=bits + 0.3,
                                            error_db=error, seconds=0.8))  # fmt: skip
            events.append(Progress(stage="quantize", done=3 * block + place + 1, total=18, unit="matrices"))
    events += [StageFinished(stage="quantize", seconds=90.0), StageStarted(stage="tune")]
    for step in range(1, steps + 1):
        loss = 1.2 + 3 * math.exp(-step / 12) + 0.1 * math.sin(7 * step)
        events.append(Metric(name="loss", value=loss, unit="nat/token", step=step))
        events.append(Metric(name="learning_rate", value=5e-4 * (1 - step / steps), unit="", step=step))
        events.append(Progress(stage="tune", done=step, total=steps, unit="step", eta_seconds=float(steps - step)))
        events.append(Memory(allocated_bytes=3_000_000_000, reserved_bytes=3_400_000_000, peak_bytes=3_600_000_000,
                             device_used_bytes=4_000_000_000, device_total_bytes=8_000_000_000,
                             process_rss_bytes=1_500_000_000))  # fmt: skip
        if step % 8 == 0:
            events.append(Metric(name="validation_loss", value=loss + 0.2, unit="nat/token", step=step))
    if outcome == "done":
        events.append(Notice(level="info", code="loss-plateau", message="The loss has hardly moved for a while.",
                             hint="You may stop here and keep what is trained."))  # fmt: skip
        events += [StageFinished(stage="tune", seconds=200.0), StageStarted(stage="evaluate")]
        worth = {"float": 21.6, "quantized": perplexity * 1.4, "repaired": perplexity * 1.1, "tuned": perplexity}
        events += [Metric(name=f"perplexity/{name}", value=value, unit="", step=0) for name, value in worth.items()]
        events += [StageFinished(stage="evaluate", seconds=20.0), StageStarted(stage="report"),
                   Text(channel="table", text="the table"), StageFinished(stage="report", seconds=0.1)]  # fmt: skip
        rows = [{"name": name, "perplexity": value, "kl": None if name == "float" else 0.1, "top1": None,
                 "bits": 16.0 if name == "float" else bits + 0.3, "model_bits": 16.0 if name == "float" else bits + 2.0,
                 "model_bytes": 269_000_000 if name == "float" else int((bits + 2) * 135e6 / 8), "decode": None}
                for name, value in worth.items()]  # fmt: skip
        report = {"version": 1, "model": model, "text": "heron.txt", "context": 1024, "stride": 1024, "tokens": 5115,
                  "device": "cpu", "rows": rows}  # fmt: skip
        (folder / "report.json").write_text(json.dumps({"version": 1, "reports": [report], "stages": {}}))
        (folder / "quantized").mkdir()
        (folder / "quantized" / "config.json").write_text("{}")
    if outcome:
        events.append(JobEnded(outcome=outcome, message=outcome, hint="It can be resumed."))
    stamped = [Stamped(seq=seq, time=1_750_000_000.0 + seq / 4, event=event) for seq, event in enumerate(events)]
    (folder / "events.jsonl").write_text("".join(encode(item) + "\n" for item in stamped), encoding="utf-8")
    return stamped


@pytest.fixture
def make_run(tmp_path):
    """``make_run(name, ...)`` writes a run folder below ``tmp_path / "runs"``; returns it and its events."""

    def make(name, **options):
        folder = tmp_path / "runs" / name
        return folder, write_run(folder, **options)

    return make
