"""Packed weights in memory and on disk: pack and unpack, layers over packed buffers, and their place in the ecosystem."""

from lowbit_core.packed.buffers import PackedBuffers
from lowbit_core.packed.linear import PackedLinear
from lowbit_core.packed.pack import pack, unpack

__all__ = ["PackedBuffers", "PackedLinear", "pack", "unpack"]
