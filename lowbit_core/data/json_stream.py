"""JSON arrays of any size, read element by element; and the objects that hold a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lowbit_core.data.lines import open_binary, read_lines
from lowbit_core.errors import UserError

CHUNK_CHARACTERS = 1 << 18
LARGEST_OBJECT_BYTES = 100 << 20
"""An object (not an array) has to be read as a whole; a larger file is refused."""

_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"


def is_one_object_a_line(path: Path, encoding: str) -> bool:
    """True for a ``.json`` file that is jsonl in truth: the first two rows are objects on lines of their own."""
    found = 0
    for line in read_lines(path, encoding):
        text = (line.text or "").strip()
        if not text:
            continue
        if not (text.startswith("{") and text.endswith("}")):
            return False
        found += 1
        if found == 2:
            return True
    return False


def read_json(path: Path, encoding: str) -> Iterator[tuple[int, Any]]:
    """Elements of a JSON file with the line each begins on.

    An array is streamed. An object gives the rows of the first list of objects in it, or, if its values are columns
    (pandas' ``{"a": {"0": …}}`` and ``{"a": […]}``), the rows made of them, or itself.

    Raises:
        UserError: broken JSON, with its line; an object larger than can be held; neither array nor object.
    """
    with open_binary(path) as raw:
        source = _Source(raw, encoding, path)
        first = source.peek()
        if first == "[":
            yield from source.elements()
            return
    if first != "{":
        raise UserError(
            "data-json-shape",
            f"{path.name} is neither a JSON array nor an object.",
            hint="Write a list of rows, or one object a line (jsonl).",
            where=str(path),
        )
    yield from _from_object(path, encoding)


class _Source:
    """A window over the file's text that grows until a whole element fits into it."""

    def __init__(self, raw: IO[bytes], encoding: str, path: Path) -> None:
        import codecs

        self.raw, self.path = raw, path
        self.decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self.text, self.at, self.line, self.ended = "", 0, 1, False

    def grow(self, characters: int) -> None:
        """Drop what was read and add at least one more piece, unless the file has ended."""
        self.text, self.at = self.text[self.at :], 0
        data = self.raw.read(characters)
        self.ended = not data
        self.text += self.decoder.decode(data, final=self.ended)

    def peek(self) -> str:
        """Next character that is no white space, empty at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in _SPACE + "\ufeff":
                self.line += self.text[self.at] == "\n"
                self.at += 1
            if self.at < len(self.text) or self.ended:
                return self.text[self.at : self.at + 1]
            self.grow(CHUNK_CHARACTERS)

    def take(self) -> Any:
        """The next JSON value."""
        size = CHUNK_CHARACTERS
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except (json.JSONDecodeError, RecursionError) as error:
                if self.ended or _is_real(error, len(self.text)):
                    raise self.broken(error) from error
            else:
                # A number at the window's very end may go on in the next piece.
                if end < len(self.text) or self.ended:
                    self.line += self.text.count("\n", self.at, end)
                    self.at = end
                    return value
            self.grow(size)
            size *= 2

    def elements(self) -> Iterator[tuple[int, Any]]:
        """Values of the array that begins here."""
        self.at += 1
        if self.peek() == "]":
            return
        while True:
            self.peek()
            line = self.line
            yield line, self.take()
            mark = self.peek()
            if mark not in (",", "]"):
                raise self.broken(ValueError("the list does not end" if not mark else f"unexpected {mark!r}"))
            self.at += 1
            if mark == "]":
                return

    def broken(self, error: Exception) -> UserError:
        """The error for broken JSON with its line in the file."""
        position = error.pos if isinstance(error, json.JSONDecodeError) else self.at
        line = self.line + self.text.count("\n", self.at, position)
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        return UserError(
            "data-json-broken",
            f"{self.path.name} has broken JSON on line {line}: {what}.",
            hint="Mend the line, or write one object a line (jsonl): then a bad row is left out instead.",
            where=f"{self.path}:{line}",
            arguments={"file": self.path.name, "line": line},
        )


def _is_real(error: Exception, length: int) -> bool:
    """False when the error may only be the window's end."""
    if not isinstance(error, json.JSONDecodeError):
        return True
    return not error.msg.startswith("Unterminated string") and error.pos < length - 64


def _from_object(path: Path, encoding: str) -> Iterator[tuple[int, Any]]:
    with open_binary(path) as raw:
        data = raw.read(LARGEST_OBJECT_BYTES + 1)
    if len(data) > LARGEST_OBJECT_BYTES:
        raise UserError(
            "data-json-large",
            f"{path.name} is one JSON object of more than {LARGEST_OBJECT_BYTES >> 20} MB.",
            hint="Write it as a list of rows or as jsonl; both are read piece by piece.",
            where=str(path),
        )
    text = data.decode(encoding, errors="replace")
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise UserError(
            "data-json-broken",
            f"{path.name} has broken JSON on line {line}.",
            hint="Mend the line, or write one object a line (jsonl).",
            where=f"{path}:{line}",
            arguments={"file": path.name, "line": line},
        ) from error
    yield from _table(value)


def _table(value: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """Rows of a decoded object; the number is that of the row, as lines say nothing here."""
    lists = [item for item in value.values() if isinstance(item, list)]
    is_one_row = any(_is_turns(item) for item in lists)
    nested = next((item for item in lists if item and all(isinstance(row, dict) for row in item)), None)
    if nested is not None and not is_one_row:
        yield from enumerate(nested, start=1)
    elif value and all(isinstance(column, dict) for column in value.values()):
        keys = list(dict.fromkeys(key for column in value.values() for key in column))
        for number, key in enumerate(keys, start=1):
            yield number, {name: column.get(key) for name, column in value.items()}
    elif value and len(lists) == len(value) and not is_one_row:
        for number in range(max(map(len, lists))):
            row = {name: column[number] if number < len(column) else None for name, column in value.items()}
            yield number + 1, row
    else:
        yield 1, value


def _is_turns(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(item, dict) and ({"role", "from"} & item.keys()) for item in value)
