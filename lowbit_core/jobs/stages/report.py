"""Stage report: `report.json` and the table, from what the stages before measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lowbit_core.events import Text
from lowbit_core.files import write_json_atomic
from lowbit_core.jobs.job import Job
from lowbit_core.jobs.memory_compared import compare_memory
from lowbit_core.jobs.task_scores import task_table

if TYPE_CHECKING:
    from lowbit_core.evaluate import RowName

NAMES: tuple[RowName, ...] = ("float", "quantized", "repaired", "tuned")


def run(job: Job) -> None:
    """Write the report and show the table."""
    facts = job.state.stages["evaluate"].facts
    reports = [report for report in (_text_report(job, facts), _answer_report(job, facts)) if report is not None]
    memory = compare_memory(job)
    document = {
        "version": 1,
        "reports": [report.to_json() for report in reports],
        "tasks": facts.get("tasks", {}),
        "memory": memory.to_json() if memory is not None else None,
        "stages": {name: {"seconds": item.seconds} | item.facts for name, item in job.state.stages.items()},
    }
    write_json_atomic(job.folder.report, _finite(document))
    tables = [report.table() for report in reports]
    tables += [task_table(task, cells) for task, cells in facts.get("tasks", {}).items()]
    if memory is not None:
        tables.append(memory.table())
    for table in tables:
        job.context.emit(Text(channel="table", text=table))


def _text_report(job: Job, facts: dict[str, Any]) -> Any:
    from lowbit_core.evaluate import Report, Row

    text = facts["text"]
    if not text:
        return None
    rows = tuple(
        Row(
            name=name,
            perplexity=text[name]["value"],
            kl=text[name].get("kl"),
            top1=text[name].get("top1"),
            **_sizes(facts, name),
        )
        for name in NAMES
        if name in text
    )
    measured = text["float"]
    return Report(
        model=job.spec.source,
        text=facts["text_name"],
        context=measured["context"],
        stride=measured["stride"],
        tokens=measured["tokens"],
        device=facts["device"],
        rows=rows,
    )


def _answer_report(job: Job, facts: dict[str, Any]) -> Any:
    from lowbit_core.evaluate import Report, Row

    answers = facts["answers"]
    if not answers:
        return None
    rows = tuple(Row(name=name, perplexity=answers[name], **_sizes(facts, name)) for name in NAMES if name in answers)
    return Report(
        model=job.spec.source,
        text="answers of the held-back rows",
        context=job.recipe.data.max_length,
        stride=0,
        tokens=answers["tokens"],
        device=facts["device"],
        rows=rows,
    )


def _sizes(facts: dict[str, Any], name: str) -> dict[str, Any]:
    size = facts["sizes"][name]
    found = {"bits": size["linear_bits"], "model_bits": size["model_bits"], "model_bytes": size["model_bytes"]}
    bare = facts["sizes"].get("quantized", {}).get("model_bytes")
    return found | ({"growth": size["model_bytes"] / bare} if bare and name in ("repaired", "tuned") else {})


def _finite(value: Any) -> Any:
    """JSON has no infinity; a broken model's perplexity becomes null."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
