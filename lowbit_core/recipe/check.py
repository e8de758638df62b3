"""Plain values into a `Recipe`: every mistake is collected, each with its key path and the nearest valid name."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from lowbit_core.errors import UserError, UserErrors
from lowbit_core.recipe.schema import Bounds, Recipe

_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}
BUILT_CODECS = ("integer", "normal-float")
"""Codecs of the schema that this version has."""

BUILT_METHODS = ("none", "activation", "loftq", "lrec", "qad")
"""Corrections of the schema that this version has; the app offers these."""

TASKS = ("gsm8k",)
"""Tasks this version has."""


def from_values(values: Mapping[str, Any], *, where: str = "recipe") -> Recipe:
    """A checked recipe from the values of a TOML file; what is missing takes its default.

    Args:
        values: nested mapping as `tomllib` reads it.
        where: file name for messages.

    Raises:
        UserErrors: code ``recipe-invalid``, one entry for every mistake.
    """
    mistakes: list[UserError] = []
    recipe = _section(Recipe, values, "", mistakes)
    mistakes += _across_fields(recipe)
    if mistakes:
        count = "one mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise UserErrors("recipe-invalid", f"{where} has {count}", mistakes, where=where)
    return recipe


def nearest(name: str, names: Sequence[str]) -> str:
    """The name most like ``name``, or an empty string."""
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return found[0] if found else ""


def _section(kind: type[Any], values: Any, path: str, mistakes: list[UserError]) -> Any:
    if not isinstance(values, Mapping):
        mistakes.append(_mistake(path, f"{path} is a section, not {values!r}", f"Write it as [{path}]."))
        return kind()
    hints = typing.get_type_hints(kind, include_extras=True)
    checked: dict[str, Any] = {}
    for name, value in values.items():
        key = f"{path}.{name}" if path else name
        if name not in hints:
            mistakes.append(_unknown_key(key, name, list(hints)))
        elif is_dataclass(hints[name]):
            checked[name] = _section(typing.cast(type[Any], hints[name]), value, key, mistakes)
        else:
            try:
                checked[name] = _value(hints[name], value)
            except _Unfit as unfit:
                mistakes.append(_mistake(key, f"{key} cannot be {_shown(value)}", unfit.advice))
    return kind(**checked)


def _unknown_key(key: str, name: str, names: list[str]) -> UserError:
    close = nearest(name, names)
    hint = f"Did you mean {close}?" if close else f"Known here: {', '.join(names)}."
    return UserError("recipe-unknown-key", f"{key} is not known", hint=hint, where=key, arguments={"key": key})


def _mistake(key: str, message: str, hint: str) -> UserError:
    return UserError("recipe-bad-value", message, hint=hint, where=key, arguments={"key": key})


class _Unfit(Exception):
    def __init__(self, advice: str) -> None:
        super().__init__(advice)
        self.advice = advice


def _value(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        bounds = next(item for item in arguments[1:] if isinstance(item, Bounds))
        return _bounded(_value(arguments[0], value), bounds)
    if origin is Literal:
        if value in arguments and not isinstance(value, bool):
            return value
        close = nearest(str(value), [str(item) for item in arguments])
        listed = ", ".join(str(item) for item in arguments)
        raise _Unfit(f"Did you mean {close}? It can be {listed}." if close else f"It can be {listed}.")
    if origin in (typing.Union, types.UnionType):
        return _any_of(arguments, value)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _Unfit('It is a list, such as ["q_proj"].')
        return tuple(_value(arguments[0], item) for item in value)
    if origin is dict:
        return _table(arguments[1], value)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise _Unfit(f"It is {_WORDS[hint]}.")
    return value


def _table(hint: Any, value: Any) -> dict[str, Any]:
    texts = hint is str
    if not isinstance(value, Mapping):
        shown = '{ prompt = "question" }' if texts else "{ down_proj = 16 }"
        raise _Unfit(f"It is a table of {'texts' if texts else 'numbers'}, such as {shown}.")
    checked: dict[str, Any] = {}
    for name, item in value.items():
        try:
            checked[name] = _value(hint, item)
        except _Unfit as unfit:
            raise _Unfit(f"{name}: {unfit.advice}") from None
    return checked


def _any_of(hints: tuple[Any, ...], value: Any) -> Any:
    advice = []
    for hint in hints:
        try:
            return _value(hint, value)
        except _Unfit as unfit:
            advice.append(unfit.advice)
    raise _Unfit(" Or: ".join(advice))


def _bounded(value: float, bounds: Bounds) -> float:
    below = bounds.least is not None and value < bounds.least
    above = bounds.greatest is not None and value > bounds.greatest
    if below or above or value != value:
        if bounds.greatest is None:
            raise _Unfit(f"It is at least {bounds.least:g}.")
        if bounds.least is None:
            raise _Unfit(f"It is at most {bounds.greatest:g}.")
        raise _Unfit(f"It is at least {bounds.least:g} and at most {bounds.greatest:g}.")
    return value


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _across_fields(recipe: Recipe) -> list[UserError]:
    """Rules that join two fields, and values the schema names but this version does not build yet."""
    found: list[UserError] = []

    def refuse(key: str, message: str, hint: str) -> None:
        found.append(_mistake(key, message, hint))

    bits = recipe.quantize.bits
    if isinstance(bits, float) and 4 < bits < 8 and recipe.quantize.mixed == "first-layers":
        refuse(
            "quantize.bits",
            f"quantize.bits cannot be {bits:g} by first-layers",
            'Take at most 4, or quantize.mixed = "sensitivity".',
        )
    if recipe.quantize.codec not in BUILT_CODECS:
        refuse(
            "quantize.codec",
            f"the {recipe.quantize.codec} codec is not built yet",
            f"Take {' or '.join(BUILT_CODECS)}.",
        )
    if recipe.quantize.symmetric and recipe.quantize.codec != "integer":
        refuse("quantize.symmetric", "symmetric is for the integer codec", "Leave it out.")
    source = recipe.model.source
    if source != "starter" and source.partition(":")[0] not in ("hub", "path", "gguf"):
        refuse(
            "model.source",
            f"model.source cannot be {source!r}",
            "It is starter, hub:ORG/NAME, path:DIR or gguf:FILE.",
        )
    validation = recipe.data.validation
    if isinstance(validation, float) and not 0 <= validation <= 0.5:
        refuse(
            "data.validation",
            f"data.validation cannot be {validation:g}",
            "A share is at least 0 and at most 0.5.",
        )
    if recipe.evaluate.stride > recipe.evaluate.context:
        refuse(
            "evaluate.stride",
            "evaluate.stride is longer than evaluate.context",
            "Windows would leave text out.",
        )
    for task in recipe.evaluate.tasks:
        kind, _, file = task.partition(":")
        if kind not in TASKS or not file:
            refuse("evaluate.tasks", f"evaluate.tasks cannot hold {task!r}", "A task is gsm8k:FILE.")
    if recipe.tune.adapter == "continue" and recipe.tune.dora:
        refuse("tune.dora", "a repair's adapter cannot be continued as DoRA", 'Set adapter = "stack" or "fresh".')
    if recipe.data.packing and recipe.data.max_length < 32:
        refuse("data.packing", "packing wants data.max_length of at least 32", "Set a longer max_length.")
    return found
