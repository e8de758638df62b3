"""The runs on the disk: a table that can be sorted and filtered, read one by one in the background."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)

from app.engine import EventError, JobEnded, Recipe, UserError, decode_event, load_recipe
from app.state.background import Background
from app.state.engine_words import engine_words
from app.state.methods import method_name
from app.state.report import ReportRow, main_report, read_reports
from app.state.words import bytes_words, number_words

Index = QModelIndex | QPersistentModelIndex

RUN_ROLE = int(Qt.ItemDataRole.UserRole)
SORT_ROLE = RUN_ROLE + 1
NOTES = "notes.txt"
COLUMNS = ("name", "model", "bits", "method", "state", "perplexity", "size", "date")
_TAIL_BYTES = 64_000
"""Of events.jsonl, enough for its last line whatever it says."""


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """One run folder.

    Attributes:
        folder: where it is.
        state: outcome of its last event, ``running`` while a child works in it, ``interrupted`` without a last event,
            ``unreadable`` when its recipe cannot be read.
        best: the last variant that was measured; None before.
        floating: the float model's measurements.
        text: name of the text the perplexities are on.
        began: when it was started, UTC.
    """

    folder: Path
    name: str
    state: str
    model: str = ""
    bits: float | None = None
    method: str = ""
    best: ReportRow | None = None
    floating: ReportRow | None = None
    text: str = ""
    began: datetime | None = None
    notes: str = ""
    error: str = ""
    recipe: Recipe | None = field(default=None, compare=False, repr=False)


def read_run(folder: Path, *, running: bool = False) -> RunInfo:
    """What the folder says; never raises, what cannot be read says so in its state."""
    info = RunInfo(folder=folder, name=folder.name, state="running" if running else _last_state(folder))
    info = replace(info, began=_began(folder), notes=_text(folder / NOTES))
    try:
        recipe = load_recipe(folder / "recipe.toml")
    except UserError as error:
        return replace(info, state="unreadable", error=error.message)
    bits = recipe.quantize.bits
    info = replace(
        info,
        name=recipe.output.name or folder.name,
        model=recipe.model.source,
        bits=None if isinstance(bits, str) else float(bits),
        method=recipe.correct.method,
        recipe=recipe,
    )
    report = main_report(read_reports(folder / "report.json"))
    if report is None:
        return info
    best = report.best
    return replace(
        info,
        best=best,
        floating=report.row("float"),
        text=report.text,
        bits=best.bits if best is not None and best.bits is not None else info.bits,
    )


def _last_state(folder: Path) -> str:
    path = folder / "events.jsonl"
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return "empty"
    try:
        event = decode_event(lines[-1]).event if lines else None
    except EventError:
        return "interrupted"
    return event.outcome if isinstance(event, JobEnded) else "interrupted"


def _began(folder: Path) -> datetime | None:
    """From the folder's name, else from its recipe's date."""
    try:
        return datetime.strptime(folder.name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        return datetime.fromtimestamp((folder / "recipe.toml").stat().st_mtime, UTC)
    except OSError:
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


class RunsModel(QAbstractTableModel):
    """Run folders below some folders, the newest first; `refresh` reads them in the background.

    Signals:
        refreshed: all are read.
    """

    refreshed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._runs: list[RunInfo] = []
        self._running = ""
        self._todo: list[Path] = []
        self._found: list[RunInfo] = []

    @property
    def runs(self) -> tuple[RunInfo, ...]:
        """All, the newest first."""
        return tuple(self._runs)

    def refresh(self, parents: list[Path]) -> None:
        """Look at the folders again."""
        self._background.do("runs", partial(_all_folders, tuple(parents)), self._on_folders)

    def set_running(self, run_dir: str) -> None:
        """The folder a child works in now; empty for none."""
        self._running = run_dir
        for row, run in enumerate(self._runs):
            if str(run.folder) == run_dir:
                self._replace(row, replace(run, state="running"))
            elif run.state == "running":
                self.update(run.folder)

    def update(self, folder: Path) -> None:
        """Read one folder again, e.g. when its run has begun or ended."""
        read = partial(_read_if_there, folder, running=str(folder) == self._running)
        self._background.do(f"run/{folder}", read, self._on_updated)

    def remove(self, folder: Path) -> None:
        """The folder is gone."""
        for row, run in enumerate(self._runs):
            if run.folder == folder:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._runs[row]
                self.endRemoveRows()
                return

    def _on_updated(self, found: RunInfo | None) -> None:
        if found is None:
            return
        for row, run in enumerate(self._runs):
            if run.folder == found.folder:
                self._replace(row, found)
                return
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._runs.insert(0, found)
        self.endInsertRows()

    def _on_folders(self, folders: list[Path]) -> None:
        self._todo, self._found = folders, []
        self._read_next()

    def _on_read(self, run: RunInfo) -> None:
        self._found.append(run)
        self._read_next()

    def _read_next(self) -> None:
        """One run at a time, so that a plan does not wait for a disk full of runs."""
        if self._todo:
            folder = self._todo.pop()
            read = partial(read_run, folder, running=str(folder) == self._running)
            self._background.do("runs", read, self._on_read)
            return
        if self._found != self._runs:
            self.beginResetModel()
            self._runs = self._found
            self.endResetModel()
        self._found = []
        self.refreshed.emit()

    def _replace(self, row: int, run: RunInfo) -> None:
        self._runs[row] = run
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Runs."""
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See `COLUMNS`."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts, sort keys and the `RunInfo` itself."""
        if not index.isValid():
            return None
        run, column = self._runs[index.row()], COLUMNS[index.column()]
        if role == RUN_ROLE:
            return run
        if role == SORT_ROLE:
            return _sort_key(run, column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(run, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return engine_words(run.error) or run.notes.strip() or str(run.folder)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in ("bits", "perplexity", "size"):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and COLUMNS[section] in ("bits", "perplexity", "size"):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = {
            "name": self.tr("Name"),
            "model": self.tr("Model"),
            "bits": self.tr("Bits"),
            "method": self.tr("Repair"),
            "state": self.tr("State"),
            "perplexity": self.tr("Perplexity"),
            "size": self.tr("Size"),
            "date": self.tr("Started"),
        }
        return titles[COLUMNS[section]]

    def state_words(self, state: str) -> str:
        """A run's state for people."""
        words = {
            "done": self.tr("Done"),
            "running": self.tr("Running"),
            "paused": self.tr("Paused"),
            "stopped": self.tr("Stopped"),
            "cancelled": self.tr("Cancelled"),
            "failed": self.tr("Failed"),
            "interrupted": self.tr("Interrupted"),
            "unreadable": self.tr("Cannot be read"),
            "empty": self.tr("Not started"),
        }
        return words[state]

    def _shown(self, run: RunInfo, column: str) -> str:
        match column:
            case "name":
                return run.name
            case "model":
                return run.model
            case "bits":
                return number_words(run.bits)
            case "method":
                return method_name(run.method)
            case "state":
                return self.state_words(run.state)
            case "perplexity":
                return number_words(run.best.perplexity if run.best is not None else None)
            case "size":
                size = run.best.model_bytes if run.best is not None else None
                return bytes_words(size) if size else "–"
            case _:
                return run.began.astimezone().strftime("%Y-%m-%d %H:%M") if run.began is not None else "–"


def _read_if_there(folder: Path, *, running: bool) -> RunInfo | None:
    return read_run(folder, running=running) if (folder / "recipe.toml").is_file() else None


def _all_folders(parents: tuple[Path, ...]) -> list[Path]:
    return sorted({path.resolve() for parent in parents for path in _folders(parent)}, key=lambda path: path.name)


def _folders(parent: Path) -> list[Path]:
    try:
        return [path for path in parent.iterdir() if (path / "recipe.toml").is_file()]
    except OSError:
        return []


def _sort_key(run: RunInfo, column: str) -> float | str:
    match column:
        case "bits":
            return run.bits if run.bits is not None else math.inf
        case "perplexity":
            value = run.best.perplexity if run.best is not None else None
            return value if value is not None else math.inf
        case "size":
            size = run.best.model_bytes if run.best is not None else None
            return float(size) if size else math.inf
        case "date":
            return run.began.timestamp() if run.began is not None else 0.0
        case _:
            return str(getattr(run, column)).casefold()


class RunsFilter(QSortFilterProxyModel):
    """Sorts by numbers as numbers; every word of the filter must be somewhere in a run's row or notes."""

    def __init__(self, source: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._runs = source
        self.setSourceModel(source)
        self.setSortRole(SORT_ROLE)
        self.setDynamicSortFilter(True)

    @Slot(str)
    def set_filter(self, text: str) -> None:
        """Show only the runs that have every one of these words."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange()

    def run(self, row: int) -> RunInfo:
        """The run in a row of this view."""
        run = self.index(row, 0).data(RUN_ROLE)
        assert isinstance(run, RunInfo)
        return run

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Whether the row has every word."""
        if not self._words:
            return True
        run = self._runs.runs[source_row]
        words = (run.name, run.model, run.method, method_name(run.method), run.state, run.notes, run.folder.name)
        text = " ".join(words).casefold()
        return all(word in text for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        """By the sort keys."""
        return bool(left.data(SORT_ROLE) < right.data(SORT_ROLE))


def save_notes(folder: Path, text: str) -> None:
    """Keep a person's words about a run beside it; an empty text removes the file.

    Raises:
        OSError: the folder cannot be written.
    """
    path = folder / NOTES
    if not text.strip():
        path.unlink(missing_ok=True)
        return
    temporary = folder / (NOTES + ".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
