"""The parts of training by themselves: order of rows, learning rate, checkpoint folders, block memory, loss curves."""

import errno
import json
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from peft import LoraConfig, get_peft_model

from lowbit_core.errors import UserError
from lowbit_core.train import CrossEntropy, checkpoint, checkpoint_blocks, objective_inside
from lowbit_core.train.memory import block_list
from lowbit_core.train.optimizer import build_optimizer, build_schedule, rate_at
from lowbit_core.train.rows import rows_sha256
from lowbit_core.train.sampler import EpochBatches
from lowbit_core.train.watch import LossWatch


@given(
    lengths=st.lists(st.integers(1, 500), min_size=1, max_size=60),
    batch=st.integers(1, 4),
    accumulate=st.integers(1, 3),
    world=st.integers(1, 3),
    grouped=st.booleans(),
    epoch=st.integers(0, 3),
)
@settings(max_examples=100, deadline=None)
def test_that_processes_together_see_every_row_once_in_the_order_of_one(
    lengths, batch, accumulate, world, grouped, epoch
):
    def batches(rank, world, batch):
        sampler = EpochBatches(
            lengths, batch=batch, accumulate=accumulate, seed=1, group_by_length=grouped, rank=rank, world=world
        )
        sampler.set_epoch(epoch)
        made = list(sampler)
        assert len(made) == len(sampler)
        return made

    parts = [batches(rank, world, batch) for rank in range(world)]
    whole = batches(0, 1, batch * world)
    assert len({len(part) for part in parts}) == 1
    assert all(0 < len(item) <= batch for part in parts for item in part)
    for index, expected in enumerate(whole):
        together = [row for part in parts for row in part[index] if row >= 0]
        assert together == expected
    assert Counter(row for item in whole for row in item) == Counter(range(len(lengths)))


def test_that_grouping_puts_like_lengths_together_and_the_longest_first():
    lengths = np.random.default_rng(0).integers(1, 1000, 400).tolist()
    grouped = list(EpochBatches(lengths, batch=4, accumulate=2, group_by_length=True))
    plain = list(EpochBatches(lengths, batch=4, accumulate=2))

    def padding(batches):
        return sum(
            max(lengths[row] for row in item) * len(item) - sum(lengths[row] for row in item) for item in batches
        )

    assert padding(grouped) < 0.2 * padding(plain)
    assert max(lengths) in {lengths[row] for row in grouped[0]}


def test_that_every_epoch_has_another_order_and_the_same_one_again():
    sampler = EpochBatches([1] * 50, batch=5, seed=3)
    first = list(sampler)
    sampler.set_epoch(1)
    assert list(sampler) != first
    sampler.set_epoch(0)
    assert list(sampler) == first


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", [1 / 3, 2 / 3, 1, 1, 1, 1, 1, 1, 1, 1]),
        ("linear", [1 / 3, 2 / 3, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8]),
        ("cosine", [1 / 3, 2 / 3, *(0.5 + 0.5 * np.cos(np.pi * k / 8) for k in range(8))]),
    ],
)
def test_that_the_learning_rate_rises_and_falls_as_drawn(schedule, expected):
    assert [rate_at(step, 10, schedule, 0.2) for step in range(10)] == pytest.approx(expected)
    weight = torch.nn.Linear(2, 2)
    optimizer = build_optimizer(weight, "auto", learning_rate=0.5, weight_decay=0.0, device=torch.device("cpu"))
    scheduler, seen = build_schedule(optimizer, 10, schedule, 0.2), []
    for _ in range(10):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    assert seen == pytest.approx([0.5 * rate for rate in expected])


