"""The float model as a teacher: last hidden states on demand, from a model on the device or from a file.

The file holds hidden states behind the final norm in bfloat16: 16.8 MB for 2048 tokens of a 7B model, where logits
would take 131 MB (INT2.1's cache: 1.2 TB). The teacher's head rebuilds the logits, chunk by chunk.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.events import Notice, Progress
from lowbit_core.files import free_disk_bytes, publish, temporary_path
from lowbit_core.model import BlockStream
from lowbit_core.model.head import Head, backbone, head_of
from lowbit_core.model.hidden import FileStore
from lowbit_core.model.loading import materialise
from lowbit_core.source import ModelSpec

STORED_DTYPE = torch.bfloat16


class Teacher(Protocol):
    """What a distillation learns from."""

    head: Head
    """Hidden states [n, hidden] -> logits [n, vocab]."""

    def hidden(self, rows: Tensor) -> Tensor:
        """Last hidden states [b, length, hidden] of the sequences with these numbers [b], on the device."""


class ResidentTeacher:
    """The float model stays on the device and runs beside the student.

    Args:
        model: float, in eval mode.
        tokens: int64 [n, length], the sequences that are learned from.
    """

    def __init__(self, model: PreTrainedModel, tokens: Tensor) -> None:
        self.model = model
        self.tokens = tokens.to(model.device, torch.int32)  # there, so that a step need not wait for the row numbers
        self.head = _own_dtype(head_of(model), model.dtype)

    @torch.no_grad()
    def hidden(self, rows: Tensor) -> Tensor:
        """See `Teacher`."""
        ids = self.tokens[rows.to(self.tokens.device)].long()
        with torch.autocast(ids.device.type, enabled=False):
            states: Tensor = backbone(self.model)(input_ids=ids, use_cache=False).last_hidden_state
        return states


class CachedTeacher:
    """Hidden states from a file written by `cache_hidden`; only the head is in memory.

    Args:
        spec: the float model.
        path: the file.
        shape: [n, length, hidden].
        dtype: of the head's arithmetic.
        device: where the student is.
    """

    def __init__(
        self, spec: ModelSpec, path: Path, shape: tuple[int, int, int], *, dtype: torch.dtype, device: torch.device
    ) -> None:
        self.device = device
        self.dtype = dtype
        self._store = FileStore(path, shape, STORED_DTYPE)
        self.head = _own_dtype(head_of(_head_alone(spec, dtype, device)), dtype)

    def hidden(self, rows: Tensor) -> Tensor:
        """See `Teacher`."""
        parts = [self._store.read(row, row + 1) for row in rows.tolist()]
        return torch.cat(parts).to(self.device, self.dtype)


def cache_key(model_hash: str, tokens: Tensor) -> str:
    """Name of the hidden states of ``tokens``: the same text under the same model is streamed once."""
    digest = hashlib.sha256(model_hash.encode())
    digest.update(tokens.cpu().int().contiguous().numpy().tobytes())
    return digest.hexdigest()[:32]


def cache_bytes(count: int, length: int, hidden: int) -> int:
    """Bytes of the file."""
    return count * length * hidden * STORED_DTYPE.itemsize


def cache_hidden(
    spec: ModelSpec,
    tokens: Tensor,
    path: Path,
    *,
    dtype: torch.dtype,
    device: torch.device,
    context: Context,
    stage: str = "correct",
) -> tuple[int, int, int]:
    """Run ``tokens`` [n, length] through the float model block by block, one block in memory, into the file ``path``.

    Returns:
        The file's shape [n, length, hidden]. A file that is there already is taken as it is.

    Raises:
        UserError: the disk has no room for the file (``teacher-cache-space``).
        Interrupted: between blocks; the unfinished file is removed by the next call.
    """
    stream = BlockStream(spec, dtype=dtype, device=device)
    shape = (tokens.shape[0], tokens.shape[1], stream.hidden_size)
    if path.is_file() and path.stat().st_size == cache_bytes(*shape):
        return shape
    size = cache_bytes(*shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    free = free_disk_bytes(path.parent)
    if free < size:
        raise UserError(
            "teacher-cache-space",
            f"The teacher's hidden states take {size / 1e9:.1f} GB; {free / 1e9:.1f} GB are free.",
            hint="Free some disk space, or set a lower correct.tokens.",
            where=str(path.parent),
            arguments={"size_bytes": size, "free_bytes": free},
        )
    context.emit(
        Notice(
            level="info",
            code="teacher-streamed",
            message=f"The float model is streamed once; its hidden states take {size / 1e6:,.0f} MB on disk.",
            arguments={"size_bytes": size},
        )
    )
    partial = temporary_path(path)
    with FileStore(partial, shape, STORED_DTYPE) as store:
        stream.embed(tokens, store)
        blocks = stream.structure.blocks
        for block in blocks:
            context.checkpoint()
            with stream.loaded(block.index):
                stream.advance(block.index, store, store)
            context.emit(Progress(stage=stage, done=block.index + 1, total=len(blocks), unit="teacher blocks"))
        stream.final(store, store)
        store.flush()
    publish(partial, path)
    return shape


def _head_alone(spec: ModelSpec, dtype: torch.dtype, device: torch.device) -> nn.Module:
    """The float model with nothing but its head in memory."""
    stream = BlockStream(spec, dtype=dtype, device=device)
    model, parts = stream.model, stream.structure
    own_head = bool(parts.head) and not parts.tied
    inside = parts.head if own_head and parts.head else parts.embedding
    materialise(model, inside, stream.names, stream.reader, dtype, device)
    model.tie_weights()
    return model


def _own_dtype(head: Head, dtype: torch.dtype) -> Head:
    """The head in its own precision, whatever autocast is on around it."""

    def cast(hidden: Tensor) -> Tensor:
        with torch.autocast(hidden.device.type, enabled=False):
            return head(hidden.to(dtype))

    return cast
