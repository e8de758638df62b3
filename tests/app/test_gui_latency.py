"""A small flood of events, as `tests/bench/gui_latency.py` measures a large one.

The limits are on the window's own processor time, since the machine that runs the tests may be busy with others. They
catch work that grows with the events, events told to the window one at a time, and a plot that draws every point.
"""

import importlib.util
import sys
from pathlib import Path

import psutil
import pytest


@pytest.fixture(scope="module")
def bench():
    path = Path(__file__).parents[1] / "bench" / "gui_latency.py"
    spec = importlib.util.spec_from_file_location("gui_latency_bench", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_that_a_flood_of_events_leaves_the_window_alive(qtbot, qapp, bench, tmp_path):
    before_mb = psutil.Process().memory_info().rss / 1e6  # other tests have loaded more than the app does
    found = bench.measure_flood(4000, 2.0, tmp_path)
    assert found.events == 4003
    assert found.cpu < 0.9
    assert found.longest_work_ms < 150
    assert found.ticks > 0.02
    assert found.rss_mb - before_mb < bench.MOST_RSS_MB / 2


def test_that_a_plot_of_a_million_points_pans(qtbot, qapp, bench):
    median, _ = bench.measure_pan(1_000_000, moves=10)
    assert median < 200
