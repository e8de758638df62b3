"""Open training data: `open_data` gives a `DataSource` that streams, reports and shows rows."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from lowbit_core.context import Context, SilentContext
from lowbit_core.data import hub
from lowbit_core.data.convert import RowRefusedError, to_example
from lowbit_core.data.detect import SAMPLE_ROWS, Detected, columns_of, explicit
from lowbit_core.data.example import Example, Refused
from lowbit_core.data.files import find_files, find_sample
from lowbit_core.data.report import DataNotice, DataReport, SampleRow
from lowbit_core.data.rows import Row, RowFile
from lowbit_core.errors import UserError
from lowbit_core.recipe.schema import Data

LISTED_ROWS = 1000
"""Refused rows kept in a report; the others are counted."""

SEARCHED_ROWS = 10_000
"""Rows read at most to find `SAMPLE_ROWS` readable ones."""

COUNTED_ROWS = 2_000_000
"""Rows remembered (8 bytes each, plus the set's own) for finding duplicates."""

SHOWN_CHARACTERS = 2000
"""Longest text of a cell in a table."""

Split = Literal["train", "validation", "all"]


class _Rows(Protocol):
    def rows(self, first: int = 0) -> Iterator[Row]: ...


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    file: _Rows


class DataSource:
    """Rows of a data set as `Example`s. Nothing is read before it is asked for, and never all at once."""

    def __init__(
        self,
        settings: Data,
        train: list[_Named],
        validation: list[_Named],
        *,
        seed: int = 0,
        context: Context | None = None,
        ignored: tuple[tuple[str, str], ...] = (),
        notices: tuple[DataNotice, ...] = (),
    ) -> None:
        self.settings, self.seed = settings, seed
        self._train, self._validation = train, validation
        self._context = context or SilentContext()
        self._ignored, self._notices = ignored, notices
        self._detected: Detected | None = None
        self._columns: tuple[str, ...] = ()
        self._report: DataReport | None = None
        self._held = array("q")

    @property
    def detected(self) -> Detected:
        """Format and mapping, from the first rows.

        Raises:
            UserError: no readable row, an unknown layout, a mapped column that is missing.
        """
        if self._detected is None:
            cells, bad, where = [], [], self._train[0].name
            for origin, row in itertools.islice(self._rows(self._train), SEARCHED_ROWS):
                if row.reason:
                    bad.append(Refused(origin, row.reason))
                else:
                    cells.append(row.cells)
                if len(cells) == SAMPLE_ROWS:
                    break
            if not cells:
                raise _nothing_usable(where, bad)
            self._columns = columns_of(cells)
            self._detected = explicit(self.settings.format, self.settings.columns, cells, where=where)
        return self._detected

    def report(self) -> DataReport:
        """Read every row once, count, and choose the validation rows. The result is kept.

        Raises:
            UserError: as `detected`; a file that cannot be read; not one usable row.
        """
        if self._report is None:
            self._report = self._read_all()
        return self._report

    def __iter__(self) -> Iterator[Example]:
        return self.examples("train")

    def examples(self, split: Split = "train") -> Iterator[Example]:
        """Usable rows in file order, each time anew from disk."""
        self.report()
        held = set(self._held)
        if split != "validation" or not self._validation:
            for index, example in enumerate(self._usable(self._train)):
                if split == "all" or (index in held) == (split == "validation"):
                    yield example
        if split != "train":
            yield from self._usable(self._validation)

    def sample(self, first: int = 0, rows: int = 20) -> tuple[SampleRow, ...]:
        """Rows ``first`` to ``first + rows`` of the training files, refused ones included, for a table."""
        detected = self.detected
        shown: list[SampleRow] = []
        for named in self._train:
            skipped = 0
            for row in named.file.rows(first):
                if len(shown) == rows:
                    return tuple(shown)
                shown.append(_sample_row(row, detected, f"{named.name}:{row.line}"))
                skipped += 1
            if skipped:
                first = 0
            elif named is not self._train[-1]:
                first -= sum(1 for _ in named.file.rows())
        return tuple(shown)

    def _rows(self, files: list[_Named]) -> Iterator[tuple[str, Row]]:
        for named in files:
            for row in named.file.rows():
                yield f"{named.name}:{row.line}", row

    def _usable(self, files: list[_Named]) -> Iterator[Example]:
        for origin, row in self._rows(files):
            if not row.reason:
                try:
                    yield to_example(row.cells, self.detected, origin)[0]
                except RowRefusedError:
                    continue

    def _read_all(self) -> DataReport:
        detected, tally = self.detected, _Tally()
        own = self._read(self._train, detected, tally)
        held = self._read(self._validation, detected, tally)
        if own == 0:
            raise _nothing_usable(self._train[0].name, tally.refused)
        if self._validation and held == 0:
            first = self._validation[0].name
            raise _nothing_usable(first, [item for item in tally.refused if item.where.startswith(f"{first}:")])
        notices = list(self._notices)
        if not self._validation:
            self._held = _held_back(own, self.settings.validation, self.seed)
            held = len(self._held)
            if held == 0 and self.settings.validation:
                notices.append(
                    DataNotice(
                        code="data-no-validation",
                        message="There is only one usable row, so none is held back to measure on.",
                    )
                )
        return DataReport(
            format=detected.format,
            why=detected.why,
            columns=self._columns,
            mapping=detected.mapping,
            examples=own + (held if self._validation else 0),
            validation=held,
            refused=tuple(tally.refused),
            refused_count=tally.refused_count,
            duplicates=tally.duplicates,
            shortened=tally.shortened,
            files=tuple(named.name for named in (*self._train, *self._validation)),
            ignored=self._ignored,
            notices=tuple(notices),
        )

    def _read(self, files: list[_Named], detected: Detected, tally: _Tally) -> int:
        usable = 0
        for number, (origin, row) in enumerate(self._rows(files)):
            if number % 256 == 0:
                self._context.checkpoint()
            if row.reason:
                tally.refuse(origin, row.reason)
                continue
            try:
                example, cut = to_example(row.cells, detected, origin)
            except RowRefusedError as error:
                tally.refuse(origin, str(error))
                continue
            usable += 1
            tally.shortened += cut
            tally.count(example)
        return usable


class _Tally:
    """Counters of one pass."""

    def __init__(self) -> None:
        self.refused: list[Refused] = []
        self.refused_count = self.duplicates = self.shortened = 0
        self._seen: set[bytes] = set()

    def refuse(self, where: str, reason: str) -> None:
        self.refused_count += 1
        if len(self.refused) < LISTED_ROWS:
            self.refused.append(Refused(where, reason))

    def count(self, example: Example) -> None:
        words = repr(replace(example, origin="")).encode("utf-8", "surrogatepass")
        key = hashlib.blake2b(words, digest_size=8).digest()
        if key in self._seen:
            self.duplicates += 1
        elif len(self._seen) < COUNTED_ROWS:
            self._seen.add(key)


def open_data(
    settings: Data,
    *,
    samples: Path | None = None,
    folder: Path | None = None,
    seed: int = 0,
    context: Context | None = None,
    loader: hub.Loader | None = None,
) -> DataSource:
    """Open the data of a recipe.

    Args:
        settings: the recipe's ``[data]``.
        samples: folder of ``sample:NAME``; None takes `default_samples_folder`.
        folder: what relative paths start from; None is the working folder.
        seed: of the choice of validation rows.
        context: asked for interruptions while reading.
        loader: stands in for `datasets.load_dataset`.

    Raises:
        UserError: nothing there, an empty or unreadable file, an unknown kind of file.
    """
    train, validation, ignored = _open(settings.source, samples, folder, loader)
    notices = [note for named in train for note in _encoding_notice(named)]
    if isinstance(settings.validation, str):
        held, _, _ = _open(settings.validation, samples, folder, loader)
        validation = held
    elif validation and settings.validation:
        names = ", ".join(named.name for named in validation)
        message = f"Measured on {names}, which came with the data, instead of a share of the rows."
        notices.append(DataNotice(code="data-own-validation", message=message))
    elif settings.validation == 0:
        validation = []
    return DataSource(settings, train, validation, seed=seed, context=context, ignored=ignored, notices=tuple(notices))


def read_examples(settings: Data, *, samples: Path | None = None, seed: int = 0) -> DataReport:
    """The report alone."""
    return open_data(settings, samples=samples, seed=seed).report()


def _open(
    source: str, samples: Path | None, folder: Path | None, loader: hub.Loader | None
) -> tuple[list[_Named], list[_Named], tuple[tuple[str, str], ...]]:
    if not source:
        raise UserError(
            "data-none", "The recipe names no data.", hint="Set data.source to a file or folder.", where="data.source"
        )
    if source.startswith("hub:"):
        train, held = hub.open_hub(source.removeprefix("hub:"), loader)
        named = [_Named(f"{train.name}[{train.split}]", train)]
        return named, [_Named(f"{held.name}[{held.split}]", held)] if held is not None else [], ()
    if source.startswith("sample:"):
        path = find_sample(source.removeprefix("sample:"), samples)
    else:
        path = Path(source.removeprefix("path:")).expanduser()
        path = path if path.is_absolute() or folder is None else folder / path
    found = find_files(path)
    root = path if path.is_dir() else path.parent

    def opened(paths: tuple[Path, ...]) -> list[_Named]:
        return [_Named(item.relative_to(root).as_posix(), RowFile(item)) for item in paths]

    return opened(found.train), opened(found.validation), found.ignored


def _encoding_notice(named: _Named) -> list[DataNotice]:
    encoding = getattr(named.file, "encoding", "")
    if encoding not in ("cp1252", "latin-1"):
        return []
    message = f"{named.name} is not UTF-8; it was read as {encoding}, an old single-byte encoding."
    return [DataNotice(code="data-encoding-guessed", message=message, hint="Check special characters in the preview.")]


def _held_back(rows: int, share: Any, seed: int) -> array[int]:
    """Indices of validation rows: at least one, never all, none for a share of 0 or a single row."""
    if not share or rows < 2:
        return array("q")
    count = min(max(1, round(float(share) * rows)), rows - 1)
    return array("q", sorted(random.Random(seed).sample(range(rows), count)))


def _sample_row(row: Row, detected: Detected, where: str) -> SampleRow:
    cells = {str(name): _shown(value) for name, value in row.cells.items()}
    if row.reason:
        return SampleRow(where=where, cells=cells, reason=row.reason)
    try:
        return SampleRow(where=where, cells=cells, example=to_example(row.cells, detected, where)[0])
    except RowRefusedError as error:
        return SampleRow(where=where, cells=cells, reason=str(error))


def _shown(value: Any) -> str:
    """A cell as text for a table, its beginning if it is long."""
    if not isinstance(value, str):
        value = "" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return value if len(value) <= SHOWN_CHARACTERS else value[:SHOWN_CHARACTERS] + "…"


def _nothing_usable(where: str, refused: list[Refused]) -> UserError:
    first = f" The first: {refused[0].reason} ({refused[0].where})." if refused else ""
    return UserError(
        "data-no-usable-rows",
        f"{where} has no usable row.{first}",
        hint="Look at the rows in the preview, and check format and columns.",
        where=refused[0].where if refused else where,
        action="show-refused",
    )
