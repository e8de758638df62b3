"""Logits of windows a few rows at a time: the whole [tokens, vocab] never exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.model.head import Head, backbone, head_of

CHUNK_ELEMENTS = 1 << 23
"""Logits in a chunk: 32 MiB in fp32."""


class Rows(Protocol):
    """Logits of the positions of some windows, on demand."""

    def logits(self, begin: int, end: int) -> Tensor:
        """fp32 [end − begin, vocab] of the positions begin..end, counted over all windows of the call in order."""


class Reference(Protocol):
    """What gives the logits to compare with: a resident model, or hidden states cached by a streamed one."""

    def rows(self, first_window: int, ids: Tensor) -> Rows:
        """The rows of windows first_window.. with tokens ``ids`` int64 [windows, length]."""


@dataclass(frozen=True)
class HiddenRows:
    """Rows from last hidden states [n, hidden] through a head."""

    hidden: Tensor
    head: Head

    def logits(self, begin: int, end: int) -> Tensor:
        """See `Rows`."""
        return self.head(self.hidden[begin:end]).float()


class ModelRows:
    """A resident model as `Reference`; the way the measured model is run, too."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model
        self._body, self._head = backbone(model), head_of(model)

    def rows(self, first_window: int, ids: Tensor) -> HiddenRows:
        """One forward pass of the blocks; ``first_window`` is not looked at."""
        hidden: Tensor = self._body(input_ids=ids.to(self._model.device), use_cache=False).last_hidden_state
        return HiddenRows(hidden.flatten(0, 1), self._head)


class StreamedRows:
    """Last hidden states that were computed before, window by window, and a head that turns them into logits.

    Args:
        hidden: (first window, windows) -> last hidden states [windows, length, hidden], where the head is.
        head: the float model's.
    """

    def __init__(self, hidden: Callable[[int, int], Tensor], head: Head) -> None:
        self._hidden = hidden
        self._head = head

    def rows(self, first_window: int, ids: Tensor) -> HiddenRows:
        """See `Reference`."""
        hidden = self._hidden(first_window, len(ids))
        assert hidden.shape[:2] == ids.shape, (hidden.shape, ids.shape)
        return HiddenRows(hidden.flatten(0, 1), self._head)


def chunks(rows: int, vocabulary: int) -> Iterator[tuple[int, int]]:
    """Bounds of pieces of ``rows`` whose logits stay within `CHUNK_ELEMENTS`, at least 16 rows each."""
    step = max(16, CHUNK_ELEMENTS // max(1, vocabulary))
    for begin in range(0, rows, step):
        yield begin, min(begin + step, rows)
