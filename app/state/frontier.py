"""Quality against size: which runs can be compared, and which of them none other beats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.state.runs_model import RunInfo


@dataclass(frozen=True, kw_only=True)
class Point:
    """A run's best variant. ``best``: no other run is both smaller and better."""

    folder: Path
    name: str
    size_bytes: float
    bits: float
    perplexity: float
    best: bool = False


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Runs of one model measured on one text; only those can be compared."""

    model: str
    text: str
    points: tuple[Point, ...]
    float_perplexity: float | None


def frontiers(runs: Sequence[RunInfo], *, by_bits: bool) -> tuple[Frontier, ...]:
    """The groups, the largest first; within one by size (or bits), the smallest first."""
    groups: dict[tuple[str, str], list[RunInfo]] = {}
    for run in runs:
        if _finite(run.best.perplexity if run.best is not None else None):
            groups.setdefault((run.model, run.text), []).append(run)
    made = [_frontier(model, text, members, by_bits=by_bits) for (model, text), members in groups.items()]
    return tuple(sorted((group for group in made if group.points), key=lambda group: -len(group.points)))


def _frontier(model: str, text: str, runs: list[RunInfo], *, by_bits: bool) -> Frontier:
    points = []
    for run in runs:
        best = run.best
        assert best is not None
        assert best.perplexity is not None
        if not best.model_bytes or best.bits is None:
            continue
        points.append(
            Point(
                folder=run.folder,
                name=run.name,
                size_bytes=float(best.model_bytes),
                bits=best.bits,
                perplexity=best.perplexity,
            )
        )
    points.sort(key=lambda point: (point.bits if by_bits else point.size_bytes, point.perplexity))
    marked, lowest = [], math.inf
    for point in points:
        marked.append(point if point.perplexity >= lowest else _as_best(point))
        lowest = min(lowest, point.perplexity)
    floats = [run.floating.perplexity for run in runs if run.floating is not None and _finite(run.floating.perplexity)]
    return Frontier(model=model, text=text, points=tuple(marked), float_perplexity=floats[0] if floats else None)


def _as_best(point: Point) -> Point:
    return Point(
        folder=point.folder,
        name=point.name,
        size_bytes=point.size_bytes,
        bits=point.bits,
        perplexity=point.perplexity,
        best=True,
    )


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
