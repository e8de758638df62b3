from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import lowbit_core.recipe as recipes
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.formats.layout import matrix_bytes
from lowbit_core.plan import plan, resolve_bits, shape_of, suggest, with_changes, within
from lowbit_core.plan.storage import low_rank_parameters
from lowbit_core.recipe.presets import presets_folder
from lowbit_core.recipe.schema import Correct, Data, Evaluate, Quantize, Recipe, Tune

BASE = Recipe(
    data=Data(source="rows.jsonl", max_length=512),
    quantize=Quantize(bits=3.0, samples=16, length=128),
    correct=Correct(method="activation", rank=4),
    tune=Tune(adapter="stack", rank=8),
    evaluate=Evaluate(context=512),
)


def test_that_a_stage_is_the_sum_of_its_lines_and_json_says_the_same(tiny, machine_of):
    found = plan(BASE, tiny, machine_of())
    assert found.stages == ("sample", "quantize", "tune", "evaluate", "chat")
    assert all(line.bytes > 0 for line in found.lines)
    data = json.loads(json.dumps(found.to_json()))
    for stage in found.stages:
        for place in ("gpu", "ram", "disk"):
            total = sum(item["bytes"] for item in data["lines"] if (item["stage"], item["place"]) == (stage, place))
            assert total == found.peak(stage, place) == data["peak_bytes"][stage][place]
    assert set(found.seconds) == {"sample", "quantize", "tune", "evaluate"}
    assert min(found.seconds.values()) > 0
    assert data["estimate"] is True
    assert "An estimate" in found.table()


def test_that_packed_bytes_are_those_of_the_files(llama7b, machine_of):
    codec = IntegerCodec(bits=3, group_size=64)
    shape = shape_of(llama7b)
    expected = sum(matrix_bytes(codec, m.out_features, m.in_features).total for m in shape.matrices)
    found = plan(BASE, llama7b, machine_of())
    packed = [line.bytes for line in found.lines if line.what == "packed weights"]
    assert set(packed) == {expected}
    adapters = low_rank_parameters(shape.matrices, 4)
    assert found.bits == pytest.approx((8 * expected + 16 * adapters) / shape.linear_weights)
    assert shape.linear_weights == 6_476_005_376
    assert shape.parameters == 6_738_415_616


@pytest.mark.parametrize(
    ("key", "values", "stage"),
    [
        ("data.max_length", (64, 512, 1024, 4096), "tune"),
        ("quantize.bits", (2.0, 2.5, 3.0, 3.5, 4.0, 8.0), "tune"),
        ("quantize.bits", (2.0, 2.5, 3.0, 3.5, 4.0, 8.0), "chat"),
        ("tune.batch", (1, 2, 8), "tune"),
        ("tune.rank", (4, 16, 64), "tune"),
        ("evaluate.context", (16384, 32768), "evaluate"),
    ],
)
@pytest.mark.parametrize("gpu", [0.0, 8.0])
def test_that_more_takes_more(spec_of, machine_of, key, values, stage, gpu):
    spec = spec_of(hidden=256, ffn=512, layers=4, heads=4, kv_heads=2, vocab=2000, context=65536)
    place = "gpu" if gpu else "ram"
    peaks = [plan(with_changes(BASE, {key: value}), spec, machine_of(gpu=gpu)).peak(stage, place) for value in values]
    assert peaks == sorted(peaks)
    assert len(set(peaks)) == len(peaks)


def test_that_offload_moves_hidden_states_to_ram(llama7b, machine_of):
    kept = plan(BASE, llama7b, machine_of())
    moved = plan(with_changes(BASE, {"tune.offload": True}), llama7b, machine_of())
    border = 512 * 4096 * 2
    assert kept.peak("tune", "gpu") - moved.peak("tune", "gpu") == 30 * border
    assert moved.peak("tune", "ram") - kept.peak("tune", "ram") == 32 * border


def test_that_without_checkpointing_every_block_is_kept(llama7b, machine_of):
    plain = plan(with_changes(BASE, {"tune.checkpointing": False}), llama7b, machine_of())
    assert plain.peak("tune", "gpu") > plan(BASE, llama7b, machine_of()).peak("tune", "gpu") + 1e9


def test_that_the_context_and_paged_states_are_not_in_torchs_peak(llama7b, machine_of):
    found = plan(BASE, llama7b, machine_of())
    uncounted = [line.what for line in found.lines if line.stage == "tune" and not line.counted]
    assert uncounted == ["CUDA context", "optimizer (paged-adamw-8bit)"]
    assert found.peak("tune", "gpu", torch_only=True) < found.peak("tune", "gpu")


