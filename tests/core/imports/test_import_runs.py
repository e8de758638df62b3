"""Recipes on codes made elsewhere: packed as they are, repaired where the float model is known, refused where not."""

import json

import pytest
import torch

from lowbit_core import recipe as recipes
from lowbit_core.context import SilentContext
from lowbit_core.events import Notice, StageStarted
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stream import read_events
from lowbit_core.machine import inspect_machine
from lowbit_core.model import load_float
from lowbit_core.packed import account, load_adapter, load_model, read_manifest
from lowbit_core.plan import plan, resolve_bits, stored_codes
from lowbit_core.quantize import GptqImport, LoftqImport, solve
from lowbit_core.recipe import Correct, Evaluate, Model, Quantize, Recipe
from lowbit_core.source import inspect_model, resolve


def make_recipe(source, codes="auto", bits=2, **correct):
    return Recipe(
        model=Model(source=f"path:{source}"),
        quantize=Quantize(bits=bits, codes=str(codes), samples=4, length=32),
        correct=Correct(**({"rank": 4} | correct)),
        evaluate=Evaluate(text="sample:heron", context=128, limit=1),
        precision="fp32",
    )


def done(recipe, folder):
    ended = run(recipe, folder)
    assert ended.outcome == "done", ended
    rows = json.loads((folder / "report.json").read_text())["reports"][0]["rows"]
    return [stamped.event for stamped in read_events(folder / "events.jsonl")], {row["name"]: row for row in rows}


def logits(model):
    with torch.no_grad():
        return model(torch.arange(40)[None] % 200).logits


@pytest.fixture(scope="module")
def loftq(wide_llama, tmp_path_factory, loftq_folder):
    folder = tmp_path_factory.mktemp("hub") / "tiny-4bit-8rank"
    loftq_folder(wide_llama, folder, lambda module: 2 if "mlp" in module else 4, rank=8, alpha=16)
    return folder


@pytest.fixture(scope="module")
def ours_as_gptq(tiny_llama, tmp_path_factory, gptq_checkpoint):
    """A checkpoint of tiny_llama itself at 2 bits, its codes solved here and packed by the test."""

    def solved(name, tensor, written):
        matrix = solve(tensor.float(), IntegerCodec(bits=2, group_size=32), "nearest")
        written.codes, written.scales = matrix.codes.T.numpy(), matrix.scales.T.contiguous()
        written.zeros = matrix.zeros.T.long().clamp_min(1).numpy()

    folder = tmp_path_factory.mktemp("hub") / "tiny-2bit"
    gptq_checkpoint(tiny_llama, folder, 2, 32, change=solved)
    return folder


def test_that_a_gptq_checkpoint_runs_as_the_model_it_is(tiny_llama, tmp_path, gptq_checkpoint):
    worth = gptq_checkpoint(tiny_llama, tmp_path / "m", 3, 32, act_order=True)
    events, rows = done(make_recipe(tmp_path / "m"), tmp_path / "run")
    assert any(isinstance(event, Notice) and event.code == "codes-kept" for event in events)
    assert not (tmp_path / "run" / "adapters" / "repair").exists()
    assert "repaired" not in rows
    assert rows["quantized"]["kl"] < 1e-6
    packed = load_model(tmp_path / "run" / "quantized", "cpu", torch.float32)
    for module, weight in worth.items():
        assert torch.equal(packed.get_submodule(module).dequantize(torch.float32), weight.float())
    whole = load_float(resolve(f"path:{tmp_path / 'm'}", context=SilentContext()), torch.float32)
    torch.testing.assert_close(logits(packed), logits(whole), atol=1e-4, rtol=1e-4)
    assert len(read_manifest(tmp_path / "run" / "quantized").permuted) == len(worth)


def test_that_a_loftq_folder_is_packed_with_its_term_as_the_repair(tmp_path, loftq):
    events, rows = done(make_recipe(loftq), tmp_path / "run")
    assert [event.stage for event in events if isinstance(event, StageStarted)][-3:] == [
        "quantize",
        "evaluate",
        "report",
    ]
    assert any(isinstance(event, Notice) and event.code == "loftq-scale" for event in events)
    # The float model is Q + B·A: what is left is the rounding of scales and factors.
    assert rows["repaired"]["kl"] < 1e-5 < rows["quantized"]["kl"]
    folder = tmp_path / "run"
    manifest, found = read_manifest(folder / "quantized"), LoftqImport(loftq)
    assert {codec.bits for codec in manifest.matrices.values()} == {2, 4}
    packed = load_model(folder / "quantized", "cpu", torch.float32)
    for module in manifest.matrices:
        assert torch.equal(packed.get_submodule(module).dequantize(torch.float32), found.matrix(module).dequantize())
    adapted = load_adapter(packed, folder / "adapters" / "repair", "repair")
    layer = adapted.base_model.model.model.layers[0].self_attn.q_proj
    a, b = found.adapter.factors("model.layers.0.self_attn.q_proj")
    product = layer.lora_B["repair"].weight @ layer.lora_A["repair"].weight
    assert layer.scaling["repair"] == 1
    torch.testing.assert_close(product, b @ a, atol=1e-5, rtol=1e-2)


