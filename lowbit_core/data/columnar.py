"""Parquet and Arrow files, a batch of rows at a time. pyarrow is imported when a file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lowbit_core.errors import UserError

BATCH_ROWS = 256


def read_parquet(path: Path, first: int = 0) -> Iterator[dict[str, Any]]:
    """Rows from index ``first``; row groups before it are not read."""
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            groups = list(range(file.num_row_groups))
            while groups and first >= file.metadata.row_group(groups[0]).num_rows:
                first -= file.metadata.row_group(groups.pop(0)).num_rows
            if groups:
                for batch in file.iter_batches(batch_size=BATCH_ROWS, row_groups=groups):
                    yield from batch.slice(min(first, batch.num_rows)).to_pylist()
                    first = max(0, first - batch.num_rows)
    except (pyarrow.ArrowException, OSError) as error:
        raise _broken(path, error) from error


def read_arrow(path: Path, first: int = 0) -> Iterator[dict[str, Any]]:
    """Rows of an Arrow stream (as `datasets` saves it) or an Arrow/Feather file."""
    import pyarrow

    try:
        with pyarrow.memory_map(str(path)) as file:
            for batch in _batches(pyarrow, file):
                if first >= batch.num_rows:
                    first -= batch.num_rows
                    continue
                for start in range(first, batch.num_rows, BATCH_ROWS):
                    yield from batch.slice(start, BATCH_ROWS).to_pylist()
                first = 0
    except (pyarrow.ArrowException, OSError) as error:
        raise _broken(path, error) from error


def _batches(pyarrow: Any, file: Any) -> Iterator[Any]:
    try:
        reader = pyarrow.ipc.open_file(file)
    except pyarrow.ArrowInvalid:
        file.seek(0)
        yield from pyarrow.ipc.open_stream(file)
        return
    for number in range(reader.num_record_batches):
        yield reader.get_batch(number)


def _broken(path: Path, error: Exception) -> UserError:
    return UserError(
        "data-unreadable",
        f"{path.name} cannot be read: {str(error).splitlines()[0]}.",
        hint="The file is damaged or not complete; download or write it again.",
        where=str(path),
    )
