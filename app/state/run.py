"""What is known of one run, folded from its events: live from a child, or from `events.jsonl` of a finished one.

The state after a list of events depends on the events alone, not on how they were cut into batches nor on a clock, so
a finished run replays exactly as it was shown live.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import assert_never

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import (
    PLANNED_MEMORY,
    ArtifactWritten,
    Event,
    JobEnded,
    JobStarted,
    LayerFinished,
    Memory,
    Metric,
    Notice,
    Paused,
    Progress,
    Resumed,
    StageFinished,
    StageStarted,
    Stamped,
    Text,
)
from app.state.engine_words import engine_text
from app.state.layers_model import LayersModel
from app.state.log_model import Line, LogModel
from app.state.samples_model import Sample, sample_of
from app.state.series import Columns, Curve
from app.state.words import (
    BLOCK_ERROR,
    amount_words,
    bytes_words,
    duration_words,
    metric_words,
    number_words,
    stage_words,
)
from app.state.worth_a_look import Finding, WorthALook

RUNNING, INTERRUPTED, EMPTY = "running", "interrupted", "empty"
"""Outcomes beside the engine's own: not ended yet; the process went without a last word; nothing heard so far."""

MEMORY_COLUMNS = ("allocated", "reserved", "peak", "device_used", "device_total", "process_rss", "planned")
"""Bytes; ``planned``: what the plan expects of the stage that runs, NaN where it expects nothing."""


class Change:
    """What a batch of events changed: bits of a whole number, since an enum costs more than folding an event does."""

    NONE = 0
    HEADER, STAGES, METRICS, MEMORY, LAYERS = 1, 2, 4, 8, 16
    LOG, SAMPLES, FINDINGS, RESULTS, ENDED = 32, 64, 128, 256, 512
    ALL = 1023


@dataclass(kw_only=True)
class StageState:
    """A stage of the run. ``status``: waiting, running, done, skipped, stopped, failed."""

    name: str
    status: str = "waiting"
    done: int = 0
    total: int = 0
    unit: str = ""
    eta_seconds: float | None = None
    seconds: float | None = None

    @property
    def share(self) -> float:
        """Of the stage that is done, 0 to 1."""
        if self.status in ("done", "skipped"):
            return 1.0
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0


