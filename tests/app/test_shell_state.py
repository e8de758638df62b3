"""Lease, notices, settings, background work, the job controller: states without widgets."""

import sys
import time

import pytest
from PySide6.QtCore import QProcess, QSettings, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget

from app.engine import Failed
from app.shell import awake
from app.shell.warm_up import WarmUp
from app.state.background import Background
from app.state.children import Children, DeviceLease
from app.state.notices import Action, Notices
from app.state.rows_model import RowsModel
from app.state.services import Services
from app.state.settings import Settings

JOB = """
import json, os, sys, threading
def say(**line): print(json.dumps(line), flush=True)
seq = 0
def event(kind, **fields):
    global seq
    say(seq=seq, time=0.0, kind=kind, **fields); seq += 1
run = 0
for line in sys.stdin:
    command = json.loads(line)
    if command["command"] == "Run":
        run = command["id"]
        folder = command["resume"] or "/runs/one"
        event("JobStarted", name="one", run_dir=folder, stages=["tune"], resumed=bool(command["resume"]))
        event("StageStarted", stage="tune", skipped=False)
        event("Progress", stage="tune", done=3, total=10, unit="step", eta_seconds=5.0)
        if "die" in command["recipe"]:
            os.kill(os.getpid(), 9)
        if command["resume"]:
            event("JobEnded", outcome="done", code="", message="Done.", hint="", where="", log_path="", action="",
                  arguments={})
            say(answer="Reply", id=run, data={"outcome": "done", "code": "", "message": "", "run_dir": folder})
    elif command["command"] in ("Pause", "Stop", "Cancel"):
        outcome = {"Pause": "paused", "Stop": "stopped", "Cancel": "cancelled"}[command["command"]]
        say(answer="Reply", id=command["id"], data={})
        event("JobEnded", outcome=outcome, code="", message="", hint="", where="", log_path="", action="",
              arguments={})
        say(answer="Reply", id=run, data={"outcome": outcome, "code": "", "message": "", "run_dir": "/runs/one"})
"""


def test_that_the_device_has_one_holder_and_the_next_gets_it_when_it_is_free(qapp):
    lease, given = DeviceLease(), []
    assert lease.take("chat")
    assert not lease.ask("job", lambda: given.append("job"))
    assert not lease.take("check")
    assert lease.waiting == ("job",)
    lease.release("check")
    assert lease.holder == "chat"
    lease.release("chat")
    assert given == ["job"]
    assert lease.holder == "job"


def test_that_a_job_whose_old_process_is_still_ending_waits_for_it(qapp):
    lease, given = DeviceLease(), []
    lease.ask("job", lambda: given.append(1))
    lease.ask("job", lambda: given.append(2))
    assert given == [1]
    lease.release("job")
    assert given == [1, 2]


def test_that_a_notice_replaces_the_one_about_the_same_matter_and_carries_offered_actions(qapp):
    notices, pressed = Notices(), []
    notices.offer("enter-token", Action("Enter", lambda: pressed.append(1)))
    notices.say("error", "one", key="x")
    notices.say_failed(Failed(id=1, code="gated", message="two", hint="three", action="enter-token"), key="x")
    (said,) = notices.open
    assert (said.message, said.hint) == ("two", "three")
    said.actions[0].run()
    assert pressed == [1]
    assert "code: gated" in notices.diagnostics(said)
    notices.dismiss(said.number)
    assert not notices.open


def test_that_settings_remember_and_survive_rubbish(settings):
    settings.add_recent_model("hub:a/b")
    settings.add_recent_model("hub:c/d")
    settings.add_recent_model("hub:a/b")
    assert settings.recent_models() == ["hub:a/b", "hub:c/d"]
    settings.put("recent-models", "rubbish")
    assert settings.recent_models() == []
    settings.put("device", "toaster")
    assert settings.device == "auto"


def test_that_background_work_answers_here_and_only_the_newest_of_a_key(qtbot):
    background, answers = Background(), []
    background.do("a", lambda: 1, answers.append)
    background.do("a", lambda: 2, answers.append)
    background.do("b", lambda: 3, answers.append)
    qtbot.waitUntil(lambda: not background.busy, timeout=5000)
    assert answers == [2, 3]
    background.close()


