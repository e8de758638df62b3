"""The frontier: one run for each bit-width and correction method, all measured alike, quality against size.

Every point is an ordinary run folder below the frontier's, made by an ordinary recipe, so a point can be opened and
repeated like any other run. What the runs have in common is made once: calibration text and streamed teachers lie in
the app's caches, the float model's hidden states of the measured text in the frontier's own folder until it is done.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lowbit_core import source
from lowbit_core.errors import Interrupted, InterruptMode, UserError
from lowbit_core.events import Event, JobEnded, Outcome, Stamped
from lowbit_core.files import write_text_atomic
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.failures import explain
from lowbit_core.jobs.frontier_points import (
    FrontierDocument,
    Point,
    from_report,
    mark_best,
    measured_on,
    read_frontier,
    write_frontier,
)
from lowbit_core.jobs.job import JobContext
from lowbit_core.jobs.planning import check_space, plan_run
from lowbit_core.jobs.run_folder import RunFolder, new_run_folder, runs_folder
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stages.evaluate import check_files
from lowbit_core.recipe import Recipe, dump, load, override, parse
from lowbit_core.recipe.check import BUILT_METHODS, nearest
from lowbit_core.source import ModelSpec

SHARED = "shared"
"""Folder of what the points share, inside the frontier's; removed when all are done."""

RECIPES = "recipes"

_OUTCOMES: dict[InterruptMode, Outcome] = {"pause": "paused", "stop": "stopped", "cancel": "cancelled"}

Changed = Callable[[FrontierDocument], None]
"""Called with the whole document when a point was planned, begun, finished or failed."""

Heard = Callable[[str, Stamped], None]
"""Called with a point's name and each event of its run."""


@dataclass(frozen=True, kw_only=True)
class FrontierPlan:
    """What will be run.

    Attributes:
        folder: of the frontier.
        document: all points, refused ones with their reason.
        recipes: by point, those that are to be run now, in order.
    """

    folder: Path
    document: FrontierDocument
    recipes: dict[str, Recipe]

    @property
    def seconds(self) -> float:
        """Of all runs that are still to be done, estimated."""
        waiting = (item for item in self.document.points if item.name in self.recipes and item.state == "waiting")
        return sum(item.planned_seconds or 0.0 for item in waiting)


def choose_frontier_folder(base: Recipe) -> Path:
    """A new folder beside the run folders of this recipe."""
    last = base.model.source.rstrip("/\\").replace("\\", "/").rpartition("/")[2].rpartition(":")[2]
    return new_run_folder(runs_folder(base), f"frontier-{last.removesuffix('.gguf')}").path


def point_recipe(base: Recipe, bits: float, method: str) -> Recipe:
    """The recipe of one point.

    Raises:
        UserErrors: the base and this choice do not go together.
    """
    name = point_name(bits, method)
    return override(base, [f"quantize.bits={bits:g}", f"correct.method={method}", f"output.name={name}"])


def point_name(bits: float, method: str) -> str:
    """E.g. ``2.5-lrec``."""
    return f"{bits:g}-{method}"


def plan_frontier(
    base: Recipe, bits: Sequence[float], methods: Sequence[str], folder: Path, *, control: Control | None = None
) -> FrontierPlan:
    """Every point as a recipe file with its plan; what cannot fit is refused by name here, before anything runs.

    Points that were finished in this folder before are kept as they are, also those that are not asked for again.

    Args:
        base: everything but bits and method.
        bits: as ``quantize.bits``.
        methods: as ``correct.method``.
        folder: of the frontier; made if missing.
        control: may interrupt fetching the starter model.

    Raises:
        UserError: a method that is not built, no points, no such model, or a folder with another frontier.
    """
    _check_methods(methods)
    if not bits or not methods:
        raise UserError("frontier-empty", "A frontier needs at least one bit-width and one method.")
    check_files(base)
    home = RunFolder(folder)
    home.prepare()
    spec = _look_at(base, control or Control())
    earlier = read_frontier(folder) or FrontierDocument(model=spec.source)
    if earlier.model != spec.source:
        raise _other_frontier(folder, f"of {earlier.model}, not of {spec.source}")
    # A point that a killed process left running is waiting again.
    known = {
        point.name: replace(point, state="waiting") if point.state == "running" else point for point in earlier.points
    }
    recipes: dict[str, Recipe] = {}
    for width in sorted(set(bits)):
        for method in dict.fromkeys(methods):
            point = Point(
                name=point_name(width, method),
                asked_bits=width,
                method=method,
                recipe=f"{RECIPES}/{point_name(width, method)}.toml",
                run_dir=point_name(width, method),
            )
            point, recipe = _planned(base, point, spec, folder)
            known[point.name] = point
            if recipe is not None:
                recipes[point.name] = recipe
    points = sorted(known.values(), key=lambda point: point.asked_bits)
    document = replace(earlier, points=mark_best(points))
    for point in points:
        document = _with_report(document, folder, point)
    write_frontier(document, folder)
    return FrontierPlan(folder=folder, document=document, recipes=recipes)


