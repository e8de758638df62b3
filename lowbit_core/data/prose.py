"""Plain text cut into passages, so that a book gives rows that can be shuffled and held back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lowbit_core.data.lines import Line

PASSAGE_CHARACTERS = 4000
"""A passage is closed at the first paragraph end after so many characters."""

LONGEST_CHARACTERS = 4 * PASSAGE_CHARACTERS
"""A paragraph longer than this is cut, at a line end where there is one, else at a space."""


def passages(lines: Iterable[Line]) -> Iterator[tuple[int, str | None]]:
    """Passages with the line each begins on; text None for a line that cannot be read.

    Two or more blank lines in a row always end a passage (they part documents); a single one ends a paragraph, and a
    passage ends there once it is long enough. White space at both ends goes, everything within stays.
    """
    held: list[str] = []
    start, size, blank = 1, 0, 0
    for line in lines:
        if line.text is None:
            yield line.number, None
            continue
        if not line.text.strip():
            blank += 1
            if held:
                held.append("\n")
            if held and (blank >= 2 or size >= PASSAGE_CHARACTERS):
                yield start, "".join(held).strip()
                held, size = [], 0
            continue
        blank = 0
        if not held:
            start = line.number
        held.append(line.text.replace("\r\n", "\n"))
        size += len(held[-1])
        if size >= LONGEST_CHARACTERS:
            yield from ((start, piece) for piece in _cut("".join(held).strip()))
            held, size = [], 0
    if held and (rest := "".join(held).strip()):
        yield start, rest


def _cut(text: str) -> Iterator[str]:
    while len(text) > LONGEST_CHARACTERS:
        place = text.rfind(" ", PASSAGE_CHARACTERS, LONGEST_CHARACTERS)
        place = place if place > 0 else LONGEST_CHARACTERS
        yield text[:place].strip()
        text = text[place:].lstrip()
    if text:
        yield text