def test_that_without_a_repair_or_with_new_codes_a_loftq_folder_obeys(tmp_path, loftq):
    _, rows = done(make_recipe(loftq, method="none"), tmp_path / "bare")
    assert set(rows) == {"float", "quantized"}
    done(make_recipe(loftq, codes="new", bits=3, method="none"), tmp_path / "new")
    codecs = set(read_manifest(tmp_path / "new" / "quantized").matrices.values())
    assert codecs == {IntegerCodec(bits=3, group_size=64)}


@pytest.mark.parametrize("method", ["activation", "loftq"])
def test_that_codes_of_another_folder_are_repaired_by_the_float_model(tiny_llama, tmp_path, ours_as_gptq, method):
    recipe = make_recipe(tiny_llama, ours_as_gptq, method=method)
    events, rows = done(recipe, tmp_path / "run")
    assert not any(isinstance(event, Notice) and event.code == "codes-kept" for event in events)
    assert "sample" in [event.stage for event in events if isinstance(event, StageStarted)]
    assert rows["repaired"]["kl"] < rows["quantized"]["kl"]
    packed, codes = load_model(tmp_path / "run" / "quantized", "cpu", torch.float32), GptqImport(ours_as_gptq)
    for module in read_manifest(tmp_path / "run" / "quantized").matrices:
        assert torch.equal(packed.get_submodule(module).dequantize(torch.float32), codes.matrix(module).dequantize())


def test_that_lrec_trains_on_codes_made_elsewhere(tiny_llama, tmp_path, ours_as_gptq):
    correct = {"method": "lrec", "steps": 4, "batch": 4, "length": 32, "tokens": 512, "learning_rate": 5e-3}
    _, rows = done(make_recipe(tiny_llama, ours_as_gptq, **correct), tmp_path / "run")
    assert rows["repaired"]["kl"] < rows["quantized"]["kl"]


def test_that_what_wants_the_float_model_is_refused_where_there_is_none(tmp_path, ours_as_gptq, loftq):
    for source in (ours_as_gptq, loftq):
        ended = run(make_recipe(source, method="lrec"), tmp_path / source.name)
        assert (ended.outcome, ended.code) == ("failed", "no-float-model")
        assert "quantize.codes" in ended.hint


def test_that_codes_in_another_order_are_not_trained(tiny_llama, tmp_path, gptq_checkpoint):
    gptq_checkpoint(tiny_llama, tmp_path / "m", 2, 32, act_order=True)
    ended = run(make_recipe(tiny_llama, tmp_path / "m", method="qad", steps=1, tokens=64, length=32), tmp_path / "run")
    assert (ended.outcome, ended.code) == ("failed", "codes-permuted")


def test_that_a_folder_without_codes_or_of_another_model_is_refused(tiny_llama, wide_llama, tmp_path, ours_as_gptq):
    ended = run(make_recipe(tiny_llama, wide_llama), tmp_path / "none")
    assert (ended.outcome, ended.code) == ("failed", "codes-missing")
    ended = run(make_recipe(wide_llama, ours_as_gptq, method="none"), tmp_path / "other")
    assert (ended.outcome, ended.code) == ("failed", "codes-other-model")


@pytest.mark.parametrize(("bits", "group"), [(2, 32), (3, -1), (8, 32)])
def test_that_the_plan_counts_the_bits_of_the_checkpoint(tiny_llama, tmp_path, gptq_checkpoint, bits, group):
    gptq_checkpoint(tiny_llama, tmp_path / "m", bits, group, config="")
    recipe = recipes.parse(recipes.dump(make_recipe(tmp_path / "m", bits=4)))
    spec = inspect_model(recipe.model.source)
    stored = stored_codes(recipe, spec)
    assert (stored.kind, stored.bits, stored.group_size, stored.own) == ("gptq", bits, max(group, 0), True)
    resolved = resolve_bits(recipe, spec, inspect_machine(tmp_path))
    assert (resolved.quantize.bits, resolved.correct.method) == (bits, "none")
    assert resolve_bits(resolved, spec, inspect_machine(tmp_path)) == resolved
    done(recipe, tmp_path / "run")
    found = account(tmp_path / "run" / "quantized", [])
    assert plan(recipe, spec, inspect_machine(tmp_path)).bits == pytest.approx(found.linear_bits, abs=0.02)
