"""The folder a quantization writes: loaded by transformers and by us, saved again, resumed, damaged."""

from __future__ import annotations

import json
import os
import shutil

import pytest
import torch
from transformers import AutoModelForCausalLM, GenerationConfig

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.formats.layout import effective_bits, matrix_bytes
from lowbit_core.model import load_float, structure
from lowbit_core.packed import (
    PackedEmbedding,
    PackedFolder,
    PackedLinear,
    TiedHead,
    account,
    base_sha256,
    load_model,
    read_manifest,
    verify,
)
from lowbit_core.quantize import solve
from lowbit_core.source import inspect_model
from lowbit_core.weights import open_weights

KINDS = ["llama", "qwen2", "gpt2", "gemma"]
IDS = torch.arange(24).reshape(2, 12)


def dense_reference(float_folder, codec, head_codec=None):
    """The float model with its matrices replaced by what the solver's own dequantization gives."""
    spec = inspect_model(f"path:{float_folder}")
    parts = structure(spec)
    model = load_float(spec, torch.float32)
    for linear in parts.linears():
        weight = model.get_submodule(linear.name).weight
        matrix = weight.T.contiguous() if linear.transposed else weight
        quantized = solve(matrix.detach().clone(), codec, "nearest", None).dequantize()
        weight.data.copy_(quantized.T if linear.transposed else quantized)
    if head_codec:
        for name in {parts.embedding, parts.head}:
            weight = model.get_submodule(name).weight
            if name == parts.head and parts.tied:
                continue
            weight.data.copy_(solve(weight.detach().clone(), head_codec, "nearest", None).dequantize())
    return model


