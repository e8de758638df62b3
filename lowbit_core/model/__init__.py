"""Models as transformers' classes: their structure without weights, the float model whole or one block at a time."""

from lowbit_core.model.hidden import FileStore, HiddenStore, MemoryStore
from lowbit_core.model.loading import load_float
from lowbit_core.model.skeleton import config_of, skeleton
from lowbit_core.model.stream import BlockStream
from lowbit_core.model.structure import Block, Linear, Refused, Structure, structure, structure_of
from lowbit_core.model.tokenizer import load_tokenizer

__all__ = [
    "Block",
    "BlockStream",
    "FileStore",
    "HiddenStore",
    "Linear",
    "MemoryStore",
    "Refused",
    "Structure",
    "config_of",
    "load_float",
    "load_tokenizer",
    "skeleton",
    "structure",
    "structure_of",
]
