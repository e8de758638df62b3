"""Repairs in the user's words. Which of them are shown is the engine's answer, not this table's."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.marks import QT_TRANSLATE_NOOP

STOPS = (2.0, 2.25, 2.5, 3.0, 4.0, 8.0)
"""Stops of the bit slider."""

_NAMES = {
    "none": QT_TRANSLATE_NOOP("Methods", "None"),
    "loftq": QT_TRANSLATE_NOOP("Methods", "LoftQ"),
    "activation": QT_TRANSLATE_NOOP("Methods", "Activation-aware"),
    "lrec": QT_TRANSLATE_NOOP("Methods", "LREC"),
    "qad": QT_TRANSLATE_NOOP("Methods", "Trained codes"),
    "reallm": QT_TRANSLATE_NOOP("Methods", "ReALLM"),
}
_SENTENCES = {
    "none": QT_TRANSLATE_NOOP("Methods", "Rounding only. Good at 8 bits, usable at 4."),
    "loftq": QT_TRANSLATE_NOOP(
        "Methods", "Rounds and corrects in turns, so that fine-tuning starts close to the original."
    ),
    "activation": QT_TRANSLATE_NOOP(
        "Methods", "A small correction computed from what the model really sees. No training."
    ),
    "lrec": QT_TRANSLATE_NOOP(
        "Methods", "Learns a small correction from the original model. Best at 3 bits and below."
    ),
    "qad": QT_TRANSLATE_NOOP("Methods", "Trains the rounded weights themselves. Strongest at 2 bits, slowest."),
    "reallm": QT_TRANSLATE_NOOP("Methods", "Stores shared patterns of weights and tunes them block by block."),
}


def method_name(method: str) -> str:
    """What people call it."""
    return QCoreApplication.translate("Methods", _NAMES[method]) if method in _NAMES else method


def method_sentence(method: str) -> str:
    """What it does, in one sentence; empty for one this version of the app has no words for."""
    return QCoreApplication.translate("Methods", _SENTENCES[method]) if method in _SENTENCES else ""


def field_name(key: str) -> str:
    """A recipe field's name as a label."""
    name = key.rpartition(".")[2].replace("_", " ")
    return QCoreApplication.translate("RecipeNames", name[:1].upper() + name[1:])


def field_help(text: str) -> str:
    """A recipe field's docstring in the user's language."""
    return QCoreApplication.translate("RecipeFields", text)
