"""Weights on their way from and to the disk: read one tensor at a time, written without holding a model in memory."""

from lowbit_core.weights.reader import WeightReader, open_weights
from lowbit_core.weights.writer import FolderWriter, WrittenFile, write_index, write_safetensors

__all__ = ["FolderWriter", "WeightReader", "WrittenFile", "open_weights", "write_index", "write_safetensors"]