def test_that_an_embedding_on_the_cpu_leaves_the_gpu(llama7b, machine_of):
    on_gpu = plan(replace(BASE, tune=replace(BASE.tune, embedding="device")), llama7b, machine_of())
    on_cpu = plan(BASE, llama7b, machine_of())
    table = 2 * 32000 * 4096
    assert on_gpu.peak("tune", "gpu") - on_cpu.peak("tune", "gpu") == table
    assert on_cpu.peak("tune", "ram") - on_gpu.peak("tune", "ram") == table


def test_that_without_a_gpu_nothing_is_planned_on_one(tiny, machine_of):
    found = plan(BASE, tiny, machine_of(gpu=0))
    assert found.worst("gpu") == 0
    assert found.device == "ram"
    assert found.verdict == "fits"


def test_that_the_verdict_follows_what_is_free(llama7b, machine_of):
    need = plan(BASE, llama7b, machine_of(gpu=1000)).worst("gpu") / 1e9
    assert need > 13  # with room, the text is sampled from the float model
    assert plan(BASE, llama7b, machine_of(gpu=1)).verdict == "does-not-fit"
    assert plan(BASE, llama7b, machine_of(disk=1)).verdict_of("disk") == "does-not-fit"
    given = with_changes(BASE, {"quantize.calibration": "data"})
    need = plan(given, llama7b, machine_of(gpu=1000)).peak("tune", "gpu") / 1e9
    verdicts = [plan(given, llama7b, machine_of(gpu=need * f)).verdict_of("gpu") for f in (0.8, 1.5)]
    assert verdicts == ["does-not-fit", "fits"]


def test_that_a_conversation_shrinks_to_what_is_free_and_refuses_no_run(llama7b, machine_of):
    caches = [
        next(line.bytes for line in plan(BASE, llama7b, machine_of(gpu=gpu)).lines if line.what.startswith("cache"))
        for gpu in (4.0, 5.0, 80.0)
    ]
    assert caches == sorted(caches)
    assert caches[0] < caches[-1] == 4096 * 2 * 32 * 4096 * 2


def test_that_suggestions_in_order_reach_the_budget(llama7b, machine_of):
    machine = machine_of(gpu=6)
    heavy = with_changes(BASE, {"data.max_length": 4096, "tune.batch": 4, "tune.checkpointing": False})
    budget = 5_000_000_000
    found = suggest(heavy, llama7b, machine, budget)
    assert next(iter(found[0].changes)) == "tune.checkpointing"
    assert [item.fits for item in found] == [False] * (len(found) - 1) + [True]
    changed, machine = heavy, within(machine, budget)
    for item in found:
        before = plan(changed, llama7b, machine).worst("gpu")
        changed = with_changes(changed, item.changes)
        after = plan(changed, llama7b, machine)
        assert before - after.worst(after.device) == item.saves_bytes > 0
    assert after.worst(after.device) <= budget
    assert suggest(changed, llama7b, machine, budget) == ()


def test_that_auto_takes_the_most_bits_that_fit(spec_of, machine_of):
    spec = spec_of(hidden=2048, ffn=5632, layers=22, heads=32, kv_heads=4)
    auto = with_changes(BASE, {"quantize.bits": "auto", "correct.method": "none", "quantize.solver": "nearest"})
    chosen = []
    for gpu in (1.6, 2.2, 24.0):
        resolved = resolve_bits(auto, spec, machine_of(gpu=gpu))
        chosen.append(resolved.quantize.bits)
        assert (resolved.correct.method == "activation") == (resolved.quantize.bits < 4)
    assert chosen == sorted(chosen)
    assert chosen[-1] == 8.0
    assert plan(auto, spec, machine_of(gpu=24)).bits > 8


def test_that_trained_scales_are_counted_in_the_bits(llama7b, machine_of):
    """One more 16-bit number for each group of 64: a quarter of a bit."""
    bits = {
        scales: plan(
            with_changes(BASE, {"correct.method": "lrec", "correct.train_scales": scales}), llama7b, machine_of()
        )
        for scales in (False, True)
    }
    assert bits[True].bits - bits[False].bits == pytest.approx(16 / 64)


