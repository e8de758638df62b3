"""The runs page: every run on the disk, compared, annotated, opened or thrown away."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QFile, QStandardPaths, Qt, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from app.engine import default_runs_folder
from app.numbers import fixed, short
from app.pages.frontier_measuring import FrontierMeasuring
from app.pages.plot_export import save_csv, save_png
from app.state.frontier import Frontier, frontiers
from app.state.methods import method_name
from app.state.overlay import Overlay
from app.state.recipe_difference import DifferenceModel, recipe_differences
from app.state.runs_model import COLUMNS, RunInfo, RunsFilter, RunsModel, save_notes
from app.state.services import Services
from app.state.words import bytes_words, number_words
from app.views.empty import Empty
from app.views.frontier_plot import PointShown
from app.views.plot_view import CurveStyle, PlotView
from app.views.runs_view import RunsView

MOST_CURVES = 8
"""Runs drawn over each other; more could not be told apart."""


class RunsPage(QWidget):
    """Table, curves, frontier, difference, notes."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.model = RunsModel(services.background, self)
        self.rows = RunsFilter(self.model, self)
        self.overlay = Overlay(self)
        self.differences = DifferenceModel(self)
        self._noted: Path | None = None
        self._frontiers: tuple[Frontier, ...] = ()
        self._group: tuple[str, ...] = ()
        self._by_bits = False
        self.view = RunsView()
        self.measuring = FrontierMeasuring(services, self.view, self)
        self.view.set_model(self.rows)
        self.view.difference.setModel(self.differences)
        self.view.sort_by(COLUMNS.index("date"), Qt.SortOrder.DescendingOrder)
        self.view.curves.set_formats(lambda value: fixed(value, 0), lambda value: short(value, 4))
        self.empty = Empty(
            "runs",
            self.tr("No runs yet"),
            self.tr("A run appears here as soon as it is started."),
            self.tr("New run"),
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)
        self._connect()

    def _connect(self) -> None:
        view, jobs = self.view, self.services.jobs
        view.filter_changed.connect(self.rows.set_filter)
        view.open_wanted.connect(self._open)
        view.delete_wanted.connect(self._delete)
        view.selection_changed.connect(self._selection_changed)
        view.notes_changed.connect(self._save_notes)
        view.frontier.opened.connect(self._open_folder)
        view.frontier.group_chosen.connect(self._group_chosen)
        view.frontier.axis_chosen.connect(self._axis_chosen)
        view.measure_wanted.connect(self._measure)
        self.measuring.changed.connect(self._find_frontiers)
        self.measuring.began.connect(self._frontier_began)
        for plot in (view.frontier, view.curves):
            plot.export_png.connect(self._export_png)
            plot.export_csv.connect(self._export_csv)
        self.model.refreshed.connect(self._refreshed)
        self.model.dataChanged.connect(self._find_frontiers)
        self.model.rowsInserted.connect(self._find_frontiers)
        self.overlay.changed.connect(self._draw_curves)
        self.empty.acted.connect(self._new_run)
        jobs.started.connect(self._run_started)
        jobs.finished.connect(self._run_finished)

    # ---- opening --------------------------------------------------------------------------------------------------

    def open_with(self, _argument: str) -> None:
        """Look at the disk again."""
        self.model.set_running(self.services.jobs.run_dir)
        folders = [self.services.settings.runs_folder, default_runs_folder()]
        self.model.refresh(folders)
        self.measuring.refresh(folders)

    def take_over(self, _old: RunsPage) -> None:
        """The page in another language looks again."""
        self.open_with("")

    def selected(self) -> list[RunInfo]:
        """Selected runs, the current one first."""
        return [self.rows.run(row) for row in self.view.rows()]

    @Slot()
    def _refreshed(self) -> None:
        self._show_which()
        if self.model.runs:
            self.view.fit_columns()
            if not self.view.rows():
                self.view.select_row(0)
        self._selection_changed()
        self._find_frontiers()

    @Slot(str)
    def _run_started(self, run_dir: str) -> None:
        self.model.set_running(run_dir)
        self.model.update(Path(run_dir))

    @Slot(str, str)
    def _run_finished(self, run_dir: str, _outcome: str) -> None:
        self.model.set_running("")
        if run_dir:
            self.model.update(Path(run_dir))

    # ---- what the selection says ----------------------------------------------------------------------------------

    @Slot()
    def _selection_changed(self) -> None:
        runs = self.selected()
        self.view.open.setEnabled(len(runs) == 1)
        self.view.delete.setEnabled(bool(runs) and all(run.state != "running" for run in runs))
        self._show_notes(runs[0] if runs else None)
        self._draw_difference(runs)
        self.overlay.show([run.folder for run in runs[:MOST_CURVES]])

    @Slot()
    def _draw_curves(self) -> None:
        runs = self.selected()[:MOST_CURVES]
        plot, keep = self.view.curves, set()
        names = [run.name for run in runs]
        for place, run in enumerate(runs):
            curves = self.overlay.curves(run.folder)
            if curves is None or not len(curves.train):
                continue
            train, validation = f"{run.folder}/train", f"{run.folder}/validation"
            label = run.name if names.count(run.name) == 1 else f"{run.name}, {method_name(run.method)}, {_day(run)}"
            plot.set_curve(train, label, curves.train.steps, curves.train.smoothed, CurveStyle(colour=place))
            dots = CurveStyle(colour=place, width=1, dashed=True, marks=True)
            name = self.tr("{run}, validation").format(run=label) if len(runs) == 1 else ""
            plot.set_curve(validation, name, curves.validation.steps, curves.validation.values, dots)
            keep |= {train, validation}
        plot.keep_curves(keep)
        plot.fit()

    def _draw_difference(self, runs: list[RunInfo]) -> None:
        recipes = [run.recipe for run in runs]
        if len(recipes) != 2 or recipes[0] is None or recipes[1] is None:
            self.view.set_difference_text(self.tr("Select two runs to see in what their recipes differ."))
            return
        found = recipe_differences(recipes[0], recipes[1])
        self.differences.set_differences(found, runs[0].name, runs[1].name)
        self.view.set_difference_text("" if found else self.tr("The two recipes are the same."))

    def _show_notes(self, run: RunInfo | None) -> None:
        folder = run.folder if run is not None else None
        if folder == self._noted and folder is not None:
            return
        self.view.flush_notes()
        self._noted = folder
        self.view.set_notes(run.notes if run is not None else "", enabled=run is not None)

    @Slot(str)
    def _save_notes(self, text: str) -> None:
        if self._noted is None:
            return
        try:
            save_notes(self._noted, text)
        except OSError as error:
            message = self.tr("The notes could not be saved.")
            self.services.notices.say(
                "error", message, str(error), code="notes-unwritable", where=str(self._noted), key="notes"
            )
            return
        self.model.update(self._noted)

    # ---- frontier -------------------------------------------------------------------------------------------------

    def _show_which(self) -> None:
        something = self.model.runs or self._frontiers or self.services.jobs.summary.what == "frontier"
        self.stack.setCurrentIndex(1 if something else 0)

    @Slot()
    def _find_frontiers(self) -> None:
        own = self.measuring.frontiers(by_bits=self._by_bits)
        self._frontiers = (*own, *frontiers(self.model.runs, by_bits=self._by_bits))
        keys = [group.key for group in self._frontiers]
        if self._group not in keys:
            self._group = keys[0] if keys else ()
        self.view.frontier.set_groups([self._group_name(group) for group in self._frontiers], self._place)
        self._show_which()
        self._draw_frontier()

    @property
    def _place(self) -> int:
        keys = [group.key for group in self._frontiers]
        return keys.index(self._group) if self._group in keys else 0

    def _group_name(self, group: Frontier) -> str:
        words = self.tr("{model} on {text}").format(model=group.model, text=group.text) if group.text else group.model
        if group.folder is None:
            return self.tr("Runs: {group}").format(group=words)
        return self.tr("Frontier: {group}").format(group=words)

    def _draw_frontier(self) -> None:
        group = self._frontiers[self._place] if self._frontiers else None
        self.measuring.show(group)
        points = [
            PointShown(
                key=str(point.folder),
                name=point.name,
                x=point.bits if self._by_bits else point.size_bytes,
                y=point.perplexity,
                best=point.best,
            )
            for point in (group.points if group is not None else ())
        ]
        self.view.frontier.show_points(
            points,
            group.float_perplexity if group is not None else None,
            self.tr("bits") if self._by_bits else self.tr("size"),
            number_words if self._by_bits else bytes_words,
            _perplexity,
        )

    @Slot(int)
    def _group_chosen(self, place: int) -> None:
        self._group = self._frontiers[place].key
        self._draw_frontier()

    @Slot(bool)
    def _axis_chosen(self, by_bits: bool) -> None:
        self._by_bits = by_bits
        self._find_frontiers()

    @Slot()
    def _measure(self) -> None:
        runs = self.selected()
        self.measuring.ask(runs[0] if runs else None)

    @Slot(str)
    def _frontier_began(self, folder: str) -> None:
        self._group = (folder,)
        self.view.tabs.setCurrentIndex(0)

    # ---- what a person does ---------------------------------------------------------------------------------------

    @Slot()
    def _open(self) -> None:
        runs = self.selected()
        if runs:
            self._open_folder(str(runs[0].folder))

    @Slot(str)
    def _open_folder(self, folder: str) -> None:
        self.services.navigator.show("run", folder)

    @Slot()
    def _delete(self) -> None:
        runs = [run for run in self.selected() if run.state != "running"]
        if not runs or not self.confirm_delete(runs):
            return
        self.view.set_notes("", enabled=False)
        self._noted = None
        for run in runs:
            if move_to_trash(run.folder):
                self.model.remove(run.folder)
            else:
                self.services.notices.say(
                    "error",
                    self.tr("{name} could not be moved to the trash.").format(name=run.name),
                    self.tr("Delete the folder by hand if you do not want it any more."),
                    code="trash-failed",
                    where=str(run.folder),
                )
        self._refreshed()

    def confirm_delete(self, runs: list[RunInfo]) -> bool:
        """Ask before runs go."""
        names = ", ".join(run.name for run in runs[:5]) + (" …" if len(runs) > 5 else "")
        answer = QMessageBox.question(
            self,
            self.tr("Delete runs"),
            self.tr("Move {names} to the trash, with their models and adapters?").format(names=names),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        return answer == QMessageBox.StandardButton.Yes

    @Slot()
    def _new_run(self) -> None:
        self.services.navigator.show("new-run")

    @Slot()
    def _export_png(self) -> None:
        save_png(self._sending_plot(), "runs", self.services.notices)

    @Slot()
    def _export_csv(self) -> None:
        save_csv(self._sending_plot(), "runs", self.services.notices)

    def _sending_plot(self) -> PlotView:
        return self.view.curves if self.sender() is self.view.curves else self.view.frontier

    def hideEvent(self, event: QHideEvent) -> None:
        """Notes are saved before another page is shown, and no more curves are read for this one."""
        self.view.flush_notes()
        self.overlay.stop()
        super().hideEvent(event)


def _day(run: RunInfo) -> str:
    return run.began.astimezone().strftime("%d.%m. %H:%M") if run.began is not None else run.folder.name


def _perplexity(value: float) -> str:
    return number_words(value, 0 if value >= 100 else 1)


def move_to_trash(folder: Path) -> bool:
    """Whether the system's trash took it."""
    with contextlib.suppress(OSError):
        # On Linux the trash lies below this folder, and Qt gives up where it was never made.
        base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
        Path(base).mkdir(parents=True, exist_ok=True)
    return bool(QFile(str(folder)).moveToTrash())


def make_page(services: Services) -> QWidget:
    """The page."""
    return RunsPage(services)
