"""Tasks with generated answers, asked of the float model where it fits and of every variant of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lowbit_core.allocator import release_memory
from lowbit_core.errors import UserError
from lowbit_core.events import Metric, Notice
from lowbit_core.jobs.job import Job

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from lowbit_core.evaluate import Question

Ask = Callable[[str, "PreTrainedModel"], None]
EachVariant = Callable[[list[str], Ask], None]
"""Calls the second with each of the named variants and the model that answers as it."""

KEPT = ("asked", "right", "ended")


def task_file(task: str) -> tuple[str, Path]:
    """Name and file of a recipe's ``gsm8k:FILE``."""
    name, _, file = task.partition(":")
    return name, Path(file).expanduser()


def measure_tasks(job: Job, names: Sequence[str], each_variant: EachVariant, done: dict[str, Any]) -> None:
    """Ask every task of the recipe.

    Args:
        job: the run.
        names: variants of the packed model.
        each_variant: brings the models of those that are asked for.
        done: task -> variant -> counts; what is there is not asked again, and a tally that was interrupted goes on.

    Raises:
        UserError: a file that cannot be read, a question that is too long.
        Interrupted: at any token; the questions before count.
    """
    from lowbit_core.evaluate import read_questions

    for task in job.recipe.evaluate.tasks:
        _, path = task_file(task)
        questions = read_questions(path, job.recipe.evaluate.questions)
        cells: dict[str, Any] = done.setdefault(task, {})
        missing = [name for name in ("float", *names) if cells.get(name, {}).get("asked") != len(questions)]
        if "float" in missing:
            _ask_float(job, task, questions, cells)
        each_variant([name for name in missing if name != "float"], partial(_ask, job, task, questions, cells))


def _ask_float(job: Job, task: str, questions: list[Question], cells: dict[str, Any]) -> None:
    """The float model answers with nothing else in memory; where it does not fit that is told, not hidden."""
    from lowbit_core.jobs.float_place import place_float
    from lowbit_core.model import load_float

    try:
        place = place_float(job.spec, job.device, job.dtype)
    except UserError as error:
        job.context.emit(
            Notice(
                level="warning",
                code="task-without-float",
                message=f"The float model is not asked: {error.message}",
                hint="Its score is left out of the report.",
                arguments=error.arguments,
            )
        )
        return
    _ask(job, task, questions, cells, "float", load_float(job.spec, place.dtype, place.device).eval())
    release_memory()


def _ask(
    job: Job, task: str, questions: list[Question], cells: dict[str, Any], name: str, model: PreTrainedModel
) -> None:
    from lowbit_core.evaluate import Tally, gsm8k

    def keep(tally: Tally) -> None:
        cells[name] = asdict(tally)
        job.state.write()

    earlier = {key: value for key, value in cells.get(name, {}).items() if key in KEPT}
    found = gsm8k(
        model, job.tokenizer, questions, context=job.context, start=Tally(**earlier) if earlier else None, each=keep
    )
    job.context.emit(Metric(name=f"{task_file(task)[0]}/{name}", value=found.score, unit="", step=0))


def task_table(task: str, cells: dict[str, Any]) -> str:
    """For a terminal: a heading and a line a variant."""
    name, path = task_file(task)
    asked = max((cell["asked"] for cell in cells.values()), default=0)
    lines = [f"{name}: {asked:,} questions of {path.name}, exact match, greedy"]
    for variant, cell in cells.items():
        share = 100 * cell["right"] / cell["asked"] if cell["asked"] else 0.0
        lines.append(f"{variant:<9}  {share:5.1f} %  ({cell['right']} right, {cell['ended']} ended by themselves)")
    return "\n".join(lines)
