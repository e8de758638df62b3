"""Tiny random models of the real classes, quantized by rounding, and random packed matrices."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, GemmaConfig, GPT2Config, LlamaConfig, PretrainedConfig, Qwen2Config

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.formats.layout import group_count
from lowbit_core.model import structure
from lowbit_core.packed import PackedFolder
from lowbit_core.quantize import QuantizedMatrix, solve
from lowbit_core.source import inspect_model
from lowbit_core.weights import open_weights

SMALL = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 128,
}


def config_of(kind: str) -> PretrainedConfig:
    if kind == "llama":
        return LlamaConfig(**SMALL, num_key_value_heads=2, max_position_embeddings=64)
    if kind == "qwen2":
        return Qwen2Config(**SMALL, num_key_value_heads=2, max_position_embeddings=64, tie_word_embeddings=True)
    if kind == "gpt2":
        return GPT2Config(
            n_embd=64, n_layer=2, n_head=4, vocab_size=128, n_positions=64, bos_token_id=0, eos_token_id=0
        )
    assert kind == "gemma"
    return GemmaConfig(**SMALL, num_key_value_heads=1, head_dim=16, max_position_embeddings=64)


@pytest.fixture
def random_matrix():
    """Makes a QuantizedMatrix [out, in] with every code used."""

    def make(codec, out_features, in_features, *, permuted=False, seed=0):
        generator = torch.Generator().manual_seed(seed)
        groups, levels = group_count(codec.group_size, in_features), 1 << codec.bits
        zeros = None
        if isinstance(codec, IntegerCodec) and codec.fixed_zero is None:
            zeros = torch.randint(0, levels, (out_features, groups), generator=generator, dtype=torch.uint8)
        return QuantizedMatrix(
            codec=codec,
            codes=torch.randint(0, levels, (out_features, in_features), generator=generator, dtype=torch.uint8),
            scales=(torch.randn(out_features, groups, generator=generator) * 0.02).half(),
            zeros=zeros,
            permutation=torch.randperm(in_features, generator=generator).int() if permuted else None,
        )

    return make


@pytest.fixture
def float_folder(tmp_path):
    """Makes a folder with a tiny random float model of a kind."""

    def make(kind: str) -> Path:
        torch.manual_seed(0)
        folder = tmp_path / f"float-{kind}"
        AutoModelForCausalLM.from_config(config_of(kind)).save_pretrained(folder)
        return folder

    return make


@pytest.fixture
def fill_folder():
    """Sends a float model to a sink as the quantizer would: block by block, then the rest."""

    def fill(sink, spec, codec, *, head_codec=None, repairs=None, blocks=None, finish=True):
        parts, reader = structure(spec), open_weights(spec)
        sent = set()
        for block in parts.blocks:
            for linear in block.linears:
                sent.add(f"{linear.name}.weight")
        sent |= {f"{parts.embedding}.weight", f"{parts.head}.weight"} if head_codec else set()
        for block in parts.blocks:
            if block.index in sink.done_blocks() or (blocks is not None and block.index not in blocks):
                continue
            for linear in block.linears:
                weight = reader.read(f"{linear.name}.weight").float()
                quantized = solve(weight.T.contiguous() if linear.transposed else weight, codec, "nearest", None)
                sink.matrix(linear.name, quantized, (repairs or {}).get(linear.name))
            for name in reader.names():
                if name.startswith(f"{block.name}.") and name not in sent:
                    sink.tensor(name, reader.read(name))
            sink.block_done(block.index)
        if not finish:
            return
        inside = tuple(f"{block.name}." for block in parts.blocks)
        for name in reader.names():
            if not name.startswith(inside) and name not in sent:
                sink.tensor(name, reader.read(name))
        if head_codec:
            sink.matrix(
                parts.embedding,
                solve(reader.read(f"{parts.embedding}.weight").float(), head_codec, "nearest", None),
                None,
            )
            if not parts.tied:
                sink.matrix(
                    parts.head, solve(reader.read(f"{parts.head}.weight").float(), head_codec, "nearest", None), None
                )
        sink.done()

    return fill


@pytest.fixture
def packed_folder(tmp_path, float_folder, fill_folder):
    """Makes the packed folder of a tiny model; repairs land in ``adapters/repair`` beside it."""

    def make(kind: str, codec=None, *, head_codec=None, repairs=None, name="quantized") -> Path:
        spec = inspect_model(f"path:{float_folder(kind)}")
        folder = tmp_path / name
        sink = PackedFolder(folder, tmp_path / "adapters" / "repair", spec, structure(spec), dtype=torch.float32)
        fill_folder(sink, spec, codec or IntegerCodec(bits=4, group_size=32), head_codec=head_codec, repairs=repairs)
        return folder

    return make
