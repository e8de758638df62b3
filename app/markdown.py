"""Markdown as a small tree of blocks. HTML stays text, nothing is ever fetched: a picture is its words.

`MarkdownStream` reads a text that is still being written: what is finished is never looked at again, so that the cost
of a piece is that of the last block, not of the whole answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Alignment = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Span:
    """Words in one style. ``link`` is an address to offer, never to load by itself."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    struck: bool = False
    link: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    spans: Spans


@dataclass(frozen=True)
class Code:
    """A code block; ``language`` as the text names it, empty when it does not."""

    text: str
    language: str


@dataclass(frozen=True)
class Quote:
    """Quoted blocks."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class List:
    """Items, each of blocks; ``start`` is the first number, None for bullets."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None


@dataclass(frozen=True)
class Table:
    """Cells by rows, the header first; ``alignments`` one a column."""

    rows: tuple[tuple[Spans, ...], ...]
    alignments: tuple[Alignment, ...]


@dataclass(frozen=True)
class Rule:
    """A line across."""


Block = Paragraph | Heading | Code | Quote | List | Table | Rule


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text."""
    return tuple(block for block, _line in _numbered(text))


class MarkdownStream:
    """Blocks of a growing text.

    Attributes:
        text: everything so far.
    """

    def __init__(self) -> None:
        self.text = ""
        self._settled: list[Block] = []
        self._begin = 0

    def push(self, piece: str) -> None:
        """More text; carriage returns are left out."""
        self.text += piece.replace("\r", "")
        if "\n" in piece:
            self._settle()

    def blocks(self) -> tuple[Block, ...]:
        """All blocks; the first `settled` of them never change again."""
        return (*self._settled, *parse(self.text[self._begin :]))

    @property
    def settled(self) -> int:
        """How many blocks are final."""
        return len(self._settled)

    def _settle(self) -> None:
        # A block is closed for good as soon as another follows it, by whole lines: half a line may still turn out to
        # belong to the block before (a lone "*" is an item, "**bold" is not).
        whole = self.text[self._begin : self.text.rindex("\n") + 1]
        found = _numbered(whole)
        if len(found) < 2:
            return
        self._settled += [block for block, _line in found[:-1]]
        self._begin += _offset(whole, found[-1][1])


def _offset(text: str, line: int) -> int:
    """Where line ``line`` begins; lines end as the parser ends them."""
    at = 0
    for _ in range(line):
        at = text.index("\n", at) + 1
    return at


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    # Without reference definitions a later line can never change an earlier block.
    return parser.enable(["table", "strikethrough"]).disable("reference")


def _numbered(text: str) -> list[tuple[Block, int]]:
    """Top blocks and the line each begins at."""
    tokens = _parser().parse(text)
    found: list[tuple[Block, int]] = []
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        block = _block(tokens[at : end + 1])
        if block is not None:
            line = tokens[at].map
            found.append((block, line[0] if line else 0))
        at = end + 1
    return found


def _closing(tokens: Sequence[Token], at: int) -> int:
    """Index of the token that closes the one at ``at``; itself where nothing opens."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _blocks(tokens: Sequence[Token]) -> tuple[Block, ...]:
    made: list[Block] = []
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        block = _block(tokens[at : end + 1])
        if block is not None:
            made.append(block)
        at = end + 1
    return tuple(made)


def _block(tokens: Sequence[Token]) -> Block | None:
    first = tokens[0]
    match first.type:
        case "paragraph_open":
            return Paragraph(_spans(tokens[1]))
        case "heading_open":
            return Heading(int(first.tag[1]), _spans(tokens[1]))
        case "fence":
            return Code(first.content.removesuffix("\n"), first.info.split()[0] if first.info.split() else "")
        case "code_block":
            return Code(first.content.removesuffix("\n"), "")
        case "blockquote_open":
            return Quote(_blocks(tokens[1:-1]))
        case "bullet_list_open" | "ordered_list_open":
            start = int(first.attrGet("start") or 1) if first.type == "ordered_list_open" else None
            return List(tuple(_items(tokens[1:-1])), start)
        case "table_open":
            return _table(tokens)
        case "hr":
            return Rule()
        case _:
            return Paragraph((Span(first.content),)) if first.content else None


def _items(tokens: Sequence[Token]) -> list[tuple[Block, ...]]:
    items = []
    at = 0
    while at < len(tokens):
        end = _closing(tokens, at)
        items.append(_blocks(tokens[at + 1 : end]))
        at = end + 1
    return items


def _table(tokens: Sequence[Token]) -> Table:
    rows: list[tuple[Spans, ...]] = []
    alignments: list[Alignment] = []
    cells: list[Spans] = []
    for place, token in enumerate(tokens):
        if token.type == "tr_open":
            cells = []
        elif token.type in ("th_open", "td_open"):
            cells.append(_spans(tokens[place + 1]))
            if not rows:
                alignments.append(_alignment(token))
        elif token.type == "tr_close":
            rows.append(tuple(cells))
    return Table(tuple(rows), tuple(alignments))


def _alignment(token: Token) -> Alignment:
    style = str(token.attrGet("style") or "")
    return "right" if "right" in style else "center" if "center" in style else "left"


def _spans(inline: Token) -> Spans:
    spans: list[Span] = []
    style: dict[str, Any] = {"bold": 0, "italic": 0, "struck": 0, "link": ""}
    for token in inline.children or ():
        match token.type:
            case "strong_open" | "strong_close":
                style["bold"] += token.nesting
            case "em_open" | "em_close":
                style["italic"] += token.nesting
            case "s_open" | "s_close":
                style["struck"] += token.nesting
            case "link_open":
                style["link"] = _safe_link(str(token.attrGet("href") or ""))
            case "link_close":
                style["link"] = ""
            case "code_inline":
                spans.append(_span(token.content, style, code=True))
            case "softbreak":
                spans.append(_span(" ", style))
            case "hardbreak":
                spans.append(_span("\n", style))
            case "image":
                spans.append(_span(f"[{token.content}]" if token.content else "[…]", style))
            case _:
                if token.content:
                    spans.append(_span(token.content, style))
    return _merged(spans)


def _span(text: str, style: dict[str, Any], *, code: bool = False) -> Span:
    return Span(
        text, bold=style["bold"] > 0, italic=style["italic"] > 0, struck=style["struck"] > 0, link=style["link"],
        code=code,
    )  # fmt: skip


def _merged(spans: Sequence[Span]) -> Spans:
    """Neighbours of one style as one."""
    made: list[Span] = []
    for span in spans:
        last = made[-1] if made else None
        if last is not None and last == Span(last.text, span.bold, span.italic, span.code, span.struck, span.link):
            made[-1] = Span(last.text + span.text, span.bold, span.italic, span.code, span.struck, span.link)
        else:
            made.append(span)
    return tuple(made)


def _safe_link(address: str) -> str:
    """Web and mail addresses only: no files, no scripts."""
    return address if address.lower().startswith(("https://", "http://", "mailto:")) else ""
