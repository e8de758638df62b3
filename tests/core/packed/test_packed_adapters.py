"""LoRA and DoRA on packed layers against PEFT's own on the dequantized model; stacking, switching, files, bases."""

from __future__ import annotations

import json
import os

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.packed import (
    PackedLinear,
    account,
    active_adapters,
    add_adapter,
    load_adapter,
    load_model,
    manifest_of,
    peft_factors,
    save_adapter,
    switch,
)
from lowbit_core.quantize import LowRank

TARGETS = ["q_proj", "v_proj", "down_proj"]


def tokens(seed=0, rows=2, length=16):
    return torch.randint(0, 128, (rows, length), generator=torch.Generator().manual_seed(seed))


def lora(**options):
    settings = {"r": 4, "lora_alpha": 8, "target_modules": TARGETS, "task_type": "CAUSAL_LM"}
    return LoraConfig(**{**settings, **options})


def dense_twin(folder):
    """The same base, dequantized into ordinary linears, as PEFT knows them."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).dequantize()


def randomise(model, adapter="default"):
    """Gives an adapter numbers, the same for the same names."""
    generator = torch.Generator().manual_seed(7)
    for name, parameter in sorted(model.named_parameters()):
        if f".{adapter}" in name and "lora_" in name:
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.data = noise * 0.05 if "magnitude" not in name else parameter.data * (1 + 0.1 * noise)


def logits(model, ids=None):
    with torch.no_grad():
        return model(tokens() if ids is None else ids).logits


@pytest.mark.parametrize("options", [{}, {"use_rslora": True}, {"use_dora": True}, {"use_dora": True, "r": 2}], ids=str)
@pytest.mark.parametrize("kind", ["llama", "qwen2", "gpt2"])
def test_that_forward_and_gradients_equal_pefts_on_the_dequantized_model(kind, options, packed_folder):
    folder = packed_folder(kind, IntegerCodec(bits=3, group_size=32))
    targets = ["c_attn", "c_proj"] if kind == "gpt2" else TARGETS
    ours = add_adapter(load_model(folder, dtype=torch.float32), lora(target_modules=targets, **options), "default")
    theirs = get_peft_model(dense_twin(folder), lora(target_modules=targets, **options))
    grads = []
    for model in (ours, theirs):
        randomise(model)
        out = model.eval()(tokens()).logits
        cross_entropy(out[:, :-1].flatten(0, 1), tokens()[:, 1:].flatten()).backward()
        grads.append((out.detach(), {name: p.grad for name, p in model.named_parameters() if p.grad is not None}))
    torch.testing.assert_close(grads[0][0], grads[1][0], rtol=1e-4, atol=1e-4)
    assert grads[0][1].keys() == grads[1][1].keys()
    for name, grad in grads[0][1].items():
        torch.testing.assert_close(
            grad, grads[1][1][name], rtol=2e-3, atol=2e-6, msg=lambda text, n=name: f"{n}: {text}"
        )


def test_that_dora_keeps_no_dense_matrix_for_backward(packed_folder):
    model = add_adapter(load_model(packed_folder("llama"), dtype=torch.float32), lora(use_dora=True), "default")
    layer = model.base_model.model.model.layers[0].mlp.down_proj
    sizes = []
    x = torch.randn(3, 96, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: sizes.append((t.numel(), t.dtype)) or t, lambda t: t):
        layer(x)
    assert sizes
    assert max(count for count, dtype in sizes if dtype == torch.float32) < 64 * 96


def test_that_dropout_in_dora_follows_pefts_rule(packed_folder):
    folder = packed_folder("llama")
    options = {"use_dora": True, "lora_dropout": 0.5}
    outs = []
    for model in (
        add_adapter(load_model(folder, dtype=torch.float32), lora(**options), "default"),
        get_peft_model(dense_twin(folder), lora(**options)),
    ):
        randomise(model)
        torch.manual_seed(3)
        outs.append(model.train()(tokens()).logits.detach())
    torch.testing.assert_close(outs[0], outs[1], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("alpha", "rslora"), [(4, False), (32, False), (1, False), (32, True)])
def test_that_a_closed_form_start_is_exact_at_step_zero_whatever_alpha_is(alpha, rslora, packed_folder):
    folder = packed_folder("llama", IntegerCodec(bits=2, group_size=64))
    name = "model.layers.0.self_attn.q_proj"
    torch.manual_seed(1)
    low_rank = LowRank(a=torch.randn(4, 64), b=torch.randn(64, 4) * 0.1)
    config = lora(lora_alpha=alpha, use_rslora=rslora, target_modules=[name])
    model = add_adapter(load_model(folder, dtype=torch.float32), config, "default")
    layer = model.base_model.model.get_submodule(name)
    lora_a, lora_b = peft_factors(low_rank, layer.scaling["default"], torch.float32)
    layer.lora_A["default"].weight.data, layer.lora_B["default"].weight.data = lora_a, lora_b
    x = torch.randn(5, 64)
    expected = x @ (layer.base_layer.dequantize() + low_rank.product()).T
    torch.testing.assert_close(layer(x).detach(), expected, rtol=1e-5, atol=1e-5)


def repairs_of(ranks):
    torch.manual_seed(5)
    shapes = {"self_attn.q_proj": (64, 64), "mlp.up_proj": (96, 64), "mlp.down_proj": (64, 96)}
    return {
        f"model.layers.{index}.{name}": LowRank(a=torch.randn(rank, cols), b=0.05 * torch.randn(rows, rank))
        for index in range(2)
        for (name, (rows, cols)), rank in zip(shapes.items(), ranks, strict=True)
    }


def test_that_the_repair_adapter_adds_each_matrix_its_own_term_and_peft_alone_can_read_it(packed_folder, tmp_path):
    repairs = repairs_of((2, 2, 7))
    folder = packed_folder("llama", repairs=repairs)
    dense = dense_twin(folder)
    by_peft = PeftModel.from_pretrained(dense_twin(folder), tmp_path / "adapters" / "repair")
    model = load_adapter(load_model(folder, dtype=torch.float32), tmp_path / "adapters" / "repair", "repair")
    for name, low_rank in repairs.items():
        dense.get_submodule(name).weight.data += low_rank.product()
        assert model.base_model.model.get_submodule(name).scaling == {"repair": 1.0}
    torch.testing.assert_close(logits(model), logits(dense), rtol=2e-3, atol=2e-3)
    torch.testing.assert_close(logits(model), logits(by_peft), rtol=1e-5, atol=1e-5)
    report, bare = account(folder, [tmp_path / "adapters" / "repair"]), account(folder)
    parameters = sum(low_rank.parameters for low_rank in repairs.values())
    assert report.adapter_bytes == 2 * parameters
    assert report.linear_bits == pytest.approx(bare.linear_bits + 16 * parameters / report.linear_weights)


def test_that_adapters_stack_and_switch_without_a_reload(packed_folder, tmp_path):
    folder = packed_folder("llama", repairs=repairs_of((2, 2, 2)))
    bare = load_model(folder, dtype=torch.float32)
    base = logits(bare)
    model = load_adapter(bare, tmp_path / "adapters" / "repair", "repair")
    repaired = logits(model)
    add_adapter(model, lora(), "task")
    assert active_adapters(model) == ("repair",)
    randomise(model, "task")
    switch(model, ("repair", "task"), trainable=("task",))
    both = logits(model)
    trained = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert trained
    assert all(".task" in name for name in trained)
    switch(model, ("task",))
    task = logits(model)
    assert not [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    switch(model, ())
    assert torch.equal(logits(model), base)
    assert active_adapters(model) == ()
    switch(model, ("repair",))
    assert torch.equal(logits(model), repaired)
    switch(model, ("repair", "task"))
    assert torch.equal(logits(model), both)
    outputs = [base, repaired, task, both]
    assert all((a - b).abs().max() > 1e-4 for i, a in enumerate(outputs) for b in outputs[:i])
    with pytest.raises(UserError, match="No adapter called 'other'"):
        switch(model, ("other",))


def test_that_a_fresh_dora_on_a_repaired_base_changes_nothing_at_step_zero(packed_folder, tmp_path):
    folder = packed_folder("llama", repairs=repairs_of((3, 3, 3)))
    model = load_adapter(load_model(folder, dtype=torch.float32), tmp_path / "adapters" / "repair", "repair")
    repaired = logits(model)
    add_adapter(model, lora(use_dora=True), "task")
    switch(model, ("repair", "task"))
    torch.testing.assert_close(logits(model), repaired, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "options", [{}, {"use_dora": True}, {"use_rslora": True, "rank_pattern": {"q_proj": 2}}], ids=str
)
def test_that_a_saved_adapter_comes_back_and_is_pefts_own_format(options, packed_folder, tmp_path):
    folder = packed_folder("llama")
    model = add_adapter(load_model(folder, dtype=torch.float32), lora(**options), "mine")
    randomise(model, "mine")
    for _ in range(2):
        save_adapter(model, tmp_path / "a" / "mine", "mine")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["mine"]
    expected = logits(model.eval())
    again = load_adapter(load_model(folder, dtype=torch.float32), tmp_path / "a" / "mine", "yours").eval()
    assert torch.equal(logits(again), expected)
    by_peft = PeftModel.from_pretrained(dense_twin(folder), tmp_path / "a" / "mine").eval()
    torch.testing.assert_close(logits(by_peft), expected, rtol=1e-4, atol=1e-4)
    assert (
        json.loads((tmp_path / "a" / "mine" / "lowbit.json").read_text())["base_sha256"]
        == manifest_of(again).base_sha256
    )


def test_that_an_adapter_of_another_base_is_refused(packed_folder, tmp_path):
    first = packed_folder("llama", IntegerCodec(bits=4), name="first")
    second = packed_folder("llama", IntegerCodec(bits=3), name="second")
    model = add_adapter(load_model(first), lora(), "mine")
    save_adapter(model, tmp_path / "mine", "mine")
    other = load_model(second)
    with pytest.raises(UserError) as raised:
        load_adapter(other, tmp_path / "mine", "mine")
    assert raised.value.code == "adapter-other-base"
    assert not [module for module in other.modules() if type(module).__name__ == "PackedLoraLinear"]
    (tmp_path / "mine" / "lowbit.json").unlink()
    with pytest.raises(UserError) as raised:
        load_adapter(load_model(first), tmp_path / "mine", "mine")
    assert raised.value.code == "adapter-no-base"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda f: os.truncate(f / "adapter_model.safetensors", 400), "file-truncated"),
        (lambda f: (f / "adapter_model.safetensors").unlink(), "file-missing"),
        (lambda f: (f / "adapter_config.json").write_text("["), "file-corrupt"),
        (lambda f: edit(f, lambda c: c.update(target_modules=["q_proj", "k_proj"])), "adapter-mismatch"),
        (lambda f: edit(f, lambda c: c.update(r=3)), "adapter-mismatch"),
    ],
)
def test_that_a_damaged_adapter_is_explained(damage, code, packed_folder, tmp_path):
    folder = packed_folder("llama")
    save_adapter(add_adapter(load_model(folder), lora(), "mine"), tmp_path / "mine", "mine")
    damage(tmp_path / "mine")
    with pytest.raises(UserError) as raised:
        load_adapter(load_model(folder), tmp_path / "mine", "mine")
    assert raised.value.code == code


def edit(folder, change):
    config = json.loads((folder / "adapter_config.json").read_text())
    change(config)
    (folder / "adapter_config.json").write_text(json.dumps(config))


def test_that_merging_is_refused_with_a_way_out(packed_folder):
    model = add_adapter(load_model(packed_folder("llama")), lora(), "mine")
    with pytest.raises(UserError, match="cannot be merged"):
        model.merge_adapter()


def test_that_a_fine_tune_on_the_packed_base_follows_the_dequantized_one(packed_folder):
    """Twenty AdamW steps of LoRA in fp32: the losses agree to 1e-4 relative, and fall."""
    folder = packed_folder("llama", IntegerCodec(bits=3, group_size=32))
    curves = []
    for model in (
        add_adapter(load_model(folder, dtype=torch.float32), lora(), "default"),
        get_peft_model(dense_twin(folder), lora()),
    ):
        torch.manual_seed(0)
        for name, parameter in sorted(model.named_parameters()):
            if "lora_A" in name:
                parameter.data = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(len(name))) / 8
        optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
        losses = []
        for step in range(20):
            ids = tokens(step % 4)
            loss = model.train()(input_ids=ids, labels=ids).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        curves.append(losses)
    assert curves[0] == pytest.approx(curves[1], rel=1e-4)
    assert curves[0][-1] < curves[0][0] - 0.2
    packed = [module for module in model.modules() if isinstance(module, PackedLinear)]
    assert not packed, "the second curve is of ordinary linears"
