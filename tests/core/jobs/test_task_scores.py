"""A recipe with a task: every variant is asked, the scores are in the report, nothing is asked twice."""

import json
from dataclasses import replace

import pytest

from lowbit_core.errors import UserErrors
from lowbit_core.evaluate import gsm8k_task
from lowbit_core.events import Metric, Text
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stream import read_events
from lowbit_core.recipe import Correct, Evaluate, Model, Quantize, Recipe, load, override


def recipe_of(model, tmp_path) -> Recipe:
    questions = tmp_path / "q.jsonl"
    rows = [{"question": f"What is {n} and 1?", "answer": f"#### {n + 1}"} for n in range(3)]
    questions.write_text("\n".join(map(json.dumps, rows)))
    return Recipe(
        model=Model(source=f"path:{model}"),
        quantize=Quantize(bits=4, group_size=32, samples=2, length=32),
        correct=Correct(rank=2),
        evaluate=Evaluate(text="sample:heron", context=64, limit=1, tasks=(f"gsm8k:{questions}",), questions=2),
    )


def test_that_every_variant_is_asked_and_reported_and_nothing_twice(tiny_llama, tmp_path, monkeypatch):
    monkeypatch.setattr(gsm8k_task, "MAX_NEW_TOKENS", 16)
    recipe, folder = recipe_of(tiny_llama, tmp_path), tmp_path / "run"
    control = Control()

    def pause(stamped):
        event = stamped.event
        if isinstance(event, Metric) and event.name == "gsm8k/quantized":
            control.request("pause")

    assert run(recipe, folder, control=control, listener=pause).outcome == "paused"
    assert run(None, folder, resume=True).outcome == "done"
    events = [stamped.event for stamped in read_events(folder / "events.jsonl")]
    told = [event.name for event in events if isinstance(event, Metric) and event.name.startswith("gsm8k/")]
    assert told == ["gsm8k/float", "gsm8k/quantized", "gsm8k/repaired"]
    (cells,) = json.loads((folder / "report.json").read_text())["tasks"].values()
    assert {name: cell["asked"] for name, cell in cells.items()} == {"float": 2, "quantized": 2, "repaired": 2}
    assert all(0 <= cell["right"] <= 2 for cell in cells.values())
    tables = [event.text for event in events if isinstance(event, Text) and event.channel == "table"]
    assert "exact match" in tables[-1]
    assert "repaired" in tables[-1]


def test_that_a_missing_text_or_task_is_told_before_anything_is_made(tiny_llama, tmp_path):
    recipe = recipe_of(tiny_llama, tmp_path)
    lost = replace(recipe, evaluate=replace(recipe.evaluate, tasks=("gsm8k:/nowhere.jsonl",)))
    ended = run(lost, tmp_path / "a")
    assert (ended.outcome, ended.code) == ("failed", "task-missing")
    assert not (tmp_path / "a" / "quantized").exists()
    ended = run(replace(recipe, evaluate=Evaluate(text="/nowhere.txt")), tmp_path / "b")
    assert (ended.outcome, ended.code) == ("failed", "text-missing")
    assert not (tmp_path / "b" / "calibration.safetensors").exists()


def test_that_a_task_is_checked_and_its_file_found_beside_the_recipe(tmp_path):
    (tmp_path / "q.jsonl").write_text("")
    (tmp_path / "r.toml").write_text('[evaluate]\ntasks = ["gsm8k:q.jsonl"]\n')
    assert load(tmp_path / "r.toml").evaluate.tasks == (f"gsm8k:{tmp_path / 'q.jsonl'}",)
    for wrong in ("mmlu:x", "gsm8k", "gsm8k:"):
        with pytest.raises(UserErrors) as caught:
            override(Recipe(), [f'evaluate.tasks=["{wrong}"]'])
        assert "gsm8k:FILE" in caught.value.errors[0].hint
