"""The worker's frontier: its document after every change, and where the running point is, as parts of one answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lowbit_core.cli.worker.job import read_recipe
from lowbit_core.cli.worker.task import Task
from lowbit_core.commands import Frontier
from lowbit_core.events import Notice, Progress, Stamped

_LEAST_INTERVAL = 0.2
"""Seconds between two progress parts of one stage."""


def measure_frontier(command: Frontier, task: Task) -> Mapping[str, Any]:
    """Plan and run every point; replies when it ended, one way or the other."""
    from lowbit_core.jobs.frontier import choose_frontier_folder, plan_frontier, run_frontier

    base = read_recipe(command.recipe)
    folder = Path(command.out) if command.out else choose_frontier_folder(base)
    plan = plan_frontier(base, command.bits, command.methods, folder.absolute(), control=task.control)
    latest: dict[str, Any] = {}

    def changed(document: Any) -> None:
        latest["frontier"] = document.to_json()
        task.part({"folder": str(plan.folder), **latest})

    ended = run_frontier(plan, changed=changed, heard=_Heard(task), control=task.control)
    return {
        "folder": str(plan.folder),
        "outcome": ended.outcome,
        "code": ended.code,
        "message": ended.message,
        **latest,
    }


class _Heard:
    """Passes on what a window shows of the point that runs: progress, not too often, and notices."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._sent: tuple[str, str] = ("", "")
        self._sent_at = 0.0

    def __call__(self, name: str, stamped: Stamped) -> None:
        event = stamped.event
        if isinstance(event, Progress):
            now = time.monotonic()
            here = (name, event.stage)
            if here == self._sent and now - self._sent_at < _LEAST_INTERVAL and event.done < event.total:
                return
            self._sent, self._sent_at = here, now
            self._task.part(
                {
                    "progress": {
                        "point": name,
                        "stage": event.stage,
                        "done": event.done,
                        "total": event.total,
                        "unit": event.unit,
                        "eta_seconds": event.eta_seconds,
                    }
                }
            )
        elif isinstance(event, Notice):
            told = {"level": event.level, "code": event.code, "message": event.message, "hint": event.hint}
            self._task.part({"notice": told | {"point": name}})
