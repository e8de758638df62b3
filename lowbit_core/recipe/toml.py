"""Recipes as TOML: reading, writing, overriding single keys, and the presets that come with the program."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomli_w

from lowbit_core.errors import UserError
from lowbit_core.recipe.check import from_values
from lowbit_core.recipe.schema import Recipe


def load(path: Path) -> Recipe:
    """The recipe in a file. Relative paths inside it are taken from the file's folder.

    Raises:
        UserError: ``recipe-unreadable`` or ``recipe-not-toml``.
        UserErrors: ``recipe-invalid`` with every mistake.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "recipe-unreadable", f"{path} cannot be read: {error}", hint="Check the path.", where=str(path)
        ) from error
    return anchored(parse(text, where=str(path)), path.resolve().parent)


def parse(text: str, *, where: str = "recipe") -> Recipe:
    """The recipe in a TOML text.

    Raises:
        UserError: ``recipe-not-toml`` with the line.
        UserErrors: ``recipe-invalid`` with every mistake.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            "recipe-not-toml",
            f"{where} is not TOML: {error}",
            hint="Texts want quotes, sections [brackets].",
            where=where,
        ) from error
    return from_values(values, where=where)


def dump(recipe: Recipe, *, changed_only: bool = False) -> str:
    """TOML text that `parse` reads back to an equal recipe; with ``changed_only`` without what is default."""
    values = _plain(asdict(recipe))
    if changed_only:
        values = _difference(values, _plain(asdict(Recipe())))
    return tomli_w.dumps(values)


def override(recipe: Recipe, assignments: Sequence[str]) -> Recipe:
    """The recipe with ``section.key=value`` applied; a value that is no TOML is taken as text.

    Raises:
        UserError: ``recipe-bad-assignment``.
        UserErrors: ``recipe-invalid``.
    """
    values = _plain(asdict(recipe))
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals or not key.strip():
            raise UserError(
                "recipe-bad-assignment",
                f"--set wants key=value, not {assignment!r}",
                hint="For example --set quantize.bits=3.",
                where=assignment,
            )
        *sections, name = key.strip().split(".")
        target: Any = values
        for section in sections:
            target = target.setdefault(section, {})
        target[name] = _toml_value(text.strip())
    return from_values(values, where="the recipe with --set")


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _plain(values: Any) -> Any:
    if isinstance(values, dict):
        return {key: _plain(value) for key, value in values.items()}
    return [_plain(item) for item in values] if isinstance(values, tuple | list) else values


def _difference(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in values.items():
        default = defaults.get(key)
        if isinstance(value, dict) and isinstance(default, dict) and default:
            value = _difference(value, default)
            if value:
                kept[key] = value
        elif value != default:
            kept[key] = value
    return kept


def anchored(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with relative files taken from ``folder``, usually its own, wherever the program is started."""
    values = _plain(asdict(recipe))

    def anchor(text: str) -> str:
        return str(folder / text) if text and not Path(text).is_absolute() and (folder / text).exists() else text

    prefix, colon, rest = recipe.model.source.partition(":")
    if colon and prefix in ("path", "gguf"):
        values["model"]["source"] = f"{prefix}:{anchor(rest)}"
    if ":" not in recipe.data.source:
        values["data"]["source"] = anchor(recipe.data.source)
    if isinstance(recipe.data.validation, str):
        values["data"]["validation"] = anchor(recipe.data.validation)
    if recipe.quantize.calibration not in ("self", "data"):
        values["quantize"]["calibration"] = anchor(recipe.quantize.calibration)
    if recipe.quantize.codes not in ("auto", "new"):
        values["quantize"]["codes"] = anchor(recipe.quantize.codes)
    if recipe.correct.data not in ("self", "data"):
        values["correct"]["data"] = anchor(recipe.correct.data)
    values["evaluate"]["text"] = anchor(recipe.evaluate.text)
    split = (task.partition(":") for task in recipe.evaluate.tasks)
    values["evaluate"]["tasks"] = [f"{kind}:{anchor(file)}" for kind, _, file in split]
    values["output"]["dir"] = anchor(recipe.output.dir)
    return from_values(values, where="recipe")
