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
from lowbit_core.files import publish, temporary_path
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
        keep: a file that is there is complete and right, and `close` leaves it for the next.
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
        keep: bool = False,
    ) -> None:
        stream = BlockStream(spec, dtype=dtype, device=device)
        self._keep = keep
        shape = (*tokens.shape, stream.hidden_size)
        if not (keep and file.is_file()):
            partial_file = temporary_path(file)
            try:
                with FileStore(partial_file, shape, dtype) as store:
                    _fill(stream, tokens, store, each)
                    if keep:
                        store.flush()
            except BaseException:  # an interruption, too, leaves nothing behind
                partial_file.unlink(missing_ok=True)
                raise
            publish(partial_file, file)
        self._store = FileStore(file, shape, dtype)
        materialise(stream.model, stream.structure.head, stream.names, stream.reader, dtype, device)
        self._device = device
        self.rows = StreamedRows(self._read, head_of(stream.model))

    def _read(self, first: int, count: int) -> Tensor:
        return self._store.read(first, first + count).to(self._device)

    def close(self) -> None:
        """Delete the hidden states, unless they are kept."""
        self._store.close()
        if not self._keep:
            self._store.path.unlink(missing_ok=True)


def _fill(stream: BlockStream, tokens: Tensor, store: FileStore, each: Callable[[int, int], None]) -> None:
    """Run the tokens through the float model, block by block."""
    blocks = stream.structure.blocks
    stream.embed(tokens, store)
    for block in blocks:
        with stream.loaded(block.index):
            stream.advance(block.index, store, store, each=partial(_tell, each, block.index, len(blocks)))
    stream.final(store, store)
    each(len(blocks), len(blocks))


def _tell(each: Callable[[int, int], None], blocks: int, total: int, _sequences: int) -> None:
    each(blocks, total)
