"""Joins measured frontiers, on the disk and as they come, to the tab "Quality and size" of the runs page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import (
    UserError,
    built_methods,
    changed_recipe,
    dump_recipe,
    frontier_from_json,
    load_recipe,
    preset_recipe,
)
from app.numbers import whole
from app.state.engine_words import engine_words
from app.state.frontier import Frontier, measured, measured_frontiers
from app.state.methods import STOPS, method_name, method_sentence
from app.state.runs_model import RunInfo
from app.state.services import Services
from app.state.words import duration_words, stage_words
from app.views.frontier_dialog import FrontierDialog
from app.views.runs_view import RunsView

if TYPE_CHECKING:
    from app.engine import FrontierDocument, Recipe

FIRST_BITS = (2.0, 2.5, 3.0, 4.0)
FIRST_METHODS = ("none", "activation")
"""Checked when the dialog opens: minutes on the starter, and the shape of the curve is there."""


class FrontierMeasuring(QObject):
    """Starts, goes on with and stops frontiers; knows all there are.

    Signals:
        changed: another frontier, or another point.
        began: folder of the frontier that is measured now, once.
    """

    changed = Signal()
    began = Signal(str)

    def __init__(self, services: Services, view: RunsView, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._view = services, view
        self._documents: dict[Path, FrontierDocument] = {}
        self._running: Path | None = None
        self._shown: Frontier | None = None
        self._base: Recipe | None = None
        self.dialog: FrontierDialog | None = None
        services.jobs.frontier_changed.connect(self._on_document)
        services.jobs.state_changed.connect(self._on_state)
        services.jobs.summary_changed.connect(self._on_summary)
        view.go_on_wanted.connect(self._go_on)
        view.stop_wanted.connect(services.jobs.stop)
        self.show(None)

    # ---- what there is --------------------------------------------------------------------------------------------

    def refresh(self, folders: Sequence[Path]) -> None:
        """Read the frontiers below these folders, in the background."""
        self._services.background.do("frontiers", lambda: measured_frontiers(folders), self._on_read)

    def frontiers(self, *, by_bits: bool) -> tuple[Frontier, ...]:
        """All, the one that is measured first, then the newest."""
        ordered = sorted(self._documents.items(), key=lambda item: item[0].name, reverse=True)
        ordered.sort(key=lambda item: item[0] != self._running)
        return tuple(measured(folder, document, by_bits=by_bits) for folder, document in ordered)

    def _on_read(self, found: tuple[tuple[Path, FrontierDocument], ...]) -> None:
        running = {self._running: self._documents[self._running]} if self._running in self._documents else {}
        self._documents = dict(found) | running  # what the child tells is newer than the file
        self.changed.emit()

    @Slot(str, object)
    def _on_document(self, folder: str, data: dict[str, object]) -> None:
        path = Path(folder)
        new = path != self._running
        self._running = path
        self._documents[path] = frontier_from_json(data)
        if new:
            self.began.emit(folder)
        self.changed.emit()

    # ---- the line below the plot ----------------------------------------------------------------------------------

    def show(self, frontier: Frontier | None) -> None:
        """Say how the frontier that is drawn stands; None for runs started one by one."""
        self._shown = frontier
        jobs = self._services.jobs
        measuring = jobs.state != "idle" and jobs.summary.what == "frontier"
        here = measuring and frontier is not None and frontier.folder == self._running
        self._view.set_measuring(
            self._words(frontier, here=here),
            self._hint(frontier),
            can_start=jobs.state == "idle",
            can_go_on=frontier is not None and bool(frontier.waiting) and jobs.state == "idle",
            can_stop=measuring and jobs.state == "running",
        )

    def _words(self, frontier: Frontier | None, *, here: bool) -> str:
        jobs = self._services.jobs
        if jobs.state in ("waiting", "starting") and jobs.summary.what == "frontier":
            return self.tr("Planning every point…")
        if frontier is None or frontier.document is None:
            return ""
        points = frontier.document.points
        words = self.tr("{done} of {all} points measured").format(
            done=whole(sum(point.state == "done" for point in points)), all=whole(len(points))
        )
        refused = sum(point.state in ("refused", "failed") for point in points)
        if refused:
            words += ", " + self.tr("{count} not possible").format(count=whole(refused))
        if here and jobs.summary.name:
            words += f". {jobs.summary.name}: {stage_words(jobs.summary.stage)}"
            if jobs.summary.total:
                words += f" {jobs.summary.done / jobs.summary.total:.0%}"
        left = sum(point.planned_seconds or 0.0 for point in frontier.waiting)
        if left and frontier.waiting:
            words += ", " + self.tr("about {time} for what is left").format(time=duration_words(60 * round(left / 60)))
        return words

    def _hint(self, frontier: Frontier | None) -> str:
        points = frontier.document.points if frontier is not None and frontier.document is not None else ()
        return "\n".join(f"{point.name}: {engine_words(point.reason)}" for point in points if point.reason)

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if state == "idle":
            self._running = None
        self.show(self._shown)

    @Slot(object)
    def _on_summary(self, _summary: object) -> None:
        if self._services.jobs.summary.what == "frontier":
            self.show(self._shown)

    # ---- what a person does ---------------------------------------------------------------------------------------

    def ask(self, run: RunInfo | None) -> None:
        """Let a person choose bits and repairs; everything else is as in ``run``, or in the starter's recipe."""
        known = run is not None and run.recipe is not None
        self._base = run.recipe if run is not None and run.recipe is not None else preset_recipe("starter")
        base = self.tr("Model and everything else as in the run {name}.") if known else self.tr("The starter model.")
        self.dialog = FrontierDialog(
            base.format(name=run.name if run is not None else ""),
            [(bits, bits in FIRST_BITS) for bits in STOPS],
            [(key, method_name(key), method_sentence(key), key in FIRST_METHODS) for key in built_methods()],
            tunes=bool(self._base.data.source),
            parent=self._view.window(),
        )
        self.dialog.accepted.connect(self._start)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    @Slot()
    def _start(self) -> None:
        assert self.dialog is not None
        assert self._base is not None
        bits, methods, tune = self.dialog.chosen
        changes: dict[str, object] = {"output.dir": self._services.settings.text("runs-folder"), "output.name": ""}
        if not tune:
            changes["data.source"] = ""
            changes |= {
                key: "self"
                for key, value in (
                    ("quantize.calibration", self._base.quantize.calibration),
                    ("correct.data", self._base.correct.data),
                )
                if value == "data"
            }
        self._services.jobs.start_frontier(dump_recipe(changed_recipe(self._base, changes)), bits, methods)

    @Slot()
    def _go_on(self) -> None:
        frontier = self._shown
        if frontier is None or frontier.folder is None or not frontier.waiting:
            return
        try:
            # Any point's recipe does: bits and repair are set anew for each.
            recipe = load_recipe(frontier.folder / frontier.waiting[0].recipe)
        except UserError as error:
            self._services.notices.say_error(error, key="frontier")
            return
        bits = sorted({point.asked_bits for point in frontier.waiting})
        methods = list(dict.fromkeys(point.method for point in frontier.waiting))
        self._services.jobs.start_frontier(dump_recipe(recipe), bits, methods, out=str(frontier.folder))
