"""The low-rank repairs of a quantization as one adapter folder in PEFT's file format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lowbit_core.files import write_json_atomic
from lowbit_core.formats.layout import LAYOUT_VERSION
from lowbit_core.packed.identity import MARK_FILE
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.weights import write_safetensors


def peft_factors(low_rank: LowRank, scaling: float, dtype: torch.dtype = torch.float16) -> tuple[Tensor, Tensor]:
    """``lora_A`` [r, in] and ``lora_B`` [out, r] with scaling·B·A = b·a: the corrected forward is exact at step 0.

    LoftQ's code and PEFT's own initialisation leave ``scaling`` out and are right only where alpha equals the rank. The
    norms of each row of A and column of B are made equal, which keeps both inside fp16 and equally far from their
    neighbours when training moves them.
    """
    a, b = low_rank.a.float(), low_rank.b.float() / scaling
    norm_a, norm_b = a.norm(dim=1), b.norm(dim=0)
    used = (norm_a > 0) & (norm_b > 0)
    balance = torch.where(used, (norm_b / norm_a.clamp_min(1e-30)).sqrt(), 1.0)
    lora_a, lora_b = (a * balance[:, None]).to(dtype), (b / balance).to(dtype)
    assert bool(lora_a.isfinite().all() and lora_b.isfinite().all()), "a low-rank factor left the range of its dtype"
    return lora_a.contiguous(), lora_b.contiguous()


def write_repair_adapter(folder: Path, repairs: Mapping[str, LowRank], base_sha256: str) -> None:
    """Write ``adapter_model.safetensors``, ``lowbit.json`` and, last, ``adapter_config.json``.

    Each matrix keeps its own rank, and alpha is the rank: scaling 1 everywhere.

    Raises:
        UserError: ``disk-full`` or ``folder-unwritable``.
    """
    tensors: dict[str, Tensor] = {}
    for name, low_rank in repairs.items():
        lora_a, lora_b = peft_factors(low_rank, scaling=1.0)
        tensors[f"base_model.model.{name}.lora_A.weight"] = lora_a
        tensors[f"base_model.model.{name}.lora_B.weight"] = lora_b
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "adapter_model.safetensors", tensors)
    write_mark(folder, base_sha256)
    ranks = {name: low_rank.rank for name, low_rank in repairs.items()}
    write_json_atomic(folder / "adapter_config.json", repair_config(ranks))


def write_mark(folder: Path, base_sha256: str) -> None:
    """The file that ties an adapter to its base."""
    write_json_atomic(folder / MARK_FILE, {"base_sha256": base_sha256, "layout_version": LAYOUT_VERSION})


def repair_config(ranks: Mapping[str, int]) -> dict[str, Any]:
    """PEFT's configuration as plain values, so that quantizing needs no PEFT."""
    common = max(set(ranks.values()), key=lambda rank: (list(ranks.values()).count(rank), rank))
    other = {f"^{name}": rank for name, rank in ranks.items() if rank != common}
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": None,
        "r": common,
        "lora_alpha": common,
        "rank_pattern": other,
        "alpha_pattern": other,
        "target_modules": sorted(ranks),
        "lora_dropout": 0.0,
        "bias": "none",
        "use_dora": False,
        "use_rslora": False,
        "inference_mode": True,
        "init_lora_weights": True,
    }
