"""How the window fares under a flood of events: figures for issue-sized limits, from a real child and the real page.

    .venv/bin/python tests/bench/gui_latency.py [--events 20000] [--seconds 10] [--points 1000000]

The command is timed until its window is shown. A child prints events at an even pace while the run page is shown; from
the start of the run until its process is gone a 10 ms timer in the GUI thread counts its ticks and the gaps between
them. Then a plot with a million points is panned. Works offscreen; exits 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TICK_MS = 10
MOST_GAP_MS = 50.0
LEAST_TICKS = 0.70
MOST_RSS_MB = 350.0
MOST_PAN_MS = 16.0
MOST_START_S = 2.0
AFTER_MS = 300
"""How long the window is watched after the child is gone."""

START = """
import os, time
from PySide6.QtCore import QCoreApplication
from app.shell import application
begin = application._Program.begin
def shown(program):
    print(time.time())
    begin(program)
    QCoreApplication.processEvents()
    print(time.time(), flush=True)
    os._exit(0)
application._Program.begin = shown
from app.shell.main import main
main([])
"""

FLOOD = """
import json, math, sys, time
count, seconds, folder = {count}, {seconds}, {folder!r}
def line(seq, kind, **fields):
    return json.dumps({{"seq": seq, "time": time.time(), "kind": kind, **fields}}) + "\\n"
for text in sys.stdin:
    command = json.loads(text)
    if command["command"] != "Run":
        continue
    out = sys.stdout
    out.write(line(0, "JobStarted", name="flood", run_dir=folder, stages=["quantize", "tune"]))
    out.write(line(1, "StageStarted", stage="quantize"))
    out.flush()
    began, seq = time.monotonic(), 2
    while seq < count + 2:
        due = min(count + 2, 2 + int((time.monotonic() - began) / seconds * count))
        while seq < due:
            n = seq - 2
            if n == count // 5:
                out.write(line(seq, "StageStarted", stage="tune"))
            elif n < count // 5:
                block, matrix = n // 7 % 32, "qkvogud"[n % 7] + "_proj"
                out.write(line(seq, "LayerFinished", layer=f"model.layers.{{block}}.{{matrix}}", block=block,
                               matrix=matrix, phase="before", bits=3.3, error_db=-12 - n % 50 / 10, seconds=0.1))
            elif n % 20 == 0:
                out.write(line(seq, "Memory", allocated_bytes=n, reserved_bytes=2 * n, peak_bytes=3 * n,
                               device_used_bytes=4 * n, device_total_bytes=10 * count, process_rss_bytes=n))
            elif n % 20 == 1:
                out.write(line(seq, "Progress", stage="tune", done=n, total=count, unit="step", eta_seconds=1.0))
            elif n % 20 == 2:
                out.write(line(seq, "Text", channel="log", text=f"step {{n}}: everything is as it should be"))
            elif n % 20 == 3:
                out.write(line(seq, "Metric", name="validation_loss", value=3 + math.cos(n / 999), unit="", step=n))
            else:
                out.write(line(seq, "Metric", name="loss", value=3 + math.sin(n / 99) + n % 13 / 9, unit="", step=n))
            seq += 1
        out.flush()
        time.sleep(0.005)
    out.write(line(seq, "JobEnded", outcome="done", message="Done."))
    out.write(json.dumps({{"answer": "Reply", "id": command["id"], "data": {{"outcome": "done"}}}}) + "\\n")
    out.flush()
