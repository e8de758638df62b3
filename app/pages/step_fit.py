"""Joins the plan, the check and the start to the fit panel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.engine import Failed, Line, Suggestion, dump_recipe
from app.numbers import fixed, short
from app.state.check import CheckController, Measured
from app.state.engine_words import engine_text, engine_words
from app.state.fit import Fit, FitModel
from app.state.methods import field_name
from app.state.recipe_edit import RecipeEditor
from app.state.services import Services
from app.views.fit_panel import LEGEND, FitPanel, Offered
from app.views.stacked_bar import Portion
from app.views.words import duration, gigabytes, stage_name


class FitStep(QObject):
    """Shows whether it fits; starts runs and checks.

    Signals:
        key_wanted: the user wants to see the field a problem is about.
    """

    key_wanted = Signal(str)

    def __init__(
        self,
        editor: RecipeEditor,
        fit: FitModel,
        check: CheckController,
        services: Services,
        panel: FitPanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._editor, self._fit, self._check, self._services, self._panel = editor, fit, check, services, panel
        self._measured_for = ""
        self._problems: list[str] = []
        self.busy: Callable[[], bool] = lambda: False
        fit.changed.connect(self.show)
        editor.checked.connect(self.show)
        services.jobs.state_changed.connect(self._on_state)
        check.state_changed.connect(self._on_checking)
        check.measured.connect(self._on_measured)
        check.failed.connect(self._on_check_failed)
        panel.start_clicked.connect(self.start)
        panel.check_clicked.connect(self._toggle_check)
        panel.applied.connect(self._apply)
        panel.problem_clicked.connect(self._show_problem)
        self.show()

    @Slot()
    def start(self) -> None:
        """Start the run; the run page follows it."""
        folder = str(self._editor.value("output.dir")) or self._services.settings.text("runs-folder")
        recipe = self._editor.recipe
        text = dump_recipe(recipe)
        if folder and not self._editor.value("output.dir"):
            from app.engine import changed_recipe

            text = dump_recipe(changed_recipe(recipe, {"output.dir": folder}))
        if self._services.jobs.start(text):
            self._services.navigator.show("run")

    @Slot()
    def show(self) -> None:
        """Everything anew."""
        fit = self._fit.fit
        self._problems = list(self._editor.errors)
        self._panel.set_problems([engine_words(item.message) for item in self._editor.errors.values()])
        if fit is None:
            self._show_nothing()
        else:
            self._show_fit(fit)
        if self._measured_for and self._measured_for != dump_recipe(self._editor.recipe):
            self._measured_for = ""
            self._panel.set_measured("")
        self._show_startable(fit)

    def _show_nothing(self) -> None:
        error = self._fit.error
        self._panel.set_verdict(
            "", "", engine_words(error.message) if error else self.tr("Choose a model to see what it needs.")
        )
        self._panel.set_portions((), 0)
        self._panel.set_figures(())
        self._panel.set_notes("")
        self._panel.set_suggestions(())

    def _show_fit(self, fit: Fit) -> None:
        plan = fit.plan
        words = {
            "fits": self.tr("Fits"),
            "tight": self.tr("Tight"),
            "does-not-fit": self.tr("Does not fit"),
        }[plan.verdict]
        place = self.tr("graphics memory") if plan.device == "gpu" else self.tr("memory")
        stage = max(plan.stages, key=lambda name: plan.peak(name, plan.device))
        need = (
            self.tr("Needs %1 of %2 free %3, most of it at: %4")
            .replace("%1", gigabytes(plan.worst(plan.device)))
            .replace("%2", gigabytes(fit.device_free))
            .replace("%3", place)
            .replace("%4", stage_name(stage))
        )
        self._panel.set_verdict(plan.verdict, words, need)
        lines = [line for line in plan.lines if line.stage == stage and line.place == plan.device]
        self._panel.set_portions(self._portions(lines), fit.device_free)
        self._panel.set_figures(self._figures(fit))
        self._panel.set_notes("\n".join(map(engine_words, plan.notes)))
        self._panel.set_suggestions([self._offered(item) for item in fit.suggestions])

    def _portions(self, lines: list[Line]) -> list[Portion]:
        ordered = sorted(lines, key=lambda line: -line.bytes)
        shown, rest = ordered[: LEGEND - 1], ordered[LEGEND - 1 :]
        made = [_portion(engine_words(line.what), line.bytes) for line in shown]
        if rest:
            made.append(_portion(self.tr("everything else"), sum(line.bytes for line in rest)))
        return made

    def _figures(self, fit: Fit) -> list[tuple[str, str, str]]:
        plan = fit.plan
        disk = self.tr("%1 of %2 free").replace("%1", gigabytes(plan.worst("disk")))
        parts = "\n".join(f"{stage_name(name)}: {duration(value)}" for name, value in plan.seconds.items())
        figures = [
            (
                self.tr("Bits a weight"),
                fixed(plan.bits, 2),
                self.tr("Everything stored for the quantized matrices, scales and repair included."),
            ),
            (
                self.tr("Finished model"),
                gigabytes(plan.model_bytes),
                self.tr("With embeddings, head and adapters: %1 bits a parameter.").replace(
                    "%1", fixed(plan.model_bits, 2)
                ),
            ),
            (self.tr("Disk"), disk.replace("%2", gigabytes(plan.free_bytes.get("disk", 0))), ""),
        ]
        if plan.device == "gpu":
            ram = self.tr("%1 of %2 free").replace("%1", gigabytes(plan.worst("ram")))
            figures.append((self.tr("RAM"), ram.replace("%2", gigabytes(plan.free_bytes["ram"])), ""))
        if self._fit.measured:
            parts += "\n" + self.tr("From the speed measured on this computer.")
        figures.append(
            (
                self.tr("Time"),
                self.tr("about %1, an estimate").replace("%1", duration(plan.total_seconds)),
                parts,
            )
        )
        return figures

    def _offered(self, item: Suggestion) -> Offered:
        changes = ", ".join(f"{field_name(key)} {_value(value)}" for key, value in item.changes.items())
        return Offered(f"{changes}: −{gigabytes(item.saves_bytes)}", engine_words(item.why))

    def _show_startable(self, fit: Fit | None) -> None:
        state, why = self._services.jobs.state, ""
        if state != "idle":
            why = self.tr("A run is going on. Pause or stop it to start another.")
        elif not self._editor.valid:
            why = self.tr("First mend what is listed above.")
        elif fit is None:
            why = self.tr("First choose a model.")
        elif fit.plan.verdict == "does-not-fit":
            why = self.tr("It does not fit as it is.")
        self._panel.set_startable(not why and not self._check.running, why, checking=self._check.running)

    @Slot(str)
    def _on_state(self, _state: str) -> None:
        self._show_startable(self._fit.fit)

    @Slot(bool)
    def _on_checking(self, checking: bool) -> None:
        if checking:
            self._panel.set_measured(self.tr("Checking: one step at the longest length…"))
        self._show_startable(self._fit.fit)

    @Slot()
    def _toggle_check(self) -> None:
        if self._check.running:
            self._check.cancel()
            self._panel.set_measured("")
        else:
            self._check.start(dump_recipe(self._editor.recipe))

    @Slot(object)
    def _on_measured(self, measured: Measured) -> None:
        self._measured_for = measured.recipe
        fit = self._fit.fit
        free = fit.device_free if fit is not None else 0
        fits = measured.peak_bytes <= free
        words = self.tr("Measured: %1 at the worst, %2 free.").replace("%1", gigabytes(measured.peak_bytes))
        self._panel.set_measured(words.replace("%2", gigabytes(free)), "good" if fits else "error")

    @Slot(object)
    def _on_check_failed(self, failed: Failed) -> None:
        self._panel.set_measured(engine_text(failed.message, failed.hint), "warning")

    @Slot(int)
    def _apply(self, number: int) -> None:
        fit = self._fit.fit
        if fit is not None and number < len(fit.suggestions):
            self._editor.change(fit.suggestions[number].changes, self.tr("Apply a suggestion"))

    @Slot(int)
    def _show_problem(self, number: int) -> None:
        if number < len(self._problems):
            self.key_wanted.emit(self._problems[number])


def _portion(name: str, count: int) -> Portion:
    return Portion(name, count, f"{name}: {gigabytes(count)}")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return QCoreApplication.translate("FitStep", "on") if value else QCoreApplication.translate("FitStep", "off")
    return short(value) if isinstance(value, float) else str(value)
