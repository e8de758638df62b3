"""Distillation: teachers agree, the loss is KL, LREC and trained codes bring a tiny model nearer to its float self."""

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from lowbit_core.context import SilentContext
from lowbit_core.correct.distillation import Distillation, SequenceRows, collate, int21_weights
from lowbit_core.correct.lrec import lrec
from lowbit_core.correct.matrix_errors import held_out_sequences, tell_errors, with_adapter
from lowbit_core.correct.qad import make_trainable, qad
from lowbit_core.correct.teacher import CachedTeacher, ResidentTeacher, cache_hidden
from lowbit_core.events import Metric
from lowbit_core.model import BlockStream, load_float, structure
from lowbit_core.model.loading import checkpoint_names
from lowbit_core.packed import PackedFolder, load_adapter, load_model
from lowbit_core.quantize import quantize_model
from lowbit_core.quantize.width_errors import float_weight
from lowbit_core.recipe.schema import Correct, Quantize
from lowbit_core.source import resolve
from lowbit_core.weights import open_weights

CPU = torch.device("cpu")


@pytest.fixture
def spec(tiny_llama):
    return resolve(f"path:{tiny_llama}", context=SilentContext())


@pytest.fixture
def tokens():
    return torch.randint(0, 256, (24, 32), generator=torch.Generator().manual_seed(0))


@pytest.fixture
def packed(spec, tokens, tmp_path):
    from lowbit_core.correct import ActivationRepair

    folder, repair = tmp_path / "quantized", tmp_path / "adapters" / "repair"
    sink = PackedFolder(folder, repair, spec, structure(spec), dtype=torch.float32)
    quantize_model(
        spec,
        Quantize(bits=2.0, group_size=32, solver="gptq"),
        tokens,
        sink=sink,
        context=SilentContext(),
        repair=ActivationRepair(rank=2),
        dtype=torch.float32,
    )
    return folder, repair


def kl_to(teacher, student, tokens):
    with torch.no_grad():
        p = F.log_softmax(teacher(tokens).logits.double(), -1)
        q = F.log_softmax(student(tokens).logits.double(), -1)
    return F.kl_div(q, p, log_target=True, reduction="sum").item() / tokens.numel()


def test_that_the_streamed_teacher_is_the_resident_one(spec, tokens, tmp_path):
    model = load_float(spec, torch.float32)
    resident = ResidentTeacher(model, tokens)
    path = tmp_path / "hidden"
    shape = cache_hidden(spec, tokens, path, dtype=torch.float32, device=CPU, context=SilentContext())
    assert shape == (24, 32, 64)
    assert path.stat().st_size == 24 * 32 * 64 * 2
    cached = CachedTeacher(spec, path, shape, dtype=torch.float32, device=CPU)
    rows = torch.tensor([3, 0, 17])
    torch.testing.assert_close(cached.hidden(rows), resident.hidden(rows), atol=0.02, rtol=0.01)  # bfloat16 on disk
    states = torch.randn(5, 64)
    torch.testing.assert_close(cached.head(states), resident.head(states))


def test_that_the_objective_is_kl_plus_weighted_cross_entropy(spec, tokens):
    teacher = ResidentTeacher(load_float(spec, torch.float32), tokens)
    rows = SequenceRows(tokens)
    batch = collate([rows[4], rows[9]])
    assert batch["rows"].tolist() == [4, 9]
    hidden = torch.randn(2, 32, 64)
    total = Distillation(teacher, 0.7, 0.3)(hidden, teacher.head, [], batch)
    logits = teacher.head(hidden.reshape(-1, 64))
    taught = teacher.head(teacher.hidden(batch["rows"]).reshape(-1, 64))
    kl = F.kl_div(logits.log_softmax(-1), taught.log_softmax(-1), log_target=True, reduction="sum")
    ce = F.cross_entropy(
        logits.reshape(2, 32, -1)[:, :-1].reshape(-1, logits.shape[-1]),
        tokens[[4, 9], 1:].reshape(-1),
        reduction="sum",
    )
    torch.testing.assert_close(total, 0.7 * kl + 0.3 * ce, rtol=1e-4, atol=1e-3)
    assert int21_weights(1, 120, 2048) == (1.0, 120 / 2048)


def test_that_lrec_brings_the_model_nearer_and_is_found_again_on_disk(spec, tokens, packed, tmp_path):
    folder, repair = packed
    reference = load_float(spec, torch.float32)
    model = load_adapter(load_model(folder, CPU, torch.float32), repair, "repair")
    before = kl_to(reference, model, tokens)
    result = lrec(
        model,
        "repair",
        tokens,
        Correct(method="lrec", rank=2, steps=30, batch=8, length=32, learning_rate=5e-3),
        ResidentTeacher(reference, tokens),
        folder=repair,
        checkpoints=tmp_path / "checkpoints",
        context=SilentContext(),
    )
    after = kl_to(reference, model, tokens)
    assert result.steps == 30
    assert after < 0.8 * before
    again = load_adapter(load_model(folder, CPU, torch.float32), repair, "repair")
    assert kl_to(reference, again, tokens) == pytest.approx(after, rel=0.02)


