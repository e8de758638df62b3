"""config.json, told from a GGUF's metadata."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lowbit_core.errors import UserError
from lowbit_core.source.damaged import corrupt
from lowbit_core.source.gguf_header import GgufHeader, GgufTensor
from lowbit_core.source.gguf_names import FAMILIES, Family
from lowbit_core.source.nearest import nearest

_COMMON = {
    "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size",
    "block_count": "num_hidden_layers",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps",
    "attention.key_length": "head_dim",
    "attention.sliding_window": "sliding_window",
    "rope.freq_base": "rope_theta",
}
_GPT2 = {
    "context_length": "n_positions",
    "embedding_length": "n_embd",
    "block_count": "n_layer",
    "feed_forward_length": "n_inner",
    "attention.head_count": "n_head",
    "attention.layer_norm_epsilon": "layer_norm_epsilon",
}
_MAY_BE_NONE = ("sliding_window", "pad_token_id")
_TOKENS = {"bos_token_id": "bos_token_id", "eos_token_id": "eos_token_id", "padding_token_id": "pad_token_id"}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    # activation of the feed-forward part, where GGUF's family leaves no choice
    "llama": {"hidden_act": "silu"},
    "mistral": {"hidden_act": "silu", "sliding_window": None},
    "qwen2": {"hidden_act": "silu"},
    "qwen3": {"hidden_act": "silu"},
    "gemma": {"hidden_activation": "gelu_pytorch_tanh"},
    "gemma2": {"hidden_activation": "gelu_pytorch_tanh"},
    "gemma3": {"hidden_activation": "gelu_pytorch_tanh"},
    "phi3": {"hidden_act": "silu", "sliding_window": None},
    "gpt2": {"activation_function": "gelu_new"},
}
_LARGE_GEMMA = {("gemma2", 46), ("gemma3", 62)}
"""The 27B ones scale queries by hidden/heads instead of the head's width; llama.cpp too goes by depth."""

