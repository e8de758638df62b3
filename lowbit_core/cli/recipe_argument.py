"""The RECIPE of a command line: a file, a run folder, or the name of a recipe that comes with the program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lowbit_core.errors import UserError
from lowbit_core.recipe import Recipe, load, override
from lowbit_core.recipe.presets import preset_names, preset_path


def read_recipe(argument: str, assignments: Sequence[str] = ()) -> Recipe:
    """The recipe with ``--set`` applied.

    Raises:
        UserError: no such file, or mistakes inside it.
    """
    return override(load(recipe_path(argument)), assignments) if assignments else load(recipe_path(argument))


def recipe_path(argument: str) -> Path:
    """The TOML file the argument means.

    Raises:
        UserError: ``recipe-not-found``.
    """
    path = Path(argument).expanduser()
    if path.is_dir():
        path = path / "recipe.toml"
    if path.is_file():
        return path
    if argument in preset_names():
        return preset_path(argument)
    raise UserError(
        "recipe-not-found",
        f"There is no recipe {argument}.",
        hint=f"Give a TOML file or one of: {', '.join(preset_names())}.",
        where=argument,
    )
