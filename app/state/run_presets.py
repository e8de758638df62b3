"""Quick, Balanced and Thorough: a few recipe keys each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.marks import QT_TRANSLATE_NOOP
from app.state.recipe_edit import RecipeEditor

PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "quick": {
            "quantize.samples": 32, "quantize.length": 256, "tune.epochs": 1.0, "tune.steps": 60,
            "tune.evaluate_every": 20, "tune.checkpoint_every": 20, "tune.patience": 0, "tune.learning_rate": 4e-4,
            "evaluate.limit": 8,
        },
        "balanced": {
            "quantize.samples": 128, "quantize.length": 512, "tune.epochs": 1.0, "tune.steps": 0,
            "tune.evaluate_every": 50, "tune.checkpoint_every": 50, "tune.patience": 0, "tune.learning_rate": 2e-4,
            "evaluate.limit": 0,
        },
        "thorough": {
            "quantize.samples": 256, "quantize.length": 1024, "tune.epochs": 3.0, "tune.steps": 0,
            "tune.evaluate_every": 50, "tune.checkpoint_every": 50, "tune.patience": 6, "tune.learning_rate": 2e-4,
            "evaluate.limit": 0,
        },
    }
)  # fmt: skip

NAMES = {
    "quick": QT_TRANSLATE_NOOP("Presets", "Quick"),
    "balanced": QT_TRANSLATE_NOOP("Presets", "Balanced"),
    "thorough": QT_TRANSLATE_NOOP("Presets", "Thorough"),
}
SENTENCES = {
    "quick": QT_TRANSLATE_NOOP("Presets", "60 steps on little calibration text: to see whether it works at all."),
    "balanced": QT_TRANSLATE_NOOP("Presets", "Once through your data. Right for most."),
    "thorough": QT_TRANSLATE_NOOP(
        "Presets", "Three times through your data on more calibration text; stops early when it no longer helps."
    ),
    "": QT_TRANSLATE_NOOP("Presets", "Your own settings."),
}


def preset_of(editor: RecipeEditor) -> str:
    """The preset whose keys the recipe has; empty for none."""
    for name, changes in PRESETS.items():
        if all(editor.value(key) == value for key, value in changes.items()):
            return name
    return ""