class RunState(QObject):
    """One run.

    Signals:
        changed: bits of `Change`, once a batch.
    """

    changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layers = LayersModel(self)
        self.log = LogModel(self)
        self._reset()

    def _reset(self) -> None:
        self.name = ""
        self.run_dir = ""
        self.stages: list[StageState] = []
        self.curves: dict[tuple[str, str], Curve] = {}
        self.results: dict[str, float] = {}
        self.planned: dict[str, float] = {}
        self.memory = Columns(len(MEMORY_COLUMNS))
        self.last_memory: Memory | None = None
        self.samples: list[Sample] = []
        self.tables: list[str] = []
        self.artifacts: dict[str, int] = {}
        self.ended: JobEnded | None = None
        self.outcome = EMPTY
        self.started_at: float | None = None
        self.active_seconds = 0.0
        self.events = 0
        self.last_seq = -1
        self._last_time = 0.0
        self._worth = WorthALook()
        self._lines: list[Line] = []
        self._layers: list[LayerFinished] = []

    # ---- what pages ask -------------------------------------------------------------------------------------------

    @property
    def current_stage(self) -> StageState | None:
        """The stage that runs, or where the run was interrupted."""
        return next((stage for stage in self.stages if stage.status in ("running", "stopped", "failed")), None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is worth a look, oldest first."""
        return self._worth.findings

    @property
    def resumable(self) -> bool:
        """Whether there is something left to go on with."""
        return self.outcome in ("paused", "stopped", "cancelled", "failed", INTERRUPTED)

    @property
    def loss_stage(self) -> str:
        """The stage whose loss is the newest; empty without a loss."""
        return next((stage for stage, name in reversed(self.curves) if name == "loss"), "")

    def curve(self, stage: str, name: str) -> Curve:
        """A metric of a stage; empty where it was not measured."""
        return self.curves.get((stage, name)) or Curve()

    @property
    def _running(self) -> str:
        """Name of the stage that runs; empty between two."""
        return next((stage.name for stage in self.stages if stage.status == "running"), "")

    # ---- feeding --------------------------------------------------------------------------------------------------

    @Slot()
    def clear(self) -> None:
        """Forget everything."""
        self._reset()
        self.layers.clear()
        self.log.clear()
        self.changed.emit(Change.ALL)

    @Slot(list)
    def apply(self, batch: list[Stamped]) -> None:
        """Fold the next events; one `changed` for all of them. What was folded before is left out."""
        change = Change.NONE
        for stamped in batch:
            if stamped.seq <= self.last_seq:
                continue
            self.last_seq = stamped.seq
            self.events += 1
            self._take_time(stamped)
            change |= self._fold(stamped.event, stamped.time)
        if self._layers:
            layers, self._layers = self._layers, []
            self.layers.add(layers)
        if self._lines:
            lines, self._lines = self._lines, []
            self.log.add(lines)
            change |= Change.LOG
        if change:
            self.changed.emit(change)

    @Slot()
    def mark_interrupted(self) -> None:
        """The process is gone (or the file ends) without a last event: what was saved can be resumed."""
        if self.outcome != RUNNING:
            return
        self.outcome = INTERRUPTED
        self._close_stage("stopped")
        self.changed.emit(Change.HEADER | Change.STAGES | Change.ENDED)

    def _take_time(self, stamped: Stamped) -> None:
        """Count only the time the run was at work: nothing passes between its end and its resumption."""
        if self.started_at is None:
            self.started_at = stamped.time
        elif not isinstance(stamped.event, JobStarted):
            self.active_seconds += max(0.0, stamped.time - self._last_time)
        self._last_time = stamped.time

    def _fold(self, event: Event, when: float) -> int:
        match event:
            case JobStarted():
                return self._job_started(event, when)
            case StageStarted():
                return self._stage_started(event, when)
            case StageFinished():
                return self._stage_finished(event, when)
            case Progress():
                return self._progress(event)
            case LayerFinished():
                self._layers.append(event)
                return Change.LAYERS
            case Metric():
                return self._metric(event, when)
            case Memory():
                return self._memory(event, when)
            case Text():
                return self._text(event, when)
            case Notice():
                self._line(when, event.level, engine_text(event.message, event.hint))
                return Change.FINDINGS if self._worth.notice(event, when) else Change.NONE
            case ArtifactWritten():
                self.artifacts[event.path] = event.size_bytes
                size = bytes_words(event.size_bytes)
                self._line(when, "text", self.tr("Written: {path}, {size}").format(path=event.path, size=size))
                return Change.NONE
            case Paused():
                text = self.tr("Paused in {stage} at {step}").format(stage=stage_words(event.stage), step=event.step)
                self._line(when, "info", text)
                return Change.HEADER
            case Resumed():
                return self._resumed(event, when)
            case JobEnded():
                return self._ended(event, when)
            case _ as never:
                assert_never(never)

    def _job_started(self, event: JobStarted, when: float) -> int:
        self.name, self.run_dir = event.name, event.run_dir
        self.stages = [StageState(name=name) for name in event.stages]
        self.ended, self.outcome = None, RUNNING
        text = self.tr("Resumed {name}") if event.resumed else self.tr("Started {name}")
        self._line(when, "info", text.format(name=event.name))
        return Change.HEADER | Change.STAGES | Change.ENDED

    def _stage_started(self, event: StageStarted, when: float) -> int:
        stage = self._stage(event.stage)
        stage.status = "skipped" if event.skipped else "running"
        stage.done, stage.total, stage.eta_seconds = 0, 0, None
        self._worth.start_stage()
        name = stage_words(event.stage)
        text = self.tr("{stage}: done before") if event.skipped else self.tr("{stage} begins")
        self._line(when, "text", text.format(stage=name))
        return Change.HEADER | Change.STAGES

    def _stage_finished(self, event: StageFinished, when: float) -> int:
        stage = self._stage(event.stage)
        stage.status, stage.seconds, stage.eta_seconds = "done", event.seconds, None
        text = self.tr("{stage}: done in {time}")
        self._line(when, "text", text.format(stage=stage_words(event.stage), time=duration_words(event.seconds)))
        return Change.HEADER | Change.STAGES

    def _progress(self, event: Progress) -> int:
        running = next((stage for stage in self.stages if stage.status == "running"), None)
        # A part of a stage may report under a name of its own; it belongs to the stage that runs.
        stage = next((stage for stage in self.stages if stage.name == event.stage), running)
        if stage is None:
            return Change.NONE
        stage.done, stage.total, stage.unit, stage.eta_seconds = event.done, event.total, event.unit, event.eta_seconds
        if event.unit == "matrices":
            self.layers.expect(event.total)
        return Change.HEADER | Change.STAGES

    def _metric(self, event: Metric, when: float) -> int:
        change = Change.FINDINGS if self._worth.metric(event, when) else Change.NONE
        if event.name.startswith(f"{PLANNED_MEMORY}/"):
            self.planned[event.name.partition("/")[2]] = event.value
            return Change.NONE
        if "/" in event.name and not event.name.startswith(f"{BLOCK_ERROR}/"):
            self.results[event.name] = event.value
            name, _, variant = event.name.partition("/")
            self._line(when, "text", f"{metric_words(name)}, {variant}: {number_words(event.value)}")
            return change | Change.RESULTS
        stage = self._running
        curve = self.curves.get((stage, event.name))
        if curve is None:
            curve = self.curves[(stage, event.name)] = Curve(event.unit)
        curve.append(event.step, event.value)
        return change | Change.METRICS

    def _memory(self, event: Memory, when: float) -> int:
        values = (
            event.allocated_bytes,
            event.reserved_bytes,
            event.peak_bytes,
            event.device_used_bytes,
            event.device_total_bytes,
            event.process_rss_bytes,
            self.planned.get(self._running, math.nan),
        )
        self.memory.append(self.active_seconds, values)
        self.last_memory = event
        return Change.MEMORY | (Change.FINDINGS if self._worth.memory(event, when) else Change.NONE)

    def _text(self, event: Text, when: float) -> int:
        if event.channel == "sample":
            self.samples.append(sample_of(event))
            return Change.SAMPLES
        if event.channel == "table":
            self.tables.append(event.text)
        self._lines.extend(Line(when, "text", line) for line in event.text.splitlines() if line.strip())
        return Change.RESULTS if event.channel == "table" else Change.NONE

    def _resumed(self, event: Resumed, when: float) -> int:
        for (stage, _), curve in self.curves.items():
            if stage == event.stage:
                curve.cut(event.step + 1)
        text = self.tr("{stage} goes on at {step}").format(stage=stage_words(event.stage), step=event.step)
        self._line(when, "info", text)
        return Change.METRICS

    def _ended(self, event: JobEnded, when: float) -> int:
        self.ended, self.outcome = event, event.outcome
        self._close_stage("failed" if event.outcome == "failed" else "stopped")
        level = "error" if event.outcome == "failed" else "info"
        self._line(when, level, engine_text(event.message, event.hint if event.outcome != "done" else ""))
        return Change.HEADER | Change.STAGES | Change.ENDED

    def _stage(self, name: str) -> StageState:
        for stage in self.stages:
            if stage.name == name:
                return stage
        self.stages.append(StageState(name=name))
        return self.stages[-1]

    def _close_stage(self, status: str) -> None:
        for stage in self.stages:
            if stage.status == "running":
                stage.status, stage.eta_seconds = status, None

    def _line(self, when: float, level: str, text: str) -> None:
        assert level in ("text", "info", "warning", "error")
        self._lines.append(Line(when, level, text))  # type: ignore[arg-type]

    # ---- words ----------------------------------------------------------------------------------------------------

    def step_words(self) -> str:
        """How far the running stage is, and how long it takes, e.g. ``Fine-tune 412 of 900 steps, 11 min left``."""
        stage = self.current_stage
        if stage is None:
            return ""
        text = stage_words(stage.name)
        if stage.total > 0:
            text = f"{text} {amount_words(stage.done, stage.total, stage.unit)}"
        if stage.eta_seconds is not None and stage.done < stage.total:
            text = self.tr("{step}, {time} left").format(step=text, time=duration_words(stage.eta_seconds))
        return text
