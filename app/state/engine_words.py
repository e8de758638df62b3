"""What the engine says, in the user's language.

The engine writes English sentences with values in them. `resources/i18n/engine.json`, made from its sources, holds each
sentence with ``%1`` in place of a value. Here a sentence is read back with the one it was made from, that one is
translated (context ``Engine``), and the values are put in again; numbers by the locale's rules, words that stand as
values (a reason, a place) translated too. What cannot be read back stays English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QCoreApplication, QLocale

CONTEXT = "Engine"
_VALUE = re.compile(r"%(\d)")
_NUMBER = re.compile(r"-?\d[\d,]*(\.\d+)?")
_OR = " Or: "
_DEEPEST = 3
_SHORT = 14
"""A sentence that begins with a value and has fewer letters of its own, such as ``%1 is empty``, would fit too many
others: that value may hold no blank."""

Shape = tuple[str, str, frozenset[int]]
"""A sentence, its longest literal part (looked for first: it is fifty times as fast), its numbers."""


@dataclass(frozen=True)
class _Catalogue:
    """Sentences without values, and those with, the most literal ones first."""

    plain: frozenset[str]
    shapes: tuple[Shape, ...]


def engine_words(text: str) -> str:
    """A sentence of the engine's, translated; English where it is not known or there is no translation.

    Args:
        text: message, hint, reason or name of a plan's line.
    """
    lead, body = text[: len(text) - len(text.lstrip())], text.strip()
    tail = text[len(lead) + len(body) :]
    return f"{lead}{_lines(body)}{tail}" if body else text


def engine_text(message: str, hint: str, joint: str = " ") -> str:
    """Message and hint after each other, translated."""
    return joint.join(filter(None, (engine_words(message), engine_words(hint))))


def _lines(text: str) -> str:
    if "\n- " in text or "\n  " in text:  # several mistakes, each on a line of its own with its hint below it
        lines = [re.fullmatch(r"( *-? ?)(.*)", line) for line in text.split("\n")]
        return "\n".join(f"{line[1]}{_lines(line[2])}" for line in lines if line is not None)
    joint = QCoreApplication.translate("EngineWords", " Or: ")
    return joint.join(map(_sentence, text.split(_OR)))


def _sentence(text: str, depth: int = 0) -> str:
    found = _read_back(text)
    if found is None:
        return _value(text, depth)
    source, values, numbers = found
    told = [_number(value) if at in numbers else _value(value, depth) for at, value in enumerate(values, start=1)]
    # Not `str.replace` one after the other: a value may hold a per cent sign and a digit of its own.
    return _VALUE.sub(lambda match: told[int(match[1]) - 1], QCoreApplication.translate(CONTEXT, source))


def _value(text: str, depth: int) -> str:
    """Words inside a sentence: a known reason, or several joined ones; anything else (a name, a path) as it is."""
    if depth > _DEEPEST:
        return text
    if _read_back(text) is not None:
        return _sentence(text, depth + 1)
    if "; " in text:
        return "; ".join(_value(part, depth + 1) for part in text.split("; "))
    for colon in re.finditer(": ", text):  # where it happened, then why
        if _read_back(text[colon.end() :]) is not None:
            return text[: colon.end()] + _sentence(text[colon.end() :], depth + 1)
    return text


def _number(text: str) -> str:
    """A formatted number as the locale writes it."""
    if not _NUMBER.fullmatch(text):
        return text
    locale, decimals = QLocale(), len(text.partition(".")[2])
    value = float(text.replace(",", ""))
    if "," not in text:
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(value, "f", decimals)


@lru_cache(maxsize=512)
def _read_back(text: str) -> tuple[str, Sequence[str], frozenset[int]] | None:
    """The sentence a text was made from, its values, and which of them are numbers."""
    catalogue = _catalogue()
    if text in catalogue.plain:
        return text, (), frozenset()
    for source, literal, numbers in catalogue.shapes:
        match = _shape(source).fullmatch(text) if literal in text else None
        vague = source.startswith("%") and len(_VALUE.sub("", source)) < _SHORT
        if match is not None and not (vague and " " in match[1]):
            return source, match.groups(), numbers
    return None


@lru_cache(maxsize=1)
def _catalogue() -> _Catalogue:
    rows = json.loads(files("app.resources").joinpath("i18n", "engine.json").read_text(encoding="utf-8"))
    known = [(row, ()) if isinstance(row, str) else (row["text"], row["numbers"]) for row in rows]
    shapes = [
        (text, max(_VALUE.split(text)[::2], key=len), frozenset(numbers))
        for text, numbers in known
        if _VALUE.search(text)
    ]
    shapes.sort(key=lambda shape: -len(_VALUE.sub("", shape[0])))
    return _Catalogue(frozenset(text for text, _ in known if not _VALUE.search(text)), tuple(shapes))


@cache
def _shape(text: str) -> re.Pattern[str]:
    """Values are read in order. Made when first needed: all of them together take 30 ms."""
    literals = _VALUE.split(text)[::2]
    return re.compile("(.+?)".join(map(re.escape, literals)), re.DOTALL)
