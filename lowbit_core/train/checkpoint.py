"""Folders that are either whole or ignored: a temporary name, a manifest with hashes, fsync, a rename.

    checkpoints/
      step-00000050/      what is needed to go on: files written by `state`, and manifest.json
      best-00000040/      the tensors that measured best so far
      .step-00000100.4711.tmp/    a save that a kill or a full disk cut short; removed at the next one

A folder without a manifest that matches its files does not count. The newest whole one wins.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Literal

from lowbit_core.files import (
    explain_write_errors,
    file_sha256,
    flush_folder,
    flush_to_disk,
    publish,
    temporary_path,
    write_json_atomic,
)

MANIFEST = "manifest.json"
VERSION = 1
Kind = Literal["step", "best"]
_NAME = re.compile(r"(step|best)-(\d{8,})")


def folder_name(kind: Kind, step: int) -> str:
    """Name of a folder inside ``checkpoints/``."""
    return f"{kind}-{step:08d}"


def save(folder: Path, kind: Kind, step: int, write: Callable[[Path], None]) -> Path:
    """Write a folder that appears only when it is complete and on the disk.

    Args:
        folder: ``checkpoints/``; made if missing.
        kind: what it is.
        step: optimizer steps done.
        write: is given an empty folder and writes files into it (no folders below).

    Returns:
        The folder under its final name; one of that name from before is replaced.

    Raises:
        UserError: ``disk-full`` or ``folder-unwritable``; what was there before is untouched.
    """
    final = folder / folder_name(kind, step)
    with explain_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        temporary = temporary_path(final)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        try:
            write(temporary)
            _seal(temporary)
            discard(final)
            publish(temporary, final)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    return final


def _seal(folder: Path) -> None:
    """Flush every file and list it in the manifest."""
    files = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb+") as file:
            flush_to_disk(file)
        files[path.name] = {"size_bytes": path.stat().st_size, "sha256": file_sha256(path)}
    write_json_atomic(folder / MANIFEST, {"version": VERSION, "files": files})
    flush_folder(folder)


def is_whole(folder: Path) -> bool:
    """Whether the manifest is there and every file has the size and hash it says."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["version"] != VERSION:
            return False
        return all(
            (folder / name).stat().st_size == item["size_bytes"] and file_sha256(folder / name) == item["sha256"]
            for name, item in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def step_of(folder: Path) -> int:
    """Optimizer steps a checkpoint folder was written after."""
    match = _NAME.fullmatch(folder.name)
    assert match, folder
    return int(match[2])


def saved(folder: Path, kind: Kind) -> list[Path]:
    """Folders of a kind, oldest first, whole or not."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if (match := _NAME.fullmatch(path.name)) and match[1] == kind]
    return sorted(found, key=step_of)


def newest(folder: Path) -> Path | None:
    """The latest whole checkpoint to go on from, or None."""
    return next((path for path in reversed(saved(folder, "step")) if is_whole(path)), None)


def reached(folder: Path) -> int:
    """Steps of the newest whole checkpoint; 0 where there is none."""
    found = newest(folder)
    return 0 if found is None else step_of(found)


def best(folder: Path, step: int) -> Path | None:
    """The whole keep-best copy made after ``step`` steps, or None."""
    path = folder / folder_name("best", step)
    return path if is_whole(path) else None


def prune(folder: Path, *, keep: int = 2, keep_best: Collection[int] = ()) -> None:
    """Keep the newest ``keep`` checkpoints and the copies of the best made after the steps ``keep_best``, no more."""
    for path in saved(folder, "step")[:-keep]:
        discard(path)
    for path in saved(folder, "best"):
        if step_of(path) not in keep_best:
            discard(path)
    clean(folder)


def clean(folder: Path) -> None:
    """Remove the leftovers of saves that never finished. Only one process may work in ``folder``."""
    if folder.is_dir():
        for path in folder.glob(".*.tmp"):
            shutil.rmtree(path, ignore_errors=True)


def discard(path: Path) -> None:
    """Remove a folder; a kill in the middle leaves a leftover, never half a checkpoint under its name."""
    if not path.exists():
        return
    doomed = temporary_path(path.with_name(path.name + ".old"))
    shutil.rmtree(doomed, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        path.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)
