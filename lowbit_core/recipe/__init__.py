"""The recipe: schema, TOML, checks, and the schema as data for forms and help."""

from lowbit_core.recipe.check import from_values
from lowbit_core.recipe.describe import FieldInfo, describe_recipe, section_help
from lowbit_core.recipe.schema import Correct, Data, Evaluate, Model, Output, Quantize, Recipe, Tune
from lowbit_core.recipe.toml import anchored, dump, load, override, parse

__all__ = [
    "Correct",
    "Data",
    "Evaluate",
    "FieldInfo",
    "Model",
    "Output",
    "Quantize",
    "Recipe",
    "Tune",
    "anchored",
    "describe_recipe",
    "dump",
    "from_values",
    "load",
    "override",
    "parse",
    "section_help",
]