def test_that_matrices_decay_and_vectors_do_not():
    layer = torch.nn.Linear(3, 2)
    optimizer = build_optimizer(layer, "adamw", learning_rate=1e-3, weight_decay=0.1, device=torch.device("cpu"))
    decays = {tuple(p.shape): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    assert decays == {(2, 3): 0.1, (2,): 0.0}


def write_two(path):
    (path / "a.bin").write_bytes(b"a" * 1000)
    (path / "b.json").write_text("{}")


def test_that_a_damaged_or_unfinished_checkpoint_is_passed_over_for_the_last_whole_one(tmp_path):
    for step in (5, 10, 15, 20):
        checkpoint.save(tmp_path, "step", step, write_two)
    assert checkpoint.step_of(checkpoint.newest(tmp_path)) == 20
    (tmp_path / "step-00000020" / "a.bin").write_bytes(b"a" * 999 + b"b")
    assert checkpoint.step_of(checkpoint.newest(tmp_path)) == 15
    (tmp_path / "step-00000015" / "b.json").unlink()
    assert checkpoint.step_of(checkpoint.newest(tmp_path)) == 10
    (tmp_path / "step-00000010" / checkpoint.MANIFEST).write_text("{")
    assert checkpoint.step_of(checkpoint.newest(tmp_path)) == 5
    manifest = json.loads((tmp_path / "step-00000005" / checkpoint.MANIFEST).read_text())
    assert manifest["files"]["a.bin"]["size_bytes"] == 1000


def test_that_a_full_disk_is_explained_and_leaves_the_last_checkpoint(tmp_path):
    checkpoint.save(tmp_path, "step", 5, write_two)

    def full(path):
        write_two(path)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UserError) as caught:
        checkpoint.save(tmp_path, "step", 10, full)
    assert caught.value.code == "disk-full"
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000005"]


def test_that_pruning_keeps_the_newest_two_and_the_named_best(tmp_path):
    for step in (5, 10, 15):
        checkpoint.save(tmp_path, "step", step, write_two)
        checkpoint.save(tmp_path, "best", step, write_two)
    (tmp_path / ".step-00000020.1.tmp").mkdir()
    checkpoint.prune(tmp_path, keep_best={10})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best-00000010", "step-00000010", "step-00000015"]


def test_that_saving_again_replaces_the_folder(tmp_path):
    checkpoint.save(tmp_path, "best", 5, write_two)
    checkpoint.save(tmp_path, "best", 5, lambda path: (path / "c").write_bytes(b"c"))
    assert sorted(path.name for path in checkpoint.best(tmp_path, 5).iterdir()) == ["c", checkpoint.MANIFEST]


@pytest.mark.parametrize("offload", [False, True])
@pytest.mark.parametrize("family", ["llama", "gpt2", "gemma2"])
def test_that_checkpointed_blocks_give_the_same_gradients_with_dropout(tiny, batch, family, offload):
    targets = ["c_attn", "c_fc"] if family == "gpt2" else ["q_proj", "down_proj"]
    config = LoraConfig(r=2, lora_dropout=0.3, target_modules=targets, init_lora_weights=False)
    model = get_peft_model(tiny(family), config).train()

    def gradients():
        torch.manual_seed(0)
        model.zero_grad()
        with objective_inside(model, CrossEntropy()):
            model(**batch).loss.backward()
        return {name: p.grad.clone() for name, p in model.named_parameters() if p.requires_grad}

    plain = gradients()
    with checkpoint_blocks(model, offload=offload):
        saved = gradients()
    assert all(torch.equal(plain[name], saved[name]) for name in plain)


def saved_bytes(model, batch):
    """What waits for backward, by place in memory; parameters are there anyway."""
    kept, own = {}, {parameter.data_ptr() for parameter in model.parameters()}

    def pack(tensor):
        if tensor.data_ptr() not in own:
            kept[tensor.data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor), objective_inside(model, CrossEntropy()):
        loss = model(**batch).loss
    total = sum(kept.values())
    loss.backward()
    return total


def test_that_checkpointed_blocks_keep_a_fraction_of_the_memory(tiny, batch):
    model = get_peft_model(tiny("llama"), LoraConfig(r=2, target_modules=["q_proj"])).train()
    plain = saved_bytes(model, batch)
    with checkpoint_blocks(model):
        few = saved_bytes(model, batch)
    assert few < 0.3 * plain


def test_that_only_the_blocks_inputs_are_offloaded(tiny, batch, monkeypatch):
    from lowbit_core.train import memory

    model = get_peft_model(tiny("llama"), LoraConfig(r=2, target_modules=["q_proj"])).train()
    moved, original = [], memory._to_ram

    def to_ram(tensor):
        moved.append(tuple(tensor.shape))
        return original(tensor)

    monkeypatch.setattr(memory, "_to_ram", to_ram)
    with checkpoint_blocks(model, offload=True), objective_inside(model, CrossEntropy()):
        model(**batch).loss.backward()
    assert moved == [(3, 17, 32)] * len(block_list(model))


