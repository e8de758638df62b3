"""The schema as data: for every field its key, kind, default, range, choices and help text.

Command line help, the app's form and the docs page are made from this; the help text is the docstring under the field.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin

from lowbit_core.recipe.schema import Bounds, Recipe

Kind = Literal["whole", "number", "text", "switch", "choice", "texts", "table"]


@dataclass(frozen=True, kw_only=True)
class FieldInfo:
    """One field of the recipe.

    Attributes:
        key: dotted path, e.g. ``quantize.bits``.
        kind: which control edits it.
        default: its default value.
        help: the docstring under it, one paragraph.
        choices: what a choice can be; words allowed beside the number for a number, e.g. ``auto``.
        bounds: least and greatest value of a number, or of the numbers of a table; a table of texts has none.
    """

    key: str
    kind: Kind
    default: Any
    help: str
    choices: tuple[Any, ...] = ()
    bounds: Bounds = Bounds()

    @property
    def section(self) -> str:
        """The section's name, empty at the top level."""
        return self.key.rpartition(".")[0]

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition(".")[2]


@lru_cache
def describe_recipe() -> tuple[FieldInfo, ...]:
    """Every field in the order of the schema, the top level first."""
    infos = list(_describe(Recipe, ""))
    return tuple(sorted(infos, key=lambda info: "." in info.key))


def section_help(section: str) -> str:
    """The docstring of a section, e.g. of ``quantize``."""
    kind = typing.get_type_hints(Recipe)[section]
    return inspect.cleandoc(kind.__doc__ or "")


def _describe(kind: type[Any], path: str) -> typing.Iterator[FieldInfo]:
    hints = typing.get_type_hints(kind, include_extras=True)
    helps = _field_docstrings(kind)
    for item in fields(kind):
        key = f"{path}.{item.name}" if path else item.name
        if is_dataclass(hints[item.name]):
            yield from _describe(typing.cast(type[Any], hints[item.name]), key)
            continue
        default = item.default if item.default is not MISSING else typing.cast(Any, item.default_factory)()
        field_kind, choices, bounds = _kind(hints[item.name])
        yield FieldInfo(
            key=key, kind=field_kind, default=default, help=helps[item.name], choices=choices, bounds=bounds
        )


def _kind(hint: Any) -> tuple[Kind, tuple[Any, ...], Bounds]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        kind, _, _ = _kind(arguments[0])
        return kind, (), next(item for item in arguments[1:] if isinstance(item, Bounds))
    if origin is Literal:
        return "choice", arguments, Bounds()
    if origin in (typing.Union, types.UnionType):
        parts = [_kind(item) for item in arguments]
        words = tuple(choice for _, choices, _ in parts for choice in choices)
        kind, _, bounds = parts[0]
        return kind, words, bounds
    simple: dict[Any, Kind] = {int: "whole", float: "number", str: "text", bool: "switch"}
    if hint in simple:
        return simple[hint], (), Bounds()
    if origin is dict:
        return "table", (), _kind(arguments[1])[2]
    return "texts", (), Bounds()


def _field_docstrings(kind: type[Any]) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for statement, following in zip(body.body, body.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = following.value if isinstance(following, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found[statement.target.id] = " ".join(text.value.split())
    return found
