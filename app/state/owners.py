"""Whether the object that wants an answer is still there: pages are made anew when the language changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from shiboken6 import Shiboken


def is_gone(callback: Callable[..., Any]) -> bool:
    """Whether a bound method's QObject was deleted."""
    owner = getattr(callback, "__self__", None)
    return isinstance(owner, QObject) and not Shiboken.isValid(owner)
