"""The points of a frontier: what each is, what it came to, which ones no other beats, and the files they are in.

No torch: the app reads `frontier.json`, too.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from lowbit_core.errors import UserError
from lowbit_core.files import write_json_atomic, write_text_atomic

FRONTIER_VERSION = 1
JSON_NAME, CSV_NAME = "frontier.json", "frontier.csv"

PointState = Literal["waiting", "running", "done", "failed", "refused"]


@dataclass(frozen=True, kw_only=True)
class Point:
    """One recipe of the frontier.

    Attributes:
        name: bits and method, e.g. ``2.5-lrec``; the folder of its run below the frontier's.
        asked_bits: the recipe's ``quantize.bits``.
        method: the recipe's ``correct.method``.
        recipe: file of the recipe that runs it.
        run_dir: folder of its run.
        state: ``refused`` before it began (``reason`` says why), ``failed`` while it ran.
        reason: in words.
        planned_bits: bits a quantized weight, everything counted, by the plan.
        planned_bytes: of the whole model with its adapters, by the plan.
        planned_memory_bytes: most memory on the device that computes, by the plan.
        planned_seconds: by the plan.
        bits: measured on the files.
        model_bits: bits a parameter of the whole model.
        model_bytes: of the whole model, adapters included.
        variant: what was measured: ``tuned``, ``repaired`` or ``quantized``, the last the run made.
        perplexity: on the frontier's text.
        kl: KL(float || model) a token in nats; None where only answers are measured.
        top1: share of tokens where it agrees with the float model.
        seconds: the run took.
        best: no other point is both as small and as good.
    """

    name: str
    asked_bits: float
    method: str
    recipe: str
    run_dir: str
    state: PointState = "waiting"
    reason: str = ""
    planned_bits: float | None = None
    planned_bytes: int | None = None
    planned_memory_bytes: int | None = None
    planned_seconds: float | None = None
    bits: float | None = None
    model_bits: float | None = None
    model_bytes: int | None = None
    variant: str = ""
    perplexity: float | None = None
    kl: float | None = None
    top1: float | None = None
    seconds: float | None = None
    best: bool = False


@dataclass(frozen=True, kw_only=True)
class FrontierDocument:
    """All of a frontier, as it is in `frontier.json`.

    Attributes:
        model: source, as in a recipe.
        text: name of the text measured on; empty until the first point is there.
        context: tokens in a window.
        tokens: scored.
        device: where it was measured.
        float_perplexity: of the float model on the same text.
        float_bytes: of the float model in 16 bits.
        points: by bits, then in the order of the methods.
    """

    model: str
    text: str = ""
    context: int = 0
    tokens: int = 0
    device: str = ""
    float_perplexity: float | None = None
    float_bytes: int | None = None
    points: tuple[Point, ...] = field(default=())

    def with_point(self, point: Point) -> FrontierDocument:
        """The document with the point of that name replaced, and the best ones marked anew."""
        points = tuple(point if item.name == point.name else item for item in self.points)
        return replace(self, points=mark_best(points))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `frontier_from_json` is the inverse."""
        body = asdict(self) | {"points": [asdict(point) for point in self.points]}
        return {"version": FRONTIER_VERSION} | body

    def table(self) -> str:
        """For a terminal: a heading, a line a point; best ones carry a star."""
        head = "no text measured yet"
        if self.text:
            against = "" if self.float_perplexity is None else f"; float model {self.float_perplexity:.4g}"
            head = f"{self.text}: {self.tokens:,} tokens in windows of {self.context}, on {self.device}{against}"
        lines: list[tuple[str, ...]] = [("", "bits", "MB", "perplexity", "KL", "top-1 %", "")]
        lines += [_table_row(point) for point in self.points]
        widths = [max(len(line[place]) for line in lines) for place in range(6)]
        body = [
            "  ".join(
                cell.ljust(width) if place == 0 else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(line[:6], widths, strict=True))
            )
            + (f"  {line[6]}" if line[6] else "")
            for line in lines
        ]
        return "\n".join([head, *body])


