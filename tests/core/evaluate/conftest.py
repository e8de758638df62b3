from __future__ import annotations

import pytest
import torch
from transformers import Gemma2Config, Gemma2ForCausalLM, LlamaConfig, LlamaForCausalLM


@pytest.fixture(scope="module")
def llama() -> LlamaForCausalLM:
    torch.manual_seed(0)
    return _llama(0)


@pytest.fixture(scope="module")
def other_llama() -> LlamaForCausalLM:
    return _llama(1)


def _llama(seed: int) -> LlamaForCausalLM:
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=120, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=128, initializer_range=0.4,
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


@pytest.fixture(scope="module")
def gemma() -> Gemma2ForCausalLM:
    """Caps its logits softly, so that hidden states times the head's matrix are not its logits."""
    torch.manual_seed(0)
    config = Gemma2Config(
        vocab_size=120, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, head_dim=8,
        num_key_value_heads=2, max_position_embeddings=128, initializer_range=0.4, final_logit_softcapping=3.0,
        query_pre_attn_scalar=8, sliding_window=32,
    )  # fmt: skip
    return Gemma2ForCausalLM(config).eval()


@pytest.fixture(scope="session")
def ids() -> torch.Tensor:
    return torch.randint(0, 120, (331,), generator=torch.Generator().manual_seed(5))
