"""What is on disk: the complete files of a folder, and a quick identity of a model's files."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path


def files_below(path: Path) -> Iterator[Path]:
    """The complete files of a folder, or the file itself, in a fixed order; temporary names are hidden and left out."""
    if path.is_file():
        yield path
        return
    for item in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in item.relative_to(path).parts)
        if item.is_file() and not hidden:
            yield item


def remove_leftovers(folder: Path) -> None:
    """Delete what a killed process was writing: files and folders under temporary names (see `files.temporary_path`).

    Only for a folder this process holds the lock of.
    """
    for pattern in (".*.tmp", ".*.old"):
        for path in list(folder.rglob(pattern)):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def fingerprint(files: Sequence[Path], extra: str, *, probes: int = 64, probe_bytes: int = 65_536) -> str:
    """Hash of a model's identity that reads at most 4 MiB a file: sizes, and probes spread evenly over the bytes.

    Good enough to key a cache (other weights differ nearly everywhere); not a proof of equality.
    """
    digest = hashlib.sha256(extra.encode())
    for path in sorted(files, key=lambda item: item.name):
        size = path.stat().st_size
        digest.update(f"{path.name}:{size}".encode())
        step = max(size // probes, probe_bytes)
        with path.open("rb") as file:
            for offset in range(0, size, step):
                file.seek(offset)
                digest.update(file.read(probe_bytes))
    return digest.hexdigest()
