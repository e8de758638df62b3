"""How many sequences are sampled from a model at once: one rule for the plan and for the sampling itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lowbit_core.plan.shape import attention_of

CPU_ROWS = 128
"""Most sequences at once on a CPU: beyond it nothing is gained, its matrix products are wide enough."""

GPU_ROWS = 2048
"""Most sequences at once on a GPU: a step of decoding is bound by its launches until about there."""

CPU_SHARE, GPU_SHARE = 0.25, 0.5
"""Share of the free memory sampling may take."""


def row_bytes(config: Mapping[str, Any], length: int, vocabulary: int = 0) -> int:
    """Bytes one sequence takes while it is sampled: keys and values (room doubles as it grows), logits, their sums.

    Args:
        config: as in config.json.
        length: tokens in the sequence.
        vocabulary: entries of the logits; 0 takes the configuration's.
    """
    entries = vocabulary or int(config.get("vocab_size") or 0)
    # While the buffers of a layer grow, old and new exist, but for one layer at a time.
    capacity = 256
    while capacity < length:
        capacity *= 2
    # fp32 logits, their softmax, and the fp64 cumulative sum
    return attention_of(config).kv_bytes_per_token * capacity + entries * (4 + 4 + 8)


def sample_batch(config: Mapping[str, Any], length: int, *, free_bytes: int, on_gpu: bool) -> int:
    """Sequences at once, at least 1.

    Args:
        config: as in config.json.
        length: tokens in a sequence.
        free_bytes: memory free on the device that samples, the model already in it.
        on_gpu: which device that is.
    """
    room = free_bytes * (GPU_SHARE if on_gpu else CPU_SHARE)
    return max(1, min(GPU_ROWS if on_gpu else CPU_ROWS, int(room // row_bytes(config, length))))
