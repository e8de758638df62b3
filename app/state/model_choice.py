"""The model being chosen: what it is, suggestions, hub search, downloads. All of it asked from the workbench child."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine import (
    Cancel,
    Download,
    Failed,
    Inspect,
    Machine,
    ModelSpec,
    Part,
    Reply,
    Search,
    Token,
    model_from_reply,
)
from app.state.child import Child
from app.state.recipe_edit import RecipeEditor
from app.state.settings import Settings

Badge = Literal["fits", "tight", "too-large", "unknown"]
INSPECT_MS = 250


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A model that can be chosen.

    Attributes:
        source: as in a recipe.
        parameters: weights, 0 where unknown.
        size_bytes: to download, 0 where unknown.
        gated: its terms have to be accepted on its page first.
        downloads: in the last 30 days; 0 where unknown.
        words: a few about it.
    """

    source: str
    name: str
    parameters: int = 0
    size_bytes: int = 0
    licence: str = ""
    gated: bool = False
    downloads: int = 0
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """A download: ``state`` is running, paused, done or failed; bytes, total 0 while unknown."""

    source: str
    state: Literal["running", "paused", "done", "failed"] = "running"
    done: int = 0
    total: int = 0


class ModelChoice(QObject):
    """Follows ``model.source`` of the recipe, and finds others.

    Signals:
        spec_changed: another model is known, or none.
        busy_changed: whether the engine is being asked about the model.
        failed: a `Failed` about the chosen model.
        found: list of `Offer` from the hub.
        search_failed: a `Failed`.
        transfer_changed: a `Transfer`, or None when there is none.
        token_changed: the hub account's name, empty without one.
        token_failed: a `Failed`.
    """

    spec_changed = Signal()
    busy_changed = Signal(bool)
    failed = Signal(object)
    found = Signal(list)
    search_failed = Signal(object)
    transfer_changed = Signal(object)
    token_changed = Signal(str)
    token_failed = Signal(object)

    def __init__(
        self, editor: RecipeEditor, workbench: Child, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor, self._workbench, self._settings = editor, workbench, settings
        self.spec: ModelSpec | None = None
        self.error: Failed | None = None
        self.transfer: Transfer | None = None
        self._asked, self._inspecting, self._searching, self._downloading = "", 0, 0, 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INSPECT_MS)
        self._timer.timeout.connect(self.inspect)
        editor.changed.connect(self._on_changed)

    @property
    def busy(self) -> bool:
        """Whether the engine is being asked about the model."""
        return self._inspecting != 0

    def choose(self, source: str) -> None:
        """Put a source into the recipe and look at it."""
        self._editor.change({"model.source": source, "model.revision": ""}, self.tr("Choose the model"))
        self.inspect()

    @Slot()
    def inspect(self) -> None:
        """Ask what the chosen model is."""
        self._timer.stop()
        source = str(self._editor.value("model.source"))
        if self._inspecting:
            self._workbench.forget(self._inspecting)
        self._asked = source
        self._inspecting = self._workbench.request(
            lambda number: Inspect(id=number, what="model", source=source),
            reply=self._on_inspected,
            failed=self._on_inspect_failed,
        )
        self.busy_changed.emit(True)

    def search(self, words: str) -> None:
        """Ask the hub; only the answer to the last question counts."""
        if self._searching:
            self._workbench.forget(self._searching)
        self._searching = self._workbench.request(
            lambda number: Search(id=number, query=words), reply=self._on_found, failed=self._on_search_failed
        )

    def download(self, source: str = "") -> None:
        """Fetch the chosen model; what an earlier try fetched is used."""
        source = source or str(self._editor.value("model.source"))
        if self.transfer is not None and self.transfer.state == "running":
            return
        before = self.transfer if self.transfer is not None and self.transfer.source == source else None
        self._set_transfer(
            Transfer(source=source, done=before.done if before else 0, total=before.total if before else 0)
        )
        self._downloading = self._workbench.request(
            lambda number: Download(id=number, source=source),
            reply=self._on_downloaded,
            failed=self._on_download_failed,
            part=self._on_part,
        )

    def pause_download(self) -> None:
        """Stop fetching, keep what is there; `download` goes on."""
        self._end_download()
        if self.transfer is not None:
            self._set_transfer(
                Transfer(
                    source=self.transfer.source, state="paused", done=self.transfer.done, total=self.transfer.total
                )
            )

    def cancel_download(self) -> None:
        """Stop fetching and forget about it."""
        self._end_download()
        self._set_transfer(None)

    def ask_token(self) -> None:
        """Whose token is saved."""
        self._workbench.request(lambda number: Token(id=number), reply=self._on_owner, failed=self._on_token_failed)

    def save_token(self, token: str) -> None:
        """Check a token with the hub and keep it there where huggingface-hub keeps it."""
        self._workbench.request(
            lambda number: Token(id=number, action="save", token=token),
            reply=self._on_owner,
            failed=self._on_token_failed,
        )

    def forget_token(self) -> None:
        """Remove the saved token."""
        self._workbench.request(
            lambda number: Token(id=number, action="forget"), reply=self._on_owner, failed=self._on_token_failed
        )

    def recent(self) -> list[Offer]:
        """Models used lately."""
        return [Offer(source=source, name=source_name(source)) for source in self._settings.recent_models()]

    @Slot(object)
    def _on_changed(self, keys: frozenset[str]) -> None:
        if "model.source" in keys and str(self._editor.value("model.source")) != self._asked:
            self._timer.start()

    def _on_inspected(self, reply: Reply) -> None:
        self._inspecting = 0
        self.spec, self.error = model_from_reply(reply.data), None
        self._settings.add_recent_model(self._asked)
        self.busy_changed.emit(False)
        self.spec_changed.emit()

    def _on_inspect_failed(self, failed: Failed) -> None:
        self._inspecting = 0
        self.spec, self.error = None, failed
        self.busy_changed.emit(False)
        self.spec_changed.emit()
        self.failed.emit(failed)

    def _on_found(self, reply: Reply) -> None:
        self._searching = 0
        self.found.emit([_offer(item) for item in reply.data.get("models", ())])

    def _on_search_failed(self, failed: Failed) -> None:
        self._searching = 0
        self.search_failed.emit(failed)

    def _on_part(self, part: Part) -> None:
        if self.transfer is not None and part.data.get("unit") == "bytes":
            self._set_transfer(
                Transfer(
                    source=self.transfer.source, done=int(part.data["done"]), total=int(part.data.get("total") or 0)
                )
            )

    def _on_downloaded(self, reply: Reply) -> None:
        self._downloading = 0
        done = self.transfer.total if self.transfer is not None else 0
        self._set_transfer(Transfer(source=str(reply.data["source"]), state="done", done=done, total=done))
        if str(reply.data["source"]) == str(self._editor.value("model.source")):
            self.spec, self.error = model_from_reply(reply.data), None
            self.spec_changed.emit()

    def _on_download_failed(self, failed: Failed) -> None:
        self._downloading = 0
        if failed.code == "cancelled":
            return
        if self.transfer is not None:
            self._set_transfer(
                Transfer(
                    source=self.transfer.source, state="failed", done=self.transfer.done, total=self.transfer.total
                )
            )
        self.failed.emit(failed)

    def _on_owner(self, reply: Reply) -> None:
        self.token_changed.emit(str(reply.data.get("owner", "")))

    def _on_token_failed(self, failed: Failed) -> None:
        self.token_failed.emit(failed)

    def _end_download(self) -> None:
        target, self._downloading = self._downloading, 0
        if target:
            self._workbench.request(
                lambda number: Cancel(id=number, target=target), reply=self._ignore, failed=self._ignore
            )

    def _ignore(self, _answer: Reply | Failed) -> None:
        """The download's own end is what counts."""

    def _set_transfer(self, transfer: Transfer | None) -> None:
        self.transfer = transfer
        self.transfer_changed.emit(transfer)


