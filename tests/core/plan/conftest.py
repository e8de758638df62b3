from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lowbit_core.machine import Gpu, Machine
from lowbit_core.source import ModelSpec
from lowbit_core.source.spec import TensorSpec

MakeSpec = Callable[..., ModelSpec]


def llama_spec(
    hidden: int = 4096, ffn: int = 11008, layers: int = 32, heads: int = 32, kv_heads: int = 32, vocab: int = 32000,
    tied: bool = False, context: int = 4096,
) -> ModelSpec:  # fmt: skip
    """A Llama of any size from its shapes alone."""
    kv = hidden // heads * kv_heads
    inside = {
        "self_attn.q_proj": (hidden, hidden), "self_attn.k_proj": (kv, hidden), "self_attn.v_proj": (kv, hidden),
        "self_attn.o_proj": (hidden, hidden), "mlp.gate_proj": (ffn, hidden), "mlp.up_proj": (ffn, hidden),
        "mlp.down_proj": (hidden, ffn), "input_layernorm": (hidden,), "post_attention_layernorm": (hidden,),
    }  # fmt: skip
    shapes = {"model.embed_tokens.weight": (vocab, hidden), "model.norm.weight": (hidden,)}
    shapes |= {f"model.layers.{i}.{name}.weight": shape for i in range(layers) for name, shape in inside.items()}
    if not tied:
        shapes["lm_head.weight"] = (vocab, hidden)
    tensors = []
    for name, shape in shapes.items():
        size = 2 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        tensors.append(TensorSpec(name=name, shape=shape, dtype="BF16", size_bytes=size, file="model.safetensors"))
    total = sum(tensor.size_bytes for tensor in tensors)
    config = {
        "hidden_size": hidden, "intermediate_size": ffn, "num_hidden_layers": layers, "num_attention_heads": heads,
        "num_key_value_heads": kv_heads, "vocab_size": vocab, "max_position_embeddings": context,
    }  # fmt: skip
    return ModelSpec(
        source="path:model", folder=Path(), architecture="LlamaForCausalLM", model_type="llama", parameters=total // 2,
        context_length=context, vocab_size=vocab, hidden_size=hidden, layers=layers, tied_embeddings=tied, licence="",
        total_bytes=total, config=config, tensors=tuple(tensors),
    )  # fmt: skip


def make_machine(gpu: float = 8.0, ram: float = 16.0, disk: float = 100.0) -> Machine:
    """A laptop; sizes in GB, 0 for no GPU."""
    card = Gpu(
        index=0, name="GPU", total_bytes=int(gpu * 1e9), free_bytes=int(gpu * 1e9), capability=(8, 6), driver="1"
    )
    return Machine(
        system="Linux x86_64", gpus=(card,) if gpu else (), unused_gpus=(), ram_total_bytes=int(ram * 1e9),
        ram_available_bytes=int(ram * 1e9), physical_cores=4, logical_cores=8, disk_path="/",
        disk_free_bytes=int(disk * 1e9), battery=None,
    )  # fmt: skip


@pytest.fixture(scope="session")
def spec_of() -> MakeSpec:
    return llama_spec


@pytest.fixture(scope="session")
def machine_of() -> Callable[..., Machine]:
    return make_machine


@pytest.fixture(scope="session")
def tiny() -> ModelSpec:
    return llama_spec(hidden=64, ffn=96, layers=2, heads=4, kv_heads=2, vocab=500, tied=True, context=2048)


@pytest.fixture(scope="session")
def llama7b() -> ModelSpec:
    return llama_spec()
