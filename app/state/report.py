"""`report.json` of a run: what the bits cost, and what repair and tuning gave back."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.state.words import number_words, variant_words

VARIANTS = ("float", "quantized", "repaired", "tuned")


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One variant; None where it was not measured. ``bits`` a quantized weight, ``model_bits`` a parameter, ``growth``
    the model's bytes over those of the bare quantized one.
    """

    name: str
    perplexity: float | None = None
    kl: float | None = None
    top1: float | None = None
    bits: float | None = None
    model_bits: float | None = None
    model_bytes: int | None = None
    growth: float | None = None
    decode: float | None = None


@dataclass(frozen=True, kw_only=True)
class TextReport:
    """All variants on one text."""

    model: str
    text: str
    tokens: int
    context: int
    device: str
    rows: tuple[ReportRow, ...]

    def row(self, name: str) -> ReportRow | None:
        """A variant."""
        return next((row for row in self.rows if row.name == name), None)

    @property
    def best(self) -> ReportRow | None:
        """The last variant the run made: tuned, else repaired, else quantized."""
        return next((row for name in reversed(VARIANTS[1:]) if (row := self.row(name)) is not None), None)


def read_reports(path: Path) -> tuple[TextReport, ...]:
    """The reports of a run; none where the file is missing or not one of ours."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_report(item) for item in document["reports"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def reports_from_results(results: dict[str, float], model: str = "") -> tuple[TextReport, ...]:
    """What the events alone tell, before `report.json` is written: perplexities without sizes."""
    found = []
    for metric, text in (("perplexity", ""), ("answer_perplexity", "answers")):
        rows = tuple(
            ReportRow(name=name, perplexity=results[f"{metric}/{name}"])
            for name in VARIANTS
            if f"{metric}/{name}" in results
        )
        if rows:
            found.append(TextReport(model=model, text=text, tokens=0, context=0, device="", rows=rows))
    return tuple(found)


def main_report(reports: tuple[TextReport, ...]) -> TextReport | None:
    """The one the headline speaks of: the answers to the user's own rows where they were measured, else the text.

    A model fine-tuned on rows is meant to get better at them and may get worse at other text.
    """
    return reports[-1] if reports else None


def headline(reports: tuple[TextReport, ...]) -> str:
    """One sentence: ``Perplexity 23.1 (float 21.6), 3.4 times smaller``; empty without a measurement."""
    report = main_report(reports)
    best = report.best if report is not None else None
    if report is None or best is None:
        return ""
    base = report.row("float")
    pattern = (
        QCoreApplication.translate("Report", "Perplexity of the answers {value}")
        if report.text.startswith("answers")
        else QCoreApplication.translate("Report", "Perplexity {value}")
    )
    text = pattern.format(value=number_words(best.perplexity))
    if base is not None and base.perplexity is not None:
        pattern = QCoreApplication.translate("Report", "{text} (float {value})")
        text = pattern.format(text=text, value=number_words(base.perplexity))
    if base is not None and base.model_bytes and best.model_bytes:
        pattern = QCoreApplication.translate("Report", "{text}, {factor} times smaller")
        text = pattern.format(text=text, factor=number_words(base.model_bytes / best.model_bytes, 1))
    return text


def row_title(row: ReportRow) -> str:
    """The variant's name for people."""
    return variant_words(row.name)


def _report(data: dict[str, Any]) -> TextReport:
    known = {item.name for item in fields(ReportRow)}
    rows = tuple(ReportRow(**{key: value for key, value in row.items() if key in known}) for row in data["rows"])
    return TextReport(
        model=str(data["model"]),
        text=str(data["text"]),
        tokens=int(data["tokens"]),
        context=int(data["context"]),
        device=str(data["device"]),
        rows=rows,
    )
