"""The runner with stages made for the test: order, resume, interruption, failures."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest

from lowbit_core.errors import UserError
from lowbit_core.events import JobEnded, JobStarted, Notice, Paused, Progress, StageStarted
from lowbit_core.jobs.control import Control, cancel_on_signals
from lowbit_core.jobs.failures import exit_code
from lowbit_core.jobs.run_folder import RunFolder, new_run_folder, newest_run, run_name
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stages import Stage
from lowbit_core.jobs.stream import read_events
from lowbit_core.recipe import Model, Output, Quantize, Recipe, Tune, load


def writes(name: str, calls: list[str], after=lambda job: None) -> Stage:
    def work(job):
        calls.append(name)
        job.context.emit(Progress(stage=name, done=1, total=2, unit="steps"))
        (job.folder.path / f"{name}.bin").write_bytes(name.encode())
        job.facts["size"] = len(name)
        after(job)

    return Stage(name=name, run=work, outputs=(f"{name}.bin",))


def kinds(folder) -> list[str]:
    return [type(item.event).__name__ for item in read_events(folder / "events.jsonl")]


def raising(error: BaseException):
    def work(job):
        raise error

    return work


def test_that_stages_run_in_order_between_one_start_and_one_end(tmp_path):
    calls, heard = [], []
    ended = run(Recipe(), tmp_path, listener=heard.append, stages=[writes("one", calls), writes("two", calls)])
    assert calls == ["one", "two"]
    assert ended == JobEnded(outcome="done", message="Done.")
    assert isinstance(heard[0].event, JobStarted)
    assert [item.event for item in heard] == [item.event for item in read_events(tmp_path / "events.jsonl")]
    assert [item.seq for item in heard] == list(range(len(heard)))
    assert sum(isinstance(item.event, JobEnded) for item in heard) == 1
    record = RunFolder(tmp_path).state().stages["one"]
    assert record.facts == {"size": 3}
    assert record.artifacts[0].path == "one.bin"


def test_that_a_resumed_run_skips_what_is_done_and_redoes_what_was_changed(tmp_path):
    calls: list[str] = []
    boom = writes("two", calls, raising(UserError("bad", "no", hint="mend it")))
    ended = run(Recipe(), tmp_path, stages=[writes("one", calls), boom])
    assert (ended.outcome, ended.code, ended.hint) == ("failed", "bad", "mend it")
    stages = [writes("one", calls), writes("two", calls), writes("three", calls)]
    assert run(None, tmp_path, stages=stages, resume=True).outcome == "done"
    assert calls == ["one", "two", "two", "three"]
    events = [item.event for item in read_events(tmp_path / "events.jsonl")]
    assert StageStarted(stage="one", skipped=True) in events
    assert events[-1].outcome == "done"

    (tmp_path / "two.bin").write_bytes(b"TWO")
    calls.clear()
    assert run(None, tmp_path, stages=stages, resume=True).outcome == "done"
    assert calls == ["two", "three"]
    assert any(
        isinstance(i.event, Notice) and i.event.code == "artifact-changed"
        for i in read_events(tmp_path / "events.jsonl")
    )


@pytest.mark.parametrize(
    ("mode", "outcome", "code"), [("pause", "paused", 0), ("stop", "stopped", 0), ("cancel", "cancelled", 3)]
)
def test_that_each_interruption_ends_in_its_own_outcome(tmp_path, mode, outcome, code):
    control = Control()

    def ask(job):
        control.request(mode)
        job.context.checkpoint()

    calls: list[str] = []
    ended = run(Recipe(), tmp_path, control=control, stages=[writes("one", calls, ask)])
    assert ended.outcome == outcome
    assert exit_code(ended) == code
    events = [item.event for item in read_events(tmp_path / "events.jsonl")]
    assert isinstance(events[-1], JobEnded)
    assert (Paused(stage="one", step=1) in events) == (mode == "pause")
    assert run(None, tmp_path, stages=[writes("one", calls)], resume=True).outcome == "done"


def test_that_the_strongest_request_wins():
    control = Control()
    for mode in ("stop", "pause"):
        control.request(mode)
    assert control.mode == "stop"
    control.request("cancel")
    assert control.mode == "cancel"


@pytest.mark.parametrize(
    ("error", "code", "exits"),
    [
        (MemoryError(), "out-of-memory", 1),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"), "out-of-memory", 1),
        (OSError(errno.ENOSPC, "No space left on device", "model.safetensors"), "disk-full", 1),
        (Exception("I/O error: No space left on device (os error 28)"), "disk-full", 1),
        (PermissionError(errno.EACCES, "Permission denied", "x"), "folder-unwritable", 1),
        (ZeroDivisionError("division by zero"), "internal-error", 70),
    ],
)
def test_that_what_breaks_a_stage_is_told_without_a_traceback(tmp_path, error, code, exits):
    ended = run(Recipe(), tmp_path, stages=[Stage(name="one", run=raising(error))])
    assert (ended.outcome, ended.code, exit_code(ended)) == ("failed", code, exits)
    assert ended.hint
    assert ended.log_path == str(tmp_path / "log.txt")
    assert "Traceback" in (tmp_path / "log.txt").read_text()
    assert "Traceback" not in (tmp_path / "events.jsonl").read_text()


def test_that_a_device_out_of_memory_names_what_would_fit(tmp_path):
    torch = pytest.importorskip("torch")
    ended = run(
        Recipe(), tmp_path, stages=[Stage(name="one", run=raising(torch.OutOfMemoryError("CUDA out of memory")))]
    )
    assert ended.code == "device-out-of-memory"
    assert "max_length" in ended.hint


def test_that_a_folder_with_a_run_is_only_resumed_and_only_with_its_recipe(tmp_path):
    run(Recipe(), tmp_path, stages=[])
    with pytest.raises(UserError, match="already holds a run"):
        run(Recipe(), tmp_path, stages=[])
    with pytest.raises(UserError, match="bits = 3"):
        run(Recipe(quantize=Quantize(bits=3)), tmp_path, stages=[], resume=True)
    assert run(Recipe(), tmp_path, stages=[], resume=True).outcome == "done"
    with pytest.raises(UserError, match="no run"):
        run(None, tmp_path / "empty", stages=[], resume=True)


def test_that_a_folder_in_use_is_refused(tmp_path):
    inside, leave = threading.Event(), threading.Event()

    def wait(job):
        inside.set()
        leave.wait(10)

    thread = threading.Thread(target=run, args=(Recipe(), tmp_path), kwargs={"stages": [Stage(name="one", run=wait)]})
    thread.start()
    assert inside.wait(10)
    try:
        with pytest.raises(UserError, match="Another process"):
            run(None, tmp_path, stages=[], resume=True)
    finally:
        leave.set()
        thread.join()


def test_that_a_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError) as caught:
        run(Recipe(), tmp_path / "file" / "run", stages=[])
    assert caught.value.code == "folder-unwritable"
    assert caught.value.hint


def test_that_a_broken_state_file_is_explained(tmp_path):
    run(Recipe(), tmp_path, stages=[])
    (tmp_path / "state.json").write_text("{}")
    ended = run(None, tmp_path, stages=[], resume=True)
    assert (ended.outcome, ended.code) == ("failed", "state-unreadable")


def test_that_a_second_signal_ends_a_stage_that_has_no_safe_point(tmp_path):
    control = Control()

    def deaf(job):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    began = time.monotonic()
    with cancel_on_signals(control):
        ended = run(Recipe(), tmp_path, control=control, stages=[Stage(name="one", run=deaf)])
    assert ended.outcome == "cancelled"
    assert time.monotonic() - began < 4


_KILLED = """
import os, sys, pathlib
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stages import Stage
from lowbit_core.recipe import Recipe
def one(job): (job.folder.path / "one.bin").write_bytes(b"one")
def two(job): os.kill(os.getpid(), 9)
stages = [Stage(name="one", run=one, outputs=("one.bin",)), Stage(name="two", run=two)]
run(Recipe(), pathlib.Path(sys.argv[1]), stages=stages)
"""


def test_that_a_killed_run_can_be_resumed(tmp_path):
    assert subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], check=False).returncode == -9
    assert kinds(tmp_path)[-1] == "StageStarted"
    calls: list[str] = []
    assert run(None, tmp_path, stages=[writes("one", calls), writes("two", calls)], resume=True).outcome == "done"
    assert calls == ["two"]
    assert [item.seq for item in read_events(tmp_path / "events.jsonl")] == list(range(len(kinds(tmp_path))))


def test_that_names_of_runs_are_safe_unique_and_found_again(tmp_path):
    now = datetime(2025, 1, 31, 14, 25, 1, tzinfo=UTC)
    recipe = Recipe(model=Model(source="path:/models/My Model/"), quantize=Quantize(bits=2.5))
    assert run_name(recipe) == "My Model-2.5bit"
    assert run_name(Recipe(output=Output(name="x"))) == "x"
    one = new_run_folder(tmp_path, run_name(recipe), now=now)
    assert one.path.name == "20250131-142501-My-Model-2.5bit"
    run(recipe, one.path, stages=[])
    two = new_run_folder(tmp_path, run_name(recipe), now=now)
    assert two.path.name.endswith("-2")
    assert newest_run(tmp_path, run_name(recipe)) == one
    assert newest_run(tmp_path, "My") is None


def test_that_progress_gets_an_estimate_of_the_time_left(tmp_path):
    heard = []

    def work(job):
        for done in range(3):
            job.context.emit(Progress(stage="one", done=done, total=4, unit="steps"))
            time.sleep(0.12)

    run(Recipe(), tmp_path, listener=heard.append, stages=[Stage(name="one", run=work)])
    shown = [item.event for item in heard if isinstance(item.event, Progress)]
    assert shown[0].eta_seconds is None
    assert shown[-1].eta_seconds == pytest.approx(0.24, abs=0.1)


def test_that_state_json_holds_the_hashes(tmp_path):
    run(Recipe(), tmp_path, stages=[writes("one", [])])
    data = json.loads((tmp_path / "state.json").read_text())
    assert data["stages"]["one"]["artifacts"][0]["sha256"] == hashlib.sha256(b"one").hexdigest()


def test_that_a_starter_that_is_not_here_yet_is_fetched_before_it_is_planned(tiny_llama, tmp_path, monkeypatch):
    from lowbit_core import source
    from lowbit_core.context import SilentContext
    from lowbit_core.errors import UserError
    from lowbit_core.jobs.run_folder import RunFolder
    from lowbit_core.jobs.runner import run
    from lowbit_core.recipe import Evaluate, Quantize, Recipe

    spec = source.resolve(f"path:{tiny_llama}", context=SilentContext())

    look, fetch = source.inspect_model, source.resolve

    def inspect_model(name, *rest):
        if name == "starter":
            raise UserError("starter-missing", "It is not here.")
        return look(name, *rest)

    monkeypatch.setattr(source, "inspect_model", inspect_model)
    monkeypatch.setattr(source, "resolve", lambda name, *r, **k: spec if name == "starter" else fetch(name, *r, **k))
    recipe = Recipe(
        quantize=Quantize(bits=4, solver="nearest"), evaluate=Evaluate(text="sample:heron", context=64, limit=1)
    )
    ended = run(recipe, tmp_path / "run")
    assert ended.outcome == "done", ended
    assert (RunFolder(tmp_path / "run").quantized / "config.json").is_file()


def test_that_a_run_goes_on_with_settings_that_only_save_memory(tmp_path):
    run(Recipe(), tmp_path, stages=[])
    leaner = Recipe(tune=Tune(offload=True, embedding="ram"))
    assert run(leaner, tmp_path, stages=[], resume=True).outcome == "done"
    assert load(tmp_path / "recipe.toml") == leaner
    with pytest.raises(UserError, match="rank = 4"):
        run(Recipe(tune=Tune(offload=True, rank=4)), tmp_path, stages=[], resume=True)
