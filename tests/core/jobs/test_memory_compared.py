"""What a run's peak is compared with: one step of 16-bit LoRA and of full tuning, planned, or measured on a GPU."""

import json

import pytest
import torch

from lowbit_core.events import Text
from lowbit_core.jobs.check import fill_random
from lowbit_core.jobs.memory_compared import measure_peer
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stream import read_events
from lowbit_core.model import skeleton
from lowbit_core.plan.peers import peer_memory
from lowbit_core.recipe import Correct, Data, Evaluate, Model, Quantize, Recipe, Tune
from lowbit_core.source import inspect_model


def tuned_recipe(model, rows) -> Recipe:
    return Recipe(
        model=Model(source=f"path:{model}"),
        data=Data(source=str(rows), max_length=64),
        quantize=Quantize(bits=2, group_size=32, samples=2, length=32),
        correct=Correct(rank=4),
        tune=Tune(steps=2, batch=2, accumulate=1, evaluate_every=0, checkpoint_every=0),
        evaluate=Evaluate(text="sample:heron", context=64, limit=1),
    )


def random_model(spec, dtype, device):
    model = skeleton(spec, dtype)
    for module in model.modules():
        fill_random(module, device)
    model.tie_weights()
    return model


def test_that_the_report_says_what_16_bit_lora_and_full_tuning_take_and_what_the_repair_adds(
    tiny_llama, chat_rows, tmp_path
):
    folder = tmp_path / "run"
    assert run(tuned_recipe(tiny_llama, chat_rows), folder).outcome == "done"
    document = json.loads((folder / "report.json").read_text())
    memory = document["memory"]
    tuned = json.loads((folder / "state.json").read_text())["stages"]["tune"]["facts"]["peak_bytes"]
    assert (memory["stage"], memory["run_bytes"], memory["tokens"]) == ("tune", tuned, 128)
    assert memory["full_bytes"] > memory["lora16_bytes"]
    assert memory["full_ratio"] == pytest.approx(memory["full_bytes"] / tuned)
    if not torch.cuda.is_available():
        assert not memory["lora16_measured"]
    rows = {row["name"]: row for row in document["reports"][0]["rows"]}
    assert rows["quantized"]["growth"] is None
    assert rows["repaired"]["growth"] == pytest.approx(
        rows["repaired"]["model_bytes"] / rows["quantized"]["model_bytes"]
    )
    assert rows["repaired"]["growth"] > 1
    tables = [stamped.event.text for stamped in read_events(folder / "events.jsonl") if isinstance(stamped.event, Text)]
    assert any("full tuning" in table and "16-bit LoRA" in table for table in tables)


def test_that_the_plan_counts_every_byte_of_weights_gradients_and_moments(tiny_llama, chat_rows):
    spec = inspect_model(f"path:{tiny_llama}")
    recipe = tuned_recipe(tiny_llama, chat_rows)
    planned = peer_memory(recipe, spec)
    model = random_model(spec, torch.float32, torch.device("cpu"))
    weights = sum(item.numel() for item in model.parameters())
    linears = [item for item in model.modules() if isinstance(item, torch.nn.Linear) and item is not model.lm_head]
    adapter = sum(4 * sum(item.weight.shape) for item in linears)
    # What is left after weights, adapters and optimizer is the same step's activations.
    assert planned.full - 18 * weights == planned.lora - 2 * weights - 16 * adapter
    assert planned.full > 18 * weights


@pytest.mark.parametrize("peer", ["lora16", "full"])
def test_that_a_peers_step_trains_what_it_says(tiny_llama, chat_rows, peer):
    spec = inspect_model(f"path:{tiny_llama}")
    model = random_model(spec, torch.float32, torch.device("cpu"))
    before = model.model.layers[0].mlp.up_proj.weight.clone()
    measure_peer(tuned_recipe(tiny_llama, chat_rows), model, peer, torch.device("cpu"))
    layer = model.model.layers[0].mlp.up_proj
    after = layer.weight if peer == "full" else layer.base_layer.weight
    assert torch.equal(before, after) == (peer == "lora16")
    if peer == "lora16":
        assert layer.lora_B["peer"].weight.abs().sum() > 0


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("peer", ["lora16", "full"])
def test_that_the_planned_peer_is_near_the_measured_one(tmp_path, chat_rows, peer):
    """A 300 M Llama shape, of which only headers are needed."""
    from transformers import LlamaConfig, LlamaForCausalLM

    device = torch.device("cuda")
    folder = tmp_path / "model"
    config = LlamaConfig(hidden_size=1024, intermediate_size=2816, num_hidden_layers=12, num_attention_heads=16,
                         vocab_size=32000, max_position_embeddings=2048, tie_word_embeddings=True)  # fmt: skip
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    spec = inspect_model(f"path:{folder}")
    recipe = tuned_recipe(folder, chat_rows)
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    model = random_model(spec, torch.float32 if peer == "full" else torch.bfloat16, device)
    measured = measure_peer(recipe, model, peer, device) - before
    planned = peer_memory(recipe, spec)
    assert (planned.full if peer == "full" else planned.lora) == pytest.approx(measured, rel=0.2)
