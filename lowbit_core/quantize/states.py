"""Hidden states between blocks that a killed run finds again.

Two files take turns: the states before a block are read from one while those after it are written to the other. Only
when they are on disk does the manifest name them, and the older file is struck from it before it is written over. So
the states before the first block that the sink does not have are always there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from lowbit_core.model import FileStore, HiddenStore, MemoryStore

_MANIFEST = "hidden.json"


class HiddenStates:
    """The states of one or more streams of hidden states (``quantized``, ``float``) before and after a block.

    Attributes:
        before: per stream, the states going into the current block.
        after: per stream, where those coming out of it go.
    """

    def __init__(
        self, folder: Path | None, key: str, streams: Sequence[str], shape: tuple[int, int, int], dtype: torch.dtype
    ) -> None:
        """``folder`` None keeps them in memory. ``key`` tells one run's files from another's."""
        self._folder = folder
        self._key = key
        self._saved: dict[int, int] = {}
        if folder is not None:
            self._saved = _read_manifest(folder / _MANIFEST, key)
        self._sides: list[dict[str, HiddenStore]] = [
            {name: self._open(f"{name}-{side}.bin", shape, dtype) for name in streams} for side in (0, 1)
        ]
        self._side = 0

    @property
    def before(self) -> dict[str, HiddenStore]:
        """States going into the current block."""
        return self._sides[self._side]

    @property
    def after(self) -> dict[str, HiddenStore]:
        """States coming out of the current block."""
        return self._sides[1 - self._side]

    def resume(self, after: int) -> bool:
        """Take up the saved states after block ``after`` (−1: the embedded text); False if there are none."""
        if after not in self._saved:
            return False
        self._side = self._saved[after]
        return True

    def start(self) -> None:
        """Before writing to ``after``: strike from the manifest what will be written over."""
        kept = {block: side for block, side in self._saved.items() if side == self._side}
        if kept != self._saved:
            self._write(kept)

    def embedded(self) -> None:
        """The embedded text is complete in ``before``."""
        self._commit({-1: self._side})

    def finished(self, block: int) -> None:
        """``after`` is complete: it is what goes into the next block."""
        kept = {number: side for number, side in self._saved.items() if side == self._side}
        self._side = 1 - self._side
        self._commit(kept | {block: self._side})

    def _commit(self, saved: dict[int, int]) -> None:
        if self._folder is None:
            return
        for store in self.before.values():
            store.flush()
        self._write(saved)

    def _write(self, saved: dict[int, int]) -> None:
        if self._folder is None:
            return
        self._saved = saved
        manifest = {"key": self._key, "saved": {str(block): side for block, side in saved.items()}}
        write_json(self._folder / _MANIFEST, manifest)

    def close(self) -> None:
        """Let go of the files; they stay for a later run."""
        for side in self._sides:
            for store in side.values():
                store.close()

    def remove(self) -> None:
        """Close, and delete the files: the run is complete."""
        self.close()
        if self._folder is None:
            return
        (self._folder / _MANIFEST).unlink(missing_ok=True)
        for side in self._sides:
            for store in side.values():
                if isinstance(store, FileStore):
                    store.path.unlink(missing_ok=True)

    def _open(self, name: str, shape: tuple[int, int, int], dtype: torch.dtype) -> HiddenStore:
        return MemoryStore(shape, dtype) if self._folder is None else FileStore(self._folder / name, shape, dtype)


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file so that a reader finds the old or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_json(path: Path) -> Any:
    """What `write_json` wrote, or None if there is nothing readable."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _read_manifest(path: Path, key: str) -> dict[int, int]:
    content = read_json(path)
    if not isinstance(content, dict) or content.get("key") != key:
        return {}
    return {int(block): int(side) for block, side in content["saved"].items()}
