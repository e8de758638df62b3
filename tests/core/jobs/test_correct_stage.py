"""A recipe with LREC: the repair is trained before tuning, with either teacher, and resumes to the bit."""

import hashlib
import json
import math
import weakref
from dataclasses import replace
from pathlib import Path

import peft  # noqa: F401  its import warns with an exception, which pytest keeps, with the frames above it and their models
import pytest
import torch
from safetensors.torch import load_file

from lowbit_core import packed
from lowbit_core.context import SilentContext
from lowbit_core.events import JobEnded, LayerFinished, Metric, Notice, StageStarted
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.opened import open_model
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stream import read_events
from lowbit_core.packed import load_model, read_manifest, verify
from lowbit_core.recipe import Correct, Data, Evaluate, Model, Quantize, Recipe, Tune

ADAPTER = "adapter_model.safetensors"


def lrec_recipe(model, teacher) -> Recipe:
    return Recipe(
        model=Model(source=f"path:{model}"),
        quantize=Quantize(bits=2, group_size=32, samples=4, length=32),
        correct=Correct(
            method="lrec", rank=2, steps=20, batch=4, length=32, tokens=512, learning_rate=5e-3, teacher=teacher
        ),
        evaluate=Evaluate(text="sample:heron", context=128, limit=2),
    )


def codes_recipe(model) -> Recipe:
    return replace(
        lrec_recipe(model, "resident"),
        correct=Correct(
            method="qad", steps=20, batch=4, length=32, tokens=512, learning_rate=2e-3, weight_learning_rate=2e-2
        ),
    )


def test_that_one_packed_model_is_held_at_a_time_while_variants_are_measured(tiny_llama, tmp_path, monkeypatch):
    """Trained codes are another packed model than the one before them; on a full GPU there is room for one."""
    load, loaded, beside = packed.load_model, [], []

    def watched(*args, **kwargs):
        beside.append(sum(item() is not None for item in loaded))
        loaded.append(weakref.ref(model := load(*args, **kwargs)))
        return model

    recipe = codes_recipe(tiny_llama)
    monkeypatch.setattr(packed, "load_model", watched)
    assert run(replace(recipe, correct=replace(recipe.correct, steps=1)), tmp_path / "run").outcome == "done"
    assert beside[-2:] == [0, 0]


def interrupted(recipe, folder, mode, metric, step) -> JobEnded:
    """A run that is asked to pause or to stop once a metric's step is told."""
    control = Control()

    def ask(stamped):
        event = stamped.event
        if isinstance(event, Metric) and (event.name, event.step) == (metric, step):
            control.request(mode)

    return run(recipe, folder, control=control, listener=ask)


def hash_of(*path):
    return hashlib.sha256(Path(*path).read_bytes()).hexdigest()


def test_that_trained_codes_become_the_model_that_is_tuned_and_talked_with(tiny_llama, tmp_path):
    folder = tmp_path / "run"
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(json.dumps({"prompt": f"n{i}?", "completion": f"m{i}."}) for i in range(12)))
    recipe = replace(
        codes_recipe(tiny_llama),
        data=Data(source=str(rows), validation=0.2, max_length=64),
        tune=Tune(steps=4, batch=2, accumulate=1, rank=2),
    )
    assert run(recipe, folder).outcome == "done"
    measured = {row["name"]: row for row in json.loads((folder / "report.json").read_text())["reports"][0]["rows"]}
    assert list(measured) == ["float", "quantized", "repaired", "tuned"]
    assert measured["repaired"]["kl"] < measured["quantized"]["kl"]
    assert measured["repaired"]["bits"] == measured["quantized"]["bits"], "trained codes take no more room"
    verify(folder / "corrected")
    of_base = json.loads((folder / "adapters" / "tuned" / "lowbit.json").read_text())["base_sha256"]
    assert of_base == read_manifest(folder / "corrected").base_sha256

    opened = open_model(str(folder), device=torch.device("cpu"), dtype=torch.float32, context=SilentContext())
    assert opened.names == ("tuned", "repaired", "quantized", "float")
    ids = torch.arange(20)[None]
    says = {name: opened.model(name)(ids).logits for name in ("quantized", "repaired", "tuned")}
    again = load_model(folder / "corrected", "cpu", torch.float32)(ids).logits
    torch.testing.assert_close(says["repaired"], again)
    assert not torch.allclose(says["quantized"], says["repaired"], atol=1e-3)
    assert not torch.equal(says["tuned"], says["repaired"])


