"""LoftQ from a recipe: no text where nothing looks at it, ranks by pattern, and every start of a trained repair."""

import json

import pytest

from lowbit_core.events import LayerFinished, StageStarted
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stream import read_events
from lowbit_core.recipe import Correct, Evaluate, Model, Quantize, Recipe


def make_recipe(model, quantize, correct):
    return Recipe(
        model=Model(source=f"path:{model}"),
        quantize=Quantize(**({"bits": 2, "group_size": 32, "samples": 4, "length": 32} | quantize)),
        correct=Correct(rank=4, **correct),
        evaluate=Evaluate(text="sample:heron", context=128, limit=1),
    )


def done(recipe, folder):
    ended = run(recipe, folder)
    assert ended.outcome == "done", ended
    events = [stamped.event for stamped in read_events(folder / "events.jsonl")]
    return [event.stage for event in events if isinstance(event, StageStarted)], events


def kl(folder):
    rows = json.loads((folder / "report.json").read_text())["reports"][0]["rows"]
    return {row["name"]: row["kl"] for row in rows}


@pytest.mark.parametrize("bits", [2, 3, 2.5])
def test_that_loftq_with_normal_float_needs_no_text(tiny_llama, tmp_path, bits):
    quantize = {"bits": bits, "codec": "normal-float", "solver": "nearest", "mixed": "first-layers"}
    folder = tmp_path / "run"
    stages, events = done(make_recipe(tiny_llama, quantize, {"method": "loftq", "iterations": 3}), folder)
    assert stages == ["model", "quantize", "evaluate", "report"]
    before = {event.layer: event.error_db for event in events if isinstance(event, LayerFinished)}
    after = {event.layer: event for event in events if isinstance(event, LayerFinished) and event.phase == "after"}
    assert all(event.error_db <= before[name] for name, event in after.items())
    assert kl(folder)["repaired"] < kl(folder)["quantized"]


def test_that_loftq_follows_gptq_and_the_ranks_of_the_recipe(tiny_llama, tmp_path):
    folder = tmp_path / "run"
    correct = {"method": "loftq", "iterations": 2, "ranks": {"down_proj": 7, "layers.0.self_attn.*": 0}}
    stages, _ = done(make_recipe(tiny_llama, {"solver": "gptq"}, correct), folder)
    assert "sample" in stages
    config = json.loads((folder / "adapters" / "repair" / "adapter_config.json").read_text())
    ranks = {name.removeprefix("^"): rank for name, rank in config["rank_pattern"].items()}
    assert set(ranks.values()) == {7}
    assert all(name.endswith("down_proj") for name in ranks)
    assert not any("layers.0.self_attn" in name for name in config["target_modules"])
    assert any("layers.1.self_attn" in name for name in config["target_modules"])
    assert config["r"] == config["lora_alpha"] == 4


@pytest.mark.parametrize("start", ["loftq", "zero"])
def test_that_a_trained_repair_can_start_from_loftq_or_from_nothing(tiny_llama, tmp_path, start):
    folder = tmp_path / "run"
    correct = {"method": "lrec", "start": start, "steps": 20, "batch": 4, "length": 32, "tokens": 512}
    stages, _ = done(
        make_recipe(tiny_llama, {"solver": "search"}, correct | {"learning_rate": 5e-3, "iterations": 2}), folder
    )
    assert stages == ["model", "quantize", "correct", "evaluate", "report"]
    assert kl(folder)["repaired"] < kl(folder)["quantized"]