_LLAMA3_SHAPE = {"low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
"""Of every Llama 3.1 to 3.3; only the factor differs (8 or 32)."""


def gguf_family(header: GgufHeader, path: Path) -> tuple[str, Family]:
    """GGUF's architecture (mistral told apart from llama by the model's name) and what is known about it.

    Raises:
        UserError: ``gguf-architecture`` for a family this program cannot name, or a mixture of experts.
    """
    stated = str(header.metadata.get("general.architecture", ""))
    known = stated
    if stated == "llama" and "mistral" in str(header.metadata.get("general.name", "")).lower():
        known = "mistral"
    if known not in FAMILIES or header.metadata.get(f"{stated}.expert_count", 0):
        experts = ", a mixture of experts," if known in FAMILIES else ""
        raise UserError(
            "gguf-architecture",
            f"{path.name} holds the architecture {stated!r}{experts} which cannot be read from GGUF yet.",
            hint=f"Use the model's safetensors version. From GGUF: {', '.join(sorted(FAMILIES))}."
            + (f" Nearest: {nearest(stated, FAMILIES)}." if not experts and nearest(stated, FAMILIES) else ""),
            where=str(path),
            arguments={"architecture": stated},
        )
    return known, FAMILIES[known]


def gguf_config(header: GgufHeader, path: Path) -> dict[str, Any]:
    """A config.json for the model in ``header``.

    Raises:
        UserError: ``gguf-architecture``; ``file-corrupt`` where a necessary key is missing.
    """
    known, family = gguf_family(header, path)
    stated = header.metadata["general.architecture"]
    keys = {
        name.removeprefix(f"{stated}."): value
        for name, value in header.metadata.items()
        if name.startswith(f"{stated}.")
    }
    table = _GPT2 if known == "gpt2" else _COMMON
    shapes = {tensor.name: tensor.shape for tensor in header.tensors}
    missing = [f"{stated}.{key}" for key in ("context_length", "embedding_length", "block_count") if key not in keys]
    missing += ["token_embd.weight"] if "token_embd.weight" not in shapes else []
    if missing:
        raise corrupt(str(path), f"its header lacks {', '.join(missing)}")
    config: dict[str, Any] = {"architectures": [family.architecture], "model_type": family.model_type}
    config |= _DEFAULTS[known]
    config |= {ours: _plain(keys[theirs]) for theirs, ours in table.items() if theirs in keys}
    config["vocab_size"] = shapes["token_embd.weight"][0]
    config["tie_word_embeddings"] = "output.weight" not in shapes
    for theirs, ours in _TOKENS.items():
        token = header.metadata.get(f"tokenizer.ggml.{theirs}")
        if token is not None or ours == "pad_token_id":  # a family's default may lie outside this vocabulary
            config[ours] = token
    if known in ("llama", "mistral"):
        config["attention_bias"] = "blk.0.attn_q.bias" in shapes
        config.setdefault("head_dim", _plain(keys["rope.dimension_count"]) if "rope.dimension_count" in keys else None)
    _add_gemma(config, known, keys)
    _add_rope(config, known, keys, header, path)
    return {key: value for key, value in config.items() if value is not None or key in _MAY_BE_NONE}


def _plain(value: Any) -> Any:
    """Per-block lists (some converters write one number a block) collapse where all are equal; fp32 numbers lose the
    digits that only double precision shows (1e-05 is stored as 9.999999747378752e-06).
    """
    if isinstance(value, list):
        assert value, "an empty array has no value"
        return _plain(value[0]) if all(item == value[0] for item in value) else [_plain(item) for item in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def _add_gemma(config: dict[str, Any], known: str, keys: Mapping[str, Any]) -> None:
    if not known.startswith("gemma"):
        return
    heads = config["num_attention_heads"]
    if known != "gemma":
        large = (known, config["num_hidden_layers"]) in _LARGE_GEMMA
        width = config.get("head_dim", config["hidden_size"] // heads)
        config["query_pre_attn_scalar"] = config["hidden_size"] // heads if large else width
    if known == "gemma2":
        config["attn_logit_softcapping"] = _plain(keys.get("attn_logit_softcapping", 50.0))
        config["final_logit_softcapping"] = _plain(keys.get("final_logit_softcapping", 30.0))
    if known == "gemma3":
        config.setdefault("rope_theta", 1_000_000.0)
        config["rope_local_base_freq"] = 10_000.0


def _add_rope(config: dict[str, Any], known: str, keys: Mapping[str, Any], header: GgufHeader, path: Path) -> None:
    if known == "gpt2":
        return
    config.setdefault("rope_theta", 10_000.0)
    kind, factor = keys.get("rope.scaling.type", "none"), keys.get("rope.scaling.factor")
    original = keys.get("rope.scaling.original_context_length")
    tables = {tensor.name: tensor for tensor in header.tensors}
    if kind in ("linear", "yarn") and factor:
        scaling = {"rope_type": kind, "factor": _plain(factor)}
        if original:
            scaling["original_max_position_embeddings"] = original
        config["rope_scaling"] = scaling
    if "rope_freqs.weight" in tables:
        config["rope_scaling"] = _llama3_scaling(config, _small_table(path, tables["rope_freqs.weight"]), path)
    if known == "phi3":
        width = config["hidden_size"] // config["num_attention_heads"]
        config.setdefault("partial_rotary_factor", keys.get("rope.dimension_count", width) / width)
        if "rope_factors_long.weight" in tables and "rope_factors_short.weight" in tables:
            config["rope_scaling"] = {
                "rope_type": "longrope",
                "long_factor": _small_table(path, tables["rope_factors_long.weight"]),
                "short_factor": _small_table(path, tables["rope_factors_short.weight"]),
            }
            config["original_max_position_embeddings"] = original or config["max_position_embeddings"]


def _small_table(path: Path, tensor: GgufTensor) -> list[float]:
    """The values of an fp32 table of a few dozen entries; the one piece of data that a config needs."""
    count = math.prod(tensor.shape)
    if tensor.type != "F32" or count > 4096:
        raise corrupt(str(path), f"{tensor.name} should be a short table of fp32 numbers")
    with path.open("rb") as file:
        file.seek(tensor.offset)
        return [_plain(value) for value in struct.unpack(f"<{count}f", file.read(4 * count))]


def _llama3_scaling(config: Mapping[str, Any], table: list[float], path: Path) -> dict[str, Any]:
    """The ``llama3`` rotary scaling whose per-frequency factors are ``table``; GGUF keeps only the table.

    Raises:
        UserError: ``gguf-architecture`` where the table is none of Llama 3's.
    """
    scaling = {"rope_type": "llama3", "factor": max(table), **_LLAMA3_SHAPE}
    expected = _llama3_table(config["rope_theta"], 2 * len(table), scaling)
    if any(abs(a - b) > 1e-3 * b for a, b in zip(table, expected, strict=True)):
        raise UserError(
            "gguf-architecture",
            f"{path.name} stretches its rotary frequencies in a way that config.json cannot say.",
            hint="Use the model's safetensors version.",
            where=str(path),
        )
    return scaling


def _llama3_table(theta: float, width: int, scaling: Mapping[str, Any]) -> list[float]:
    """Factors that each rotary frequency is divided by (transformers ``_compute_llama3_parameters``)."""
    low, high, factor = scaling["low_freq_factor"], scaling["high_freq_factor"], scaling["factor"]
    original, table = scaling["original_max_position_embeddings"], []
    for index in range(0, width, 2):
        wavelength = 2 * math.pi * theta ** (index / width)
        smooth = min(1.0, max(0.0, (original / wavelength - low) / (high - low)))
        table.append(1.0 / ((1 - smooth) / factor + smooth))
    return table