def run_frontier(
    plan: FrontierPlan, *, changed: Changed, heard: Heard | None = None, control: Control | None = None
) -> JobEnded:
    """Run what is not done, one point after another; a point that fails does not end the others.

    Args:
        plan: from `plan_frontier`.
        changed: hears of every change, first of the plan itself.
        heard: hears the events of the points' runs.
        control: pause, stop and cancel hold for the point that runs and end the frontier; the same call goes on.

    Returns:
        How it ended; ``failed`` where no point could be measured.

    Raises:
        UserError: another process works in the folder.
    """
    control = control or Control()
    folder, document = plan.folder, plan.document
    with RunFolder(folder).lock():
        changed(document)
        for name, recipe in plan.recipes.items():
            point = next(item for item in document.points if item.name == name)
            if point.state in ("done", "refused"):
                continue
            try:
                control.check()
            except Interrupted as error:
                return explain(error)
            document = _tell(document.with_point(replace(point, state="running")), folder, changed)
            ended = _run_point(folder / point.run_dir, recipe, folder / SHARED, name, heard, control)
            point = _after(point, ended)
            document = document.with_point(point)
            document = _tell(_with_report(document, folder, point), folder, changed)
            if ended.outcome in _OUTCOMES.values():
                return ended
        shutil.rmtree(folder / SHARED, ignore_errors=True)
    return _ending(document)


def _run_point(
    run_dir: Path, recipe: Recipe, shared: Path, name: str, heard: Heard | None, control: Control
) -> JobEnded:
    def listener(stamped: Stamped) -> None:
        if heard is not None:
            heard(name, stamped)

    return run(recipe, run_dir, listener=listener, control=control, resume=RunFolder(run_dir).exists(), shared=shared)


def _after(point: Point, ended: JobEnded) -> Point:
    """The point as its run left it; a finished one gets its figures from the report."""
    if ended.outcome == "done":
        return replace(point, state="done")
    if ended.outcome == "failed":
        return replace(point, state="failed", reason=ended.message)
    return replace(point, state="waiting")


def _tell(document: FrontierDocument, folder: Path, changed: Changed) -> FrontierDocument:
    write_frontier(document, folder)
    changed(document)
    return document


def _with_report(document: FrontierDocument, folder: Path, point: Point) -> FrontierDocument:
    """The document with a finished point's measurements."""
    if point.state != "done":
        return document
    report = json.loads(RunFolder(folder / point.run_dir).report.read_text(encoding="utf-8"))
    return measured_on(document, report).with_point(from_report(point, report))


def _ending(document: FrontierDocument) -> JobEnded:
    count = sum(point.state == "done" for point in document.points)
    if count:
        return JobEnded(outcome="done", message=f"{count} of {len(document.points)} points are measured.")
    reasons = [f"{point.name}: {point.reason}" for point in document.points if point.reason]
    return JobEnded(
        outcome="failed",
        code="frontier-no-point",
        message="No point could be measured. " + " ".join(reasons),
        hint="Take fewer bits, another method or a smaller model.",
    )


def _planned(base: Recipe, point: Point, spec: ModelSpec, folder: Path) -> tuple[Point, Recipe | None]:
    """The point with its plan or the reason it cannot be run, and its recipe."""
    try:
        # As it will be read back by the runner.
        recipe = parse(dump(point_recipe(base, point.asked_bits, point.method)))
    except UserError as error:
        return replace(point, state="refused", reason=error.text()), None
    write_text_atomic(_made(folder / RECIPES) / f"{point.name}.toml", dump(recipe, changed_only=True))
    run_folder = RunFolder(folder / point.run_dir)
    if run_folder.exists() and dump(load(run_folder.recipe)) != dump(recipe):
        raise _other_frontier(folder, f"whose {point.name} was made by another recipe")
    _, made = plan_run(recipe, spec, folder)
    point = replace(
        point,
        planned_bits=made.bits,
        planned_bytes=made.model_bytes,
        planned_memory_bytes=made.worst(made.device),
        planned_seconds=made.total_seconds,
    )
    if run_folder.report.is_file() and "report" in run_folder.state().stages:
        return replace(point, state="done"), recipe
    try:
        check_space(made)
    except UserError as error:
        return replace(point, state="refused", reason=error.message), recipe
    return point, recipe


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _look_at(base: Recipe, control: Control) -> ModelSpec:
    """What the model is, from its headers; the starter is one small file and fetched where it is missing."""
    model = base.model
    try:
        return source.inspect_model(model.source, model.revision)
    except UserError as error:
        if error.code != "starter-missing":
            raise

        def drop(_event: Event) -> None:
            """Nobody watches this one download; the runs tell of theirs."""

        return source.resolve(model.source, model.revision, context=JobContext(drop, control))


def _check_methods(methods: Sequence[str]) -> None:
    for method in methods:
        if method not in BUILT_METHODS:
            close = nearest(method, BUILT_METHODS)
            raise UserError(
                "frontier-method",
                f"{method!r} is no correction method of this version.",
                hint=f"Did you mean {close}?" if close else f"It can be {', '.join(BUILT_METHODS)}.",
                where="--methods",
                arguments={"method": method},
            )


def _other_frontier(folder: Path, why: str) -> UserError:
    return UserError(
        "frontier-changed",
        f"This folder holds a frontier {why}.",
        hint="Give the settings it was started with, or another folder with --out.",
        where=str(folder),
    )
