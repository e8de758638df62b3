"""The Llama-2-7B shape with random weights: packed, bf16, and bitsandbytes NF4; and adapters on them."""

from __future__ import annotations

import gc
from typing import Any

import torch
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.packed import PackedLinear

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
DEVICE = torch.device("cuda")
GROUP = 64


def config() -> LlamaConfig:
    """Llama-2-7B."""
    return LlamaConfig(
        hidden_size=4096, intermediate_size=11008, num_hidden_layers=32, num_attention_heads=32,
        num_key_value_heads=32, vocab_size=32000, max_position_embeddings=4096, attn_implementation="sdpa",
    )  # fmt: skip


def packed(bits: int, *, head_bits: int = 4) -> Any:
    """Random codes of ``bits`` in the blocks, a packed head."""
    return _filled(lambda child, head: _packed_linear(child, head_bits if head else bits))


def bf16() -> Any:
    """Unquantized."""
    return _filled(lambda child, head: _dense(child))


def nf4() -> Any:
    """bitsandbytes NF4 with double quantization, as QLoRA has it; the head stays in bf16."""
    return _filled(lambda child, head: _dense(child) if head else _nf4(child))


def with_adapter(model: Any, rank: int = 16) -> Any:
    """LoRA of ``rank`` on all linears of the blocks."""
    from peft import LoraConfig

    from lowbit_core.packed import add_adapter

    settings = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=TARGETS, task_type="CAUSAL_LM")
    adapted = add_adapter(model, settings, "task")
    for name, parameter in adapted.named_parameters():
        if "lora_B" in name:  # a fresh adapter is zero, which would be no work to check
            nn.init.normal_(parameter, std=0.002)
    return adapted


def free(*_: Any) -> None:
    """Give memory back between models."""
    gc.collect()
    torch.cuda.empty_cache()


def _filled(linear: Any) -> Any:
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device("meta"):
            model = LlamaForCausalLM(config())
    finally:
        torch.set_default_dtype(torch.float32)
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, linear(child, name == "lm_head"))
            elif not list(child.children()) and any(item.is_meta for item in child.parameters()):
                child.to_empty(device=DEVICE)
                for item in child.parameters():
                    item.data.normal_(std=0.02) if item.dim() > 1 else item.data.fill_(1)
    inverse = 1.0 / (10000 ** (torch.arange(0, 128, 2, device=DEVICE, dtype=torch.float32) / 128))
    model.model.rotary_emb.inv_freq = model.model.rotary_emb.original_inv_freq = inverse
    for item in model.parameters():
        item.requires_grad_(False)
    free()
    return model.eval()


def _dense(child: nn.Linear) -> nn.Linear:
    child.to_empty(device=DEVICE)
    child.weight.data.normal_(std=0.02)
    return child


def _packed_linear(child: nn.Linear, bits: int) -> PackedLinear:
    layer = PackedLinear(
        child.in_features, child.out_features, IntegerCodec(bits=bits, group_size=GROUP), dtype=torch.bfloat16,
        device=DEVICE,
    )  # fmt: skip
    layer.codes.random_(0, 256)
    spread = 0.02 * 12**0.5 / ((1 << bits) - 1)
    layer.scales.uniform_(0.8 * spread, 1.2 * spread)
    assert layer.zeros is not None
    layer.zeros.copy_(_middle_zeros(bits, layer.zeros.shape[1]).expand_as(layer.zeros))
    return layer


def _middle_zeros(bits: int, size: int) -> torch.Tensor:
    """Zero points just below and above the middle in turn, packed: so that weights have no mean."""
    stream, middle = 0, 1 << (bits - 1)
    count = size * 8 // bits
    for index in range(count):
        stream |= (middle - 1 + index % 2) << (index * bits)
    return torch.tensor(list(stream.to_bytes(size, "little")), dtype=torch.uint8, device=DEVICE)


def _nf4(child: nn.Linear) -> Any:
    import bitsandbytes

    layer = bitsandbytes.nn.Linear4bit(
        child.in_features, child.out_features, bias=False, compute_dtype=torch.bfloat16, compress_statistics=True,
        quant_type="nf4",
    )  # fmt: skip
    weight = torch.randn(child.out_features, child.in_features, dtype=torch.bfloat16, device=DEVICE).mul_(0.02)
    layer.weight = bitsandbytes.nn.Params4bit(
        weight.cpu(), requires_grad=False, quant_type="nf4", compress_statistics=True
    )
    return layer.to(DEVICE)
