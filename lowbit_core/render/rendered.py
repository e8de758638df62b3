"""From an `Example` to tokens and the tokens that count for the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowbit_core.data import Example, Turn
from lowbit_core.render.encode import encode
from lowbit_core.render.spans import LossOn, Span, Spanned, learned_spans
from lowbit_core.render.template import ChatTemplate, RenderRefusedError, chat_template


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One row as the model sees it.

    Attributes:
        input_ids: int32 [n].
        loss_mask: bool [n]; True for a token that is learned (predicted from those before it).
        text: what the tokens say, special tokens included.
        spans: learned character spans of the text.
        offsets: int32 [n, 2], characters of each token in the text.
        origin: ``file:line``.
        method: how the mask was found: ``template``, ``prefix``, ``pieces``, ``all``, ``plain`` or ``text``.
        cut: tokens at the end are missing because the row was too long.
        shortened: the oldest turns are missing for the same reason.
        rewritten: answers that are not learned in this row because the template shows them otherwise later.
    """

    input_ids: NDArray[np.int32]
    loss_mask: NDArray[np.bool_]
    text: str
    spans: tuple[Span, ...]
    offsets: NDArray[np.int32]
    origin: str = ""
    method: str = ""
    cut: bool = False
    shortened: bool = False
    rewritten: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.input_ids)

    @property
    def learned(self) -> int:
        """Tokens that count for the loss; the first of a row never does, as nothing comes before it."""
        return int(self.loss_mask[1:].sum())


def render(example: Example, tokenizer: Any, loss_on: LossOn = "assistant") -> Rendered:
    """Render one example as one row of any length.

    Where the template rewrites history, only answers shown as the chat would have shown them are learned; `render_rows`
    makes rows for the others.

    Raises:
        RenderRefusedError: the template does not take this conversation.
        UserError: the mask cannot be trusted; no end-of-text token.
    """
    template = chat_template(tokenizer)
    if not example.messages:
        return _text(example, template)
    if example.joined or (example.plain and not template.own):
        return _plain(example, template, loss_on)
    return _chat(template.fit(example.messages), example.origin, template, loss_on)


def render_rows(
    example: Example, tokenizer: Any, loss_on: LossOn = "assistant", max_length: int | None = None
) -> tuple[Rendered, ...]:
    """Render one example as rows of at most ``max_length`` tokens.

    Text is cut into windows. A conversation loses its oldest turns (never the system turn) until it fits; if its last
    exchange alone is too long, the end is cut off. A conversation whose template rewrites history gives a further row,
    ending there, for each answer that the whole conversation cannot teach.

    Raises:
        RenderRefusedError, UserError: as `render`.
    """
    row = render(example, tokenizer, loss_on)
    if not example.messages:
        return tuple(_windows(row, max_length or len(row)))
    earlier = [
        render(replace(example, messages=example.messages[: index + 1]), tokenizer, "completion")
        for index in _original(example, row.rewritten, tokenizer)
    ]
    if max_length is None:
        return (*earlier, row)
    rows = []
    for item, end in zip([*earlier, row], [*_original(example, row.rewritten, tokenizer), None], strict=True):
        turns = example.messages if end is None else example.messages[: end + 1]
        kind: LossOn = loss_on if end is None else "completion"
        rows.append(_fitted(item, replace(example, messages=turns), tokenizer, kind, max_length))
    return tuple(rows)


def _original(example: Example, indices: Sequence[int], tokenizer: Any) -> list[int]:
    """Indices of turns before a system turn was merged away."""
    shift = len(example.messages) - len(chat_template(tokenizer).fit(example.messages))
    return [index + shift for index in indices]


def _chat(turns: tuple[Turn, ...], origin: str, template: ChatTemplate, loss_on: LossOn) -> Rendered:
    spanned = learned_spans(turns, template, loss_on)
    return _tokenized(spanned, origin, template)


