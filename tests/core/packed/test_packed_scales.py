"""Trained scales: gradients against torch's own, and their way with an adapter to the disk and back."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from peft import LoraConfig

from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.packed import add_adapter, load_adapter, load_model, pack, save_adapter, switch, train_scales
from lowbit_core.packed import scales as scales_file
from lowbit_core.packed.adapter import round_adapter
from lowbit_core.packed.scales import scaled_buffers, scaled_linear

IDS = torch.arange(24).reshape(2, 12)


def dense_product(x, matrix, delta):
    """The same product through a dense weight and torch's autograd; scales not rounded to fp16."""
    size = matrix.codec.group_size or matrix.codes.shape[1]
    group = torch.arange(matrix.codes.shape[1]) // size
    ordered = matrix.dequantize(torch.float64)
    change = (1 + delta)[:, group]
    if matrix.permutation is not None:
        change = change[:, matrix.permutation.long().argsort()]
    return F.linear(x, ordered * change)


@pytest.mark.parametrize(
    "codec", [IntegerCodec(bits=3, group_size=32), NormalFloatCodec(bits=4, group_size=64)], ids=str
)
@pytest.mark.parametrize("permuted", [False, True])
def test_that_gradients_of_input_and_scales_equal_the_dense_ones(codec, permuted, random_matrix, monkeypatch):
    monkeypatch.setattr(scales_file, "_TILE", 500)
    matrix = random_matrix(codec, 24, 100, permuted=permuted)
    x = torch.randn(2, 7, 100, dtype=torch.float64, requires_grad=True)
    delta = torch.zeros(matrix.scales.shape, dtype=torch.float64, requires_grad=True)
    grad = torch.randn(2, 7, 24, dtype=torch.float64)
    y = scaled_linear(x, pack(matrix), delta, torch.ones(24))
    dense = dense_product(x, matrix, delta) + 1
    torch.testing.assert_close(y, dense)
    ours = torch.autograd.grad(y, (x, delta), grad)
    theirs = torch.autograd.grad(dense, (x, delta), grad)
    torch.testing.assert_close(ours[0], theirs[0])
    torch.testing.assert_close(ours[1], theirs[1], rtol=1e-5, atol=1e-6)


def test_that_changed_scales_are_rounded_to_what_is_stored(random_matrix):
    buffers = pack(random_matrix(IntegerCodec(bits=4), 8, 64))
    changed = scaled_buffers(buffers, torch.full(buffers.scales.shape, 0.01))
    assert changed.codes is buffers.codes
    assert torch.equal(changed.scales, (buffers.scales.float() * 1.01).half())


@pytest.mark.parametrize("dora", [False, True])
def test_that_trained_scales_switch_and_travel_with_their_adapter(dora, packed_folder, tmp_path):
    folder = packed_folder("llama")
    bare = load_model(folder, dtype=torch.float32)
    with torch.no_grad():
        base = bare(IDS).logits
    model = add_adapter(bare, LoraConfig(r=2, target_modules=["q_proj", "up_proj"], use_dora=dora), "task")
    train_scales(model, "task")
    switch(model, ("task",), trainable=("task",))
    with torch.no_grad():
        torch.testing.assert_close(model(IDS).logits, base, rtol=1e-5, atol=1e-5)
    model(input_ids=IDS, labels=IDS).loss.backward()
    deltas = [(name, p) for name, p in model.named_parameters() if "lora_scale_delta" in name]
    assert len(deltas) == 4
    for _, delta in deltas:
        assert delta.grad.abs().max() > 0
        delta.data -= 0.05 * delta.grad.sign()
    with torch.no_grad():
        trained = model(IDS).logits
        assert (trained - base).abs().max() > 1e-3
        save_adapter(model, tmp_path / "task", "task")
        again = load_adapter(load_model(folder, dtype=torch.float32), tmp_path / "task", "other")
        assert torch.equal(again(IDS).logits, trained)
        switch(again, ())
        assert torch.equal(again(IDS).logits, base)


def test_that_changes_of_scales_that_do_not_learn_stay_in_16_bits_and_change_nothing(packed_folder, tmp_path):
    folder = packed_folder("llama")
    model = add_adapter(load_model(folder, dtype=torch.float32), LoraConfig(r=2, target_modules=["q_proj"]), "task")
    train_scales(model, "task")
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        if "lora_scale_delta" in name:
            parameter.data.normal_(std=0.1)
    dtype = round_adapter(model, "task")
    save_adapter(model, tmp_path / "task", "task", dtype=dtype)
    switch(model, ("task",))
    kept = {}
    for trainable in (False, True):
        again = load_adapter(load_model(folder, dtype=torch.float32), tmp_path / "task", "task", trainable=trainable)
        kept[trainable] = {p.dtype for name, p in again.named_parameters() if "lora_scale_delta" in name}
        with torch.no_grad():
            assert torch.equal(again(IDS).logits, model(IDS).logits)
    assert kept == {False: {torch.float16}, True: {torch.float32}}