def test_that_text_the_codes_were_chosen_with_is_not_sampled_again(tiny, machine_of):
    """`seconds` of a correction on the very text of the sample stage is that of one on a file."""
    same = {"correct.method": "lrec", "correct.length": 128, "correct.tokens": 16 * 128}
    taken = {
        name: plan(with_changes(BASE, same | changes), tiny, machine_of()).seconds["correct"]
        for name, changes in {
            "same": {}, "file": {"correct.data": "text.txt"}, "longer": {"correct.length": 256},
            "of data": {"quantize.calibration": "data"},
        }.items()
    }  # fmt: skip
    assert taken["same"] == taken["file"]
    assert taken["of data"] > taken["same"]
    assert taken["longer"] > 2 * taken["same"]


def test_that_a_correction_keeps_its_activations_only_in_what_the_teacher_leaves(llama7b, machine_of):
    """13.5 GB of teacher beside 3 GB of packed weights and 1.8 GB of adapter, gradients and moments; the activations of
    512 tokens are 2.7 GB.
    """
    settings = {"correct.method": "lrec", "correct.teacher": "resident", "correct.batch": 1, "correct.length": 512}
    recipe = with_changes(BASE, settings)

    def kept(gpu: float) -> bool:
        found = plan(recipe, llama7b, machine_of(gpu=gpu))
        lines = {line.what for line in found.lines if line.stage == "correct" and line.place == "gpu"}
        assert found.peak("correct", "gpu") <= gpu * 1e9
        assert ("activations of all blocks" in lines) != ("hidden states between blocks" in lines)
        return "activations of all blocks" in lines

    assert not kept(20.0)
    assert kept(24.0)


@pytest.mark.parametrize("method", ["none", "loftq", "activation", "lrec", "qad", "reallm"])
@pytest.mark.parametrize("adapter", ["continue", "stack", "fresh"])
def test_that_every_method_and_adapter_can_be_planned(tiny, machine_of, method, adapter):
    recipe = with_changes(BASE, {"correct.method": method, "tune.adapter": adapter})
    found = plan(recipe, tiny, machine_of())
    assert ("correct" in found.stages) == (method in ("lrec", "qad"))
    assert found.peak("tune", "gpu") > 0


@pytest.mark.parametrize("path", sorted(presets_folder().glob("*.toml")), ids=lambda path: path.stem)
def test_that_every_shipped_recipe_can_be_planned(path: Path, llama7b, machine_of):
    found = plan(recipes.load(path), llama7b, machine_of())
    assert found.total_seconds > 0
    assert found.lines


def test_that_the_plan_counts_the_number_format_the_run_will_take(tiny, machine_of):
    import torch

    from lowbit_core.jobs import device

    recipe = replace(BASE, device="cpu")
    plain, units = machine_of(gpu=0), replace(machine_of(gpu=0), bf16_units=True)
    for machine in (plain, units):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(device, "has_bf16_units", lambda found=machine.bf16_units: found)
            chosen = device.choose_dtype("auto", torch.device("cpu"))
        named = {torch.float32: "fp32", torch.bfloat16: "bf16"}[chosen]
        assert plan(recipe, tiny, machine).lines == plan(replace(recipe, precision=named), tiny, machine).lines
    assert plan(recipe, tiny, plain).lines != plan(recipe, tiny, units).lines


def test_that_changes_of_scales_are_counted_as_they_are_kept(llama7b, machine_of):
    """fp32 with gradient and moments while they learn, 16 bits from then on, and in no gradient of the fine-tuning."""
    scales = 6_476_005_376 // 64
    with_scales, without = (
        plan(
            with_changes(BASE, {"correct.method": "lrec", "tune.adapter": "continue", "correct.train_scales": learn}),
            llama7b,
            machine_of(gpu=80),
        )
        for learn in (True, False)
    )

    def added(stage: str) -> int:
        return with_scales.peak(stage, "gpu") - without.peak(stage, "gpu")

    assert added("correct") == (4 + 4 + 8) * scales
    assert added("tune") == 2 * scales
    assert added("evaluate") == 2 * 2 * scales
    assert added("chat") == (2 * 2 + 2) * scales


def test_that_a_streamed_teacher_leaves_its_head(llama7b, machine_of):
    plans = {
        head: plan(
            with_changes(BASE, {"correct.method": "lrec", "correct.teacher": head}), llama7b, machine_of(gpu=80)
        ).peak("correct", "gpu")
        for head in ("streamed", "resident")
    }
    assert plans["resident"] - plans["streamed"] == 2 * (6_738_415_616 - 32000 * 4096)
