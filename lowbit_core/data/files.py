"""Which files a source means, and which of them train and which validate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Literal

from lowbit_core.data.rows import container_of
from lowbit_core.errors import UserError

Part = Literal["train", "validation", "test"]

_SIDECARS = re.compile(
    r"^(dataset_infos?|dataset_dict|state|config|metadata|croissant|package|.*_config|.*_info)\.json$|"
    r"^(readme|licen[cs]e|notice|changelog|requirements|citation)(\..*)?$",
    re.IGNORECASE,
)
_PARTS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("train", re.compile(r"(^|[\W_\d])(train|training)($|[\W_\d])", re.IGNORECASE)),
    ("validation", re.compile(r"(^|[\W_\d])(validation|valid|val|dev|eval)($|[\W_\d])", re.IGNORECASE)),
    ("test", re.compile(r"(^|[\W_\d])(test|testing)($|[\W_\d])", re.IGNORECASE)),
)
_RESOURCES = "app.resources"

DEFAULT_TEXT = "sample:heron"
"""What perplexity is measured on where a recipe names nothing and holds back no rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFiles:
    """Files of a source. ``ignored`` are (name, reason) of those in the folder that are not data."""

    train: tuple[Path, ...]
    validation: tuple[Path, ...] = ()
    ignored: tuple[tuple[str, str], ...] = field(default=())


def default_samples_folder() -> Path | None:
    """The folder of the samples that come with the program; None where the engine is installed without them."""
    try:
        folder = Path(str(files(_RESOURCES))) / "samples"
    except ModuleNotFoundError:
        return None
    return folder if folder.is_dir() else None


def find_sample(name: str, samples: Path | None) -> Path:
    """The file of ``sample:NAME``; the name may leave out the suffix.

    Raises:
        UserError: no such sample, naming those there are.
    """
    folder = samples or default_samples_folder()
    paths = sorted(folder.iterdir()) if folder and folder.is_dir() else []
    found = [path for path in paths if container_of(path) and not _is_sidecar(path)]
    for path in found:
        if name in (path.name, path.stem):
            return path
    known = ", ".join(path.stem for path in found) or "none"
    raise UserError(
        "data-sample-unknown",
        f"There is no sample {name}.",
        hint=f"Samples that come with the program: {known}.",
        where=f"sample:{name}",
    )


def find_text(text: str) -> Path:
    """A file, or the file of ``sample:NAME``.

    Raises:
        UserError: there is none.
    """
    if text.startswith("sample:"):
        return find_sample(text.removeprefix("sample:"), None)
    path = Path(text).expanduser()
    if not path.is_file():
        raise UserError("text-missing", f"There is no text {path}.", hint="Check the path.", where="evaluate.text")
    return path


def find_files(path: Path) -> DataFiles:
    """The data files of a file or folder.

    In a folder, sidecar files (``dataset_info.json``, ``README.md`` …), hidden files and files of unknown kind are
    left out; plain ``.json`` and text files count only where there is nothing tabular. Names with *train*,
    *validation* (*valid*, *val*, *dev*, *eval*) or *test*, in the file or its folder, say what a file is
    for; files for testing are used only when there is nothing else.

    Raises:
        UserError: nothing there, or no data file in the folder.
    """
    if path.is_file():
        return DataFiles(train=(path,))
    if not path.is_dir():
        raise UserError(
            "data-not-found", f"There is no file or folder {path}.", hint="Check the path.", where=str(path)
        )
    ignored: list[tuple[str, str]] = []
    found = _candidates(path, ignored)
    if not found:
        raise UserError(
            "data-folder-empty",
            f"The folder {path.name} has no data files.",
            hint="Known kinds: jsonl, json, csv, tsv, parquet, arrow, txt.",
            where=str(path),
        )
    parts: dict[Part, list[Path]] = {"train": [], "validation": [], "test": []}
    for item in found:
        parts[_part(item.relative_to(path))].append(item)
    train = parts["train"] or parts["test"] or parts["validation"]
    validation = parts["validation"] if train is not parts["validation"] else []
    if train is not parts["test"]:
        ignored += [(str(item.relative_to(path)), "kept for testing") for item in parts["test"]]
    return DataFiles(train=tuple(train), validation=tuple(validation), ignored=tuple(ignored))


def _candidates(folder: Path, ignored: list[tuple[str, str]]) -> list[Path]:
    found: list[Path] = []
    for item in sorted(folder.rglob("*")):
        inside = item.relative_to(folder)
        if any(part.startswith((".", "_")) for part in inside.parts) or not item.is_file():
            continue
        if _is_sidecar(item):
            ignored.append((str(inside), "describes the data"))
        elif container_of(item) is None:
            ignored.append((str(inside), "not a kind of data file"))
        else:
            found.append(item)
    for kinds, reason in (({"txt"}, "text beside tables"), ({"json"}, "json beside tables")):
        tables = [item for item in found if container_of(item) not in kinds]
        if tables:
            ignored += [(str(item.relative_to(folder)), reason) for item in found if item not in tables]
            found = tables
    return found


def _is_sidecar(path: Path) -> bool:
    return _SIDECARS.match(path.name) is not None


def _part(inside: Path) -> Part:
    for text in (inside.name, *reversed(inside.parts[:-1])):
        for part, pattern in _PARTS:
            if pattern.search(text):
                return part
    return "train"
