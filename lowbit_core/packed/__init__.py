"""Packed weights: bytes and layers over them, their folders, and their place in transformers and PEFT.

Importing this room registers the quantizer with transformers, so that ``AutoModelForCausalLM.from_pretrained`` loads a
packed folder. PEFT is imported at the first use of an adapter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lowbit_core.packed.account import BitsReport, account
from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.embedding import PackedEmbedding, TiedHead
from lowbit_core.packed.folder import PackedFolder
from lowbit_core.packed.hf import LowbitConfig, LowbitQuantizer, register
from lowbit_core.packed.identity import base_sha256
from lowbit_core.packed.linear import PackedLinear
from lowbit_core.packed.load import load_model, manifest_of, verify
from lowbit_core.packed.manifest import Manifest, read_manifest
from lowbit_core.packed.pack import pack, unpack
from lowbit_core.packed.repair_adapter import peft_factors, write_repair_adapter

if TYPE_CHECKING:
    from lowbit_core.packed.adapter import (
        active_adapters,
        add_adapter,
        load_adapter,
        register_layers,
        save_adapter,
        switch,
        train_scales,
    )

_ADAPTER_NAMES = frozenset(
    {"active_adapters", "add_adapter", "load_adapter", "register_layers", "save_adapter", "switch", "train_scales"}
)

__all__ = [
    "BitsReport", "LowbitConfig", "LowbitQuantizer", "Manifest", "PackedBuffers", "PackedEmbedding", "PackedFolder",
    "PackedLinear", "TiedHead", "account", "active_adapters", "add_adapter", "base_sha256", "load_adapter",
    "load_model", "manifest_of", "pack", "peft_factors", "read_manifest", "register_layers", "save_adapter", "switch",
    "train_scales", "unpack", "verify", "write_repair_adapter",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """PEFT takes a second to import, and chatting with a bare base does not need it."""
    if name in _ADAPTER_NAMES:
        from lowbit_core.packed import adapter

        return getattr(adapter, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


register()
