"""Which base an adapter belongs to: a hash of the stored tensors, the same for a copy saved by transformers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import Tensor

from lowbit_core.errors import UserError
from lowbit_core.packed.manifest import Manifest
from lowbit_core.weights import WeightReader

MARK_FILE = "lowbit.json"
"""Beside an adapter's files: ``{"base_sha256": ..., "layout_version": ...}``. PEFT ignores it."""


class BaseHash:
    """sha256 over name, dtype, shape and bytes of tensors that come in the order of `tensor_order`."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, name: str, tensor: Tensor) -> None:
        """The next tensor."""
        self._hash.update(f"{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        flat = tensor.detach().to("cpu").contiguous().reshape(-1)
        if flat.numel():
            self._hash.update(flat.view(torch.uint8).numpy().data)

    def hexdigest(self) -> str:
        """64 hexadecimal digits."""
        return self._hash.hexdigest()


def base_sha256(reader: WeightReader) -> str:
    """The hash of all stored tensors, read one at a time; how they are spread over files does not matter."""
    return hash_tensors(reader.names(), reader.read)


def hash_tensors(names: Iterable[str], read: Callable[[str], Tensor]) -> str:
    """The hash of named tensors."""
    digest = BaseHash()
    for name in sorted(names, key=tensor_order):
        digest.add(name, read(name))
    return digest.hexdigest()


def tensor_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key: numbers in a name count as numbers, so that layer 10 comes after layer 9."""
    parts = re.split(r"(\d+)", name)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


def check_same_base(manifest: Manifest, adapter_base: str, folder: Path) -> None:
    """Refuse an adapter made for another base.

    Raises:
        UserError: ``adapter-other-base``, or ``adapter-no-base`` where the adapter does not say.
    """
    if not adapter_base:
        raise UserError(
            "adapter-no-base",
            f"The adapter {folder} does not say which packed model it belongs to.",
            hint=f"Adapters written by this program carry a {MARK_FILE}; copy it along with the other files.",
            where=str(folder),
            arguments={"path": str(folder)},
        )
    if adapter_base != manifest.base_sha256:
        raise UserError(
            "adapter-other-base",
            f"The adapter {folder} was made for another packed model: it names base {adapter_base[:12]}, this one is "
            f"{manifest.base_sha256[:12]}.",
            hint="Load the model it was trained on; an adapter repairs the errors of exactly one quantization.",
            where=str(folder),
            arguments={"path": str(folder), "wanted": adapter_base, "found": manifest.base_sha256},
        )
