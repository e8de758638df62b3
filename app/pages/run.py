"""The run page: what a run does, live or replayed, and what can be done with it."""

from __future__ import annotations

import psutil
from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.pages import run_drawing as drawing
from app.pages.plot_export import save_csv, save_png
from app.state.layers_model import Quantity
from app.state.report import headline, reports_from_results
from app.state.report_model import ReportModel
from app.state.run import Change
from app.state.run_feed import RunFeed
from app.state.run_files import RunFiles
from app.state.samples_model import SamplesModel
from app.state.services import Services
from app.state.worth_a_look import STOP_KEEP_BEST
from app.views import run_header as head
from app.views.empty import Empty
from app.views.layer_map import LayerMap
from app.views.look import S8, S12, S16
from app.views.loss_plot import LossPlot
from app.views.memory_plot import MemoryPlot
from app.views.run_header import RunHeader
from app.views.run_tables import LogView, ReportView
from app.views.samples_view import SamplesView
from app.views.stage_timeline import StageTimeline
from app.views.worth_panel import WorthPanel

TURN_MS = 50
"""Between two turns of drawing; a flood of events costs no more than one part of the page each."""

TURNS = (
    Change.HEADER | Change.STAGES | Change.FINDINGS | Change.SAMPLES | Change.RESULTS | Change.ENDED,
    Change.METRICS,
    Change.MEMORY | Change.LAYERS,
)
"""What is drawn together. The plots have a turn each, so that none of them makes the window wait for the other."""

DRAWN = TURNS[0] | TURNS[1] | TURNS[2]
"""The log draws itself."""