def test_that_generation_without_gradients_is_untouched_by_checkpointing(tiny, batch):
    model = tiny("llama").train()
    with torch.no_grad(), checkpoint_blocks(model):
        inside = model(batch["input_ids"]).logits
    with torch.no_grad():
        assert torch.equal(inside, model(batch["input_ids"]).logits)


def findings(losses, steps):
    watch = LossWatch(steps)
    return {found: step for step, loss in enumerate(losses) if (found := watch.update(loss))}


def test_that_a_rising_loss_is_noticed_once_and_a_falling_or_noisy_one_never():
    random = np.random.default_rng(0)
    noise = random.normal(0, 0.15, 400)
    falling = 1 + 3 * np.exp(-np.arange(400) / 150) + noise
    assert findings(falling, 400) == {}
    rising = np.concatenate([falling[:200], falling[200] + 0.02 * np.arange(200)]) + noise
    found = findings(rising, 400)
    assert list(found) == ["loss-rising"]
    assert 200 < found["loss-rising"] < 290


def test_that_a_flat_loss_is_noticed_after_two_windows():
    flat = 2 + np.random.default_rng(1).normal(0, 0.001, 400)
    assert findings(flat, 400) == {"loss-plateau": 20 + 2 * 100 - 1}


def test_that_a_restored_watch_goes_on_as_if_never_stopped():
    losses = np.concatenate([np.full(40, 1.0), np.linspace(1, 3, 60)])
    one, first, second = LossWatch(100), LossWatch(100), LossWatch(100)
    expected = [one.update(loss) for loss in losses]
    got = [first.update(loss) for loss in losses[:45]]
    second.restore(json.loads(json.dumps(first.state())))
    assert got + [second.update(loss) for loss in losses[45:]] == expected
    assert "loss-rising" in expected


def test_that_the_fingerprint_of_rows_sees_order_borders_and_labels():
    base = [{"input_ids": [1, 2], "labels": [-100, 2]}, {"input_ids": [3], "labels": [3]}]
    other = [
        base[::-1],
        [{"input_ids": [1], "labels": [-100]}, {"input_ids": [2, 3], "labels": [2, 3]}],
        [{"input_ids": [1, 2], "labels": [1, 2]}, base[1]],
    ]
    assert len({rows_sha256(rows) for rows in [base, *other]}) == 4
    assert rows_sha256([{name: np.array(value) for name, value in row.items()} for row in base]) == rows_sha256(base)


def test_that_a_lean_gate_gives_the_plain_product_and_gradients_bit_for_bit():
    from lowbit_core.train.lean_gates import gated

    for dtype in (torch.float32, torch.bfloat16):
        gate, up, weight = (torch.randn(9, 33, dtype=dtype) * 3 for _ in range(3))
        results = []
        for function in (gated, lambda a, b: torch.nn.functional.silu(a) * b):
            a, b = gate.clone().requires_grad_(), up.clone().requires_grad_()
            y = function(a, b)
            y.backward(weight)
            results.append((y.detach(), a.grad, b.grad))
        for ours, plain in zip(*results, strict=True):
            assert torch.equal(ours, plain)


def test_that_an_optimizer_that_knows_no_streams_waits_for_the_gradients_and_is_waited_for(monkeypatch):
    from lowbit_core.train.optimizer import _step_on_the_default_stream

    class Stream:
        def __init__(self, name):
            self.name = name

        def wait_stream(self, other):
            done.append(f"{self.name} waits for {other.name}")

    done, default, ours = [], Stream("default"), Stream("ours")
    monkeypatch.setattr(torch.cuda, "default_stream", lambda: default)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: ours)
    monkeypatch.setattr(torch.cuda, "set_stream", lambda stream: done.append(f"on {stream.name}"))
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    optimizer.register_step_pre_hook(lambda *_: done.append("before"))
    _step_on_the_default_stream(optimizer)
    optimizer.step()
    assert done == ["before", "default waits for ours", "on default", "ours waits for default", "on ours"]
