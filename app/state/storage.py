"""What the app keeps on disk: models and runs with their sizes. Pure; walked in the background."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.engine import app_folder, hub_cache_folder, run_folder


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A model or a run on disk."""

    kind: str
    name: str
    path: Path
    size_bytes: int


def kept_models() -> list[Kept]:
    """The starter and what the hub's cache holds, largest first."""
    found = []
    starter = app_folder() / "starter"
    if starter.is_dir():
        found.append(Kept(kind="model", name="SmolLM2-135M-Instruct", path=starter, size_bytes=folder_bytes(starter)))
    cache = hub_cache_folder()
    for path in sorted(cache.glob("models--*")) if cache.is_dir() else []:
        name = path.name.removeprefix("models--").replace("--", "/")
        found.append(Kept(kind="model", name=name, path=path, size_bytes=folder_bytes(path)))
    return sorted(found, key=lambda item: -item.size_bytes)


def kept_runs(folder: Path) -> list[Kept]:
    """The runs in a folder, newest first."""
    if not folder.is_dir():
        return []
    paths = [path for path in sorted(folder.iterdir(), reverse=True) if run_folder(path).exists()]
    return [Kept(kind="run", name=path.name, path=path, size_bytes=folder_bytes(path)) for path in paths]


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below; links are not followed, so that a cache's blobs count once."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(root) / name).lstat().st_size
            except OSError:  # removed meanwhile
                continue
    return total


def delete_kept(item: Kept) -> None:
    """Remove it for good."""
    shutil.rmtree(item.path)
