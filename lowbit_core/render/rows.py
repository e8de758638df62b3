"""All rows of a data set as tokens, in little memory, with a report of what became of each example."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lowbit_core.context import Context, SilentContext
from lowbit_core.data import Example, Refused
from lowbit_core.errors import UserError
from lowbit_core.render.rendered import Rendered, render_rows
from lowbit_core.render.spans import LossOn
from lowbit_core.render.template import RenderRefusedError

LISTED_ROWS = 1000
HISTOGRAM_BINS = 24


class TokenRow(NamedTuple):
    """``input_ids`` int32 [n] and ``loss_mask`` bool [n] of one row."""

    input_ids: NDArray[np.int32]
    loss_mask: NDArray[np.bool_]


class TokenRows:
    """A sequence of `TokenRow`s in two flat arrays (5 bytes a token), in memory or mapped from files.

    Args:
        folder: where ``tokens.bin`` and ``mask.bin`` are written; None keeps them in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._ends = array("q", [0])
        self._ids: Any = bytearray()
        self._mask: Any = bytearray()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._files = ((folder / "tokens.bin").open("wb"), (folder / "mask.bin").open("wb"))

    def append(self, row: Rendered) -> None:
        """Add a row; only before `close`."""
        parts = (row.input_ids.astype("<i4").tobytes(), row.loss_mask.tobytes())
        if self._folder is None:
            self._ids += parts[0]
            self._mask += parts[1]
        else:
            for file, part in zip(self._files, parts, strict=True):
                file.write(part)
        self._ends.append(self._ends[-1] + len(row))

    def close(self) -> None:
        """No more rows come; from here on they can be read."""
        if self._folder is None:
            self._ids = np.frombuffer(bytes(self._ids), dtype="<i4")
            self._mask = np.frombuffer(bytes(self._mask), dtype=np.bool_)
            return
        for file in self._files:
            file.close()
        empty = self._ends[-1] == 0
        self._ids = np.zeros(0, "<i4") if empty else np.memmap(self._folder / "tokens.bin", "<i4", "r")
        self._mask = np.zeros(0, np.bool_) if empty else np.memmap(self._folder / "mask.bin", np.bool_, "r")

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, index: int) -> TokenRow:
        if not 0 <= index < len(self):
            raise IndexError(index)
        start, end = self._ends[index], self._ends[index + 1]
        return TokenRow(np.asarray(self._ids[start:end]), np.asarray(self._mask[start:end]))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row, int64 [rows]."""
        ends = np.frombuffer(self._ends, dtype=np.int64)
        return ends[1:] - ends[:-1]


@dataclass(frozen=True, kw_only=True)
class RenderReport:
    """What became of the examples.

    Attributes:
        examples: that came in.
        rows: that came out.
        tokens: of all rows.
        learned: tokens that count for the loss.
        longest: tokens of the longest row.
        cut: rows whose end was cut off.
        shortened: conversations that lost their oldest turns.
        too_long: both together.
        split: further rows made because the template rewrites history.
        masked: rows left out because none of their tokens is learned.
        refused: examples the template does not take (at most `LISTED_ROWS` are listed), rows left out included.
        refused_count: all of them.
        histogram: rows in each of `HISTOGRAM_BINS` bins of equal width from 0 to ``longest``.
        methods: how the masks were found, with the number of rows.
    """

    examples: int
    rows: int
    tokens: int
    learned: int
    longest: int
    cut: int
    shortened: int
    split: int
    masked: int
    refused: tuple[Refused, ...]
    refused_count: int
    histogram: tuple[int, ...]
    methods: dict[str, int]

    @property
    def too_long(self) -> int:
        """Rows that did not fit as they were."""
        return self.cut + self.shortened


class Tally:
    """Counts rows for a `RenderReport`."""

    def __init__(self) -> None:
        self.examples = self.rows = self.tokens = self.learned = self.cut = self.shortened = self.split = 0
        self.masked = self.refused_count = 0
        self.refused: list[Refused] = []
        self.methods: dict[str, int] = {}
        self.lengths = array("q")

    def take(self, example: Example, tokenizer: Any, loss_on: LossOn, max_length: int | None) -> list[Rendered]:
        """Render one example, count, and give back the rows that can be learned from."""
        self.examples += 1
        try:
            rows = render_rows(example, tokenizer, loss_on, max_length)
        except RenderRefusedError as error:
            self._refuse(example.origin, str(error))
            return []
        kept = [row for row in rows if row.learned]
        if len(kept) < len(rows):
            self.masked += len(rows) - len(kept)
            if not kept:
                reason = "nothing to learn is left after cutting it to the greatest length"
                self._refuse(example.origin, reason if any(row.cut for row in rows) else "no token of it is learned")
        self.split += max(0, len(kept) - 1) if example.messages else 0
        for row in kept:
            self._count(row)
        return kept

    def _count(self, row: Rendered) -> None:
        self.rows += 1
        self.tokens += len(row)
        self.learned += row.learned
        self.cut += row.cut
        self.shortened += row.shortened and not row.cut
        self.methods[row.method] = self.methods.get(row.method, 0) + 1
        self.lengths.append(len(row))

    def _refuse(self, where: str, reason: str) -> None:
        self.refused_count += 1
        if len(self.refused) < LISTED_ROWS:
            self.refused.append(Refused(where, reason))

    def report(self) -> RenderReport:
        """The counts so far."""
        longest = max(self.lengths, default=0)
        bins, _ = np.histogram(np.frombuffer(self.lengths, np.int64), bins=HISTOGRAM_BINS, range=(0, max(longest, 1)))
        return RenderReport(
            examples=self.examples,
            rows=self.rows,
            tokens=self.tokens,
            learned=self.learned,
            longest=longest,
            cut=self.cut,
            shortened=self.shortened,
            split=self.split,
            masked=self.masked,
            refused=tuple(self.refused),
            refused_count=self.refused_count,
            histogram=tuple(int(count) for count in bins),
            methods=dict(self.methods),
        )


def render_all(
    examples: Iterable[Example],
    tokenizer: Any,
    loss_on: LossOn = "assistant",
    max_length: int | None = None,
    *,
    folder: Path | None = None,
    context: Context | None = None,
) -> tuple[TokenRows, RenderReport]:
    """Tokenize a data set.

    Args:
        examples: read once, in order.
        tokenizer: of the model.
        loss_on: what is learned.
        max_length: tokens a row may have, see `render_rows`.
        folder: put the tokens there instead of into memory.
        context: asked for interruptions.

    Raises:
        UserError: ``all-masked`` or ``all-refused`` when no row is left, with the first reason; ``mask-untrusted``.
    """
    context, tally, store = context or SilentContext(), Tally(), TokenRows(folder)
    for number, example in enumerate(examples):
        if number % 64 == 0:
            context.checkpoint()
        for row in tally.take(example, tokenizer, loss_on, max_length):
            store.append(row)
    store.close()
    report = tally.report()
    if not report.rows:
        raise _nothing_left(report)
    return store, report


def _nothing_left(report: RenderReport) -> UserError:
    if not report.examples:
        return UserError("data-empty", "There are no rows to learn from.", where="data.source")
    first = report.refused[0]
    masked = report.masked > 0
    return UserError(
        "all-masked" if masked else "all-refused",
        (
            "No row has a token to learn from"
            if masked
            else f"The model's chat template takes none of the {report.examples} rows"
        )
        + f": {first.reason} ({first.where}).",
        hint=(
            "Raise data.max_length, or learn from more with data.loss_on."
            if masked
            else "Check the order of the turns: mostly user and assistant have to alternate, the user first."
        ),
        where=first.where,
    )
