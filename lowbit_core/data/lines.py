"""Text files as numbered lines: encodings found out, compressed files opened, no more than one line in memory."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

SAMPLE_BYTES = 1 << 20
"""Bytes looked at to find the encoding."""

LONGEST_LINE_BYTES = 64 << 20
"""A longer line is reported as too long instead of being held in memory."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Line(NamedTuple):
    """``number`` counts from 1; ``offset`` is the byte the line starts at (-1 where a file cannot be entered in the
    middle); ``text`` keeps its line end, and is None when the bytes are not text or the line is too long.
    """

    number: int
    offset: int
    text: str | None


def open_binary(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when its name ends in ``.gz``."""
    return cast(IO[bytes], gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def find_encoding(path: Path) -> str:
    """Encoding of a text file by its mark, its zero bytes, or by trying.

    Returns:
        ``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-16-le``, ``utf-16-be``, ``utf-32``; ``cp1252`` or, where that has no
        such character, ``latin-1`` for old single-byte files (a guess: report it).
    """
    with open_binary(path) as file:
        head = file.read(SAMPLE_BYTES)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head[:400].count(0) > len(head[:400]) // 4:
        return "utf-16-le" if head[1:400:2].count(0) >= head[0:400:2].count(0) else "utf-16-be"
    return "utf-8" if _mostly_utf8(head) else _single_byte(head)


def _mostly_utf8(head: bytes) -> bool:
    """True when at least half of the lines with special characters are UTF-8: then a bad line is just a bad line."""
    lines = head.splitlines()
    if len(head) == SAMPLE_BYTES:
        lines = lines[:-1] or [head[:-4]]
    special = [line for line in lines if not line.isascii()]
    return sum(_decodes(line, "utf-8") for line in special) * 2 >= len(special)


def _single_byte(head: bytes) -> str:
    return "cp1252" if _decodes(head, "cp1252") else "latin-1"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def read_lines(path: Path, encoding: str, *, offset: int = 0, number: int = 1) -> Iterator[Line]:
    """The lines of a file from byte ``offset``, whose line has the given ``number``.

    Args:
        path: the file, possibly ``.gz``.
        encoding: as found by `find_encoding`.
        offset: byte to begin at; only an offset seen in a `Line` before.
        number: number of the line at ``offset``.

    Yields:
        Lines in order. A line that cannot be decoded has text None.
    """
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _wide_lines(path, encoding)
        return
    with open_binary(path) as file:
        file.seek(offset)
        while raw := file.readline(LONGEST_LINE_BYTES):
            yield Line(number, offset, _decode(raw, encoding, first=offset == 0))
            offset += len(raw)
            if len(raw) == LONGEST_LINE_BYTES and not raw.endswith(b"\n"):
                offset += _skip_line(file)
            number += 1


def _decode(raw: bytes, encoding: str, *, first: bool) -> str | None:
    if len(raw) == LONGEST_LINE_BYTES:
        return None
    if encoding == "utf-8-sig" and not first:
        encoding = "utf-8"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _skip_line(file: IO[bytes]) -> int:
    skipped = 0
    while raw := file.readline(SAMPLE_BYTES):
        skipped += len(raw)
        if raw.endswith(b"\n"):
            break
    return skipped


def _wide_lines(path: Path, encoding: str) -> Iterator[Line]:
    """Encodings of two and four bytes: line ends cannot be found in the bytes, so no offsets."""
    with open_binary(path) as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as file:
        for number, text in enumerate(file, start=1):
            yield Line(number, -1, None if "\ufffd" in text else text)