def test_that_paused_training_of_codes_goes_on_to_the_same_model(tiny_llama, tmp_path):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    recipe = codes_recipe(tiny_llama)
    assert run(recipe, whole).outcome == "done"
    assert interrupted(recipe, parted, "pause", "loss", 9).outcome == "paused"
    assert run(None, parted, resume=True).outcome == "done"
    name = ("corrected", "model.safetensors")
    assert hash_of(parted, *name) == hash_of(whole, *name)


def blocks_recipe(model) -> Recipe:
    recipe = codes_recipe(model)
    return replace(recipe, correct=replace(recipe.correct, scope="blocks", steps=12))


def test_that_codes_trained_block_by_block_come_nearer_to_the_float_model(tiny_llama, tmp_path):
    folder = tmp_path / "run"
    ended = run(blocks_recipe(tiny_llama), folder)
    assert ended.outcome == "done", ended
    rows = {row["name"]: row for row in json.loads((folder / "report.json").read_text())["reports"][0]["rows"]}
    assert rows["repaired"]["kl"] < rows["quantized"]["kl"]
    verify(folder / "corrected")
    errors = {"before": [], "after": []}
    for stamped in read_events(folder / "events.jsonl"):
        if isinstance(stamped.event, Metric) and stamped.event.name.startswith("block_error/"):
            errors[stamped.event.name.removeprefix("block_error/")].append(stamped.event.value)
    assert len(errors["before"]) == 3
    assert all(after <= before for before, after in zip(errors["before"], errors["after"], strict=True))


def test_that_paused_training_of_blocks_goes_on_to_the_same_model(tiny_llama, tmp_path):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    assert run(blocks_recipe(tiny_llama), whole).outcome == "done"
    assert interrupted(blocks_recipe(tiny_llama), parted, "pause", "block_error/after", 2).outcome == "paused"
    assert run(None, parted, resume=True).outcome == "done"
    name = ("corrected", "model.safetensors")
    assert hash_of(parted, *name) == hash_of(whole, *name)


def test_that_a_model_too_large_to_train_at_once_is_trained_block_by_block(tiny_llama, tmp_path, monkeypatch):
    monkeypatch.setattr("lowbit_core.jobs.stages.correct.free_bytes", lambda _job: 1000)
    recipe = codes_recipe(tiny_llama)
    recipe = replace(recipe, correct=replace(recipe.correct, steps=1))
    folder = tmp_path / "run"
    assert run(recipe, folder).outcome == "done"
    notices = [item.event.code for item in read_events(folder / "events.jsonl") if isinstance(item.event, Notice)]
    assert "codes-by-blocks" in notices


def test_that_sampled_text_is_drawn_in_short_pieces_and_learned_from_in_long_rows(tiny_llama, tmp_path, monkeypatch):
    monkeypatch.setattr("lowbit_core.jobs.stages.correct.SAMPLED_LENGTH", 16)
    recipe = lrec_recipe(tiny_llama, "resident")
    recipe = replace(recipe, correct=replace(recipe.correct, steps=1, length=64, tokens=256))
    folder = tmp_path / "run"
    assert run(recipe, folder).outcome == "done"
    assert json.loads((folder / "report.json").read_text())["stages"]["correct"]["tokens"] == 256


def repair_hash(folder):
    return hashlib.sha256((folder / "adapters" / "repair" / ADAPTER).read_bytes()).hexdigest()


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


