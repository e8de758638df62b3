"""What a person sees before the start: rows as the model will see them, and what it will learn."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from lowbit_core.context import Context
from lowbit_core.data import Example
from lowbit_core.errors import UserError
from lowbit_core.render.rendered import Rendered
from lowbit_core.render.rows import RenderReport, Tally
from lowbit_core.render.spans import LossOn
from lowbit_core.render.template import chat_template

COUNTED_EXAMPLES = 2000
"""Examples rendered for the counts of a preview."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One token's text (two tokens of one character come together) and whether it is learned."""

    text: str
    learned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One row: joined, the texts of its pieces are the rendered text."""

    origin: str
    pieces: tuple[Piece, ...]
    tokens: int
    learned: int
    cut: bool
    shortened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Rows and counts.

    Attributes:
        rows: those asked for.
        refused: (where, reason) of examples among those asked for that give no row.
        report: counts over the first `COUNTED_EXAMPLES` examples.
        sampled: there are more examples than were counted.
        end_of_turn: the token that ends an answer.
        own_template: False when the model has no chat template and a plain one is used.
        takes_system: False when a system turn is merged into the first user turn.
    """

    rows: tuple[PreviewRow, ...]
    refused: tuple[tuple[str, str], ...]
    report: RenderReport
    sampled: bool
    end_of_turn: str
    own_template: bool
    takes_system: bool

    def as_data(self) -> dict[str, Any]:
        """As JSON values, with what is too long counted."""
        return asdict(self) | {"too_long": self.report.too_long}


def preview(
    examples: Iterable[Example],
    tokenizer: Any,
    loss_on: LossOn = "assistant",
    max_length: int | None = None,
    *,
    first: int = 0,
    rows: int = 20,
    context: Context | None = None,
) -> Preview:
    """Render ``rows`` examples from index ``first``, and count over the beginning of the data.

    A row nobody can learn from is listed as refused; a template that cannot be trusted ends the preview.

    Raises:
        UserError: ``mask-untrusted``, ``no-end-token``.
    """
    template = chat_template(tokenizer)
    counted, shown = Tally(), Tally()
    made: list[PreviewRow] = []
    last = max(COUNTED_EXAMPLES, first + rows)
    total = 0
    for index, example in enumerate(itertools.islice(examples, last + 1)):
        if context is not None and index % 64 == 0:
            context.checkpoint()
        total += 1
        if index < COUNTED_EXAMPLES:
            counted.take(example, tokenizer, loss_on, max_length)
        if first <= index < first + rows:
            made += [_row(row) for row in shown.take(example, tokenizer, loss_on, max_length)]
    if total == 0:
        raise UserError("data-empty", "There are no rows to show.", where="data.source")
    return Preview(
        rows=tuple(made),
        refused=tuple((item.where, item.reason) for item in shown.refused),
        report=counted.report(),
        sampled=total > COUNTED_EXAMPLES,
        end_of_turn=template.end_of_turn().text,
        own_template=template.own,
        takes_system=template.takes_system,
    )


def _row(row: Rendered) -> PreviewRow:
    return PreviewRow(
        origin=row.origin,
        pieces=pieces(row),
        tokens=len(row),
        learned=row.learned,
        cut=row.cut,
        shortened=row.shortened,
    )


def pieces(row: Rendered) -> tuple[Piece, ...]:
    """The row's text cut at its tokens. Text between two tokens (a space not counted) goes to the second."""
    made: list[Piece] = []
    at = 0
    for (_, end), learned in zip(row.offsets.tolist(), row.loss_mask.tolist(), strict=True):
        if end <= at:  # another token of the same character
            continue
        made.append(Piece(row.text[at:end], bool(learned)))
        at = end
    if at < len(row.text):
        made.append(Piece(row.text[at:], False))
    return tuple(made)
