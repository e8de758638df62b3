"""What a reading found: shown to people, logged, and asked by tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lowbit_core.data.detect import Format
from lowbit_core.data.example import Example, Refused


@dataclass(frozen=True, kw_only=True)
class DataNotice:
    """Something worth a look that does not stop the reading; code and arguments as in `events.Notice`."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class DataReport:
    """One pass over all rows.

    Attributes:
        format: layout of the rows.
        why: how it was found, in words.
        columns: column names of the first rows.
        mapping: role to column name.
        examples: usable rows, validation rows included.
        validation: usable rows that are held back.
        refused: the first of the rows that are not used (at most `source.LISTED_ROWS`).
        refused_count: all of them.
        duplicates: usable rows that repeat an earlier one word by word; they are kept.
        shortened: conversations whose turns after the last answer are left off.
        files: names of the files read.
        ignored: (name, reason) of files in the folder that are not read.
        notices: what else is worth a look.
    """

    format: Format
    why: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    examples: int
    validation: int
    refused: tuple[Refused, ...] = ()
    refused_count: int = 0
    duplicates: int = 0
    shortened: int = 0
    files: tuple[str, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    notices: tuple[DataNotice, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class SampleRow:
    """A row of a table for people: its cells as text (long ones shortened), and what becomes of it."""

    where: str
    cells: Mapping[str, str]
    example: Example | None = None
    reason: str = ""