class RunPage(QWidget):
    """One run at a time."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.feed = RunFeed(services.jobs, self)
        self.state = self.feed.state
        self.files = RunFiles(services.background, self)
        self._todo: int = DRAWN
        self._turn = 0
        self._ignored: set[str] = set()
        self._ram_total = float(psutil.virtual_memory().total)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TURN_MS)
        self._timer.timeout.connect(self._next_turn)
        self._build()
        self._connect()
        self._show_which()

    # ---- construction ---------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.header, self.timeline = RunHeader(), StageTimeline()
        self.loss, self.memory = LossPlot(), MemoryPlot()
        self.memory.set_formats(drawing.duration_words, drawing.bytes_words)
        self.layer_map, self.samples, self.log = LayerMap(), SamplesView(), LogView()
        self.report, self.worth = ReportView(), WorthPanel()
        self.layer_map.set_model(self.state.layers)
        self.log.set_model(self.state.log)
        self.answers = SamplesModel(self)
        self.samples.set_model(self.answers)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for widget, title in (
            (self.report, self.tr("Report")),
            (self.layer_map, self.tr("Layers")),
            (self.samples, self.tr("Samples")),
            (self.log, self.tr("Log")),
        ):
            self.tabs.addTab(widget, title)
        self.tabs.setAccessibleName(self.tr("Report, layers, samples and log"))
        self.tabs.setTabVisible(0, False)
        plots = _split(Qt.Orientation.Horizontal, self.loss, self.memory, (2, 1))
        lower = _split(Qt.Orientation.Horizontal, self.tabs, self.worth, (2, 1))
        self.body = _split(Qt.Orientation.Vertical, plots, lower, (10, 9))
        shown = QWidget()
        layout = QVBoxLayout(shown)
        layout.setContentsMargins(S16, S12, S16, S12)
        layout.setSpacing(S12)
        layout.addWidget(self.header)
        layout.addWidget(self.timeline)
        layout.addWidget(self.body, 1)
        self.empty = Empty(
            "runs",
            self.tr("No run is open"),
            self.tr("Choose one under Runs, or start a new one."),
            self.tr("New run"),
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(shown)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)

    def _connect(self) -> None:
        jobs = self.services.jobs
        self.state.changed.connect(self._changed)
        self.state.layers.range_changed.connect(self.layer_map.set_range)
        self.feed.opened.connect(self._opened)
        self.feed.caught_up.connect(self._caught_up)
        self.files.changed.connect(self._files_changed)
        jobs.state_changed.connect(self._job_changed)
        jobs.finished.connect(self._job_finished)
        self.header.pressed.connect(self._pressed)
        self.worth.acted.connect(self._acted)
        self.layer_map.shown_changed.connect(self._layers_shown)
        self.log.copy_all.connect(self._copy_log)
        self.samples.question_chosen.connect(self._question_chosen)
        self.empty.acted.connect(self._new_run)
        self.loss.metric_chosen.connect(self._metric_chosen)
        self.loss.export_png.connect(self._export_png)
        self.loss.export_csv.connect(self._export_csv)
        self.memory.export_png.connect(self._export_png)
        self.memory.export_csv.connect(self._export_csv)

    # ---- opening --------------------------------------------------------------------------------------------------

    def open_with(self, argument: str) -> None:
        """Show a run folder; empty shows the run that is going on, or stays where it was."""
        self.feed.open(argument or self.services.jobs.run_dir)
        self._show_which()

    def take_over(self, old: RunPage) -> None:
        """Show what the page in another language showed."""
        self.feed.open(old.feed.run_dir)
        self._show_which()

    @Slot(str)
    def _opened(self, run_dir: str) -> None:
        self.files.look(run_dir)
        self._ignored = set()
        self.loss.choose("")
        self.tabs.setTabVisible(0, False)
        self.tabs.setCurrentIndex(1)
        self._show_which()

    @Slot()
    def _caught_up(self) -> None:
        self._mark(Change.ALL)  # a part at a time, as always: the whole page at once would be felt
        self.loss.fit()
        self.memory.fit()

    def _show_which(self) -> None:
        jobs = self.services.jobs
        something = bool(self.feed.run_dir) or (jobs.state != "idle" and jobs.summary.what == "run")
        self.stack.setCurrentIndex(1 if something else 0)
        self._mark(Change.ALL)

    # ---- drawing --------------------------------------------------------------------------------------------------

    @Slot(int)
    def _changed(self, change: int) -> None:
        self._mark(change)

    def _mark(self, change: int) -> None:
        self._todo |= change & DRAWN
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _next_turn(self) -> None:
        """Draw the next part that has something new, and come back while there is more."""
        for _ in TURNS:
            part = TURNS[self._turn]
            self._turn = (self._turn + 1) % len(TURNS)
            if self._todo & part:
                self._draw(self._todo & part)
                break
        if self._todo and self.isVisible():
            self._timer.start()

    @Slot()
    def redraw(self) -> None:
        """Draw all that changed since the last time."""
        self._draw(self._todo)

    def _draw(self, todo: int) -> None:
        self._todo &= ~todo
        if todo & (Change.HEADER | Change.ENDED | Change.RESULTS):
            self._draw_header()
        if todo & (Change.STAGES | Change.HEADER):
            self.timeline.set_stages(drawing.stages(self.state))
        if todo & Change.METRICS:
            drawing.draw_loss(self.loss, self.state)
        if todo & Change.MEMORY:
            self.memory.show_memory(drawing.memory(self.state, self._ram_total))
        if todo & Change.LAYERS:
            self.layer_map.set_repaired(self.state.layers.repaired)
        if todo & Change.SAMPLES:
            self._draw_samples()
        if todo & (Change.FINDINGS | Change.ENDED | Change.HEADER):
            self.worth.set_warnings(drawing.warnings(self.state, self._ignored, live=self.feed.is_live))
        if todo & (Change.RESULTS | Change.ENDED):
            self._draw_report()

    def _draw_header(self) -> None:
        state = self.state
        job: str = self.services.jobs.state
        if self.services.jobs.summary.what == "frontier" and job != "idle":
            job = "frontier"  # something computes, but it is none of this page's
        live = self.feed.is_live or (not self.feed.run_dir and job not in ("idle", "frontier"))
        title, badge, level, line = drawing.header(state, job if live else "", self.feed.run_dir, self._headline())
        self.header.set_texts(title, badge, level, line)
        shown, primary, enabled = drawing.buttons(
            state, job, live=live, folder=bool(self.feed.run_dir), files=self.files
        )
        self.header.set_buttons(shown, primary=primary, enabled=enabled)
        if self.state.outcome == "done":
            self.worth.set_quiet_text(self.tr("Nothing stood out in this run."))
        else:
            self.worth.set_quiet_text(
                self.tr("Nothing so far. A rising loss, a plateau or memory that spills shows up here.")
            )

    def _draw_samples(self) -> None:
        self.answers.set_samples(self.state.samples)
        questions = self.answers.questions
        self.samples.set_questions(questions, questions.index(self.answers.question) if questions else 0)

    @Slot(int)
    def _question_chosen(self, place: int) -> None:
        self.answers.choose(self.answers.questions[place])

    def _draw_report(self) -> None:
        reports = self._reports()
        tables = []
        for report in reports:
            model = ReportModel(self.report)
            model.set_report(report)
            tables.append((drawing.report_heading(report), model))
        self.report.set_tables(tables)
        was_there = self.tabs.isTabVisible(0)
        self.tabs.setTabVisible(0, bool(tables))
        if tables and not was_there:
            self.tabs.setCurrentIndex(0)

    def _reports(self) -> tuple[drawing.TextReport, ...]:
        written = self.files.reports if self.state.outcome == "done" else ()
        return written or reports_from_results(self.state.results)

    def _headline(self) -> str:
        return headline(self._reports()) if self.state.outcome == "done" else ""

    # ---- what a person does ---------------------------------------------------------------------------------------

    @Slot(str)
    def _pressed(self, name: str) -> None:
        jobs, navigator, run_dir = self.services.jobs, self.services.navigator, self.feed.run_dir
        match name:
            case head.PAUSE:
                jobs.pause()
            case head.STOP:
                jobs.stop()
            case head.RESUME:
                jobs.resume(run_dir)
            case head.CHAT:
                navigator.show("chat", run_dir)
            case head.COMPARE:
                navigator.show("chat", f"compare:{run_dir}")
            case head.RECIPE:
                navigator.show("new-run", f"like:{run_dir}")
            case head.FOLDER:
                QDesktopServices.openUrl(QUrl.fromLocalFile(run_dir))

    @Slot(str, str)
    def _acted(self, key: str, name: str) -> None:
        if name == drawing.IGNORE:
            self._ignored.add(key)
        elif name == STOP_KEEP_BEST:
            self._ignored.add(key)
            self.services.jobs.stop()
        elif name == drawing.OPEN_LOG and self.state.ended is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(self.state.ended.log_path))
        elif name == drawing.RESUME:
            self.services.jobs.resume(self.feed.run_dir)
        self._mark(Change.FINDINGS)

    @Slot(str, bool)
    def _layers_shown(self, quantity: str, after: bool) -> None:
        self.state.layers.show(Quantity(quantity), after=after)
        self.layer_map.set_range(*self.state.layers.range)

    @Slot(str)
    def _metric_chosen(self, _name: str) -> None:
        drawing.draw_loss(self.loss, self.state)
        self.loss.fit()

    @Slot()
    def _copy_log(self) -> None:
        QGuiApplication.clipboard().setText(self.state.log.text())

    @Slot()
    def _export_png(self) -> None:
        save_png(self._sending_plot(), self.state.name, self.services.notices)

    @Slot()
    def _export_csv(self) -> None:
        save_csv(self._sending_plot(), self.state.name, self.services.notices)

    def _sending_plot(self) -> LossPlot | MemoryPlot:
        return self.memory if self.sender() is self.memory else self.loss

    @Slot()
    def _new_run(self) -> None:
        self.services.navigator.show("new-run")

    @Slot(str)
    def _job_changed(self, _state: str) -> None:
        self._show_which()

    @Slot(str, str)
    def _job_finished(self, _run_dir: str, _outcome: str) -> None:
        self.files.look(self.feed.run_dir)
        self._mark(Change.ALL)

    @Slot()
    def _files_changed(self) -> None:
        self._mark(Change.HEADER | Change.RESULTS)

    # ---- Qt -------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while hidden."""
        super().showEvent(event)
        self._mark(Change.NONE)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn while hidden."""
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Cards take their colours from the style sheet; the rest looks after itself."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._mark(Change.ALL)


def _split(orientation: Qt.Orientation, first: QWidget, second: QWidget, shares: tuple[int, int]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    margin = S8
    for place, widget in enumerate((first, second)):
        box = QWidget()
        layout = QVBoxLayout(box)
        if orientation == Qt.Orientation.Horizontal:
            layout.setContentsMargins(0 if place == 0 else margin + 4, 0, margin + 4 if place == 0 else 0, 0)
        else:
            layout.setContentsMargins(0, 0 if place == 0 else margin, 0, margin if place == 0 else 0)
        layout.addWidget(widget)
        splitter.addWidget(box)
        splitter.setStretchFactor(place, shares[place])
    splitter.setSizes([100 * share for share in shares])
    return splitter


def make_page(services: Services) -> QWidget:
    """The page."""
    return RunPage(services)
