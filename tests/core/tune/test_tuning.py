"""Tuning a packed tiny Llama: three kinds of adapter, what is written, what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from peft import LoraConfig
from safetensors.torch import load_file

from lowbit_core.context import SilentContext
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.events import Metric, Notice
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.model import structure
from lowbit_core.packed import PackedFolder, load_adapter, load_model, save_adapter, switch
from lowbit_core.packed.adapter import add_adapter, round_adapter
from lowbit_core.quantize import solve
from lowbit_core.recipe.schema import Data, Tune
from lowbit_core.render import TokenRow
from lowbit_core.source import inspect_model
from lowbit_core.train.adapters import read_state
from lowbit_core.tune import target_names, tune
from lowbit_core.weights import open_weights


class Tokenizer:
    pad_token_id = 0
    eos_token_id = 1


@pytest.fixture(scope="module")
def packed(tiny_llama, tmp_path_factory):
    """The tiny Llama at 4 bits, and a random repair for it."""
    folder = tmp_path_factory.mktemp("tune")
    spec = inspect_model(f"path:{tiny_llama}")
    parts, reader = structure(spec), open_weights(spec)
    sink = PackedFolder(folder / "quantized", folder / "none", spec, parts, dtype=torch.float32)
    done = set()
    for block in parts.blocks:
        for linear in block.linears:
            weight = reader.read(linear.name + ".weight").float()
            done.add(linear.name + ".weight")
            sink.matrix(linear.name, solve(weight, IntegerCodec(bits=4, group_size=32), "nearest", None), None)
        for name in reader.names():
            if name.startswith(block.name + ".") and name not in done:
                done.add(name)
                sink.tensor(name, reader.read(name))
        sink.block_done(block.index)
    for name in reader.names():
        if name not in done:
            sink.tensor(name, reader.read(name))
    sink.done()
    torch.manual_seed(5)
    config = LoraConfig(r=3, lora_alpha=6, init_lora_weights=False, target_modules=["q_proj", "up_proj", "down_proj"])
    model = add_adapter(load_model(folder / "quantized", "cpu", torch.float32), config, "repair")
    save_adapter(model, folder / "repair", "repair")
    return folder


def model_of(packed, repair=True):
    model = load_model(packed / "quantized", "cpu", torch.float32)
    return load_adapter(model, packed / "repair", "repair") if repair else model


def rows(count, seed=0):
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        ids = np.repeat(random.integers(3, 60, 6), 2)[: random.integers(6, 12)].astype(np.int32)
        mask = np.ones(len(ids), bool)
        mask[:2] = False
        made.append(TokenRow(ids, mask))
    return made


@torch.no_grad()
def plain_loss(model, some_rows):
    """Mean over the learned tokens, one row at a time, from all logits."""
    total, count = 0.0, 0
    for row in some_rows:
        ids = torch.from_numpy(row.input_ids.astype(np.int64))[None]
        logits = model(input_ids=ids).logits[0, :-1]
        mask = torch.from_numpy(row.loss_mask)[1:]
        total += torch.nn.functional.cross_entropy(logits[mask], ids[0, 1:][mask], reduction="sum").item()
        count += int(mask.sum())
    return total / count


SETTINGS = {
    "rank": 2,
    "alpha": 4.0,
    "learning_rate": 2e-2,
    "batch": 2,
    "accumulate": 2,
    "evaluate_every": 2,
    "steps": 6,
}


@pytest.fixture
def run(packed, tmp_path):
    def run(context=None, data=None, repair=True, resume=False, **changes):
        model = model_of(packed, repair)
        result = tune(
            model,
            Tokenizer(),
            rows(12),
            Tune(**{**SETTINGS, **changes}),
            data or Data(),
            folder=tmp_path / "adapters" / "tuned",
            checkpoints=tmp_path / "checkpoints",
            context=context or SilentContext(),
            validation=rows(4, seed=1),
            repair="repair" if repair else None,
            resume=resume,
        )
        return model, result

    return run


def values(context, name):
    return {event.step: event.value for event in context.events if isinstance(event, Metric) and event.name == name}


@pytest.mark.parametrize("kind", ["continue", "stack", "fresh"])
def test_that_the_written_adapter_gives_the_tuned_model_again(run, packed, kind):
    context = SilentContext()
    _, result = run(context, adapter=kind)
    assert result.active == (("repair", "tuned") if kind == "stack" else ("tuned",))
    assert result.best_validation_loss == min(values(context, "validation_loss").values())
    again = load_adapter(model_of(packed), result.folder, "tuned")
    switch(again, result.active)
    assert plain_loss(again, rows(4, seed=1)) == pytest.approx(result.best_validation_loss, rel=1e-3)


@pytest.mark.parametrize("kind", ["continue", "stack", "fresh"])
def test_that_the_tuned_model_in_memory_is_the_one_on_disk_in_16_bits(run, packed, kind):
    model, result = run(adapter=kind)
    stored = load_file(result.folder / "adapter_model.safetensors")
    assert {item.dtype for item in stored.values()} == {torch.float16}
    again = load_adapter(model_of(packed), result.folder, "tuned")
    kept = {name: item for name, item in read_state(again).items() if ".tuned." in name}
    assert kept
    assert all(torch.equal(item, read_state(model)[name]) for name, item in kept.items())


def test_that_numbers_beyond_fp16_are_stored_in_bfloat16(packed, tmp_path):
    model = model_of(packed)
    factor = next(item for name, item in model.named_parameters() if "lora_B.repair" in name)
    factor.data.fill_(1e5)
    dtype = round_adapter(model, "repair")
    save_adapter(model, tmp_path / "repair", "repair", dtype=dtype)
    stored = load_file(tmp_path / "repair" / "adapter_model.safetensors")
    assert {item.dtype for item in stored.values()} == {torch.bfloat16}
    assert torch.equal(factor, torch.full_like(factor, 1e5).bfloat16().float())


@pytest.mark.parametrize("kind", ["continue", "stack", "fresh"])
def test_that_the_first_loss_is_that_of_what_the_adapter_starts_from(run, packed, kind):
    """continue and stack begin at the repaired model, fresh at the bare base."""
    context = SilentContext()
    run(context, adapter=kind, accumulate=6, steps=1)
    model = model_of(packed)
    switch(model, () if kind == "fresh" else ("repair",))
    assert values(context, "loss")[1] == pytest.approx(plain_loss(model, rows(12)), rel=1e-5)


@pytest.mark.parametrize("kind", ["continue", "stack", "fresh"])
def test_that_the_repair_itself_never_changes(run, packed, kind):
    """Where it takes no part any more it leaves the memory; its file stays what it was."""
    before = {k: v for k, v in read_state(model_of(packed)).items() if ".repair" in k}
    stored = (packed / "repair" / "adapter_model.safetensors").read_bytes()
    model, result = run(adapter=kind)
    after = read_state(model)
    kept = {name for name in after if ".repair" in name}
    assert kept == (set(before) if kind == "stack" else set())
    assert all(torch.equal(before[name], after[name]) for name in kept)
    assert (packed / "repair" / "adapter_model.safetensors").read_bytes() == stored
    assert result.trainable == sum(v.numel() for k, v in after.items() if ".tuned" in k)


def test_that_continue_keeps_the_repairs_shape_and_takes_the_dropout(run):
    _, result = run(adapter="continue", dropout=0.25)
    config = json.loads((result.folder / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["lora_dropout"]) == (3, 6, 0.25)
    assert sorted(config["target_modules"]) == ["down_proj", "q_proj", "up_proj"]


def test_that_continue_without_a_repair_starts_fresh_and_says_so(run):
    context = SilentContext()
    _, result = run(context, repair=False, adapter="continue")
    assert result.active == ("tuned",)
    assert "nothing-to-continue" in [event.code for event in context.events if isinstance(event, Notice)]


def test_that_dora_trains_beside_a_frozen_repair(run):
    context = SilentContext()
    _, result = run(context, adapter="stack", dora=True, targets=("q_proj", "v_proj"), steps=10)
    losses = values(context, "loss")
    assert losses[10] < losses[1]
    assert json.loads((result.folder / "adapter_config.json").read_text())["use_dora"] is True


def test_that_continuing_a_repair_as_dora_is_refused(run):
    with pytest.raises(UserError) as caught:
        run(adapter="continue", dora=True)
    assert caught.value.code == "dora-continue"


def test_that_all_targets_are_the_blocks_matrices_and_unknown_ones_are_named(packed):
    model = model_of(packed)
    everything = ("down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj")
    assert target_names(model, ("all",)) == everything
    with pytest.raises(UserError) as caught:
        target_names(model, ("q_proj", "c_attn"))
    assert caught.value.code == "targets-unknown"
    assert "c_attn" in caught.value.message
    assert "gate_proj" in caught.value.hint


def test_that_packing_gives_the_same_loss_from_fewer_rows(run, packed):
    """Every row in one optimizer step, packed and not: the same mean over the same tokens."""
    plain, tight = SilentContext(), SilentContext()
    run(plain, batch=12, accumulate=1, steps=1)
    run(tight, batch=12, accumulate=1, steps=1, data=Data(packing=True, max_length=32))
    assert values(tight, "loss")[1] == pytest.approx(values(plain, "loss")[1], rel=1e-5)
    norms = values(tight, "grad_norm")[1], values(plain, "grad_norm")[1]
    assert norms[0] == pytest.approx(norms[1], rel=1e-4)


class Stopping(SilentContext):
    def __init__(self, at, what):
        super().__init__()
        self.calls, self.at, self.what = 0, at, what

    def checkpoint(self):
        self.calls += 1
        if self.calls == self.at:
            raise self.what


@pytest.mark.parametrize(("kind", "packing"), [("continue", False), ("stack", True), ("fresh", False)])
def test_that_a_paused_tuning_goes_on_bit_equal(run, tmp_path, kind, packing):
    changes = {
        "adapter": kind,
        "dropout": 0.1,
        "data": Data(packing=packing, max_length=24),
        "accumulate": 2,
        "batch": 1,
    }
    paused, resumed = Stopping(9, Interrupted("pause")), SilentContext()
    with pytest.raises(Interrupted):
        run(paused, **changes)
    assert not (tmp_path / "adapters").exists()
    model, result = run(resumed, resume=True, **changes)
    whole = SilentContext()
    reference, expected = run(whole, **changes)
    assert 0 < len(values(paused, "loss")) < 6
    for name in ("loss", "validation_loss"):
        assert {**values(paused, name), **values(resumed, name)} == values(whole, name)
    state = read_state(reference)
    assert all(torch.equal(value, state[name]) for name, value in read_state(model).items())
    assert (result.best_step, result.last_loss) == (expected.best_step, expected.last_loss)


def test_that_a_stop_writes_the_best_adapter_reached_so_far(run, packed, tmp_path):
    stopped = Stopping(14, Interrupted("stop"))
    with pytest.raises(Interrupted):
        run(stopped)
    again = load_adapter(model_of(packed), tmp_path / "adapters" / "tuned", "tuned")
    switch(again, ("tuned",))
    assert plain_loss(again, rows(4, seed=1)) == pytest.approx(
        min(values(stopped, "validation_loss").values()), rel=1e-5
    )


def test_that_tuning_on_the_packed_base_follows_the_dequantized_one(run, packed, tmp_path):
    """The same adapter, rows and steps on the same base as dense weights."""
    from peft import get_peft_model
    from transformers import AutoModelForCausalLM

    from lowbit_core.packed import PackedLinear
    from lowbit_core.train import TrainSettings, train
    from lowbit_core.tune.rows import Padding, TrainingView

    context = SilentContext()
    run(context, repair=False, adapter="fresh", dropout=0.0)
    bare = model_of(packed, repair=False)
    dense = AutoModelForCausalLM.from_config(bare.config).eval()
    weights = dict(bare.state_dict())
    own = dense.state_dict()
    for name, module in bare.named_modules():
        if isinstance(module, PackedLinear):
            weights[name + ".weight"] = module.dequantize(torch.float32)
    dense.load_state_dict({name: weights[name] for name in own if name in weights}, strict=False)
    dense.tie_weights()
    torch.manual_seed(0)
    config = LoraConfig(r=2, lora_alpha=4, target_modules=list(target_names(dense, ("all",))))
    other = SilentContext()
    train(
        get_peft_model(dense, config, adapter_name="tuned"),
        TrainingView(rows(12)),
        collate=Padding(0),
        settings=TrainSettings(batch=2, accumulate=2, learning_rate=2e-2, steps=6, evaluate_every=2),
        folder=tmp_path / "dense",
        context=other,
        validation=TrainingView(rows(4, seed=1)),
    )
    ours, theirs = values(context, "loss"), values(other, "loss")
    assert list(ours.values()) == pytest.approx(list(theirs.values()), rel=1e-4)
