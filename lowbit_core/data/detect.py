"""Which of the known layouts the rows have, found from their content.

The rules, in order: a column of turns with role and content is *messages*, with from and value *sharegpt*;
instruction and output are *alpaca*; prompt and completion (or a pair of names that means the same) *prompt-completion*;
question and answer *question-answer*; a column named text, or the only column of words, is *text*.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from lowbit_core.errors import UserError

Format = Literal["messages", "sharegpt", "alpaca", "prompt-completion", "question-answer", "gsm8k", "text"]

ROLES = ("messages", "system", "prompt", "input", "completion", "history", "text")
"""What a column can be for."""

SAMPLE_ROWS = 100
"""Rows looked at."""

TURN_KEYS = (("role", "content"), ("from", "value"), ("role", "value"), ("role", "text"), ("speaker", "text"))
"""Names of who speaks and what is said, in the objects of a conversation."""

_CONVERSATIONS = ("messages", "conversations", "conversation", "chat", "dialog", "dialogue", "turns", "texts")
_SYSTEM = ("system", "system_prompt", "system_message")
_INPUT = ("input", "context")
_TEXT = ("text", "content", "document", "article", "body", "passage", "story")
_PAIRS: tuple[tuple[Format, str, tuple[str, ...]], ...] = (
    ("alpaca", "instruction", ("output", "response", "answer", "completion")),
    ("prompt-completion", "prompt", ("completion", "response", "output", "answer", "chosen", "target", "reply")),
    ("question-answer", "question", ("answer", "answers", "response", "output", "best_answer")),
    ("question-answer", "q", ("a",)),
    ("prompt-completion", "input", ("output", "target", "response", "completion")),
    ("prompt-completion", "query", ("response", "answer", "output")),
    ("prompt-completion", "user", ("assistant", "bot", "model")),
    ("prompt-completion", "human", ("assistant", "gpt", "bot")),
    ("prompt-completion", "source", ("target",)),
)


@dataclass(frozen=True, slots=True)
class Detected:
    """``format`` of the rows, ``mapping`` from role to column name, and ``why`` in words for a person."""

    format: Format
    mapping: Mapping[str, str]
    why: str


def columns_of(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """All column names, in the order in which they first appear."""
    return tuple(dict.fromkeys(str(name) for row in rows for name in row))


def turns_of(value: Any) -> list[dict[str, Any]] | None:
    """A conversation cell as a list of objects, also when it is JSON inside a csv cell; None for anything else."""
    if isinstance(value, str) and value.lstrip().startswith("[{"):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if not isinstance(value, list | tuple) or not value or not all(isinstance(turn, dict) for turn in value):
        return None
    return list(value)


def turn_keys(turns: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    """The pair of `TURN_KEYS` that every turn has."""
    return next((pair for pair in TURN_KEYS if all(set(pair) <= turn.keys() for turn in turns)), None)


def detect(rows: Sequence[Mapping[str, Any]], *, where: str = "") -> Detected:
    """Find the format of up to `SAMPLE_ROWS` rows.

    Raises:
        UserError: ``data-format-unknown``, naming the columns.
    """
    names = columns_of(rows)
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in reversed(names)}
    found = _conversation(rows, names, plain) or _pair(rows, plain) or _text(rows, names, plain)
    if found is None:
        raise UserError(
            "data-format-unknown",
            f"The layout of the rows is not known: the columns are {_listed(names)}.",
            hint='Say which column is which: columns = { prompt = "...", completion = "..." } or { text = "..." }.',
            where=where,
            action="map-columns",
        )
    return found


def explicit(
    wanted: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, where: str = ""
) -> Detected:
    """The format and columns of a recipe, checked against the rows; what the recipe leaves open is detected.

    Raises:
        UserError: an unknown role, a column that is not there, a format whose columns are missing.
    """
    names = columns_of(rows)
    for role, column in columns.items():
        if role not in ROLES:
            near = difflib.get_close_matches(role, ROLES, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise UserError(
                "data-role-unknown",
                f"{role} is not something a column can be.",
                hint=f"{hint}Roles are {_listed(ROLES)}.",
                where="data.columns",
            )
        if column not in names:
            raise missing_column(role, column, names, where=where)
    if wanted == "auto" and not columns:
        return detect(rows, where=where)
    chosen = cast(Format, wanted) if wanted != "auto" else _implied(columns, rows)
    mapping = _defaults(chosen, rows, names) | dict(columns)
    needed = _needed(chosen)
    absent = [role for role in needed if role not in mapping]
    if absent:
        raise UserError(
            "data-column-missing",
            f"The format {chosen} needs {_listed(needed)}, but no column for {_listed(absent)} was found"
            f" among {_listed(names)}.",
            hint=f'Name it in the recipe, e.g. columns = {{ {absent[0]} = "{names[0] if names else "..."}" }}.',
            where=where,
            action="map-columns",
        )
    return Detected(chosen, mapping, "given in the recipe" if wanted != "auto" else "from the columns in the recipe")


def missing_column(role: str, column: str, names: Sequence[str], *, where: str) -> UserError:
    """The error for a mapped column that the file does not have."""
    near = difflib.get_close_matches(column.lower(), [name.lower() for name in names], n=1)
    nearest = next((name for name in names if near and name.lower() == near[0]), "")
    hint = f"Did you mean {nearest}? " if nearest else ""
    return UserError(
        "data-column-missing",
        f"There is no column {column} (mapped to {role}).",
        hint=f"{hint}The columns are {_listed(names)}.",
        where=where,
        arguments={"column": column, "role": role, "nearest": nearest},
        action="map-columns",
    )


def _conversation(rows: Sequence[Mapping[str, Any]], names: Sequence[str], plain: Mapping[str, str]) -> Detected | None:
    preferred = [plain[name] for name in _CONVERSATIONS if name in plain]
    for name in dict.fromkeys([*preferred, *names]):
        filled = [row[name] for row in rows if row.get(name)]
        turns = [turn for turn in map(turns_of, filled) if turn is not None]
        if not turns or len(turns) * 2 < len(filled):
            continue
        keys = next((pair for pair in map(turn_keys, turns) if pair is not None), None)
        in_pair = {"prompt", "completion"} <= plain.keys() and name in (plain["prompt"], plain["completion"])
        if keys is None or in_pair:
            continue
        kind: Format = "sharegpt" if keys[0] == "from" else "messages"
        mapping = {"messages": name} | _optional(rows, plain, "system", _SYSTEM)
        return Detected(kind, mapping, f"column {name} holds turns with {keys[0]} and {keys[1]}")
    return None


def _pair(rows: Sequence[Mapping[str, Any]], plain: Mapping[str, str]) -> Detected | None:
    for kind, first, seconds in _PAIRS:
        second = next((name for name in seconds if name in plain), None)
        if first not in plain or second is None:
            continue
        mapping = {"prompt": plain[first], "completion": plain[second]} | _optional(rows, plain, "system", _SYSTEM)
        if kind in ("alpaca", "question-answer"):
            free = [name for name in _INPUT if plain.get(name) not in mapping.values()]
            mapping |= _optional(rows, plain, "input", free)
        if kind == "alpaca":
            mapping |= _optional(rows, plain, "history", ("history",))
        return Detected(kind, mapping, f"columns {mapping['prompt']} and {mapping['completion']}")
    return None


def _text(rows: Sequence[Mapping[str, Any]], names: Sequence[str], plain: Mapping[str, str]) -> Detected | None:
    for name in _TEXT:
        if name in plain and _is_words(rows, plain[name]):
            return Detected("text", {"text": plain[name]}, f"column {plain[name]} holds text")
    if len(names) == 1 and _is_words(rows, names[0]):
        return Detected("text", {"text": names[0]}, f"{names[0]} is the only column and holds text")
    return None


def _is_words(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    filled = [row[name] for row in rows if row.get(name) not in (None, "")]
    return bool(filled) and all(isinstance(value, str) for value in filled)


def _optional(
    rows: Sequence[Mapping[str, Any]], plain: Mapping[str, str], role: str, names: Sequence[str]
) -> dict[str, str]:
    name = next((name for name in names if name in plain), None)
    return {} if name is None else {role: plain[name]}


def _implied(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Format:
    if "messages" in columns:
        turns = next((turn for row in rows if (turn := turns_of(row.get(columns["messages"])))), None)
        return "sharegpt" if turns and "from" in turns[0] else "messages"
    if "text" in columns and not {"prompt", "completion"} & columns.keys():
        return "text"
    if {"input", "history"} & columns.keys():
        return "alpaca"
    return "prompt-completion"


def _needed(kind: str) -> tuple[str, ...]:
    if kind in ("messages", "sharegpt"):
        return ("messages",)
    return ("text",) if kind == "text" else ("prompt", "completion")


def _defaults(kind: Any, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, str]:
    """Columns a given format would have by itself."""
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in reversed(names)}
    if kind in ("messages", "sharegpt"):
        found = _conversation(rows, names, plain)
    elif kind == "text":
        found = _text(rows, names, plain)
    else:
        found = _pair(rows, plain)
    return dict(found.mapping) if found else {}


def _listed(names: Sequence[str]) -> str:
    shown = [str(name) for name in names[:20]]
    return (", ".join(shown) or "none") + (" …" if len(names) > 20 else "")
