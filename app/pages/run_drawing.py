"""What the run page shows of a `RunState`, in the terms of its views. Functions only; nothing is kept."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.numbers import whole
from app.state.engine_words import engine_words
from app.state.report import TextReport
from app.state.run import EMPTY, INTERRUPTED, MEMORY_COLUMNS, RUNNING, RunState, StageState
from app.state.run_files import RunFiles
from app.state.words import BLOCK_ERROR, amount_words, bytes_words, duration_words, metric_words, stage_words
from app.state.worth_a_look import STOP_KEEP_BEST
from app.views import run_header as head
from app.views.loss_plot import LossPlot
from app.views.memory_plot import MemoryShown
from app.views.stage_timeline import StageShown
from app.views.worth_panel import WarningShown

__all__ = [
    "IGNORE", "OPEN_LOG", "RESUME", "TextReport", "buttons", "bytes_words", "draw_loss", "duration_words", "header",
    "memory", "report_heading", "stages", "warnings",
]  # fmt: skip

IGNORE, OPEN_LOG, RESUME = "ignore", "open-log", "resume"


_STAMP = re.compile(r"^\d{8}-\d{6}-(?=.)")
"""The time at the head of a run folder's name; the log says it better."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunPage", text)


def stages(state: RunState) -> tuple[StageShown, ...]:
    """The timeline."""
    return tuple(
        StageShown(
            title=stage_words(stage.name),
            status=stage.status,
            share=_share(stage),
            detail=_detail(stage),
            hint=_stage_hint(stage),
        )
        for stage in state.stages
    )


def _share(stage: StageState) -> float | None:
    return None if stage.status == "running" and stage.total <= 0 else stage.share


def _detail(stage: StageState) -> str:
    if stage.status == "done" and stage.seconds is not None:
        return duration_words(stage.seconds)
    if stage.status == "running" and stage.eta_seconds is not None:
        return _tr("{time} left").format(time=duration_words(stage.eta_seconds))
    words = {
        "skipped": _tr("done before"),
        "running": f"{stage.share:.0%}" if stage.total > 0 else _tr("working"),
        "stopped": _tr("saved"),
        "failed": _tr("failed"),
    }
    return words.get(stage.status, "")


def _stage_hint(stage: StageState) -> str:
    return amount_words(stage.done, stage.total, stage.unit) if stage.total > 0 else ""


def header(state: RunState, job: str, run_dir: str, headline: str) -> tuple[str, str, str, str]:
    """Title, badge, its level, and the line below. ``job``: the controller's state if this run is going on."""
    title = _STAMP.sub("", state.name or Path(run_dir).name) or _tr("New run")
    badge, level = _badge(state.outcome, job)
    if job == "waiting":
        line = _tr("Waits until the device is free.")
    elif job in ("pausing", "stopping", "cancelling"):
        line = _tr("Saving at the next safe point…")
    elif headline:
        line = headline
    elif state.outcome == EMPTY:
        line = _tr("Reading…") if run_dir and not job else _tr("Starting…")
    elif state.outcome == RUNNING:
        line = state.step_words() or _tr("Starting…")
    else:
        line = _ended_line(state)
    return title, badge, level, line


def _ended_line(state: RunState) -> str:
    if state.ended is not None and state.outcome == "failed":
        return engine_words(state.ended.message)
    where = state.step_words()
    if state.outcome == INTERRUPTED:
        text = _tr("Interrupted; it can go on from its last save.")
        return f"{where}. {text}" if where else text
    if where:
        return where
    return engine_words(state.ended.message) if state.ended is not None else ""


def _badge(outcome: str, job: str) -> tuple[str, str]:
    live = {
        "waiting": (_tr("Waiting"), "plain"),
        "starting": (_tr("Starting"), "plain"),
        "pausing": (_tr("Pausing"), "warning"),
        "stopping": (_tr("Stopping"), "warning"),
        "cancelling": (_tr("Cancelling"), "warning"),
        "running": (_tr("Running"), "good"),
    }
    if job in live:
        return live[job]
    ended = {
        "done": (_tr("Done"), "good"),
        "paused": (_tr("Paused"), "warning"),
        "stopped": (_tr("Stopped"), "warning"),
        "cancelled": (_tr("Cancelled"), "plain"),
        "failed": (_tr("Failed"), "error"),
        INTERRUPTED: (_tr("Interrupted"), "error"),
        RUNNING: (_tr("Running"), "plain"),
        EMPTY: ("", "plain"),
    }
    return ended[outcome]


def buttons(state: RunState, job: str, *, live: bool, folder: bool, files: RunFiles) -> tuple[set[str], str, bool]:
    """Names of the buttons, the one most people want now, and whether they can be pressed.

    Args:
        state: of the run.
        job: the controller's state.
        live: the run is the one that goes on.
        folder: it has a folder.
        files: what is in it.
    """
    shown = {head.FOLDER} if folder else set()
    if live:
        return shown | {head.PAUSE, head.STOP}, "", job == "running"
    if files.has_recipe:
        shown |= {head.RECIPE}
    if files.usable:
        shown |= {head.CHAT, head.COMPARE}
    if state.resumable and job == "idle":
        shown |= {head.RESUME}
    primary = head.RESUME if head.RESUME in shown else head.CHAT
    return shown, primary, True


