"""The settings page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QVBoxLayout, QWidget

from app.engine import Failed, Recipe
from app.pages.token_dialog import TokenDialog
from app.state.device_words import can_do
from app.state.engine_words import engine_text, engine_words
from app.state.model_choice import ModelChoice
from app.state.recipe_edit import RecipeEditor
from app.state.services import Services
from app.state.storage import Kept, delete_kept, kept_models, kept_runs
from app.views.settings_view import KeptRow, SettingsView
from app.views.words import gigabytes

LISTED_RUNS = 12


class SettingsPage(QWidget):
    """Joins the settings store, the disk and the hub account to the view."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.view = SettingsView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        # The hub account is asked through the same object as on the New run page; its recipe is never used.
        editor = RecipeEditor(Recipe(), self)
        self._hub = ModelChoice(editor, services.children.workbench, services.settings, self)
        self._kept: dict[str, Kept] = {}
        self._hub.token_changed.connect(self._show_owner)
        self._hub.token_failed.connect(self._on_token_failed)
        view = self.view
        view.token_wanted.connect(self._ask_token)
        view.token_forgotten.connect(self._hub.forget_token)
        view.folder_wanted.connect(self._ask_folder)
        view.folder_opened.connect(self._open_folder)
        view.scan_wanted.connect(self._scan)
        view.delete_wanted.connect(self._delete)
        view.theme_chosen.connect(self._set_theme)
        view.language_chosen.connect(self._set_language)
        view.device_chosen.connect(self._set_device)
        services.device.changed.connect(self._show_report)
        services.device.failed.connect(self._on_no_report)
        self._show_choices()
        self._show_report()
        view.set_owner(self.tr("Not asked yet"), False)

    def open_with(self, _argument: str) -> None:
        """Look at the disk and the account again."""
        self._hub.ask_token()
        self.look()

    def take_over(self, _old: SettingsPage) -> None:
        """The page in another language looks again."""
        self.open_with("")

    def look(self) -> None:
        """Count what lies on the disk, in the background."""
        folder = self.services.settings.runs_folder
        self.services.background.do("kept", lambda: (kept_runs(folder), kept_models()), self._show_kept)

    def _show_choices(self) -> None:
        settings = self.services.settings
        self.view.set_choices(
            "theme",
            (
                ("system", self.tr("As the system")),
                ("light", self.tr("Light")),
                ("dark", self.tr("Dark")),
                ("contrast", self.tr("High contrast")),
            ),
            settings.theme,
        )
        self.view.set_choices(
            "language",
            (("system", self.tr("As the system")), ("en", "English"), ("de", "Deutsch")),
            settings.language,
        )
        self.view.set_choices(
            "device",
            (
                ("auto", self.tr("The GPU if it can be used")),
                ("cuda", self.tr("Only the GPU")),
                ("cpu", self.tr("Only the processor")),
            ),
            settings.device,
        )

    def _show_kept(self, found: tuple[list[Kept], list[Kept]]) -> None:
        runs, models = found
        self._kept = {str(item.path): item for item in (*runs, *models)}
        whole = sum(item.size_bytes for item in runs)
        total = self.tr("%n runs, %1 together", "", len(runs)).replace("%1", gigabytes(whole))
        self.view.set_runs(str(self.services.settings.runs_folder), _rows(runs[:LISTED_RUNS]), total)
        self.view.set_models(_rows(models))

    @Slot()
    def _show_report(self) -> None:
        report = self.services.device.report
        if not report:
            self.view.set_device(self.tr("The engine is being asked what this computer can do."))
            return
        lines = []
        for gpu in report.get("gpus", ()):
            size = gigabytes(gpu["total_bytes"])
            lines.append(
                self.tr("%1, %2, driver %3")
                .replace("%1", gpu["name"])
                .replace("%2", size)
                .replace("%3", str(gpu["driver"]))
            )
        lines += [f"{item['name']}: {engine_words(item['why'])}" for item in report.get("unused_gpus", ())]
        if not report.get("gpus"):
            lines.append(self.tr("No usable NVIDIA GPU: the processor does the work."))
        torch = report.get("torch", {})
        lines.append(
            self.tr("PyTorch %1, CUDA: %2")
            .replace("%1", str(torch.get("version", "?")))
            .replace("%2", str(torch.get("cuda", "?")))
        )
        lines += [f"{device}: {words}" for device, words in report.get("kernels", {}).items()]
        lines += [self._check_words(device, words) for device, words in report.get("checks", {}).items()]
        machine = self.services.machine.machine
        if machine is not None:
            lines.append(can_do(machine, report))
        self.view.set_device("\n".join(lines))

    def _check_words(self, device: str, wrong: str) -> str:
        words = self.tr("%1: the kernels' check failed: %2") if wrong else self.tr("%1: the kernels were checked")
        return words.replace("%1", device).replace("%2", wrong)

    @Slot()
    def _scan(self) -> None:
        self.view.set_device(self.tr("The engine is being asked what this computer can do."))
        self.services.device.scan()

    @Slot(object)
    def _on_no_report(self, failed: Failed) -> None:
        self.view.set_device(engine_text(failed.message, failed.hint, "\n"))

    @Slot(str)
    def _show_owner(self, owner: str) -> None:
        text = self.tr("Signed in as %1").replace("%1", owner) if owner else self.tr("No token is saved.")
        self.view.set_owner(text, bool(owner))

    @Slot(object)
    def _on_token_failed(self, failed: Failed) -> None:
        self.view.set_owner(engine_text(failed.message, failed.hint, "\n"), True)

    @Slot()
    def _ask_token(self) -> None:
        TokenDialog(self._hub, self.window()).open()

    @Slot()
    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Folder of runs"), str(self.services.settings.runs_folder)
        )
        if chosen:
            self.services.settings.runs_folder = Path(chosen)
            self.look()

    @Slot()
    def _open_folder(self) -> None:
        folder = self.services.settings.runs_folder
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    @Slot(str)
    def _delete(self, key: str) -> None:
        item = self._kept.get(key)
        if item is None:
            return
        if item.kind == "run" and key == self.services.jobs.run_dir:
            self.services.notices.say("info", self.tr("This run is going on."), self.tr("Stop it first."))
            return
        words = self.tr("Delete %1 (%2) for good?").replace("%1", item.name)
        answer = QMessageBox.question(self, self.tr("Delete"), words.replace("%2", gigabytes(item.size_bytes)))
        if answer == QMessageBox.StandardButton.Yes:
            self.services.background.do("delete", lambda: delete_kept(item), self._deleted)

    def _deleted(self, _nothing: object) -> None:
        self.look()

    @Slot(str)
    def _set_theme(self, value: str) -> None:
        self.services.settings.theme = value

    @Slot(str)
    def _set_language(self, value: str) -> None:
        self.services.settings.language = value

    @Slot(str)
    def _set_device(self, value: str) -> None:
        self.services.settings.device = value


def _rows(items: list[Kept]) -> list[KeptRow]:
    return [KeptRow(str(item.path), item.name, gigabytes(item.size_bytes)) for item in items]


def make_page(services: Services) -> SettingsPage:
    """The page."""
    return SettingsPage(services)
