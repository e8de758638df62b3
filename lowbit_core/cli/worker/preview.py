"""The preview of a recipe's data: raw rows, and what the model will see and learn of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lowbit_core import source
from lowbit_core.cli.output import plain
from lowbit_core.cli.worker.job import read_recipe
from lowbit_core.cli.worker.task import Task
from lowbit_core.commands import Preview

CELL_CHARACTERS = 2000


def preview(command: Preview, task: Task) -> Mapping[str, Any]:
    """Rows ``first`` to ``first + rows``. Without the model's tokenizer on this computer ``rendered`` is null."""
    from lowbit_core.data import open_data

    recipe = read_recipe(command.recipe)
    data = open_data(recipe.data, seed=recipe.seed, context=task)
    rows = [
        {
            "where": row.where,
            "cells": {name: str(value)[:CELL_CHARACTERS] for name, value in row.cells.items()},
            "reason": row.reason,
        }
        for row in data.sample(command.first, command.rows)
    ]
    detected = data.detected
    found = {"format": detected.format, "why": detected.why, "mapping": dict(detected.mapping)}
    reply: dict[str, Any] = {"rows": rows, "detected": found, "rendered": None}
    task.checkpoint()
    spec = source.inspect_model(recipe.model.source, recipe.model.revision)
    if spec.folder == Path():
        return reply
    from lowbit_core.model import load_tokenizer
    from lowbit_core.render import preview as render_preview

    shown = render_preview(
        data.examples("all"),
        load_tokenizer(spec),
        recipe.data.loss_on,
        recipe.data.max_length,
        first=command.first,
        rows=command.rows,
        context=task,
    )
    return reply | {"rendered": plain(shown.as_data())}
