"""A recipe with LREC: the repair is trained before tuning, with either teacher, and resumes to the bit."""

import hashlib
import json

import pytest

from lowbit_core.events import JobEnded, Metric, StageStarted
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stream import read_events
from lowbit_core.recipe import Correct, Evaluate, Model, Quantize, Recipe


def lrec_recipe(model, teacher) -> Recipe:
    return Recipe(
        model=Model(source=f"path:{model}"),
        quantize=Quantize(bits=2, group_size=32, samples=4, length=32),
        correct=Correct(
            method="lrec", rank=2, steps=20, batch=4, length=32, tokens=512, learning_rate=5e-3, teacher=teacher
        ),
        evaluate=Evaluate(text="sample:heron", context=128, limit=2),
    )


def repair_hash(folder):
    return hashlib.sha256((folder / "adapters" / "repair" / "adapter_model.safetensors").read_bytes()).hexdigest()


@pytest.mark.parametrize("teacher", ["resident", "streamed"])
def test_that_a_trained_repair_brings_the_model_nearer_to_the_float_one(tiny_llama, tmp_path, teacher):
    folder = tmp_path / "run"
    ended = run(lrec_recipe(tiny_llama, teacher), folder)
    assert ended.outcome == "done", ended
    events = [stamped.event for stamped in read_events(folder / "events.jsonl")]
    stages = [event.stage for event in events if isinstance(event, StageStarted)]
    assert stages == ["model", "sample", "quantize", "correct", "evaluate", "report"]
    rows = {row["name"]: row for row in json.loads((folder / "report.json").read_text())["reports"][0]["rows"]}
    assert rows["repaired"]["kl"] < rows["quantized"]["kl"]


def test_that_a_paused_correction_goes_on_to_the_same_adapter(tiny_llama, tmp_path):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    recipe = lrec_recipe(tiny_llama, "resident")
    assert run(recipe, whole).outcome == "done"
    control = Control()

    def pause(stamped):
        event = stamped.event
        if isinstance(event, Metric) and event.name == "loss" and event.step == 9:
            control.request("pause")

    first = run(recipe, parted, control=control, listener=pause)
    assert isinstance(first, JobEnded)
    assert first.outcome == "paused"
    assert run(None, parted, resume=True).outcome == "done"
    assert repair_hash(parted) == repair_hash(whole)
