"""What can be talked with: the runs that have a quantized model, and base models before any run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.engine import UserError, load_recipe, run_variants
from app.numbers import short
from app.state.background import Background
from app.state.settings import Settings

MOST_RUNS = 15


@dataclass(frozen=True, kw_only=True)
class ChatSource:
    """One of them.

    Attributes:
        source: run folder or model source.
        detail: a few words more.
        variants: what it can answer as, from the float model to what was made of it.
    """

    kind: Literal["run", "model"]
    source: str
    title: str
    detail: str
    variants: tuple[str, ...]


class ChatSources(QObject):
    """The list, read in the background.

    Signals:
        changed: it was read again.
    """

    changed = Signal()

    def __init__(self, background: Background, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background, self._settings = background, settings
        self.runs: tuple[ChatSource, ...] = ()

    @property
    def models(self) -> tuple[ChatSource, ...]:
        """Base models: the starter, and those used lately."""
        names = dict.fromkeys(["starter", *self._settings.recent_models()])
        return tuple(describe(name) for name in names)

    def refresh(self) -> None:
        """Look at the folder of runs again."""
        self._background.do("chat-sources", partial(_read_runs, self._settings.runs_folder), self._on_read)

    def _on_read(self, runs: tuple[ChatSource, ...]) -> None:
        self.runs = runs
        self.changed.emit()


def describe(source: str) -> ChatSource:
    """What a run folder or a model source is, without opening it."""
    path = Path(source)
    if source and path.is_absolute() and (path / "recipe.toml").is_file():
        return _run(path)
    return ChatSource(kind="model", source=source, title=model_title(source), detail="", variants=("float",))


def model_title(source: str) -> str:
    """A model source as people call it."""
    if source == "starter":
        return QCoreApplication.translate("Chat", "Starter model")
    kind, colon, rest = source.partition(":")
    name = rest if colon and len(kind) > 1 else source
    return name if kind == "hub" else re.split(r"[/\\]", name.rstrip("/\\"))[-1]


def _run(path: Path) -> ChatSource:
    title, detail = re.sub(r"^\d{8}-\d{6}-", "", path.name), ""
    try:
        recipe = load_recipe(path / "recipe.toml")
        title = recipe.output.name or title
        bits = recipe.quantize.bits
        words = QCoreApplication.translate("Chat", "%1, %2 bits").replace("%1", model_title(recipe.model.source))
        detail = words.replace("%2", bits if isinstance(bits, str) else short(bits))
    except UserError:
        pass
    try:
        variants = run_variants(path)
    except (UserError, OSError):
        variants = ()
    return ChatSource(kind="run", source=str(path), title=title, detail=detail, variants=variants)


def _read_runs(folder: Path) -> tuple[ChatSource, ...]:
    try:
        paths = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.name, reverse=True)
    except OSError:
        return ()
    found: list[ChatSource] = []
    for path in paths:
        if (path / "quantized" / "config.json").is_file() and (path / "recipe.toml").is_file():
            found.append(_run(path))
        if len(found) >= MOST_RUNS:
            break
    return tuple(found)
