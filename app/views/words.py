"""Numbers and names in the user's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.marks import QT_TRANSLATE_NOOP
from app.numbers import fixed

_STAGES = {
    "model": QT_TRANSLATE_NOOP("Words", "Model"),
    "data": QT_TRANSLATE_NOOP("Words", "Data"),
    "sample": QT_TRANSLATE_NOOP("Words", "Sample text"),
    "quantize": QT_TRANSLATE_NOOP("Words", "Quantize"),
    "correct": QT_TRANSLATE_NOOP("Words", "Repair"),
    "tune": QT_TRANSLATE_NOOP("Words", "Fine-tune"),
    "evaluate": QT_TRANSLATE_NOOP("Words", "Test"),
    "report": QT_TRANSLATE_NOOP("Words", "Report"),
    "chat": QT_TRANSLATE_NOOP("Words", "Chat"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Words", text)


def stage_name(stage: str) -> str:
    """A stage as people call it."""
    return _tr(_STAGES[stage]) if stage in _STAGES else stage.replace("_", " ").capitalize()


def gigabytes(count: int | float) -> str:
    """Bytes as ``5.1 GB``, ``98 MB``, ``12 kB``."""
    if count >= 1e9:
        return f"{fixed(count / 1e9, 1 if count < 1e11 else 0)} GB"
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def parameters(count: int) -> str:
    """Weights of a model as ``135 M`` or ``1.5 B``."""
    if count >= 1e9:
        return _tr("%1 B").replace("%1", fixed(count / 1e9, 1))
    return _tr("%1 M").replace("%1", f"{count / 1e6:.0f}")


def duration(seconds: float) -> str:
    """``40 s``, ``12 min``, ``3.5 h``."""
    if seconds < 90:
        return _tr("%1 s").replace("%1", f"{seconds:.0f}")
    if seconds < 5400:
        return _tr("%1 min").replace("%1", f"{seconds / 60:.0f}")
    return _tr("%1 h").replace("%1", fixed(seconds / 3600, 1 if seconds < 36_000 else 0))


def duration_left(seconds: float) -> str:
    """``11 min left``."""
    return _tr("%1 left").replace("%1", duration(seconds))
