"""Quality against size: which runs can be compared, and which of them none other beats; measured frontiers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from app.engine import read_frontier
from app.state.runs_model import RunInfo

if TYPE_CHECKING:
    from app.engine import FrontierDocument, PlannedPoint


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
    """Runs of one model measured on one text; only those can be compared.

    Attributes:
        folder: of a measured frontier; None for runs that were started one by one.
        document: a measured frontier as the engine tells it, with points that wait, were refused or failed.
    """

    model: str
    text: str
    points: tuple[Point, ...]
    float_perplexity: float | None
    folder: Path | None = None
    document: FrontierDocument | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from the others, also after more points came."""
        return (str(self.folder),) if self.folder is not None else (self.model, self.text)

    @property
    def waiting(self) -> tuple[PlannedPoint, ...]:
        """Points that are still to be run."""
        points = self.document.points if self.document is not None else ()
        return tuple(point for point in points if point.state in ("waiting", "running"))


def measured_frontiers(folders: Sequence[Path]) -> tuple[tuple[Path, FrontierDocument], ...]:
    """Frontiers among the run folders below ``folders``, the newest first. Reads small files."""
    found: dict[Path, FrontierDocument] = {}
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.glob("*/frontier.json"), reverse=True) if folder.is_dir() else ():
            document = read_frontier(path.parent)
            if document is not None:
                found[path.parent] = document
    return tuple(sorted(found.items(), key=lambda item: item[0].name, reverse=True))


def measured(folder: Path, document: FrontierDocument, *, by_bits: bool) -> Frontier:
    """A measured frontier; points without figures are left out of ``points``."""
    points = [
        Point(
            folder=folder / point.run_dir,
            name=point.name,
            size_bytes=float(point.model_bytes),
            bits=point.bits,
            perplexity=point.perplexity,
        )
        for point in document.points
        if point.state == "done" and point.model_bytes and point.bits is not None and _finite(point.perplexity)
    ]
    return Frontier(
        model=document.model,
        text=document.text,
        points=_marked(points, by_bits=by_bits),
        float_perplexity=document.float_perplexity if _finite(document.float_perplexity) else None,
        folder=folder,
        document=document,
    )


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
    floats = [run.floating.perplexity for run in runs if run.floating is not None and _finite(run.floating.perplexity)]
    return Frontier(
        model=model,
        text=text,
        points=_marked(points, by_bits=by_bits),
        float_perplexity=floats[0] if floats else None,
    )


def _marked(points: Sequence[Point], *, by_bits: bool) -> tuple[Point, ...]:
    """The smallest first, with those marked that no smaller one beats."""
    ordered = sorted(points, key=lambda point: (point.bits if by_bits else point.size_bytes, point.perplexity))
    marked, lowest = [], math.inf
    for point in ordered:
        marked.append(point if point.perplexity >= lowest else replace(point, best=True))
        lowest = min(lowest, point.perplexity)
    return tuple(marked)


def _finite(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)
