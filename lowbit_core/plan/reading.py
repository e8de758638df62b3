"""What a plan reads of the data, without a tokenizer: how many rows, how long, how much text to measure on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lowbit_core.data import Example, open_data
from lowbit_core.data.files import DEFAULT_TEXT, find_text
from lowbit_core.plan.estimate import UNKNOWN_DATA, DataStatistics
from lowbit_core.recipe.schema import Recipe

CHARACTERS_A_TOKEN = 4.2
"""Of English text in the vocabularies of today's models; what counts without a tokenizer."""

TURN_TOKENS = 5
"""A chat template puts around a turn: its role and two marks."""

SYSTEM_TOKENS = 25
"""The system prompt many templates begin with."""

MOST_BYTES = 64_000_000
"""Of data that is read for a plan: a second or two."""


def read_statistics(recipe: Recipe) -> DataStatistics:
    """Rows, their mean length and the length of the measured text, without a tokenizer: a token is 4.2 characters.

    Data of the hub and large files are not read; what a plan assumes without data stands for them.

    Raises:
        UserError: the data or the text cannot be read.
    """
    known, source = UNKNOWN_DATA, recipe.data.source
    if recipe.evaluate.text or not source:
        size = find_text(recipe.evaluate.text or DEFAULT_TEXT).stat().st_size
        known = replace(known, evaluation_tokens=max(1, round(size / CHARACTERS_A_TOKEN)))
    if not source or source.startswith("hub:") or _size(source) > MOST_BYTES:
        return known
    opened = open_data(recipe.data, seed=recipe.seed)
    lengths = [min(float(recipe.data.max_length), _tokens(example)) for example in opened.examples("train")]
    return replace(known, rows=len(lengths), mean_tokens=sum(lengths) / len(lengths)) if lengths else known


def _tokens(example: Example) -> float:
    """About how many a row has, its template included."""
    characters = len(example.text) + sum(len(turn.content) for turn in example.messages)
    around = SYSTEM_TOKENS + TURN_TOKENS * len(example.messages) if example.messages else 1
    return characters / CHARACTERS_A_TOKEN + around


def _size(source: str) -> int:
    """Bytes of a file or folder of data; 0 for a sample that comes with the program."""
    path = Path(source).expanduser()
    if path.is_file():
        return path.stat().st_size
    return sum(item.stat().st_size for item in path.rglob("*") if item.is_file()) if path.is_dir() else 0
