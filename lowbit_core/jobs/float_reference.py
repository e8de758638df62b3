"""The float model as a reference: run once, block by block, its last hidden states kept on the disk.

Rebuilding logits from hidden states takes the head alone, so a variant can be compared with the float model while only
the variant and that head are in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from lowbit_core.evaluate import StreamedRows
from lowbit_core.model import BlockStream, FileStore
from lowbit_core.model.head import head_of
from lowbit_core.model.loading import materialise

if TYPE_CHECKING:
    from lowbit_core.source import ModelSpec


class FloatReference:
    """Last hidden states of sequences of one length, and the float model's head.

    Args:
        spec: the float model.
        tokens: int64 [n, length].
        file: where the hidden states go; replaced.
        device: where blocks and the head run.
        dtype: of the arithmetic.
        each: called with (blocks done, blocks) between pieces of work.
    """

    def __init__(
        self,
        spec: ModelSpec,
        tokens: Tensor,
        file: Path,
        *,
        device: torch.device,
        dtype: torch.dtype,
        each: Callable[[int, int], None],
    ) -> None:
        stream = BlockStream(spec, dtype=dtype, device=device)
        file.unlink(missing_ok=True)
        self._store = FileStore(file, (*tokens.shape, stream.hidden_size), dtype)
        blocks = stream.structure.blocks
        stream.embed(tokens, self._store)
        for block in blocks:
            with stream.loaded(block.index):
                tell = partial(_tell, each, block.index, len(blocks))
                stream.advance(block.index, self._store, self._store, each=tell)
        stream.final(self._store, self._store)
        each(len(blocks), len(blocks))
        materialise(stream.model, stream.structure.head, stream.names, stream.reader, dtype, device)
        self._device = device
        self.rows = StreamedRows(self._read, head_of(stream.model))

    def _read(self, first: int, count: int) -> Tensor:
        return self._store.read(first, first + count).to(self._device)

    def close(self) -> None:
        """Delete the hidden states."""
        self._store.close()
        self._store.path.unlink(missing_ok=True)


def _tell(each: Callable[[int, int], None], blocks: int, total: int, _sequences: int) -> None:
    each(blocks, total)