"""


@dataclass(frozen=True, kw_only=True)
class Latency:
    """What the GUI thread felt.

    Attributes:
        widest_at: seconds after the run was started.
        longest_work_ms: most processor time of the GUI thread between two ticks: the window's own part of a gap, also
            on a machine that is busy with others.
        ticks: share of those expected.
        cpu: share of one processor that the GUI thread used; says what the window costs also on a busy machine, where
            gaps and ticks tell of the others.
    """

    events: int
    seconds: float
    widest_gap_ms: float
    widest_at: float
    longest_work_ms: float
    ticks: float
    cpu: float
    rss_mb: float


def measure_flood(count: int, seconds: float, folder: Path) -> Latency:
    """Show the run page, let a child print ``count`` events in ``seconds``, and watch the event loop."""
    import psutil
    from PySide6.QtCore import QCoreApplication, QSettings, Qt, QTimer

    from app.pages.run import RunPage
    from app.shell.theme import Theme
    from app.state.children import Children
    from app.state.services import Services
    from app.state.settings import Settings

    app = QCoreApplication.instance()
    Theme(app, "light")
    script = FLOOD.format(count=count, seconds=seconds, folder=str(folder))
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    services = Services(settings=settings, children=Children((sys.executable, ("-c", script))))
    page = RunPage(services)
    page.resize(1208, 772)
    page.show()
    page.stack.setCurrentIndex(1)  # what the first drawing of the page costs is no part of the flood
    settle = time.monotonic() + 0.5
    while time.monotonic() < settle:
        app.processEvents()

    ticks: list[tuple[float, float]] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: ticks.append((time.monotonic(), time.thread_time())))
    rest = QTimer()
    rest.setSingleShot(True)
    rest.setInterval(AFTER_MS)
    rest.timeout.connect(app.exit)
    services.children.job.ended.connect(rest.start)
    timer.start()
    began = (time.monotonic(), time.thread_time())
    services.jobs.start("")
    patience = QTimer()
    patience.setSingleShot(True)
    patience.timeout.connect(app.exit)
    patience.start(int(1000 * seconds * 4) + 5000)
    app.exec()
    ended = (time.monotonic(), time.thread_time())
    timer.stop()
    patience.stop()
    pairs = list(zip([began, *ticks], [*ticks, ended], strict=True))
    widest = max(pairs, key=lambda pair: pair[1][0] - pair[0][0])
    seconds = ended[0] - began[0]
    result = Latency(
        events=page.state.events,
        seconds=seconds,
        widest_gap_ms=1000 * (widest[1][0] - widest[0][0]),
        widest_at=widest[0][0] - began[0],
        longest_work_ms=1000 * max(later[1] - earlier[1] for earlier, later in pairs),
        ticks=len(ticks) / (seconds * 1000 / TICK_MS),
        cpu=(ended[1] - began[1]) / seconds,
        rss_mb=psutil.Process().memory_info().rss / 1e6,
    )
    page.close()
    services.close()
    page.deleteLater()
    return result


def measure_start() -> tuple[float, float]:
    """Seconds from the command until its window is shown, and until the first page is drawn in it."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"LOWBIT_HOME": home, "XDG_CONFIG_HOME": home}
        began = time.time()
        said = subprocess.check_output([sys.executable, "-c", START], env=environment, text=True, timeout=60)
    shown, drawn = (float(line) - began for line in said.split())
    return shown, drawn


def measure_pan(points: int, moves: int = 60) -> tuple[float, float]:
    """Median and worst milliseconds to pan a plot of so many points by a step and paint it."""
    import numpy as np
    from PySide6.QtCore import QCoreApplication

    from app.views.loss_plot import LossPlot

    app = QCoreApplication.instance()
    plot = LossPlot()
    plot.resize(800, 320)
    plot.show()
    x = np.arange(points, dtype=np.float64)
    y = np.sin(x / 5e4) + np.random.default_rng(0).normal(size=points)
    plot.show_metric(x, y, np.sin(x / 5e4))
    app.processEvents()
    box = plot.plot.getPlotItem().getViewBox()
    box.setRange(xRange=(0, points * 0.8), padding=0)
    plot.plot.grab()
    taken = []
    for _ in range(moves):
        began = time.perf_counter()
        box.translateBy(x=points * 0.2 / moves)
        plot.plot.viewport().repaint()
        taken.append(1000 * (time.perf_counter() - began))
    plot.close()
    plot.deleteLater()
    return sorted(taken)[len(taken) // 2], max(taken)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--points", type=int, default=1_000_000)
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.shell.application import make_application

    start = min(measure_start() for _ in range(3))
    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        flood = measure_flood(options.events, options.seconds, Path(folder))
    median, worst = measure_pan(options.points)
    print(f"window shown      {start[0]:.2f} s after the command (at most {MOST_START_S:.0f}), page {start[1]:.2f} s")
    print(f"events            {flood.events:,} in {flood.seconds:.1f} s")
    print(f"widest gap        {flood.widest_gap_ms:.1f} ms (at most {MOST_GAP_MS:.0f}), at {flood.widest_at:.1f} s")
    print(f"longest own work  {flood.longest_work_ms:.1f} ms of processor time between two ticks")
    print(f"timer ticks       {flood.ticks:.0%} of those expected (at least {LEAST_TICKS:.0%})")
    print(f"GUI thread        {flood.cpu:.0%} of a processor")
    print(f"memory of the GUI {flood.rss_mb:.0f} MB (at most {MOST_RSS_MB:.0f})")
    print(f"pan of {options.points:,} points: median {median:.1f} ms, worst {worst:.1f} ms")
    limits = (
        (start[0], MOST_START_S), (flood.widest_gap_ms, MOST_GAP_MS), (LEAST_TICKS, flood.ticks),
        (flood.rss_mb, MOST_RSS_MB), (median, MOST_PAN_MS),
    )  # fmt: skip
    del app
    return 0 if all(found <= most for found, most in limits) else 1


if __name__ == "__main__":
    raise SystemExit(main())
