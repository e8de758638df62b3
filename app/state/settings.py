"""What the window remembers: places, language, theme, device, recent models. Never a recipe, never a token."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from app.engine import default_runs_folder
from app.state.background import Background
from app.state.settings_file import SettingsFile

RECENT_MODELS = 8


class Settings(QObject):
    """Typed access to what is remembered; the file is read at the start and written in the background.

    Signals:
        changed: key of what was changed.
    """

    changed = Signal(str)
    _write = Signal(str, object)

    def __init__(self, store: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = SettingsFile(store or QSettings("lowbit-studio", "lowbit-studio"))
        self._values = self._file.read()
        self._changed: dict[str, object] = {}
        self._write.connect(self._file.put)

    def write_in(self, background: Background) -> None:
        """From now on the file is written there, the first time this is said; `sync` once that has ended."""
        if self._file.thread() == self.thread():
            background.house(self._file)

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self._values.get(key, default)
        return value if isinstance(value, str) else default

    def put(self, key: str, value: str) -> None:
        """Remember a text."""
        if self.text(key, "\0") != value:
            self._keep(key, value)
            self.changed.emit(key)

    @property
    def theme(self) -> str:
        """One of `app.shell.theme.CHOICES`."""
        return self.text("theme", "system")

    @theme.setter
    def theme(self, value: str) -> None:
        self.put("theme", value)

    @property
    def language(self) -> str:
        """``system``, or a language's code such as ``de``."""
        return self.text("language", "system")

    @language.setter
    def language(self, value: str) -> None:
        self.put("language", value)

    @property
    def device(self) -> str:
        """``auto``, ``cuda`` or ``cpu``: the start value of new recipes and chats."""
        value = self.text("device", "auto")
        return value if value in ("auto", "cuda", "cpu") else "auto"

    @device.setter
    def device(self, value: str) -> None:
        self.put("device", value)

    @property
    def runs_folder(self) -> Path:
        """Where new runs go."""
        chosen = self.text("runs-folder")
        return Path(chosen) if chosen else default_runs_folder()

    @runs_folder.setter
    def runs_folder(self, value: Path) -> None:
        self.put("runs-folder", str(value))

    @property
    def running(self) -> str:
        """Run folder of a run that was started and has not ended; empty when there is none."""
        return self.text("running")

    @running.setter
    def running(self, value: str) -> None:
        self.put("running", value)

    def recent_models(self) -> list[str]:
        """Sources used lately, the last first."""
        return [str(item) for item in self._list("recent-models")]

    def add_recent_model(self, source: str) -> None:
        """Put a source at the head of the recent ones."""
        items = [source, *(item for item in self.recent_models() if item != source)]
        self.put("recent-models", json.dumps(items[:RECENT_MODELS]))

    def geometry(self, name: str) -> QByteArray:
        """A window's or splitter's saved state; empty when none."""
        value = self._values.get(f"geometry/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def put_geometry(self, name: str, value: QByteArray) -> None:
        """Remember it."""
        self._keep(f"geometry/{name}", value)

    def sync(self) -> None:
        """Write to disk before this returns; where `write_in` was called, only after that background has ended."""
        self._file.finish(self._changed)

    def _keep(self, key: str, value: object) -> None:
        self._values[key] = self._changed[key] = value
        self._write.emit(key, value)

    def _list(self, key: str) -> list[Any]:
        try:
            value = json.loads(self.text(key, "[]"))
        except ValueError:
            return []
        return value if isinstance(value, list) else []