def source_name(source: str) -> str:
    """A source as people call it: the last part of its path."""
    if source == "starter":
        return "SmolLM2-135M-Instruct"
    rest = source.partition(":")[2] or source
    return rest if source.startswith("hub:") else Path(rest).name or rest


def source_of_path(path: Path) -> str:
    """What a dropped or picked file or folder is as a source; empty for what is no model.

    A folder counts with a config.json or a GGUF inside; more is looked at by the engine.
    """
    if path.is_file() and path.suffix.lower() == ".gguf":
        return f"gguf:{path}"
    if path.is_dir() and (path / "config.json").is_file():
        return f"path:{path}"
    if path.is_dir():
        found = sorted(path.glob("*.gguf"))
        return f"gguf:{found[0]}" if len(found) == 1 else ""
    return ""


def suggested_models() -> list[Offer]:
    """The models of `resources/suggested-models.toml`."""
    text = Path(str(files("app.resources"))).joinpath("suggested-models.toml").read_text(encoding="utf-8")
    return [Offer(**item) for item in tomllib.loads(text)["models"]]


def rough_fit(parameters: int, machine: Machine | None, bits: float = 4.0) -> Badge:
    """A guess from the number of weights alone: packed weights, an embedding in 16 bits, and a training step."""
    if not parameters or machine is None:
        return "unknown"
    free = machine.gpus[0].free_bytes if machine.gpus else machine.ram_available_bytes
    need = parameters * (bits + 0.5) / 8 * 1.3 + 1.2e9
    return "fits" if need < 0.75 * free else "tight" if need < 0.95 * free else "too-large"


def by_fit(offers: list[Offer], machine: Machine | None) -> list[Offer]:
    """Those that fit first, the largest of them first; then the others, the smallest first."""
    rank = {"fits": 0, "tight": 1, "too-large": 2, "unknown": 3}

    def key(offer: Offer) -> tuple[int, int]:
        badge = rough_fit(offer.parameters, machine)
        return rank[badge], -offer.parameters if badge == "fits" else offer.parameters

    return sorted(offers, key=key)


def _offer(item: Mapping[str, Any]) -> Offer:
    return Offer(
        source=f"hub:{item['id']}",
        name=str(item["id"]),
        parameters=int(item.get("parameters") or 0),
        size_bytes=int(item.get("size_bytes") or 0),
        licence=str(item.get("licence") or ""),
        gated=bool(item.get("gated")),
        downloads=int(item.get("downloads") or 0),
        words=str(item.get("architecture") or ""),
    )