def _tokenized(spanned: Spanned, origin: str, template: ChatTemplate) -> Rendered:
    cuts = sorted({edge for span in spanned.spans for edge in span})
    encoded = encode(template.tokenizer, spanned.text, cuts)
    place = dict(zip(cuts, encoded.places, strict=True))
    mask = np.zeros(len(encoded.ids), dtype=np.bool_)
    for start, end in spanned.spans:
        mask[place[start] : place[end]] = True
    return Rendered(
        input_ids=encoded.ids,
        loss_mask=mask,
        text=spanned.text,
        spans=spanned.spans,
        offsets=encoded.offsets,
        origin=origin,
        method="pieces" if encoded.method == "pieces" else spanned.method,
        rewritten=spanned.rewritten,
    )


def _text(example: Example, template: ChatTemplate) -> Rendered:
    """Raw text between the tokenizer's beginning and end tokens; everything is learned."""
    lead, end = template.lead, template.tokenizer.eos_token or ""
    encoded = encode(template.tokenizer, example.text)
    ids, offsets = [encoded.ids], [encoded.offsets + len(lead)]
    if lead:
        ids.insert(0, np.asarray([template.tokenizer.bos_token_id], dtype=np.int32))
        offsets.insert(0, np.asarray([[0, len(lead)]], dtype=np.int32))
    text = lead + example.text + end
    if end:
        ids.append(np.asarray([template.tokenizer.eos_token_id], dtype=np.int32))
        offsets.append(np.asarray([[len(text) - len(end), len(text)]], dtype=np.int32))
    joined = np.concatenate(ids)
    return Rendered(
        input_ids=joined,
        loss_mask=np.ones(len(joined), dtype=np.bool_),
        text=text,
        spans=((0, len(text)),),
        offsets=np.concatenate(offsets),
        origin=example.origin,
        method="text",
    )


def _plain(example: Example, template: ChatTemplate, loss_on: LossOn) -> Rendered:
    """Prompt and completion joined as they are (a line end between them if neither brings white space)."""
    *before, last = example.messages
    prompt = template.lead + "\n\n".join(turn.content for turn in before)
    if not prompt[-1:].isspace() and not last.content[:1].isspace():
        prompt += "\n"
    text = prompt + last.content + template.tokenizer.eos_token
    start = 0 if loss_on == "all" else len(prompt)
    row = _tokenized(Spanned(text, ((start, len(text)),)), example.origin, template)
    return replace(row, method="plain")


def _windows(row: Rendered, length: int) -> list[Rendered]:
    return [_slice(row, start, min(start + length, len(row))) for start in range(0, len(row), length)]


def _slice(row: Rendered, start: int, end: int) -> Rendered:
    """Tokens ``start`` to ``end`` with the text that belongs to them."""
    if start == 0 and end == len(row):
        return row
    first = int(row.offsets[start - 1, 1]) if start else 0
    last = len(row.text) if end == len(row) else int(row.offsets[end - 1, 1])
    spans = [(max(a, first) - first, min(b, last) - first) for a, b in row.spans if a < last and b > first]
    return replace(
        row,
        input_ids=row.input_ids[start:end],
        loss_mask=row.loss_mask[start:end],
        text=row.text[first:last],
        spans=tuple(spans),
        offsets=np.clip(row.offsets[start:end] - first, 0, last - first),
    )


def _fitted(row: Rendered, example: Example, tokenizer: Any, loss_on: LossOn, max_length: int) -> Rendered:
    """The row without its oldest turns, as many as needed; then without its end."""
    turns, shortened = example.messages, False
    while len(row) > max_length and (fewer := _without_oldest(turns)):
        try:
            row = render(replace(example, messages=fewer), tokenizer, loss_on)
        except RenderRefusedError:
            break
        turns, shortened = fewer, True
    if len(row) > max_length:
        row = replace(_slice(row, 0, max_length), cut=True)
    return replace(row, shortened=shortened)


def _without_oldest(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Turns without the first exchange, beginning with a user turn again; empty when only one exchange is left."""
    system = turns[:1] if turns and turns[0].role == "system" else ()
    rest = turns[len(system) :]
    later = [index for index in range(1, len(rest)) if rest[index].role == "user"]
    starts = [index for index in later if any(turn.role == "assistant" for turn in rest[index:])]
    # Skip to a user turn that comes after an answer: two user turns in a row belong together.
    starts = [index for index in starts if rest[index - 1].role == "assistant"]
    return (*system, *rest[starts[0] :]) if starts else ()
