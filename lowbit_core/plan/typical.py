"""Models everybody has an idea of, as shapes alone: what to say of a computer before a model is chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from lowbit_core.source import ModelSpec, TensorSpec

Typical = Literal["starter", "1b"]

_SIZES = {"starter": (576, 1536, 30, 9, 3, 49_152), "1b": (2048, 5632, 22, 32, 4, 32_000)}
"""Hidden, ffn, layers, heads, key-value heads, vocabulary: SmolLM2-135M, and TinyLlama (1.1B)."""


def typical_model(name: Typical) -> ModelSpec:
    """The starter (135M), or a model of 1.1 billion weights; no file is read."""
    hidden, ffn, layers, heads, kv_heads, vocab = _SIZES[name]
    kv = hidden // heads * kv_heads
    inside = {
        "self_attn.q_proj": (hidden, hidden),
        "self_attn.k_proj": (kv, hidden),
        "self_attn.v_proj": (kv, hidden),
        "self_attn.o_proj": (hidden, hidden),
        "mlp.gate_proj": (ffn, hidden),
        "mlp.up_proj": (ffn, hidden),
        "mlp.down_proj": (hidden, ffn),
    }
    shapes = {"model.embed_tokens.weight": (vocab, hidden)}
    shapes |= {f"model.layers.{i}.{part}.weight": shape for i in range(layers) for part, shape in inside.items()}
    tied = name == "starter"
    if not tied:
        shapes["lm_head.weight"] = (vocab, hidden)
    tensors = tuple(
        TensorSpec(name=key, shape=shape, dtype="BF16", size_bytes=2 * shape[0] * shape[1], file="model.safetensors")
        for key, shape in shapes.items()
    )
    total = sum(tensor.size_bytes for tensor in tensors)
    return ModelSpec(
        source=name,
        folder=Path(),
        architecture="LlamaForCausalLM",
        model_type="llama",
        parameters=total // 2,
        context_length=2048,
        vocab_size=vocab,
        hidden_size=hidden,
        layers=layers,
        tied_embeddings=tied,
        licence="",
        total_bytes=total,
        config={
            "hidden_size": hidden,
            "intermediate_size": ffn,
            "num_hidden_layers": layers,
            "num_attention_heads": heads,
            "num_key_value_heads": kv_heads,
            "vocab_size": vocab,
            "max_position_embeddings": 2048,
        },
        tensors=tensors,
    )
