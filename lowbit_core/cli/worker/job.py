"""The worker's job: a run in this process, its events on the same stdout as the answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lowbit_core.allocator import release_memory
from lowbit_core.cli.worker.task import Task
from lowbit_core.commands import Check, Run
from lowbit_core.recipe import Recipe, anchored, parse


def run_job(command: Run, task: Task) -> Mapping[str, Any]:
    """Run or go on; replies with how it ended when it has."""
    from lowbit_core.jobs.run_folder import choose_run_folder
    from lowbit_core.jobs.runner import run

    if command.resume:
        recipe, run_dir = None, Path(command.resume)
    else:
        recipe = read_recipe(command.recipe)
        run_dir = Path(command.out) if command.out else choose_run_folder(recipe).path
    ended = run(
        recipe, run_dir.absolute(), listener=task.channel.event, control=task.control, resume=bool(command.resume)
    )
    return {"outcome": ended.outcome, "code": ended.code, "message": ended.message, "run_dir": str(run_dir)}


def read_recipe(text: str) -> Recipe:
    """The recipe of a command; relative files start from the worker's folder.

    Raises:
        UserError: mistakes in it.
    """
    return anchored(parse(text), Path.cwd())


def check(command: Check, task: Task) -> Mapping[str, Any]:
    """One training step at the greatest length; replies with its true peak beside the planned one."""
    from dataclasses import asdict

    from lowbit_core.jobs.check import check_step

    try:
        return asdict(check_step(read_recipe(command.recipe), task))
    finally:
        release_memory()
