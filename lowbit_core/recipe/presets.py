"""Recipes that come with the program: `resources/recipes/*.toml`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def presets_folder() -> Path:
    """Where they are installed."""
    return Path(str(files("app.resources"))) / "recipes"


def preset_names() -> tuple[str, ...]:
    """Their names, sorted, ``starter`` first."""
    names = sorted(path.stem for path in presets_folder().glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != "starter"))


def preset_path(name: str) -> Path:
    """The file of one of `preset_names`."""
    return presets_folder() / f"{name}.toml"
