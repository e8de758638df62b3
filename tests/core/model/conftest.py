"""Tiny random models of the real classes, one per family."""

from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from lowbit_core.source import inspect_model

SIZE = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 101,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
FAMILIES = {
    "llama": SIZE | {"tie_word_embeddings": True},
    "mistral": SIZE | {"sliding_window": 8, "head_dim": 8},
    "qwen2": SIZE | {"use_sliding_window": True, "sliding_window": 8, "max_window_layers": 1},
    "qwen3": SIZE | {"head_dim": 8},
    "gemma": SIZE | {"head_dim": 8},
    "gemma2": SIZE | {"head_dim": 8, "sliding_window": 8, "query_pre_attn_scalar": 8},
    "gemma3_text": SIZE
    | {
        "head_dim": 8,
        "sliding_window": 8,
        "query_pre_attn_scalar": 8,
        "layer_types": ["sliding_attention", "sliding_attention", "full_attention"],
    },
    "phi3": SIZE,
    "gpt2": {"n_embd": 32, "n_layer": 3, "n_head": 4, "vocab_size": 101, "n_positions": 64},
    "opt": {
        "hidden_size": 32,
        "ffn_dim": 48,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "vocab_size": 101,
        "max_position_embeddings": 64,
        "word_embed_proj_dim": 16,
        "do_layer_norm_before": True,
        "pad_token_id": 1,
        "bos_token_id": 2,
        "eos_token_id": 2,
    },
    "falcon": {
        "hidden_size": 32,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "vocab_size": 101,
        "bos_token_id": 1,
        "eos_token_id": 2,
    },
    "bloom": {"hidden_size": 32, "n_layer": 3, "n_head": 4, "vocab_size": 101},
    "gpt_neox": SIZE,
    "olmo2": SIZE,
    "granite": SIZE | {"residual_multiplier": 0.3, "embedding_multiplier": 3.0},
}


@pytest.fixture(scope="session")
def family(tmp_path_factory):
    """family(name) -> (folder of a saved tiny model, the model itself, its spec)."""
    made = {}

    def make(name):
        if name not in made:
            torch.manual_seed(len(name))
            model = AutoModelForCausalLM.from_config(AutoConfig.for_model(name, **FAMILIES[name])).eval()
            with torch.no_grad():
                for parameter in model.parameters():
                    if parameter.dim() == 1:  # norms and biases away from 1 and 0, so that a lost one shows
                        parameter.add_(torch.randn_like(parameter) * 0.1)
            folder = Path(tmp_path_factory.mktemp(name))
            model.save_pretrained(folder)
            made[name] = folder, model, inspect_model(f"path:{folder}")
        return made[name]

    return make