def _table_row(point: Point) -> tuple[str, ...]:
    def shown(value: float | None, pattern: str, divide: float = 1.0) -> str:
        return "-" if value is None else pattern.format(value / divide)

    note = "*" if point.best else {"done": ""}.get(point.state, point.state)
    if point.state in ("refused", "failed") and point.reason:
        note = f"{point.state}: {point.reason}"
    planned = point.model_bytes is None and point.planned_bytes is not None
    size = point.planned_bytes if planned else point.model_bytes
    mark = "~" if planned else ""
    bits = point.planned_bits if point.bits is None else point.bits
    return (
        point.name,
        mark + shown(bits, "{:.2f}"),
        mark + shown(size, "{:,.1f}", 1e6),
        shown(point.perplexity, "{:.4g}"),
        shown(point.kl, "{:.4f}"),
        shown(point.top1, "{:.1f}", 0.01),
        note,
    )


def mark_best(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points with ``best`` set on those that no other one beats.

    One beats another that is not smaller and not better, and is worse in one of the two; size is the whole model's
    bytes, quality its perplexity.
    """
    measured = [(point.model_bytes, point.perplexity) for point in points if _is_measured(point)]

    def beaten(size: int, perplexity: float) -> bool:
        return any(s <= size and p <= perplexity and (s < size or p < perplexity) for s, p in measured)  # type: ignore[operator]

    return tuple(
        replace(point, best=_is_measured(point) and not beaten(point.model_bytes, point.perplexity))  # type: ignore[arg-type]
        for point in points
    )


def _is_measured(point: Point) -> bool:
    return (
        point.state == "done"
        and point.model_bytes is not None
        and point.perplexity is not None
        and math.isfinite(point.perplexity)
    )


def from_report(point: Point, document: Mapping[str, Any]) -> Point:
    """The point with the figures of its run's `report.json`: the last variant's, on the text where there is one."""
    report = document["reports"][0]
    row = next(row for row in reversed(report["rows"]) if row["name"] != "float")
    seconds = sum(stage["seconds"] for stage in document["stages"].values())
    return replace(
        point,
        state="done",
        reason="",
        variant=row["name"],
        seconds=seconds,
        **{name: row[name] for name in ("bits", "model_bits", "model_bytes", "perplexity", "kl", "top1")},
    )


def measured_on(document: FrontierDocument, report: Mapping[str, Any]) -> FrontierDocument:
    """The document with what a run's `report.json` says of the text and of the float model."""
    first = report["reports"][0]
    rows = {row["name"]: row for row in first["rows"]}
    base = rows.get("float", {})
    return replace(
        document,
        text=first["text"],
        context=first["context"],
        tokens=first["tokens"],
        device=first["device"],
        float_perplexity=base.get("perplexity"),
        float_bytes=base.get("model_bytes"),
    )


def write_frontier(document: FrontierDocument, folder: Path) -> None:
    """Write `frontier.json` and `frontier.csv`, each whole or not at all."""
    write_json_atomic(folder / JSON_NAME, document.to_json())
    columns = [item.name for item in fields(Point)]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(point) for point in document.points)
    write_text_atomic(folder / CSV_NAME, text.getvalue())


def read_frontier(folder: Path) -> FrontierDocument | None:
    """The frontier in a folder; None where there is none.

    Raises:
        UserError: ``frontier-unreadable``: of another version, or edited.
    """
    path = folder / JSON_NAME
    if not path.is_file():
        return None
    try:
        return frontier_from_json(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            "frontier-unreadable",
            f"The frontier cannot be read: {error}",
            hint="It was made by another version or edited; choose another folder.",
            where=str(path),
        ) from error


def frontier_from_json(data: Mapping[str, Any]) -> FrontierDocument:
    """The document written by `FrontierDocument.to_json`.

    Raises:
        ValueError, KeyError, TypeError: another version, or fields that are missing or unknown.
    """
    if data["version"] != FRONTIER_VERSION:
        raise ValueError(f"version {data['version']!r} is not {FRONTIER_VERSION}")
    values = {key: value for key, value in data.items() if key not in ("version", "points")}
    return FrontierDocument(**values, points=tuple(Point(**point) for point in data["points"]))
