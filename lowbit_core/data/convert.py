"""From a row's cells to an `Example`, or to the reason why it is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lowbit_core.data import gsm8k
from lowbit_core.data.detect import Detected, turn_keys, turns_of
from lowbit_core.data.example import Example, Role, Turn

ROLE_NAMES: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "customer": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "chatbot": "assistant",
    "ai": "assistant",
}
"""Names of speakers in the data sets people have, in lower case."""


_SURROGATES = re.compile("[\ud800-\udfff]")


class RowRefusedError(Exception):
    """Why a row is not used."""


def to_example(cells: Mapping[str, Any], detected: Detected, origin: str) -> tuple[Example, bool]:
    """Convert one row.

    Args:
        cells: values by column name.
        detected: format and role-to-column mapping.
        origin: ``file:line``.

    Returns:
        The example, and whether turns after the last answer were left off (they teach nothing).

    Raises:
        RowRefusedError: with the reason in words.
    """
    mapping = detected.mapping
    if not any(_filled(value) for value in cells.values()):
        raise RowRefusedError("the row is empty")
    if detected.format in ("messages", "sharegpt"):
        turns = _turns(cells.get(mapping["messages"]), mapping["messages"])
    elif detected.format == "text":
        return Example(text=_words(cells, mapping, "text"), origin=origin), False
    else:
        turns = _pair(cells, mapping)
    system = _optional(cells, mapping, "system")
    if system and not any(turn.role == "system" for turn in turns):
        turns.insert(0, Turn("system", system))
    last = max((index for index, turn in enumerate(turns) if turn.role == "assistant"), default=-1)
    if last < 0:
        raise RowRefusedError("the conversation has no answer by the assistant")
    if detected.format == "gsm8k":
        question, answer = (turn.content for turn in turns[-2:])
        turns = [Turn("user", gsm8k.prompt(question)), Turn("assistant", gsm8k.target(answer))]
        return Example(messages=tuple(turns), plain=True, joined=True, origin=origin), False
    plain = detected.format == "prompt-completion" and len(turns) == 2
    return Example(messages=tuple(turns[: last + 1]), plain=plain, origin=origin), last + 1 < len(turns)


def _turns(value: Any, column: str) -> list[Turn]:
    found = turns_of(value)
    if found is None:
        raise RowRefusedError(f"{column} is not a list of turns" if _filled(value) else f"{column} is empty")
    keys = turn_keys(found)
    if keys is None:
        raise RowRefusedError("a turn has no role and content")
    return [_turn(turn, number, *keys) for number, turn in enumerate(found, start=1)]


def _turn(turn: Mapping[str, Any], number: int, role_key: str, content_key: str) -> Turn:
    name = turn[role_key]
    role = ROLE_NAMES.get(name.strip().lower()) if isinstance(name, str) else None
    if turn.get("tool_calls") or name in ("tool", "function", "function_call", "observation"):
        raise RowRefusedError(f"turn {number} uses tools, which are not supported")
    if role is None:
        raise RowRefusedError(f"turn {number} has the unknown role {name!r}")
    content = _content(turn[content_key], f"turn {number}")
    thought = turn.get("reasoning_content") or turn.get("thinking")
    if role == "assistant" and isinstance(thought, str) and thought.strip():
        # The way thinking models write it themselves; their templates take it apart again.
        content = f"<think>\n{thought.strip()}\n</think>\n\n{content}"
    if not content.strip():
        raise RowRefusedError(f"turn {number} ({role}) is empty")
    return Turn(role, content)


def _content(value: Any, what: str) -> str:
    """Text of a cell or turn: text, a number, or a list of parts that are all text."""
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        if any(part.get("type", "text") != "text" or not isinstance(part.get("text"), str) for part in value):
            raise RowRefusedError(f"{what} has parts that are not text")
        return "".join(part["text"] for part in value)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RowRefusedError(f"{what} is {_kind(value)}, not text")
    text = str(value)
    if not text.isascii() and _SURROGATES.search(text):
        raise RowRefusedError(f"{what} has broken characters (half of a surrogate pair)")
    return text


def _kind(value: Any) -> str:
    names: dict[type, str] = {dict: "an object", list: "a list", bool: "true or false", bytes: "bytes"}
    return names.get(type(value), f"a {type(value).__name__}")


def _pair(cells: Mapping[str, Any], mapping: Mapping[str, str]) -> list[Turn]:
    prompt, completion = (cells.get(mapping[role]) for role in ("prompt", "completion"))
    before, after = turns_of(prompt), turns_of(completion)
    if before is not None:
        turns = _turns(before, mapping["prompt"])
        if after is not None:
            return turns + _turns(after, mapping["completion"])
        return [*turns, Turn("assistant", _words(cells, mapping, "completion"))]
    question = _words(cells, mapping, "prompt")
    more = _optional(cells, mapping, "input")
    if more:
        question = f"{question}\n\n{more}"
    turns = _history(cells.get(mapping["history"])) if "history" in mapping else []
    answer = _answers(cells, mapping)
    return [*turns, Turn("user", question), Turn("assistant", answer)]


def _answers(cells: Mapping[str, Any], mapping: Mapping[str, str]) -> str:
    """The completion; of several answers (a list, or SQuAD's object with a list ``text``) the first."""
    value = cells.get(mapping["completion"])
    if isinstance(value, dict) and "text" in value:
        value = value["text"]
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        value = value[0]
    return _words({"completion": value}, {"completion": "completion"}, "completion", shown=mapping["completion"])


def _history(value: Any) -> list[Turn]:
    """Alpaca's earlier rounds: a list of [question, answer]."""
    if not _filled(value):
        return []
    rounds: Sequence[Any] = value if isinstance(value, list) else []
    if not rounds or not all(isinstance(item, list) and len(item) == 2 for item in rounds):
        raise RowRefusedError("history is not a list of [question, answer]")
    turns = []
    for question, answer in rounds:
        turns += [Turn("user", _content(question, "history")), Turn("assistant", _content(answer, "history"))]
    if not all(turn.content.strip() for turn in turns):
        raise RowRefusedError("history has an empty turn")
    return turns


def _words(cells: Mapping[str, Any], mapping: Mapping[str, str], role: str, *, shown: str = "") -> str:
    column = mapping[role]
    text = _content(cells.get(column), shown or column)
    if not text.strip():
        raise RowRefusedError(f"{shown or column} is empty")
    return text


def _optional(cells: Mapping[str, Any], mapping: Mapping[str, str], role: str) -> str:
    return _content(cells.get(mapping[role]), mapping[role]).strip() if role in mapping else ""


def _filled(value: Any) -> bool:
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value.strip()) if isinstance(value, str) else value is not None and value != [] and value != {}