def draw_loss(plot: LossPlot, state: RunState) -> None:
    """The metric a person chose, or the loss of the newest stage that has one."""
    keys = _drawable(state)
    several = len({stage for stage, _ in keys}) > 1
    choices = [(_key(key), f"{metric_words(key[1])}, {stage_words(key[0])}" if several else metric_words(key[1]))
               for key in keys]  # fmt: skip
    wanted = next((key for key in keys if _key(key) == plot.chosen), _newest_loss(keys))
    plot.set_metrics(choices, _key(wanted))
    stage, name = wanted
    if name == BLOCK_ERROR:
        before, after = (state.curve(stage, f"{BLOCK_ERROR}/{phase}") for phase in ("before", "after"))
        plot.show_blocks(before.steps, before.values, after.steps, after.values)
        return
    curve = state.curve(*wanted)
    plot.show_metric(curve.steps, curve.values, curve.smoothed)
    # Where KL is all that is learned, what is measured on held-back rows is KL, too.
    measured = name == "loss" or (name == "kl" and (stage, "ce") not in state.curves)
    validation = state.curve(stage, "validation_loss" if measured else "")
    best = validation.lowest
    plot.show_validation(validation.steps, validation.values, best[1] if best is not None else None)


def _drawable(state: RunState) -> list[tuple[str, str]]:
    """Stage and metric of what can be drawn by itself; the two halves of the blocks' error count once."""
    keys = [(stage, BLOCK_ERROR if name.startswith(f"{BLOCK_ERROR}/") else name) for stage, name in state.curves]
    return [key for key in dict.fromkeys(keys) if key[1] != "validation_loss"]


def _newest_loss(keys: list[tuple[str, str]]) -> tuple[str, str]:
    """What is drawn unless a person chose: the newest stage's loss, or what a repair is after."""
    for stage in dict.fromkeys(stage for stage, _ in reversed(keys)):
        found = next((name for name in ("kl", "loss", BLOCK_ERROR) if (stage, name) in keys), None)
        if found is not None:
            return stage, found
    return "", "loss"


def _key(key: tuple[str, str]) -> str:
    return "/".join(key)


def memory(state: RunState, ram_total: float) -> MemoryShown:
    """The memory plot."""
    columns = {name: state.memory.column(place) for place, name in enumerate(MEMORY_COLUMNS)}
    total = float(np.max(columns["device_total"], initial=0.0))
    return MemoryShown(
        seconds=state.memory.x,
        allocated=columns["allocated"],
        reserved=columns["reserved"],
        peak=columns["peak"],
        device_used=columns["device_used"],
        device_total=total,
        process_rss=columns["process_rss"],
        planned=columns["planned"],
        ram_total=ram_total,
    )


def warnings(state: RunState, ignored: set[str], *, live: bool) -> tuple[WarningShown, ...]:
    """The cards: how the run ended if it ended badly, then what was worth a look."""
    cards: list[WarningShown] = []
    choices: tuple[tuple[str, str], ...] = ()
    if state.outcome == "failed" and state.ended is not None:
        choices = ((RESUME, _tr("Resume")),)
        if state.ended.log_path:
            choices = (*choices, (OPEN_LOG, _tr("Open log")))
        where = f" ({state.ended.where})" if state.ended.where else ""
        cards.append(
            WarningShown(
                key="ended",
                level="error",
                message=f"{engine_words(state.ended.message)}{where}",
                hint=engine_words(state.ended.hint),
                buttons=choices,
            )
        )
    for finding in reversed(state.findings):
        key = f"{finding.code}/{finding.message}"
        if finding.code in ignored or key in ignored:
            continue
        choices = ((IGNORE, _tr("Ignore")),)
        if live and finding.action == STOP_KEEP_BEST:
            choices = ((STOP_KEEP_BEST, _tr("Stop, keep best")), *choices)
        times = _tr(" ({count} times)").format(count=finding.count) if finding.count > 1 else ""
        card_key = finding.code if finding.action else key
        cards.append(
            WarningShown(
                key=card_key,
                level=finding.level,
                message=engine_words(finding.message) + times,
                hint=engine_words(finding.hint),
                buttons=choices,
            )
        )
    return tuple(cards)


def report_heading(report: TextReport) -> str:
    """What was measured on."""
    if not report.tokens:
        return _tr("The answers of the held-back rows, so far") if report.text else _tr("Measured so far")
    text = _tr("{text}: {tokens} tokens on {device}").format(
        text=report.text, tokens=whole(report.tokens), device=report.device
    )
    return text if "." in report.text else text[:1].upper() + text[1:]
