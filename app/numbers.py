"""Numbers as the user's language writes them."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def locale() -> QLocale:
    """The locale in force; English where the system names none."""
    current = QLocale()
    # By name: a table asks for every number it paints, and to make a member of Qt's enum takes ten times as long.
    return QLocale("en") if current.name() == "C" else current


def whole(number: int) -> str:
    """``12,345``."""
    return locale().toString(number)


def fixed(number: float, digits: int) -> str:
    """``12,345.60``: so many digits after the point."""
    rounded = float(f"{number:.{digits}f}")  # Qt would round half of the last digit up, Python rounds it to even
    return locale().toString(rounded, "f", digits)


def short(number: float, digits: int = 6) -> str:
    """``2.5``, ``8``, ``1.5e-07``: as many significant digits as there are, at most ``digits``; no groups."""
    text = f"{number:.{digits}g}"
    return text.replace(".", locale().decimalPoint())