def test_that_an_adapter_beyond_fp16_is_stored_in_a_range_that_holds_it(spec, tokens, packed, tmp_path):
    folder, repair = packed
    model = load_adapter(load_model(folder, CPU, torch.float32), repair, "repair", trainable=True)
    module = model.get_base_model().model.layers[0].mlp.down_proj
    with torch.no_grad():  # the product stays what it was
        module.lora_B["repair"].weight[:, 0] *= 2.0**20
        module.lora_A["repair"].weight[0] *= 2.0**-20
    assert module.lora_B["repair"].weight.abs().max() > torch.finfo(torch.float16).max
    lrec(
        model,
        "repair",
        tokens,
        Correct(method="lrec", rank=2, steps=1, batch=8, length=32, learning_rate=0.0),
        ResidentTeacher(load_float(spec, torch.float32), tokens),
        folder=repair,
        checkpoints=tmp_path / "checkpoints",
        context=SilentContext(),
    )
    stored = load_file(repair / "adapter_model.safetensors")
    assert all(bool(item.isfinite().all()) for item in stored.values())
    again = load_adapter(load_model(folder, CPU, torch.float32), repair, "repair")
    with torch.no_grad():
        torch.testing.assert_close(again(tokens).logits, model(tokens).logits)


def test_that_every_step_tells_what_its_loss_is_made_of(spec, tokens, packed, tmp_path):
    folder, repair = packed
    context = SilentContext()
    lrec(
        load_adapter(load_model(folder, CPU, torch.float32), repair, "repair"),
        "repair",
        tokens,
        Correct(method="lrec", rank=2, steps=4, batch=8, length=32, kl_weight=0.7, ce_weight=0.3),
        ResidentTeacher(load_float(spec, torch.float32), tokens),
        folder=repair,
        checkpoints=tmp_path / "checkpoints",
        context=context,
    )
    told = {name: [event.value for event in context.events if isinstance(event, Metric) and event.name == name]
            for name in ("loss", "kl", "ce")}  # fmt: skip
    assert len(told["loss"]) == 4
    for loss, kl, ce in zip(*told.values(), strict=True):
        assert loss == pytest.approx(0.7 * kl + 0.3 * ce, rel=1e-4)


def test_that_trained_codes_bring_the_model_nearer_without_an_adapter(spec, tokens, packed, tmp_path):
    folder, _ = packed
    reference = load_float(spec, torch.float32)
    model = load_model(folder, CPU, torch.float32)
    before = kl_to(reference, model, tokens)
    reader = open_weights(spec)
    layers = make_trainable(model, reader, checkpoint_names(reference, reader.names()), {})
    assert len(layers) == 21
    assert kl_to(reference, model, tokens) == pytest.approx(before, rel=1e-3)
    result = qad(
        model,
        tokens,
        Correct(method="qad", steps=60, batch=8, length=32, learning_rate=5e-3, weight_learning_rate=2e-2),
        ResidentTeacher(reference, tokens),
        checkpoints=tmp_path / "checkpoints",
        context=SilentContext(),
    )
    after = kl_to(reference, model, tokens)
    assert result.best_step > 0
    assert after < 0.8 * before


def error_of(inputs, weight, value):
    """10·log10(|x·(W − W')ᵀ|² / |x·Wᵀ|²) in float64."""
    x, w = inputs.reshape(-1, inputs.shape[-1]).double(), weight.detach().double()
    return float(10 * torch.log10((x @ (w - value.detach().double()).T).square().sum() / (x @ w.T).square().sum()))


def test_that_the_errors_told_of_a_trained_repair_are_those_of_its_matrices_on_its_inputs(
    spec, tokens, packed, tmp_path
):
    folder, repair = packed
    reference = load_float(spec, torch.float32)
    model = load_adapter(load_model(folder, CPU, torch.float32), repair, "repair")
    settings = Correct(method="lrec", rank=2, steps=10, batch=8, length=32, learning_rate=5e-3)
    teacher = ResidentTeacher(reference, tokens)
    lrec(model, "repair", tokens, settings, teacher, folder=repair, checkpoints=tmp_path / "c", context=SilentContext())
    stream, context = BlockStream(spec, dtype=torch.float32), SilentContext()
    matrices = with_adapter(model, "repair", stream.structure, lambda linear: float_weight(stream, linear))
    ids = held_out_sequences(tokens)
    assert torch.equal(ids, tokens[-1:])
    tell_errors(matrices, lambda: model(ids), context)

    told = {(event.layer, event.phase): event for event in context.events}
    assert len(told) == len(context.events) == 42
    for linear in stream.structure.linears():
        layer = model.get_base_model().get_submodule(linear.name)
        seen, weight = [], reference.get_submodule(linear.name).weight
        handle = layer.register_forward_hook(lambda _module, args, _output, seen=seen: seen.append(args[0].detach()))
        with torch.no_grad():
            model(ids)
        handle.remove()
        codes = layer.base_layer.dequantize(torch.float32)
        eye = torch.eye(linear.in_features)
        value = layer(eye).T  # scales, codes and low-rank term, by the layer's own product
        expected = {"before": error_of(seen[0], weight, codes), "after": error_of(seen[0], weight, value)}
        for phase, error in expected.items():
            assert told[linear.name, phase].error_db == pytest.approx(error, abs=0.01)
        numbers = sum(item.numel() for name, item in layer.named_parameters() if "lora_" in name)
        added = told[linear.name, "after"].bits - told[linear.name, "before"].bits
        assert added == pytest.approx(16 * numbers / linear.weights)
