"""Joins the model's choice to step 1."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from app.engine import Failed, Machine
from app.numbers import whole
from app.pages.token_dialog import TokenDialog
from app.state.engine_words import engine_text, engine_words
from app.state.model_choice import (
    ModelChoice,
    Offer,
    Transfer,
    by_fit,
    rough_fit,
    source_name,
    source_of_path,
    suggested_models,
)
from app.state.services import Services
from app.views.model_view import ModelRow, ModelView
from app.views.words import gigabytes, parameters

_ROLES = {"fits": "badge-good", "tight": "badge-warning", "too-large": "badge-error", "unknown": "badge-plain"}


class ModelStep(QObject):
    """Shows what is chosen, suggested and found.

    Signals:
        summary_changed: the step's line, and its state.
    """

    summary_changed = Signal(str, str)

    def __init__(self, choice: ModelChoice, view: ModelView, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._choice, self._view, self._services = choice, view, services
        self._offers: list[Offer] = []
        self._heading = ""
        choice.spec_changed.connect(self._show_chosen)
        choice.busy_changed.connect(self._show_busy)
        choice.found.connect(self._show_found)
        choice.search_failed.connect(self._on_search_failed)
        choice.transfer_changed.connect(self._show_transfer)
        choice.failed.connect(self._on_failed)
        services.machine.changed.connect(self._on_machine)
        view.chosen.connect(self.choose)
        view.searched.connect(self._search)
        view.dropped.connect(self.take_path)
        view.file_wanted.connect(self._ask_file)
        view.folder_wanted.connect(self._ask_folder)
        view.token_wanted.connect(self.ask_token)
        view.download_wanted.connect(self._download)
        view.pause_wanted.connect(choice.pause_download)
        view.cancel_wanted.connect(choice.cancel_download)
        view.chat_wanted.connect(self._try_chat)
        self._badges: list[str] = []
        self.suggest()
        self._show_chosen()

    @Slot()
    def suggest(self) -> None:
        """The list before any search: recent ones and suggestions, by fit."""
        known = {offer.source: offer for offer in suggested_models()}
        recent = [known.get(offer.source, offer) for offer in self._choice.recent() if offer.source != "starter"][:3]
        others = [offer for offer in known.values() if offer not in recent]
        starter = Offer(
            source="starter", name=source_name("starter"), parameters=134_515_008, size_bytes=98_362_432,
            licence="apache-2.0", words=self.tr("the starter: small enough to try everything"),
        )  # fmt: skip
        offers = [starter, *recent, *by_fit(others, self._services.machine.machine)]
        self._show_list(self.tr("Suggestions and recent models, those that fit first"), offers[:7])

    @Slot(str)
    def choose(self, source: str) -> None:
        """Take a model."""
        self._choice.choose(source)

    @Slot(str)
    def take_path(self, path: str) -> None:
        """A dropped or picked file or folder."""
        source = source_of_path(Path(path))
        if source:
            self._choice.choose(source)
            return
        self._view.set_status(
            self.tr("%1 is no model: a folder with a config.json or one GGUF file is wanted.").replace(
                "%1", Path(path).name
            ),
            "error",
        )

    @Slot()
    def ask_token(self) -> None:
        """The dialog for the hub's access token."""
        dialog = TokenDialog(self._choice, self._view.window())
        dialog.open()

    def _search(self, words: str) -> None:
        self._view.set_list(self.tr("Searching…"), [])
        self._choice.search(words)

    @Slot()
    def _ask_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self._view, self.tr("Open a GGUF model"), "", "GGUF (*.gguf)")
        if path:
            self.take_path(path)

    @Slot()
    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self._view, self.tr("Open a model folder"))
        if path:
            self.take_path(path)

    @Slot()
    def _download(self) -> None:
        self._choice.download()

    @Slot()
    def _try_chat(self) -> None:
        if self._choice.spec is not None:
            self._services.navigator.show("chat", self._choice.spec.source)

    @Slot()
    def _show_chosen(self) -> None:
        spec, error = self._choice.spec, self._choice.error
        if spec is None:
            self._view.set_chosen(self.tr("No model is chosen yet"), [])
            self._view.set_download("none", "", 0.0)
            self.summary_changed.emit(
                engine_words(error.message) if error is not None else "", "wrong" if error else "open"
            )
            return
        name = source_name(spec.source)
        context = whole(spec.context_length) if spec.context_length else self.tr("unknown")
        self._view.set_chosen(
            name,
            [
                (self.tr("Weights"), parameters(spec.parameters)),
                (self.tr("Architecture"), spec.model_type),
                (self.tr("Context"), self.tr("%1 tokens").replace("%1", context)),
                (self.tr("Size"), gigabytes(spec.total_bytes)),
                (self.tr("Layers"), str(spec.layers)),
                (self.tr("Licence"), spec.licence or self.tr("not stated")),
                (self.tr("Stored as"), spec.quantization or self.tr("float")),
                (self.tr("Vocabulary"), whole(spec.vocab_size)),
            ],
        )
        self._view.set_status("")
        self._show_transfer(self._choice.transfer)
        self.summary_changed.emit(
            ", ".join(part for part in (name, spec.licence, gigabytes(spec.total_bytes)) if part), "done"
        )

    @Slot(bool)
    def _show_busy(self, busy: bool) -> None:
        if busy:
            self._view.set_status(self.tr("Looking at the model…"))

    @Slot(object)
    def _on_failed(self, failed: Failed) -> None:
        self._view.set_status(engine_text(failed.message, failed.hint, "\n"), "error")
        if failed.action == "enter-token" or failed.code in ("model-gated", "hub-gated", "token-invalid"):
            self.ask_token()

    @Slot(object)
    def _show_transfer(self, transfer: Transfer | None) -> None:
        spec = self._choice.spec
        if transfer is not None and transfer.state != "done" and spec is not None and transfer.source == spec.source:
            share = transfer.done / transfer.total if transfer.total else 0.0
            total = transfer.total or spec.total_bytes
            words = self.tr("%1 of %2").replace("%1", gigabytes(transfer.done)).replace("%2", gigabytes(total))
            self._view.set_download(transfer.state, words, share)
        elif spec is not None and str(spec.folder) in ("", "."):
            words = self.tr("Not on this computer yet; a run downloads it.")
            self._view.set_download("offered", words, 0.0)
        else:
            self._view.set_download("none", "", 0.0)

    @Slot(list)
    def _show_found(self, offers: list[Offer]) -> None:
        heading = self.tr("Found on the hub, those that fit first") if offers else self.tr("Nothing found")
        self._show_list(heading, by_fit(offers, self._services.machine.machine))

    @Slot(object)
    def _on_search_failed(self, failed: Failed) -> None:
        self.suggest()
        self._view.set_status(engine_text(failed.message, failed.hint, "\n"), "warning")
        if failed.action == "enter-token":
            self.ask_token()

    @Slot(object)
    def _on_machine(self, machine: Machine) -> None:
        if [rough_fit(offer.parameters, machine) for offer in self._offers] != self._badges:
            self._show_list(self._heading, by_fit(self._offers[1:], machine), first=self._offers[:1])

    def _show_list(self, heading: str, offers: list[Offer], *, first: list[Offer] | None = None) -> None:
        self._heading, self._offers = heading, [*(first or []), *offers]
        machine = self._services.machine.machine
        self._badges = [rough_fit(offer.parameters, machine) for offer in self._offers]
        self._view.set_list(heading, [self._row(offer) for offer in self._offers])

    def _row(self, offer: Offer) -> ModelRow:
        badge = rough_fit(offer.parameters, self._services.machine.machine)
        words = {
            "fits": self.tr("Fits"),
            "tight": self.tr("Tight"),
            "too-large": self.tr("Too large"),
            "unknown": self.tr("Unknown"),
        }
        facts = [
            parameters(offer.parameters) if offer.parameters else "",
            gigabytes(offer.size_bytes) if offer.size_bytes else "",
            offer.licence,
            self.tr("terms to accept") if offer.gated else "",
            self.tr("%Ln downloads", "", offer.downloads) if offer.downloads else "",
            offer.words,
        ]
        return ModelRow(
            source=offer.source,
            name=offer.name,
            facts=" · ".join(part for part in facts if part),
            badge_role=_ROLES[badge],
            badge=words[badge],
            tip=self.tr("At 4 bits, roughly, from the number of weights. Choose it for a real plan."),
        )
