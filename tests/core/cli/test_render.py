"""What the terminal shows of a stream of events."""

import io

import pytest

from lowbit_core.cli.render import TerminalReader, duration
from lowbit_core.events import (
    ArtifactWritten,
    JobEnded,
    JobStarted,
    LayerFinished,
    Memory,
    Metric,
    Notice,
    Paused,
    Progress,
    Resumed,
    StageFinished,
    StageStarted,
    Stamped,
    Text,
)


def told(events, *, live=False, step=100.0) -> str:
    out, now = io.StringIO(), [0.0]

    def clock():
        now[0] += step
        return now[0]

    reader = TerminalReader(out, live=live, clock=clock)
    for number, event in enumerate(events):
        reader(Stamped(seq=number, time=0.0, event=event))
    return out.getvalue()


def test_that_a_run_is_told_stage_by_stage():
    text = told(
        [
            JobStarted(name="x", run_dir="/runs/x", stages=("model", "tune")),
            StageStarted(stage="model", skipped=True),
            StageStarted(stage="tune"),
            Progress(stage="tune", done=5, total=20, unit="steps", eta_seconds=125),
            Metric(name="loss", value=1.25, unit="nats", step=5),
            Memory(
                allocated_bytes=0,
                reserved_bytes=0,
                peak_bytes=0,
                device_used_bytes=0,
                device_total_bytes=0,
                process_rss_bytes=2_000_000_000,
            ),
            ArtifactWritten(what="tune", path="/x", size_bytes=1, sha256=""),
            StageFinished(stage="tune", seconds=3725),
            Text(channel="log", text="not shown"),
            Text(channel="table", text="a table"),
            JobEnded(outcome="done", message="Done."),
        ]
    )
    assert text.splitlines() == [
        "Run x: model, tune",
        "  in /runs/x",
        "model: already done",
        "tune ...",
        "  tune: 5 of 20 steps, 2 min 05 s left",
        "tune: done in 1 h 02 min; loss 1.25",
        "a table",
        "Done.",
    ]


def test_that_a_terminal_gets_one_live_line_that_is_wiped():
    text = told(
        [
            Progress(stage="quantize", done=1, total=4, unit="matrices", eta_seconds=3),
            LayerFinished(layer="m", block=0, matrix="q", phase="after", bits=3.4, error_db=-20.5, seconds=0.1),
            Progress(stage="quantize", done=2, total=4, unit="matrices", eta_seconds=2),
            StageFinished(stage="quantize", seconds=4),
        ],
        live=True,
    )
    assert "[######..................] 1 of 4 matrices, 3.0 s left" in text
    assert "noise -20.5 dB (repaired)" in text
    assert text.count("\n") == 1
    assert text.rstrip("\n").split("\r")[-1].startswith("quantize: done in 4.0 s")


def test_that_without_a_terminal_progress_is_sparse():
    ticks = [Progress(stage="tune", done=n, total=100, unit="steps") for n in range(100)]
    assert len(told([StageStarted(stage="tune"), *ticks], step=1.0).splitlines()) < 8


def test_that_a_failure_names_the_place_the_hint_and_the_log():
    ended = JobEnded(
        outcome="failed", code="x", message="No.", hint="Mend it.", where="recipe.toml", log_path="/runs/x/log.txt"
    )
    assert told([ended]).splitlines() == ["Failed: No. (recipe.toml)", "  Mend it.", "  log: /runs/x/log.txt"]


def test_that_pausing_resuming_and_notices_are_told_once():
    notice = Notice(level="warning", code="a", message="Careful.", hint="Look.")
    text = told([Resumed(stage="tune", step=7), notice, notice, Paused(stage="tune", step=9)])
    assert text.splitlines() == [
        "tune: goes on at 7",
        "  warning: Careful.",
        "    Look.",
        "Paused in tune at 9.",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.96, "10 s"), (59.4, "59 s"), (60, "1 min 00 s"), (3599.9, "1 h 00 min"), (7500, "2 h 05 min")],
)
def test_that_durations_read_as_people_say_them(seconds, text):
    assert duration(seconds) == text
