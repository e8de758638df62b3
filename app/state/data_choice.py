"""The data being chosen: what was found in it, its rows, and what the model will see of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine import Failed, Inspect, Preview, Reply, dump_recipe
from app.state.child import Child
from app.state.recipe_edit import RecipeEditor
from app.state.rows_model import RowsModel

PREVIEW_MS = 250
PAGE_ROWS = 20
_WATCHED = frozenset(
    {"data.source", "data.format", "data.columns", "data.max_length", "data.loss_on", "data.validation", "model.source"}
)
ROLES: Mapping[str, tuple[str, ...]] = {
    "messages": ("messages",),
    "sharegpt": ("messages",),
    "alpaca": ("prompt", "input", "completion", "system"),
    "prompt-completion": ("prompt", "completion", "system"),
    "question-answer": ("prompt", "completion", "system"),
    "text": ("text",),
}
"""Roles whose column can be chosen, by format."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the engine found in the data, `data.DataReport` as it comes over the wire."""

    format: str
    why: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    examples: int
    validation: int
    refused_count: int
    refused: tuple[tuple[str, str], ...]
    duplicates: int
    files: tuple[str, ...]
    ignored: tuple[tuple[str, str], ...]
    notices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class SeenRow:
    """A row as the model sees it: pieces of text, each learned or not."""

    origin: str
    pieces: tuple[tuple[str, bool], ...]
    tokens: int
    learned: int
    cut: bool


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The rendered rows and their lengths.

    Attributes:
        histogram: rows in bins of equal width from 0 to ``longest`` tokens.
    """

    rows: tuple[SeenRow, ...]
    histogram: tuple[int, ...]
    longest: int
    mean_tokens: float
    counted: int
    too_long: int
    refused: tuple[tuple[str, str], ...]
    own_template: bool
    sampled: bool
    notes: tuple[str, ...] = field(default=())


class DataChoice(QObject):
    """Follows the recipe's data section.

    Signals:
        found_changed: another `Found`, or none.
        seen_changed: another `Seen`, or none.
        busy_changed: whether the engine is being asked.
        failed: a `Failed`: the data is refused, and why.
    """

    found_changed = Signal()
    seen_changed = Signal()
    busy_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, editor: RecipeEditor, workbench: Child, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor, self._workbench = editor, workbench
        self.found: Found | None = None
        self.seen: Seen | None = None
        self.error: Failed | None = None
        self.rows = RowsModel(self)
        self.rows.more_wanted.connect(self._fetch_more)
        self._inspecting, self._previewing, self._paging = 0, 0, 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PREVIEW_MS)
        self._timer.timeout.connect(self.look)
        editor.changed.connect(self._on_changed)

    @property
    def busy(self) -> bool:
        """Whether the engine is being asked."""
        return bool(self._inspecting or self._previewing)

    def choose(self, source: str) -> None:
        """Put a source into the recipe and look at it; format and columns are found anew."""
        self._editor.change(
            {"data.source": source, "data.format": "auto", "data.columns": {}}, self.tr("Choose the data")
        )
        self.look()

    @Slot()
    def look(self) -> None:
        """Ask what the data is and what the model will see of it."""
        self._timer.stop()
        for number in (self._inspecting, self._previewing, self._paging):
            self._workbench.forget(number)
        self._inspecting = self._previewing = self._paging = 0
        source = str(self._editor.value("data.source"))
        if not source:
            self._clear()
            return
        columns = dict(self._editor.value("data.columns"))
        self._inspecting = self._workbench.request(
            lambda number: Inspect(id=number, what="data", source=source, columns=columns),
            reply=self._on_found,
            failed=self._on_failed,
        )
        recipe = dump_recipe(self._editor.recipe)
        self._previewing = self._workbench.request(
            lambda number: Preview(id=number, recipe=recipe, first=0, rows=PAGE_ROWS),
            reply=self._on_seen,
            failed=self._on_unseen,
        )
        self.busy_changed.emit(True)

    def _clear(self) -> None:
        self.found = self.seen = self.error = None
        self.rows.clear()
        self.busy_changed.emit(False)
        self.found_changed.emit()
        self.seen_changed.emit()

    @Slot(object)
    def _on_changed(self, keys: frozenset[str]) -> None:
        if keys & _WATCHED and self._editor.valid:
            self._timer.start()

    def _on_found(self, reply: Reply) -> None:
        self._inspecting = 0
        self.found, self.error = _found(reply.data), None
        self.found_changed.emit()
        self.busy_changed.emit(self.busy)

    def _on_failed(self, failed: Failed) -> None:
        self._inspecting = 0
        self._workbench.forget(self._previewing)
        self._previewing = 0
        self.found, self.seen, self.error = None, None, failed
        self.rows.clear()
        self.found_changed.emit()
        self.seen_changed.emit()
        self.busy_changed.emit(False)
        self.failed.emit(failed)

    def _on_seen(self, reply: Reply) -> None:
        self._previewing = 0
        self.rows.start(reply.data["rows"], PAGE_ROWS)
        rendered = reply.data.get("rendered")
        self.seen = _seen(rendered) if rendered is not None else None
        self.seen_changed.emit()
        self.busy_changed.emit(self.busy)

    def _on_unseen(self, failed: Failed) -> None:
        """The rows cannot be rendered; what was found in them still stands."""
        self._previewing = 0
        self.seen = None
        self.rows.clear()
        self.seen_changed.emit()
        self.busy_changed.emit(self.busy)
        if failed.code not in ("child-ended", "cancelled") and self.error is None:
            self.failed.emit(failed)

    @Slot(int)
    def _fetch_more(self, first: int) -> None:
        if self._paging or self._previewing:
            return
        recipe = dump_recipe(self._editor.recipe)
        self._paging = self._workbench.request(
            lambda number: Preview(id=number, recipe=recipe, first=first, rows=PAGE_ROWS),
            reply=self._on_page,
            failed=self._on_no_page,
        )

    def _on_page(self, reply: Reply) -> None:
        self._paging = 0
        self.rows.extend(reply.data["rows"], PAGE_ROWS)

    def _on_no_page(self, _failed: Failed) -> None:
        self._paging = 0
        self.rows.extend([], PAGE_ROWS)


def data_source_of_path(path: Path) -> str:
    """A dropped file or folder as a data source; the engine says what is wrong with it."""
    return str(path)


def _pairs(items: Any, first: str, second: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(item[first]), str(item[second])) for item in items)


def _found(data: Mapping[str, Any]) -> Found:
    return Found(
        format=str(data["format"]),
        why=str(data["why"]),
        columns=tuple(data["columns"]),
        mapping=dict(data["mapping"]),
        examples=int(data["examples"]),
        validation=int(data["validation"]),
        refused_count=int(data["refused_count"]),
        refused=_pairs(data["refused"], "where", "reason"),
        duplicates=int(data["duplicates"]),
        files=tuple(data["files"]),
        ignored=tuple((str(name), str(why)) for name, why in data["ignored"]),
        notices=_pairs(data["notices"], "message", "hint"),
    )


def _seen(data: Mapping[str, Any]) -> Seen:
    report = data["report"]
    rows = tuple(
        SeenRow(
            origin=str(row["origin"]),
            pieces=tuple((str(piece["text"]), bool(piece["learned"])) for piece in row["pieces"]),
            tokens=int(row["tokens"]),
            learned=int(row["learned"]),
            cut=bool(row["cut"] or row["shortened"]),
        )
        for row in data["rows"]
    )
    count = max(1, int(report["rows"]))
    return Seen(
        rows=rows,
        histogram=tuple(int(item) for item in report["histogram"]),
        longest=int(report["longest"]),
        mean_tokens=int(report["tokens"]) / count,
        counted=int(report["rows"]),
        too_long=int(data["too_long"]),
        refused=tuple((str(where), str(why)) for where, why in data["refused"]),
        own_template=bool(data["own_template"]),
        sampled=bool(data["sampled"]),
    )
