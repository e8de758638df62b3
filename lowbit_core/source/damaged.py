"""Errors for files that are missing, cut off or contradict their format."""

from __future__ import annotations

from pathlib import Path

from lowbit_core.errors import UserError


def file_missing(path: Path) -> UserError:
    """A file that should be there is not."""
    return UserError(
        "file-missing",
        f"There is no file {path}.",
        hint="Check the path, or download the model again.",
        where=str(path),
        arguments={"path": str(path)},
    )


def truncated(where: str, expected: int, found: int) -> UserError:
    """A file that ends too early, with both sizes in bytes."""
    return UserError(
        "file-truncated",
        f"{where} is cut off: {expected} bytes expected, {found} found.",
        hint="Copy or download the file again.",
        where=where,
        arguments={"path": where, "expected_bytes": expected, "found_bytes": found},
    )


def corrupt(where: str, why: str) -> UserError:
    """A file whose content contradicts its format."""
    return UserError(
        "file-corrupt",
        f"{where} is damaged: {why}.",
        hint="Copy or download the file again.",
        where=where,
        arguments={"path": where, "why": why},
    )
