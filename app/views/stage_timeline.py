"""The stages of a run side by side: name, progress, and how long it took or takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from app.views.icons import pixmap
from app.views.look import S4, S12, say_role

_ICONS = {
    "done": ("check", "good"),
    "skipped": ("check", "muted"),
    "running": ("play", "accent"),
    "stopped": ("pause", "warning"),
    "failed": ("error", "error"),
}


@dataclass(frozen=True, kw_only=True)
class StageShown:
    """A stage as it is drawn. ``status``: waiting, running, done, skipped, stopped, failed; ``share`` 0 to 1, None
    while unknown; ``detail`` is the line under the bar.
    """

    title: str
    status: str
    share: float | None
    detail: str
    hint: str = ""


class _Stage(QWidget):
    """One stage."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: StageShown | None = None
        self.mark, self.title, self.detail = QLabel(self), QLabel(self), QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        say_role(self.detail, "small")
        for label in (self.title, self.detail):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title.setMinimumHeight(max(20, self.title.fontMetrics().height()))
        top = QHBoxLayout()
        top.setSpacing(S4)
        top.addWidget(self.mark)
        top.addWidget(self.title, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S4)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.detail)

    def show_stage(self, shown: StageShown) -> None:
        """Draw it; nothing happens when nothing changed."""
        if shown == self._shown:
            return
        looks_alike = self._shown is not None and self._shown.status == shown.status
        self._shown = shown
        self.title.setText(shown.title)
        self.detail.setText(shown.detail)
        self.setToolTip(shown.hint)
        if shown.share is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * shown.share))
        self.bar.setAccessibleName(f"{shown.title}: {shown.detail}")
        if not looks_alike:
            self.apply_look()

    def apply_look(self) -> None:
        """Icon and weight of the status."""
        status = self._shown.status if self._shown is not None else ""
        say_role(self.title, "strong" if status == "running" else ("muted" if status == "waiting" else ""))
        name = _ICONS.get(status)
        self.mark.setVisible(name is not None)
        if name is not None:
            self.mark.setPixmap(pixmap(*name, size=16))


class StageTimeline(QWidget):
    """All stages of a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stages: list[_Stage] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(S12)
        self.setAccessibleName(self.tr("Stages of the run"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._keep_height()

    def _keep_height(self) -> None:
        """As high without stages as with them: else the whole page would move, and be drawn anew, when a run begins."""
        example = _Stage(self)
        example.show_stage(StageShown(title="-", status="running", share=0.0, detail="-"))
        for label in (example.mark, example.title, example.detail, example.bar):
            label.ensurePolished()
        self.setMinimumHeight(example.sizeHint().height())
        example.hide()
        example.deleteLater()

    def set_stages(self, stages: Sequence[StageShown]) -> None:
        """Draw them, the longest ones not wider than the others."""
        while len(self._stages) > len(stages):
            gone = self._stages.pop()
            self._layout.removeWidget(gone)
            gone.deleteLater()
        while len(self._stages) < len(stages):
            made = _Stage(self)
            self._stages.append(made)
            self._layout.addWidget(made, 1, Qt.AlignmentFlag.AlignTop)
        for widget, shown in zip(self._stages, stages, strict=True):
            widget.show_stage(shown)

    def changeEvent(self, event: QEvent) -> None:
        """Icons in the colours of the look in force."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for stage in self._stages:
                stage.apply_look()
