"""What a command prints: one JSON document on stdout, words on stderr."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, is_dataclass
from typing import Any

from lowbit_core.errors import UserError, UserErrors


def say(text: str = "") -> None:
    """A line for people."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """The command's answer for programs."""
    print(json.dumps(plain(value), indent=1, ensure_ascii=False), flush=True)


def plain(value: Any) -> Any:
    """Dataclasses, paths and tuples as JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float) and value != value:
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def error_document(error: UserError) -> dict[str, Any]:
    """What ``--json`` prints in place of an answer, under the key ``error``."""
    document: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "where": error.where,
    }
    if isinstance(error, UserErrors):
        document["errors"] = [error_document(item) for item in error.errors]
    return document