def test_that_a_run_is_started_paused_and_offered_again(make_services, qtbot):
    services = make_services(JOB)
    jobs, finished = services.jobs, []
    jobs.finished.connect(lambda run_dir, outcome: finished.append((run_dir, outcome)))
    assert jobs.start("recipe")
    qtbot.waitUntil(lambda: jobs.state == "running", timeout=10_000)
    assert (jobs.summary.done, jobs.summary.total, jobs.run_dir) == (3, 10, "/runs/one")
    assert not jobs.start("another")
    jobs.pause()
    qtbot.waitUntil(lambda: bool(finished), timeout=10_000)
    assert finished == [("/runs/one", "paused")]
    assert jobs.unfinished == "/runs/one"
    assert jobs.resume("/runs/one")  # waits for the old process, then goes on
    qtbot.waitUntil(lambda: len(finished) == 2, timeout=20_000)
    assert finished[1] == ("/runs/one", "done")
    assert jobs.unfinished == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_that_a_killed_run_says_what_happened_and_its_notice_resumes_it(make_services, qtbot):
    services = make_services(JOB)
    finished = []
    services.jobs.finished.connect(lambda _run_dir, outcome: finished.append(outcome))
    services.jobs.start("die")
    qtbot.waitUntil(lambda: finished == ["died"], timeout=10_000)
    (said,) = services.notices.open
    assert "killed" in said.message
    assert services.jobs.unfinished == "/runs/one"
    said.actions[0].run()
    qtbot.waitUntil(lambda: finished == ["died", "done"], timeout=20_000)
    assert not services.notices.open


def test_that_the_rows_model_fetches_page_by_page(qtbot):
    model, asked = RowsModel(), []
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.more_wanted.connect(asked.append)
    rows = [{"where": f"f:{n}", "cells": {"a": f"line\n{n}"}, "reason": "" if n else "empty"} for n in range(3)]
    model.start(rows, 3)
    root = model.index(-1, -1)
    assert model.canFetchMore(root)
    model.fetchMore(root)
    assert asked == [3]
    model.extend(rows[:1], 3)
    assert model.rowCount() == 4
    assert not model.canFetchMore(root)
    assert model.data(model.index(1, 0)) == "line 1"
    assert "empty" in model.data(model.index(0, 1))
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Row"
    model.clear()
    assert model.columnCount() == 0


def test_that_a_slow_disk_is_not_felt_when_something_is_remembered(qtbot, tmp_path):
    class SlowDisk(QSettings):
        def setValue(self, key, value):
            time.sleep(0.3)
            super().setValue(key, value)

    path = str(tmp_path / "settings.ini")
    settings = Settings(SlowDisk(path, QSettings.Format.IniFormat))
    services = Services(settings=settings, children=Children((sys.executable, ("-c", ""))))
    began = time.monotonic()
    settings.running, settings.theme = "/runs/one", "dark"
    assert time.monotonic() - began < 0.25
    assert (settings.running, settings.theme) == ("/runs/one", "dark")
    assert services.close()
    services.deleteLater()
    kept = Settings(QSettings(path, QSettings.Format.IniFormat))
    assert (kept.running, kept.theme) == ("/runs/one", "dark")


@pytest.mark.skipif(sys.platform == "win32", reason="no process there")
def test_that_sleep_is_held_off_while_a_run_goes_on_and_its_end_is_not_waited_for(qtbot, monkeypatch):
    monkeypatch.setattr(awake, "_command", lambda: (sys.executable, "-c", "import time; time.sleep(60)"))
    keeper = awake.KeepAwake()
    keeper.follow("running")
    (process,) = keeper.findChildren(QProcess)
    qtbot.waitUntil(lambda: process.state() == QProcess.ProcessState.Running, timeout=10_000)
    gone = []
    process.destroyed.connect(lambda: gone.append(True))
    keeper.follow("idle")
    assert not keeper.on
    qtbot.waitUntil(lambda: bool(gone), timeout=10_000)
    keeper.follow("running")
    keeper.close()
    assert not any(item.state() == QProcess.ProcessState.Running for item in keeper.findChildren(QProcess))


def test_that_modules_are_imported_one_by_one_after_the_first_paint(qtbot, tmp_path, monkeypatch):
    """What the first one leaves for the event loop comes before the second."""
    told = []
    monkeypatch.setattr(sys, "warmed", told, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    later = "from PySide6.QtCore import QTimer; QTimer.singleShot(0, lambda: sys.warmed.append('turn'))"
    for name, more in (("warmed_first", later), ("warmed_second", "")):
        (tmp_path / f"{name}.py").write_text(f"import sys\nsys.warmed.append(__name__)\n{more}\n")
        monkeypatch.delitem(sys.modules, name, raising=False)
    window = QWidget()
    qtbot.addWidget(window)
    warm = WarmUp(window, ["warmed_first", "warmed_second"])
    qtbot.wait(20)
    assert told == []
    window.show()
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == ["warmed_first", "turn", "warmed_second"]
    assert warm.parent() is window
