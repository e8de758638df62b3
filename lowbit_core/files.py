"""Files that are either whole or not there: atomic writing, hashes, the app's own folder. No torch."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lowbit_core.errors import UserError

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT}) if hasattr(errno, "EDQUOT") else frozenset({errno.ENOSPC})
_UNWRITABLE = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EFBIG}
)
"""No right, read-only, a file where a folder should be, a name or (on FAT) a file too long."""

_CHUNK = 1 << 20


def app_folder() -> Path:
    """Where the app keeps what it fetched or compiled: ``LOWBIT_HOME``, or the platform's cache folder.

    Read at every call, so that a test or a user may move it; not created.
    """
    from platformdirs import user_cache_dir

    home = os.environ.get("LOWBIT_HOME", "")
    return Path(home).expanduser() if home else Path(user_cache_dir("lowbit-studio", appauthor=False))


@contextlib.contextmanager
def explain_write_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals to write ``path`` into messages for a person.

    Raises:
        UserError: ``disk-full`` or ``folder-unwritable``; other errors pass unchanged.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise disk_full(path) from error
        if error.errno in _UNWRITABLE:
            raise UserError(
                "folder-unwritable",
                f"{path} cannot be written: {os.strerror(error.errno or 0)}.",
                hint="Choose another folder, or make this one writable.",
                where=str(path),
                arguments={"path": str(path)},
            ) from error
        raise


def disk_full(path: Path, needed_bytes: int = 0) -> UserError:
    """The error for a full disk; ``needed_bytes`` where it is known beforehand."""
    free = free_disk_bytes(path)
    need = f", {needed_bytes / 1e9:.2f} GB are needed" if needed_bytes else ""
    return UserError(
        "disk-full",
        f"The disk of {path} is full: {free / 1e9:.2f} GB are free{need}.",
        hint="Free some space or choose a folder on another disk, then start again; finished parts are kept.",
        where=str(path),
        arguments={"path": str(path), "free_bytes": free, "needed_bytes": needed_bytes},
        action="free-disk",
    )


def free_disk_bytes(path: Path) -> int:
    """Bytes this user can still write on the disk that holds ``path``, which need not exist yet."""
    probe = path.absolute()
    while not probe.exists() and probe != probe.parent:
        probe = probe.parent
    return shutil.disk_usage(probe).free


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file for writing that appears as ``path`` only when the block ends without an error.

    Written beside ``path``, flushed to the disk, then renamed over it; after an error nothing is left behind.

    Raises:
        UserError: ``disk-full`` or ``folder-unwritable``.
    """
    temporary = temporary_path(path)
    with explain_write_errors(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                yield file
                flush_to_disk(file)
            publish(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def temporary_path(path: Path) -> Path:
    """The name ``path`` is written under until it is whole: hidden, of this process, in the same folder."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def flush_to_disk(file: IO[bytes]) -> None:
    """Make sure the bytes survive a power cut."""
    file.flush()
    os.fsync(file.fileno())


def publish(temporary: Path, path: Path) -> None:
    """Rename a flushed file to its final name and make the rename itself survive a power cut."""
    os.replace(temporary, path)  # noqa: PTH105  (Path.replace is the same call; os.replace says it overwrites)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Write the folder's list of names to the disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems refuse it
            raise
    finally:
        os.close(handle)


def write_bytes_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``, whole or not at all."""
    with atomic_file(path) as file:
        file.write(data)


def write_text_atomic(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` (UTF-8, line ends as given), whole or not at all."""
    write_bytes_atomic(path, text.encode("utf-8"))


def write_json_atomic(path: Path, value: Any, *, indent: int | None = 2) -> None:
    """Replace ``path`` by ``value`` as JSON (UTF-8, a line end at the end), whole or not at all."""
    write_text_atomic(path, json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False) + "\n")


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