def test_that_tuning_goes_on_from_the_trained_repair_with_its_scales(tiny_llama, tmp_path):
    """The way of the starter recipe: a closed form, LREC on it, and an adapter that continues it."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(json.dumps({"prompt": f"n{i}?", "completion": f"m{i}."}) for i in range(12)))
    recipe = replace(
        lrec_recipe(tiny_llama, "streamed"),
        data=Data(source=str(rows), validation=0.2, max_length=64),
        tune=Tune(adapter="continue", learning_rate=0.0, steps=1, batch=2, accumulate=1),
    )
    folder = tmp_path / "run"
    assert run(recipe, folder).outcome == "done"
    repair, tuned = (
        load_file(folder / "adapters" / name / "adapter_model.safetensors") for name in ("repair", "tuned")
    )
    assert any("lora_scale_delta" in name and bool(item.any()) for name, item in repair.items())
    assert repair.keys() == tuned.keys()
    assert all(torch.equal(item, tuned[name]) for name, item in repair.items())
    measured = {row["name"]: row for row in json.loads((folder / "report.json").read_text())["reports"][0]["rows"]}
    assert list(measured) == ["float", "quantized", "repaired", "tuned"]
    assert measured["repaired"]["kl"] < measured["quantized"]["kl"]
    assert measured["repaired"]["bits"] > measured["quantized"]["bits"]


@pytest.mark.parametrize("which", ["lrec", "qad"])
def test_that_a_stopped_correction_leaves_what_it_reached_and_goes_on_from_there(tiny_llama, tmp_path, which):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    recipe = lrec_recipe(tiny_llama, "streamed") if which == "lrec" else codes_recipe(tiny_llama)
    assert run(recipe, whole).outcome == "done"
    assert interrupted(recipe, parted, "stop", "loss", 13).outcome == "stopped"
    ids = torch.arange(20)[None]
    opened = open_model(str(parted), device=torch.device("cpu"), dtype=torch.float32, context=SilentContext())
    says = {name: opened.model(name)(ids).logits for name in ("float", "quantized", "repaired")}
    away = {name: float((says[name] - says["float"]).square().mean()) for name in ("quantized", "repaired")}
    assert away["repaired"] < away["quantized"]
    assert run(None, parted, resume=True).outcome == "done"
    trained = ("adapters", "repair", ADAPTER) if which == "lrec" else ("corrected", "model.safetensors")
    assert hash_of(parted, *trained) == hash_of(whole, *trained)


def corrections(model):
    return {"lrec": lrec_recipe(model, "resident"), "qad": codes_recipe(model), "qad blocks": blocks_recipe(model)}


@pytest.mark.parametrize("which", ["lrec", "qad", "qad blocks"])
def test_that_every_matrix_is_told_before_and_after_training_on_the_same_inputs(tiny_llama, tmp_path, which):
    folder = tmp_path / "run"
    assert run(corrections(tiny_llama)[which], folder).outcome == "done"
    events = [stamped.event for stamped in read_events(folder / "events.jsonl")]
    begin = next(i for i, item in enumerate(events) if isinstance(item, StageStarted) and item.stage == "correct")
    told = {"before": {}, "after": {}}
    for event in events[begin:]:
        if isinstance(event, LayerFinished):
            told[event.phase][event.layer] = event
    assert list(told["before"]) == list(told["after"])
    assert len(told["before"]) == 21
    assert all(
        math.isfinite(event.error_db) and event.error_db < 0 for found in told.values() for event in found.values()
    )
    bits = {phase: sum(event.bits for event in found.values()) for phase, found in told.items()}
    assert (bits["after"] > bits["before"]) == (which == "lrec"), "adapters and scales are counted, codes cost nothing"


def test_that_a_paused_correction_goes_on_to_the_same_adapter(tiny_llama, tmp_path):
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    recipe = lrec_recipe(tiny_llama, "resident")
    assert run(recipe, whole).outcome == "done"
    assert interrupted(recipe, parted, "pause", "loss", 9).outcome == "paused"
    assert run(None, parted, resume=True).outcome == "done"
    assert repair_hash(parted) == repair_hash(whole)
