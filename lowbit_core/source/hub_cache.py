"""huggingface-hub's cache layout, so that every other tool finds what was fetched here, and the other way round.

``models--ORG--NAME/blobs/<hash>`` holds the bytes, ``snapshots/<commit>/<name>`` links to them, ``refs/<branch>`` holds
a commit. Bytes on their way lie in ``blobs/<hash>.part``.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from lowbit_core.files import publish, write_text_atomic
from lowbit_core.source.hub_client import cache_folder

COMMIT = re.compile(r"[0-9a-f]{40}")
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class HubFile:
    """A file of a repository. ``digest`` names it in the cache: SHA-256 of large files, git's SHA-1 of small ones."""

    name: str
    size_bytes: int
    digest: str

    def hasher(self) -> hashlib._Hash:
        """An object whose hexdigest over the file's bytes must be ``digest``."""
        if len(self.digest) == 64:
            return hashlib.sha256()
        return hashlib.sha1(b"blob %d\0" % self.size_bytes, usedforsecurity=False)


@dataclass(frozen=True)
class RepoCache:
    """The folder of one model in the cache."""

    folder: Path

    @classmethod
    def of(cls, repo: str) -> RepoCache:
        """The cache of ``ORG/NAME``."""
        return cls(cache_folder() / ("models--" + repo.replace("/", "--")))

    def lock(self, file: HubFile) -> Path:
        """Lock file, the one huggingface-hub takes too."""
        return self.folder.parent / ".locks" / self.folder.name / f"{file.digest}.lock"

    def part(self, file: HubFile) -> Path:
        """Where a file's bytes gather."""
        return self.folder / "blobs" / f"{file.digest}.part"

    def snapshot(self, commit: str) -> Path:
        """The folder that looks like the repository at ``commit``."""
        return self.folder / "snapshots" / commit

    def have(self, commit: str, file: HubFile) -> bool:
        """The file is there, whole; links it into the snapshot where only its bytes are there."""
        pointer = self.snapshot(commit) / file.name
        if pointer.is_file() and pointer.stat().st_size == file.size_bytes:
            return True
        blob = self.folder / "blobs" / file.digest
        if blob.is_file() and blob.stat().st_size == file.size_bytes:
            self._link(blob, pointer)
            return True
        return False

    def adopt(self, commit: str, file: HubFile) -> None:
        """Give a complete, checked and flushed part its final name and link it into the snapshot."""
        blob = self.folder / "blobs" / file.digest
        publish(self.part(file), blob)
        self._link(blob, self.snapshot(commit) / file.name)

    def _link(self, blob: Path, pointer: Path) -> None:
        pointer.parent.mkdir(parents=True, exist_ok=True)
        pointer.unlink(missing_ok=True)
        try:
            pointer.symlink_to(os.path.relpath(blob, pointer.parent))
        except OSError:  # Windows without the right to make links: the file itself lies in the snapshot, as hub does it
            publish(blob, pointer)

    def remember(self, revision: str, commit: str) -> None:
        """Note that ``revision`` is ``commit`` now."""
        if revision != commit:
            write_text_atomic(self.folder / "refs" / revision, commit)

    def commit_of(self, revision: str) -> str:
        """The commit that ``revision`` was when it was last fetched; empty if never."""
        if COMMIT.fullmatch(revision):
            return revision
        try:
            return (self.folder / "refs" / revision).read_text(encoding="utf-8").strip()
        except OSError:
            return ""


def hash_existing(path: Path, hasher: hashlib._Hash) -> int:
    """Feed a file's bytes to ``hasher``; their number."""
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
            size += len(chunk)
    return size
