"""Data sets from the hub, through `datasets`: data files only, scripts are never run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lowbit_core.data.rows import Row
from lowbit_core.errors import UserError

Loader = Callable[..., Any]
"""`datasets.load_dataset`, or a stand-in: (name, config) -> mapping from split to a sequence of dicts."""

_VALIDATION = ("validation", "valid", "val", "dev", "eval")


class HubRows:
    """One split, with the interface of `RowFile`."""

    def __init__(self, name: str, split: str, table: Any) -> None:
        self.name, self.split, self.table = name, split, table
        self.container, self.encoding = "hub", ""

    def rows(self, first: int = 0) -> Iterator[Row]:
        """Rows from index ``first``; the table is mapped from disk, not loaded."""
        for index in range(first, len(self.table)):
            yield Row(index + 1, cells=dict(self.table[index]))


def open_hub(name: str, loader: Loader | None = None) -> tuple[HubRows, HubRows | None]:
    """Fetch ``ORG/NAME`` or ``ORG/NAME#CONFIG`` and open its training and validation split.

    Raises:
        UserError: not found, gated, several configurations, a script instead of data, no network.
    """
    repository, _, config = name.partition("#")
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", repository):
        raise UserError(
            "data-hub-name",
            f"{repository or 'nothing'} is not a name on the hub.",
            hint="Write hub:ORG/NAME, or hub:ORG/NAME#CONFIG for one of several configurations.",
            where=f"hub:{name}",
        )
    splits = _load(repository, config, loader)
    train = next((key for key in splits if key.startswith("train")), next(iter(splits), None))
    if train is None:
        raise UserError("data-empty", f"{repository} has no rows.", where=f"hub:{name}")
    held = next((key for key in _VALIDATION if key in splits and key != train), None)
    return (
        HubRows(repository, train, splits[train]),
        HubRows(repository, held, splits[held]) if held is not None else None,
    )


def _load(repository: str, config: str, loader: Loader | None) -> Mapping[str, Any]:
    if loader is None:
        import datasets  # takes seconds, so only here

        loader = datasets.load_dataset
    try:
        splits: Mapping[str, Any] = loader(repository, config or None)
    except Exception as error:
        raise _explained(repository, error) from error
    return splits


def _explained(repository: str, error: Exception) -> UserError:
    """What went wrong, by the exception's name and words: `datasets` raises kinds of several packages."""
    kinds = " ".join(kind.__name__ for kind in type(error).__mro__)
    text = str(error)
    first = text.strip().splitlines()[0] if text.strip() else type(error).__name__
    where = f"hub:{repository}"
    if "script" in text.lower():
        return UserError(
            "data-hub-script",
            f"{repository} is a program, not data; programs from the hub are not run.",
            hint="Look for a version of it with parquet or jsonl files.",
            where=where,
        )
    if "onfig" in text and ("missing" in text or "not found" in text):
        return UserError(
            "data-hub-config",
            f"{repository} has several configurations: {' '.join(text.split())[:400]}",
            hint=f"Choose one: hub:{repository}#CONFIG.",
            where=where,
        )
    if "Gated" in kinds or "gated" in text or "401" in text or "403" in text:
        return UserError(
            "data-hub-gated",
            f"{repository} is only open to those who accepted its terms.",
            hint="Accept them on its page, then enter an access token.",
            where=where,
            action="enter-token",
        )
    if "DatasetNotFound" in kinds or "RepositoryNotFound" in kinds or "404" in text:
        return UserError(
            "data-hub-not-found",
            f"There is no data set {repository} on the hub, or it is private.",
            hint="Check the spelling; a private one needs an access token.",
            where=where,
            action="enter-token",
        )
    if "Connection" in kinds or "Timeout" in kinds or "Offline" in kinds:
        return UserError(
            "data-hub-offline",
            f"{repository} could not be fetched: the hub was not reached.",
            hint="Check the network and try again; what was fetched before is used without it.",
            where=where,
            action="retry",
        )
    return UserError("data-hub-failed", f"{repository} could not be opened: {first}", where=where)