def tensors_of(folder):
    reader = open_weights(inspect_model(f"path:{folder}"))
    return {name: reader.read(name) for name in reader.names()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("head_bits", [0, 8])
def test_that_both_loaders_give_the_logits_of_the_dequantized_float_model(kind, head_bits, packed_folder, tmp_path):
    codec = IntegerCodec(bits=3, group_size=32)
    head_codec = IntegerCodec(bits=8, group_size=64) if head_bits else None
    folder = packed_folder(kind, codec, head_codec=head_codec)
    expected = dense_reference(tmp_path / f"float-{kind}", codec, head_codec)(IDS).logits
    ours = load_model(folder, dtype=torch.float32)
    theirs, loading = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    assert not any(loading.values()), loading
    for model in (ours, theirs):
        with torch.no_grad():
            torch.testing.assert_close(model(IDS).logits, expected, rtol=1e-5, atol=1e-5)
    assert sum(isinstance(m, PackedLinear) for m in ours.modules()) == sum(
        isinstance(m, PackedLinear) for m in theirs.modules()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_that_save_pretrained_keeps_every_byte_and_the_identity_of_the_base(kind, packed_folder, tmp_path):
    folder = packed_folder(kind, IntegerCodec(bits=4, group_size=32), head_codec=IntegerCodec(bits=4, group_size=32))
    for index, model in enumerate(
        [
            AutoModelForCausalLM.from_pretrained(folder, device_map="cpu", low_cpu_mem_usage=True),
            load_model(folder, dtype=torch.float32),
        ]
    ):
        again = tmp_path / f"again-{index}"
        model.save_pretrained(again)
        first, second = tensors_of(folder), tensors_of(again)
        assert first.keys() == second.keys()
        assert all(torch.equal(first[name], second[name]) and first[name].dtype == second[name].dtype for name in first)
        assert read_manifest(again) == read_manifest(folder)
        verify(again)


@pytest.mark.parametrize("kind", ["qwen2", "gpt2", "gemma"])
def test_that_a_tied_head_shares_the_bytes_of_the_embedding(kind, packed_folder):
    folder = packed_folder(kind, head_codec=IntegerCodec(bits=4, group_size=32))
    config = json.loads((folder / "config.json").read_text())
    assert config["tie_word_embeddings"] is False
    for model in (load_model(folder), AutoModelForCausalLM.from_pretrained(folder)):
        head, table = model.get_output_embeddings(), model.get_input_embeddings()
        assert isinstance(head, TiedHead)
        assert isinstance(table, PackedEmbedding)
        model.to(torch.bfloat16)
        assert head.buffers_packed.codes is table.codes
        assert not [name for name in model.state_dict() if name.startswith("lm_head")]


@pytest.mark.parametrize("kind", ["llama", "gemma"])
def test_that_bfloat16_leaves_the_scales_as_stored(kind, packed_folder):
    folder = packed_folder(kind)
    stored = tensors_of(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
    model.model.half().to(torch.bfloat16).float()
    name = "model.layers.1.mlp.down_proj"
    layer = model.get_submodule(name)
    assert layer.scales.dtype == torch.float16
    assert torch.equal(layer.scales, stored[f"{name}.scales"])
    assert layer.weight.dtype == torch.float32


def test_that_generate_gives_the_same_tokens_as_the_dequantized_model(packed_folder):
    folder = packed_folder("llama", NormalFloatCodec(bits=4, group_size=32))
    model = load_model(folder, dtype=torch.float32)
    settings = GenerationConfig(max_new_tokens=8, do_sample=False, pad_token_id=0)
    packed = model.generate(IDS, generation_config=settings)
    dense = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).dequantize()
    assert not any(isinstance(module, PackedLinear) for module in dense.modules())
    assert torch.equal(packed, dense.generate(IDS, generation_config=settings))


def test_that_an_interrupted_quantization_ends_in_identical_bytes(tmp_path, float_folder, fill_folder):
    spec = inspect_model(f"path:{float_folder('llama')}")
    codec = IntegerCodec(bits=3, group_size=32)

    def sink(name):
        return PackedFolder(tmp_path / name, tmp_path / f"{name}-repair", spec, structure(spec), run_key="k")

    fill_folder(sink("straight"), spec, codec)
    first = sink("stopped")
    fill_folder(first, spec, codec, blocks=[0], finish=False)
    first.matrix("model.layers.1.mlp.up_proj", solve(torch.ones(96, 64), codec, "nearest"), None)
    second = sink("stopped")
    assert set(second.done_blocks()) == {0}
    fill_folder(second, spec, codec)
    for file in (tmp_path / "straight").iterdir():
        assert file.read_bytes() == (tmp_path / "stopped" / file.name).read_bytes(), file.name
    assert set(sink("stopped").done_blocks()) == {0, 1}


def test_that_parts_of_other_settings_are_not_mixed_in(tmp_path, float_folder, fill_folder):
    spec = inspect_model(f"path:{float_folder('llama')}")
    sink = PackedFolder(tmp_path / "q", tmp_path / "a", spec, structure(spec), run_key="3 bits")
    fill_folder(sink, spec, IntegerCodec(bits=3), blocks=[0], finish=False)
    other = PackedFolder(tmp_path / "q", tmp_path / "a", spec, structure(spec), run_key="4 bits")
    assert not other.done_blocks()
    fill_folder(other, spec, IntegerCodec(bits=4))
    assert set(read_manifest(tmp_path / "q").matrices.values()) == {IntegerCodec(bits=4)}


@pytest.mark.parametrize("step", ["_assemble", "_write_configuration"])
def test_that_a_crash_while_finishing_is_mended_by_the_next_run(step, tmp_path, float_folder, fill_folder, monkeypatch):
    spec = inspect_model(f"path:{float_folder('llama')}")
    codec = IntegerCodec(bits=4)

    def sink(name):
        return PackedFolder(tmp_path / name, tmp_path / f"{name}-repair", spec, structure(spec))

    def crash(*_):
        raise KeyboardInterrupt

    fill_folder(sink("straight"), spec, codec)
    with monkeypatch.context() as patch:
        patch.setattr(PackedFolder, step, crash)
        with pytest.raises(KeyboardInterrupt):
            fill_folder(sink("crashed"), spec, codec)
    assert not (tmp_path / "crashed" / "config.json").exists()
    fill_folder(sink("crashed"), spec, codec)
    for file in (tmp_path / "straight").iterdir():
        assert file.read_bytes() == (tmp_path / "crashed" / file.name).read_bytes(), file.name


def test_that_the_bits_count_scales_zeros_padding_and_adapters(packed_folder, tmp_path):
    codec = IntegerCodec(bits=3, group_size=64)
    folder = packed_folder("llama", codec)
    report = account(folder)
    shapes = [(64, 64), (32, 64), (32, 64), (64, 64), (96, 64), (96, 64), (64, 96)] * 2
    weights = sum(rows * columns for rows, columns in shapes)
    stored = sum(matrix_bytes(codec, rows, columns).total for rows, columns in shapes)
    assert report.linear_weights == weights
    assert report.linear_bytes == stored
    assert report.linear_bits == pytest.approx(8 * stored / weights)
    one = matrix_bytes(codec, 64, 64)
    assert effective_bits(one, 64, 64) == pytest.approx(8 * (64 * 32 + 64 * 2 + 64) / 4096)
    on_disk = sum(tensor.numel() * tensor.element_size() for tensor in tensors_of(folder).values())
    assert report.model_bytes == on_disk
    assert report.model_weights == weights + 2 * 128 * 64 + 5 * 64


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda f: (f / "config.json").unlink(), "file-missing"),
        (lambda f: (f / "config.json").write_text("{"), "file-corrupt"),
        (lambda f: os.truncate(f / "model.safetensors", 300_000), "file-truncated"),
        (lambda f: edit(f, lambda c: c["quantization_config"].update(layout_version=9)), "packed-version"),
        (lambda f: edit(f, lambda c: c["quantization_config"].pop("codecs")), "packed-config"),
        (lambda f: edit(f, lambda c: c["quantization_config"]["matrices"].update(nothing=0)), "packed-config"),
        (lambda f: edit(f, lambda c: c.pop("quantization_config")), "packed-config"),
        (lambda f: edit(f, lambda c: c["quantization_config"]["codecs"][0].update(bits=8)), "tensor-shape"),
        (lambda f: edit(f, lambda c: c.update(num_hidden_layers=3)), "tensor-missing"),
    ],
)  # fmt: skip
def test_that_a_damaged_folder_is_explained(damage, code, packed_folder):
    folder = packed_folder("llama")
    damage(folder)
    with pytest.raises(UserError) as raised:
        load_model(folder)
    assert raised.value.code == code
    assert raised.value.hint


def edit(folder, change):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    change(config)
    path.write_text(json.dumps(config))


def test_that_a_flipped_bit_is_found_by_verify(packed_folder, tmp_path):
    folder = packed_folder("llama")
    verify(folder)
    path = folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match="not those it was written with"):
        verify(folder)


def test_that_the_hash_does_not_depend_on_how_tensors_are_spread_over_files(packed_folder, tmp_path):
    folder = packed_folder("llama")
    model = load_model(folder, dtype=torch.float32)
    model.save_pretrained(tmp_path / "shards", max_shard_size="20KB")
    assert len(list((tmp_path / "shards").glob("*.safetensors"))) > 3
    assert base_sha256(open_weights(inspect_model(f"path:{tmp_path / 'shards'}"))) == read_manifest(folder).base_sha256
    shutil.rmtree(tmp_path / "shards")
