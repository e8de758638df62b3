"""Rows of any container, one at a time: jsonl, json, csv, tsv, parquet, arrow, txt."""

from __future__ import annotations

import bisect
import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lowbit_core.data import columnar, json_stream, prose
from lowbit_core.data.lines import find_encoding, open_binary, read_lines
from lowbit_core.errors import UserError

Container = Literal["jsonl", "json", "csv", "tsv", "parquet", "arrow", "txt"]

SUFFIXES: dict[str, Container] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
}
"""What a file's last suffix says it is; ``.gz`` is looked through."""

CHECKPOINT_ROWS = 512
"""A line file remembers the byte of every so-manieth row, so that a table can jump into it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: ``cells`` by column name, or ``reason`` when it could not be read. ``line`` counts from 1: the line
    it begins on; in binary files the number of the row.
    """

    line: int
    cells: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


def container_of(path: Path) -> Container | None:
    """The container a file's name promises, None for other files."""
    suffixes = [part.lower() for part in path.suffixes[-2:]]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return SUFFIXES.get(suffixes[-1]) if suffixes else None


class RowFile:
    """A data file that can be read through many times, or from a row on, never held in memory as a whole.

    Attributes:
        path: the file.
        container: how it is read; a ``.json`` file with one object a line counts as jsonl.
        encoding: of a text file, empty for binary ones.
    """

    def __init__(self, path: Path, container: Container | None = None) -> None:
        """Look at the file's beginning.

        Raises:
            UserError: no such file, empty, or not a kind that can be read.
        """
        self.path = path
        kind = container or container_of(path)
        if kind is None:
            known = ", ".join(sorted({suffix[1:] for suffix in SUFFIXES}))
            raise UserError(
                "data-unknown-file",
                f"{path.name} is not a kind of data file that can be read.",
                hint=f"Known kinds: {known}.",
                where=str(path),
            )
        _check_there(path)
        self.encoding = "" if kind in ("parquet", "arrow") else find_encoding(path)
        self.container: Container = kind
        if kind == "json" and json_stream.is_one_object_a_line(path, self.encoding):
            self.container = "jsonl"
        self._marks: list[tuple[int, int, int]] = []  # row index, byte offset, line number

    def rows(self, first: int = 0) -> Iterator[Row]:
        """Rows in file order from index ``first`` (from 0, refused rows counted, blank lines not).

        Raises:
            UserError: the file as a whole cannot be read (broken JSON array, broken parquet).
        """
        readers: dict[Container, Callable[[int], Iterator[Row]]] = {
            "jsonl": self._jsonl,
            "json": lambda n: _skip(_from_json(self.path, self.encoding), n),
            "csv": lambda n: self._separated("", n),
            "tsv": lambda n: self._separated("\t", n),
            "parquet": lambda n: _numbered(columnar.read_parquet(self.path, n), n),
            "arrow": lambda n: _numbered(columnar.read_arrow(self.path, n), n),
            "txt": lambda n: _skip(_from_text(self.path, self.encoding), n),
        }
        yield from readers[self.container](first)

    def _jsonl(self, first: int) -> Iterator[Row]:
        index, offset, number = self._nearest_mark(first)
        for line in read_lines(self.path, self.encoding, offset=offset, number=number):
            if line.text is not None and not line.text.strip():
                continue
            if index % CHECKPOINT_ROWS == 0:
                self._mark(index, line.offset, line.number)
            if index >= first:
                yield _from_line(line.number, line.text)
            index += 1

    def _nearest_mark(self, first: int) -> tuple[int, int, int]:
        place = bisect.bisect_right(self._marks, (first, 1 << 62, 0)) - 1
        return self._marks[place] if place >= 0 else (0, 0, 1)

    def _mark(self, index: int, offset: int, number: int) -> None:
        if offset >= 0 and (not self._marks or self._marks[-1][0] < index):
            self._marks.append((index, offset, number))

    def _separated(self, delimiter: str, first: int) -> Iterator[Row]:
        return _skip(_from_separated(self.path, self.encoding, delimiter), first)


def _check_there(path: Path) -> None:
    if not path.is_file():
        raise UserError("data-not-found", f"There is no file {path}.", hint="Check the path.", where=str(path))
    try:
        with open_binary(path) as file:
            empty = not file.read(4096).strip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    except (OSError, EOFError) as error:
        raise UserError(
            "data-unreadable",
            f"{path.name} cannot be read: {error}.",
            hint="Check that the file is complete and that you may read it.",
            where=str(path),
        ) from error
    if empty:
        raise UserError("data-empty", f"{path.name} is empty.", hint="Choose a file with rows in it.", where=str(path))


def _from_line(number: int, text: str | None) -> Row:
    if text is None:
        return Row(number, reason="the line is not readable text (wrong encoding) or longer than 64 MB")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Row(number, reason=f"broken JSON: {error}")
    return from_value(number, value)


def from_value(number: int, value: Any) -> Row:
    """A row from a JSON value: an object, a list of turns, or a bare text."""
    if isinstance(value, dict):
        return Row(number, cells=value)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return Row(number, cells={"messages": value})
    if isinstance(value, str):
        return Row(number, cells={"text": value})
    return Row(number, reason=f"an object was expected, not {type(value).__name__}")


def _from_json(path: Path, encoding: str) -> Iterator[Row]:
    for number, value in json_stream.read_json(path, encoding):
        yield from_value(number, value)


def _from_text(path: Path, encoding: str) -> Iterator[Row]:
    for number, text in prose.passages(read_lines(path, encoding)):
        if text is None:
            yield Row(number, reason="the line is not readable text (wrong encoding) or longer than 64 MB")
        else:
            yield Row(number, cells={"text": text})


def _numbered(rows: Iterable[dict[str, Any]], first: int) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=first + 1):
        yield Row(number, cells=cells)


def _skip(rows: Iterator[Row], first: int) -> Iterator[Row]:
    for index, row in enumerate(rows):
        if index >= first:
            yield row


BAD = "\x00\ufffd"
"""Stands for a line that is not text, so that its record can be refused; a real cell has no NUL in it."""


def _from_separated(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """Records of a csv or tsv file; the first one holds the names of the columns."""
    csv.field_size_limit(1 << 30)
    texts = (BAD + "\n" if line.text is None else line.text for line in read_lines(path, encoding))
    reader = csv.reader(texts, delimiter=delimiter or _find_delimiter(path, encoding), strict=True)
    header: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, reason=f"broken quoting: {error}")
            continue
        if not any(cell.strip() for cell in record):
            continue
        if not header:
            header = [name.strip() for name in record]
            continue
        yield _from_record(line, header, record)


def _from_record(line: int, header: list[str], record: list[str]) -> Row:
    if any(BAD in cell for cell in record):
        return Row(line, reason="the line is not readable text (wrong encoding)")
    if len(record) != len(header):
        return Row(line, reason=f"{len(record)} cells where the header has {len(header)}")
    return Row(line, cells=dict(zip(header, record, strict=True)))


def _find_delimiter(path: Path, encoding: str) -> str:
    """The separator that splits the first records into the same number of cells, at least two; else the comma."""
    texts = [line.text for _, line in zip(range(50), read_lines(path, encoding), strict=False) if line.text]
    best, most = ",", 1
    for delimiter in ",;\t|":
        try:
            widths = [len(record) for record in csv.reader(texts, delimiter=delimiter) if record]
        except csv.Error:
            continue
        # A separator inside of the sentences gives rows of different widths; the header decides ties.
        if widths and widths[0] > most and widths.count(widths[0]) * 2 > len(widths):
            best, most = delimiter, widths[0]
    return best
