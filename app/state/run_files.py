"""What the run page wants to know from a run's folder beside the events: its recipe, its model, its report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.background import Background
from app.state.report import TextReport, read_reports


@dataclass(frozen=True)
class _Found:
    run_dir: str
    has_recipe: bool = False
    usable: bool = False
    reports: tuple[TextReport, ...] = ()


class RunFiles(QObject):
    """Looks into one run's folder, in the background.

    Signals:
        changed: another answer came.
    """

    changed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._found = _Found("")

    def look(self, run_dir: str) -> None:
        """Look again, or into another run: that one has nothing until the answer comes."""
        if run_dir != self._found.run_dir:
            self._found = _Found(run_dir)
        if run_dir:
            self._background.do("run-files", partial(_look, run_dir), self._on_found)

    @property
    def has_recipe(self) -> bool:
        """Whether the recipe is there to be edited and run again."""
        return self._found.has_recipe

    @property
    def usable(self) -> bool:
        """Whether there is a quantized model to talk with."""
        return self._found.usable

    @property
    def reports(self) -> tuple[TextReport, ...]:
        """What `report.json` says."""
        return self._found.reports

    def _on_found(self, found: _Found) -> None:
        if found != self._found:
            self._found = found
            self.changed.emit()


def _look(run_dir: str) -> _Found:
    folder = Path(run_dir)  # not `engine.run_folder`: its first import, beside a run that begins, is felt
    return _Found(
        run_dir,
        has_recipe=(folder / "recipe.toml").is_file(),
        usable=(folder / "quantized" / "config.json").is_file(),
        reports=read_reports(folder / "report.json"),
    )
