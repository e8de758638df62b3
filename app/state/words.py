"""Numbers and names as people say them, translated."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.marks import QT_TRANSLATE_NOOP
from app.numbers import fixed, locale, whole

_STAGES: dict[str, Any] = {
    "model": QT_TRANSLATE_NOOP("Stage", "Model"),
    "data": QT_TRANSLATE_NOOP("Stage", "Data"),
    "sample": QT_TRANSLATE_NOOP("Stage", "Sample text"),
    "sensitivity": QT_TRANSLATE_NOOP("Stage", "Sensitivity"),
    "quantize": QT_TRANSLATE_NOOP("Stage", "Quantize"),
    "correct": QT_TRANSLATE_NOOP("Stage", "Repair"),
    "repair": QT_TRANSLATE_NOOP("Stage", "Repair"),
    "tune": QT_TRANSLATE_NOOP("Stage", "Fine-tune"),
    "evaluate": QT_TRANSLATE_NOOP("Stage", "Test"),
    "report": QT_TRANSLATE_NOOP("Stage", "Report"),
}
_UNITS: dict[str, Any] = {
    "step": QT_TRANSLATE_NOOP("Unit", "steps"),
    "blocks": QT_TRANSLATE_NOOP("Unit", "blocks"),
    "matrices": QT_TRANSLATE_NOOP("Unit", "matrices"),
    "tokens": QT_TRANSLATE_NOOP("Unit", "tokens"),
    "windows": QT_TRANSLATE_NOOP("Unit", "windows"),
    "bytes": QT_TRANSLATE_NOOP("Unit", "bytes"),
}
_VARIANTS: dict[str, Any] = {
    "float": QT_TRANSLATE_NOOP("Variant", "Float"),
    "quantized": QT_TRANSLATE_NOOP("Variant", "Quantized"),
    "repaired": QT_TRANSLATE_NOOP("Variant", "Repaired"),
    "tuned": QT_TRANSLATE_NOOP("Variant", "Tuned"),
}
BLOCK_ERROR = "block_error"
"""Metric of trained codes, block by block: the output's relative error ``/before`` and ``/after``, step = block."""

_METRICS: dict[str, Any] = {
    "loss": QT_TRANSLATE_NOOP("Metric", "Loss"),
    "validation_loss": QT_TRANSLATE_NOOP("Metric", "Validation loss"),
    "learning_rate": QT_TRANSLATE_NOOP("Metric", "Learning rate"),
    "grad_norm": QT_TRANSLATE_NOOP("Metric", "Gradient norm"),
    "tokens_per_second": QT_TRANSLATE_NOOP("Metric", "Tokens a second"),
    "perplexity": QT_TRANSLATE_NOOP("Metric", "Perplexity"),
    "answer_perplexity": QT_TRANSLATE_NOOP("Metric", "Perplexity of the answers"),
    "kl": QT_TRANSLATE_NOOP("Metric", "Distance to the float model (KL)"),
    "ce": QT_TRANSLATE_NOOP("Metric", "Loss on the text itself (CE)"),
    BLOCK_ERROR: QT_TRANSLATE_NOOP("Metric", "Error of each block's output"),
}


def stage_words(name: str) -> str:
    """A stage's name for people."""
    return _told("Stage", _STAGES, name)


def variant_words(name: str) -> str:
    """A variant's name for people."""
    return _told("Variant", _VARIANTS, name)


def metric_words(name: str) -> str:
    """A metric's name for people."""
    return _told("Metric", _METRICS, name)


def amount_words(done: int, total: int, unit: str) -> str:
    """How far something is, e.g. ``412 of 900 steps``."""
    if unit == "bytes":
        pattern = QCoreApplication.translate("Amount", "{done} of {total}")
        return pattern.format(done=bytes_words(done), total=bytes_words(total))
    pattern = QCoreApplication.translate("Amount", "{done} of {total} {unit}")
    words = _told("Unit", _UNITS, unit) if unit in _UNITS else unit
    return pattern.format(done=whole(done), total=whole(total), unit=words)


def duration_words(seconds: float) -> str:
    """Seconds as people say them: ``8 s``, ``3 min``, ``2 h 10 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return QCoreApplication.translate("Duration", "{seconds} s").format(seconds=whole)
    minutes = round(whole / 60)
    if whole < 600 and whole % 60:
        pattern = QCoreApplication.translate("Duration", "{minutes} min {seconds:02d} s")
        return pattern.format(minutes=whole // 60, seconds=whole % 60)
    if minutes < 60:
        return QCoreApplication.translate("Duration", "{minutes} min").format(minutes=minutes)
    pattern = QCoreApplication.translate("Duration", "{hours} h {minutes:02d} min")
    return pattern.format(hours=minutes // 60, minutes=minutes % 60)


def bytes_words(size: float) -> str:
    """Bytes in decimal units, as disks and cards are sold: ``98 MB``, ``3.1 GB``."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= scale:
            number = size / scale
            return f"{fixed(number, 0 if number >= 100 or unit == 'kB' else 1)} {unit}"
    return f"{size:.0f} B"


def number_words(value: float | None, digits: int = 2) -> str:
    """A measured number; a dash for none, words for what is no number."""
    if value is None:
        return "–"
    if math.isnan(value):
        return QCoreApplication.translate("Number", "not a number")
    if math.isinf(value):
        return QCoreApplication.translate("Number", "infinite")
    if value != 0 and (abs(value) >= 1e5 or abs(value) < 10.0**-digits):
        return f"{value:.2e}".replace(".", locale().decimalPoint())
    return fixed(value, digits)


def _told(context: str, names: dict[str, Any], name: str) -> str:
    if name not in names:
        return name.replace("_", " ").capitalize()
    return QCoreApplication.translate(context, names[name])
