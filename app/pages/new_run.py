"""The New run page: five steps beside the fit panel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.engine import Recipe, UserError, changed_recipe, load_recipe, run_folder
from app.pages.step_data import DataStep
from app.pages.step_fit import FitStep
from app.pages.step_model import ModelStep
from app.pages.step_precision import PrecisionStep
from app.pages.step_tune import TuneStep
from app.state.check import CheckController
from app.state.data_choice import DataChoice
from app.state.fit import FitModel
from app.state.methods import STOPS
from app.state.model_choice import ModelChoice
from app.state.recipe_edit import RecipeEditor
from app.state.services import Services
from app.views.data_view import DataView
from app.views.fit_panel import FitPanel
from app.views.icons import icon
from app.views.look import S8, S12, S16, S24, say_role
from app.views.model_view import ModelView
from app.views.precision_view import PrecisionView
from app.views.step_card import StepCard
from app.views.tune_view import TuneView

LIKE = "like:"


class NewRunPage(QWidget):
    """Owns the recipe being edited and everything that follows it."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        start = changed_recipe(Recipe(), {"device": services.settings.device})
        self.editor = RecipeEditor(start, self)
        self.fit = FitModel(self.editor, services.machine, services.background, self, services.device)
        workbench = services.children.workbench
        self.model_choice = ModelChoice(self.editor, workbench, services.settings, self)
        self.data_choice = DataChoice(self.editor, workbench, self)
        self.check = CheckController(services.children, self)
        self.panel = FitPanel()
        self.model_view, self.data_view = ModelView(), DataView()
        self.precision_view, self.tune_view = PrecisionView(STOPS), TuneView()
        self._make_cards()
        self.model_step = ModelStep(self.model_choice, self.model_view, services, self)
        self.data_step = DataStep(self.data_choice, self.data_view, self.editor, self.fit, self)
        self.precision_step = PrecisionStep(self.editor, self.fit, self.precision_view, self)
        self.tune_step = TuneStep(self.editor, self.tune_view, self)
        self.fit_step = FitStep(self.editor, self.fit, self.check, services, self.panel, self)
        self._lay_out()
        self._connect()
        self.open_card(0)
        self._first = True

    def open_with(self, argument: str) -> None:
        """Show the page; a path opens that recipe, at the first showing the starter is looked at.

        ``like:`` before a run's folder takes its recipe for a new run, without its file: a run keeps what made it.
        """
        if argument.startswith(LIKE):
            self._edit_like(Path(argument.removeprefix(LIKE)))
        elif argument:
            self.open_file(Path(argument))
        elif self._first:
            self.model_choice.inspect()
        self._first = False

    def _edit_like(self, run_dir: Path) -> None:
        try:
            self.edit(load_recipe(run_folder(run_dir).recipe))
        except UserError as error:
            self.services.notices.say_error(error, key="recipe-file")

    def open_file(self, path: Path) -> None:
        """Edit a recipe's file."""
        try:
            self.editor.open(path)
        except UserError as error:
            self.services.notices.say_error(error, key="recipe-file")
            return
        self.services.notices.dismiss_key("recipe-file")
        self.look_again()

    def in_the_middle(self) -> bool:
        """Whether a check or a download is going on, which belongs to this page."""
        transfer = self.model_choice.transfer
        return self.check.running or (transfer is not None and transfer.state == "running")

    def take_over(self, old: NewRunPage) -> None:
        """Edit what the page in another language edited; its history of changes goes."""
        self._first = False
        self.edit(old.editor.recipe, old.editor.path)

    def edit(self, recipe: Recipe, path: Path | None = None) -> None:
        """Edit this recipe, with a new history."""
        self.editor.start_over(recipe, path)
        self.look_again()

    def look_again(self) -> None:
        """Ask the engine about model and data of the recipe."""
        self.model_choice.inspect()
        self.data_choice.look()

    def open_card(self, number: int) -> None:
        """Open a step, collapse those before it."""
        for index, card in enumerate(self.cards):
            card.set_open(index == number or (number > 1 and index >= 2))
        QTimer.singleShot(0, self.cards[min(number, len(self.cards) - 1)], self._bring_up)

    # ---- construction ---------------------------------------------------------------------------------------------

    def _make_cards(self) -> None:
        words = self.tr("Continue")
        self.cards = [
            StepCard(1, self.tr("Model"), self.model_view, words),
            StepCard(2, self.tr("Data"), self.data_view, words),
            StepCard(3, self.tr("Precision and repair"), self.precision_view, self.tr("Done")),
            StepCard(4, self.tr("Fine-tune"), self.tune_view, self.tr("Done")),
        ]

    def _lay_out(self) -> None:
        steps = QWidget()
        say_role(steps, "scrolled")
        column = QVBoxLayout(steps)
        column.setContentsMargins(S24, S8, S24, S24)
        column.setSpacing(S12)
        for card in self.cards:
            column.addWidget(card)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(steps)
        self._scroll.setAccessibleName(self.tr("Steps of a new run"))
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addLayout(self._header())
        left.addWidget(self._scroll, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(self.panel)

    def _header(self) -> QHBoxLayout:
        title, self._file = QLabel(self.tr("New run")), QLabel()
        say_role(title, "title")
        say_role(self._file, "small")
        header = QHBoxLayout()
        header.setContentsMargins(S24, S16, S24, S8)
        header.setSpacing(S8)
        header.addWidget(title)
        header.addWidget(self._file)
        header.addStretch(1)
        self.tools: dict[str, tuple[QToolButton, str]] = {}
        key = QKeySequence.StandardKey
        for name, icon_name, words, shortcut in (
            ("undo", "undo", self.tr("Undo"), key.Undo),
            ("redo", "redo", self.tr("Redo"), key.Redo),
            ("open", "open", self.tr("Open recipe"), key.Open),
            ("save", "save", self.tr("Save recipe"), key.Save),
            ("save-as", "save-as", self.tr("Save recipe as…"), "Ctrl+Shift+S"),
            ("toml", "file", self.tr("Show as TOML"), None),
        ):
            header.addWidget(self._tool(name, icon_name, words, shortcut))
        return header

    def _tool(self, name: str, icon_name: str, words: str, key: QKeySequence.StandardKey | str | None) -> QToolButton:
        tool = QToolButton()
        say_role(tool, "quiet")
        tool.setIcon(icon(icon_name))
        tool.setAccessibleName(words)
        tip = words
        if key is not None:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(tool.click)
            tip = f"{words} ({QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)})"
        tool.setToolTip(tip)
        self.tools[name] = (tool, icon_name)
        return tool

    def _connect(self) -> None:
        for number, card in enumerate(self.cards):
            card.setProperty("number", number)
            card.change_wanted.connect(self._open_sender)
            card.done_wanted.connect(self._leave_sender)
        self.model_step.summary_changed.connect(self.cards[0].set_summary)
        self.data_step.summary_changed.connect(self.cards[1].set_summary)
        self.precision_step.summary_changed.connect(self.cards[2].set_summary)
        self.tune_step.summary_changed.connect(self.cards[3].set_summary)
        self.model_step._show_chosen()
        self.data_step._show_found()
        self.precision_step._show()
        self.tune_step._show()
        self.model_choice.spec_changed.connect(self._on_spec)
        self.fit_step.key_wanted.connect(self._show_key)
        stack = self.editor.undo_stack
        self.tools["undo"][0].clicked.connect(stack.undo)
        self.tools["redo"][0].clicked.connect(stack.redo)
        self.tools["open"][0].clicked.connect(self._ask_open)
        self.tools["save"][0].clicked.connect(self.save)
        self.tools["save-as"][0].clicked.connect(self.save_as)
        self.tools["toml"][0].clicked.connect(self.show_toml)
        stack.canUndoChanged.connect(self.tools["undo"][0].setEnabled)
        stack.canRedoChanged.connect(self.tools["redo"][0].setEnabled)
        self.tools["undo"][0].setEnabled(False)
        self.tools["redo"][0].setEnabled(False)
        self.editor.file_changed.connect(self._show_file)
        self.services.jobs.started.connect(self._on_started)

    # ---- doing ----------------------------------------------------------------------------------------------------

    @Slot()
    def _open_sender(self) -> None:
        self.open_card(int(self.sender().property("number")))

    @Slot()
    def _leave_sender(self) -> None:
        number = int(self.sender().property("number"))
        if number < 2:
            self.open_card(number + 1)
        else:
            self.cards[number].set_open(False)

    @Slot()
    def _bring_up(self) -> None:
        opened = next((card for card in self.cards if card.is_open), None)
        if opened is not None and self.isVisible():
            self._scroll.ensureWidgetVisible(opened, 0, S24)
            self._scroll.verticalScrollBar().setValue(max(0, opened.y() - 3 * S24))

    @Slot()
    def _on_spec(self) -> None:
        self.fit.set_model(self.model_choice.spec)
        self.cards[0].set_next_enabled(self.model_choice.spec is not None)

    @Slot(str)
    def _show_key(self, key: str) -> None:
        self.open_card(3)
        self.tune_step.show_key(key)

    @Slot(str)
    def _on_started(self, run_dir: str) -> None:
        self.services.navigator.show("run", run_dir)

    @Slot()
    def _ask_open(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Open a recipe"), "", self.tr("Recipes (*.toml)"))
        if path:
            self.open_file(Path(path))

    @Slot()
    def save(self) -> None:
        """Save to the recipe's file; ask for one if it has none."""
        if self.editor.path is None:
            self.save_as()
        else:
            self._save_to(self.editor.path)

    @Slot()
    def save_as(self) -> None:
        """Ask for a file and save there; it is the recipe's file from then on."""
        start = str(self.editor.path or "recipe.toml")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save the recipe"), start, self.tr("Recipes (*.toml)"))
        if chosen:
            self._save_to(Path(chosen))

    def _save_to(self, path: Path) -> None:
        try:
            self.editor.save(path)
        except UserError as error:
            self.services.notices.say_error(error, key="recipe-file")

    @Slot()
    def show_toml(self) -> QDialog:
        """The recipe as a file, to read and copy."""
        dialog = QDialog(self)
        dialog.setWindowTitle(self.tr("The recipe as TOML"))
        text = QPlainTextEdit(self.editor.toml())
        text.setReadOnly(True)
        text.setAccessibleName(self.tr("The recipe as TOML"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(dialog.reject)
        layout = QVBoxLayout(dialog)
        layout.addWidget(QLabel(self.tr("What differs from the defaults. lowbit run takes the same file.")))
        layout.addWidget(text)
        layout.addWidget(buttons)
        dialog.resize(560, 480)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    @Slot()
    def _show_file(self) -> None:
        path = self.editor.path
        mark = "" if self.editor.undo_stack.isClean() else " •"
        self._file.setText(f"{path.name}{mark}" if path is not None else "")

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the palette."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "tools"):
            for tool, icon_name in self.tools.values():
                tool.setIcon(icon(icon_name))
        super().changeEvent(event)


def make_page(services: Services) -> NewRunPage:
    """The page."""
    return NewRunPage(services)
