"""GGUF's tensor names and storage habits, mapped to transformers' (llama.cpp ``gguf-py/gguf/tensor_mapping.py``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Change = Literal["", "permuted-q", "permuted-k", "plus-one", "transposed"]
"""What the conversion to GGUF did to a tensor, to be undone: rows of q and k reordered for rotary pairs (llama), 1
added to norm weights (gemma), Conv1D transposed (gpt2)."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """One ``general.architecture`` of GGUF. ``blocks`` maps the part of a name after ``blk.N.`` (without ``.weight`` or
    ``.bias``), ``others`` the names outside blocks.
    """

    model_type: str
    architecture: str
    block: str
    """Name of block N in transformers, with {}."""

    blocks: Mapping[str, str]
    others: Mapping[str, str]
    changes: Mapping[str, Change]


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """The transformers name of a stored tensor and what has to be undone."""

    name: str
    change: Change


_LLAMA_BLOCKS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_QK_NORMS = {"attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"}
_SANDWICH = {  # a norm before and one after each half of the block
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
}
_PHI3_BLOCKS = {
    "attn_norm": "input_layernorm",
    "attn_qkv": "self_attn.qkv_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_up": "mlp.gate_up_proj",
    "ffn_down": "mlp.down_proj",
}
_GPT2_BLOCKS = {
    "attn_norm": "ln_1",
    "attn_qkv": "attn.c_attn",
    "attn_output": "attn.c_proj",
    "ffn_norm": "ln_2",
    "ffn_up": "mlp.c_fc",
    "ffn_down": "mlp.c_proj",
}
_OTHERS = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}
_GPT2_OTHERS = {
    "token_embd": "transformer.wte",
    "position_embd": "transformer.wpe",
    "output_norm": "transformer.ln_f",
    "output": "lm_head",
}
_PERMUTED: Mapping[str, Change] = {"attn_q": "permuted-q", "attn_k": "permuted-k"}
_GEMMA_NORMS: Mapping[str, Change] = dict.fromkeys(
    ("attn_norm", "ffn_norm", "output_norm", "post_attention_norm", "post_ffw_norm", "attn_q_norm", "attn_k_norm"),
    "plus-one",
)
_CONV1D: Mapping[str, Change] = dict.fromkeys(("attn_qkv", "attn_output", "ffn_up", "ffn_down"), "transposed")


def _family(
    model_type: str,
    architecture: str,
    blocks: Mapping[str, str] = _LLAMA_BLOCKS,
    changes: Mapping[str, Change] | None = None,
) -> Family:
    return Family(
        model_type=model_type,
        architecture=architecture,
        block="model.layers.{}.",
        blocks=blocks,
        others=_OTHERS,
        changes=changes or {},
    )


FAMILIES: Mapping[str, Family] = {
    "llama": _family("llama", "LlamaForCausalLM", changes=_PERMUTED),
    "mistral": _family("mistral", "MistralForCausalLM", changes=_PERMUTED),
    "qwen2": _family("qwen2", "Qwen2ForCausalLM"),
    "qwen3": _family("qwen3", "Qwen3ForCausalLM", _LLAMA_BLOCKS | _QK_NORMS),
    "gemma": _family("gemma", "GemmaForCausalLM", changes=_GEMMA_NORMS),
    "gemma2": _family("gemma2", "Gemma2ForCausalLM", _LLAMA_BLOCKS | _SANDWICH, _GEMMA_NORMS),
    "gemma3": _family("gemma3_text", "Gemma3ForCausalLM", _LLAMA_BLOCKS | _SANDWICH | _QK_NORMS, _GEMMA_NORMS),
    "phi3": _family("phi3", "Phi3ForCausalLM", _PHI3_BLOCKS),
    "gpt2": Family(
        model_type="gpt2",
        architecture="GPT2LMHeadModel",
        block="transformer.h.{}.",
        blocks=_GPT2_BLOCKS,
        others=_GPT2_OTHERS,
        changes=_CONV1D,
    ),
}
"""By ``general.architecture``. Mistral files call themselves llama; see `gguf_config`."""

ROPE_TENSORS = frozenset({"rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"})
"""Tables of rotary factors; they belong into the config, not to the weights."""

_BLOCK = re.compile(r"blk\.(\d+)\.(.+)")


def transformers_name(family: Family, stored: str) -> Mapped | None:
    """The transformers name of GGUF tensor ``stored``; None where the family has no such tensor."""
    stem, dot, suffix = stored.rpartition(".")
    if suffix not in ("weight", "bias"):
        return None
    match = _BLOCK.fullmatch(stem)
    part = match[2] if match else stem
    target = (family.blocks if match else family.others).get(part)
    if target is None:
        return None
    prefix = family.block.format(match[1]) if match else ""
    change = family.changes.get(part, "")
    if suffix == "bias" and change == "transposed":  # a Conv1D's bias is one-dimensional
        change = ""
    return Mapped(name=f"{prefix}{target}{dot}{suffix}", change=change)
