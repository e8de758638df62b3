"""The running job: start, pause, stop, resume, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import (
    Cancel,
    Command,
    Failed,
    Frontier,
    JobEnded,
    JobStarted,
    Memory,
    Part,
    Pause,
    Progress,
    Reply,
    Run,
    StageStarted,
    Stamped,
    Stop,
)
from app.state.child import ChildOutcome
from app.state.children import Children
from app.state.notices import Action, Notices
from app.state.settings import Settings

State = Literal["idle", "waiting", "starting", "running", "pausing", "stopping", "cancelling"]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The job in a few words, for the status strip.

    Attributes:
        what: a run, or a frontier: several runs one after another, ``name`` being the one that runs now.
        eta_seconds: of the running stage, None while unknown.
        done, total: of the running stage; total 0 while unknown.
    """

    what: Literal["run", "frontier"] = "run"
    name: str = ""
    run_dir: str = ""
    stages: tuple[str, ...] = ()
    stage: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    eta_seconds: float | None = None


class JobController(QObject):
    """One job at a time, in the job child.

    Signals:
        state_changed: the new `State`.
        summary_changed: the new `Summary`; at most every 50 ms.
        events: list of `Stamped`, in order, at most every 50 ms.
        started: the run folder, as soon as it is known.
        finished: run folder and outcome: done, paused, stopped, cancelled, failed, or died.
        memory: the newest `Memory` of a batch.
        frontier_changed: folder of the frontier, and all of it as JSON values.
    """

    state_changed = Signal(str)
    summary_changed = Signal(object)
    events = Signal(list)
    started = Signal(str)
    finished = Signal(str, str)
    memory = Signal(object)
    frontier_changed = Signal(str, object)

    def __init__(self, children: Children, notices: Notices, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._children, self._notices, self._settings = children, notices, settings
        self._state: State = "idle"
        self._summary = Summary()
        self._command = 0
        self._ended: JobEnded | None = None
        self._asked: Callable[[int], Command] = lambda number: Run(id=number)
        self._connected = False

    @property
    def state(self) -> State:
        """What it is doing."""
        return self._state

    @property
    def summary(self) -> Summary:
        """The job that runs or ran last."""
        return self._summary

    @property
    def run_dir(self) -> str:
        """Folder of the running job; empty while none runs or it is not known yet."""
        return self._summary.run_dir if self._state != "idle" else ""

    @property
    def unfinished(self) -> str:
        """Run folder that an earlier session of the app left unfinished, or that was paused; empty when none."""
        return self._settings.running if self._state == "idle" else ""

    def start(self, recipe_toml: str, out: str = "") -> bool:
        """Run a recipe into ``out`` (empty: a new folder). False: one is running already."""
        return self._begin(lambda number: Run(id=number, recipe=recipe_toml, out=out), Summary())

    def resume(self, run_dir: str) -> bool:
        """Go on in a run folder. False: one is running already."""
        return self._begin(lambda number: Run(id=number, resume=run_dir), Summary(run_dir=run_dir))

    def start_frontier(self, recipe_toml: str, bits: Sequence[float], methods: Sequence[str], out: str = "") -> bool:
        """Run the recipe at each of ``bits`` with each of ``methods``. False: something is running already.

        Args:
            recipe_toml: everything else.
            bits: as ``quantize.bits``.
            methods: as ``correct.method``.
            out: folder of a frontier to go on with; empty makes a new one.
        """
        return self._begin(
            lambda number: Frontier(id=number, recipe=recipe_toml, bits=tuple(bits), methods=tuple(methods), out=out),
            Summary(what="frontier"),
        )

    def pause(self) -> None:
        """Save and free the device; `resume` goes on."""
        self._interrupt("pausing", lambda number: Pause(id=number))

    def stop(self) -> None:
        """Save what is there and end."""
        self._interrupt("stopping", lambda number: Stop(id=number))

    def cancel(self) -> None:
        """End; the last save is kept. Also leaves the line for the device."""
        if self._state == "waiting":
            self._children.lease.withdraw("job")
            self._set_state("idle")
            return
        target = self._command
        self._interrupt("cancelling", lambda number: Cancel(id=number, target=target))

    def forget_unfinished(self) -> None:
        """The user does not want to be asked about it again."""
        self._settings.running = ""

    def _begin(self, make: Callable[[int], Command], summary: Summary) -> bool:
        if self._state != "idle":
            return False
        self._asked = make
        self._ended = None
        self._summary = summary
        self._notices.dismiss_key("job-ended")
        self._set_state("waiting")
        self._children.lease.ask("job", self._launch)
        return True

    def _launch(self) -> None:
        child = self._children.job
        if not self._connected:
            child.events.connect(self._on_events)
            child.ended.connect(self._on_child_ended)
            self._connected = True
        self._set_state("starting")
        self._command = child.request(self._asked, reply=self._on_reply, failed=self._on_failed, part=self._on_part)

    def _interrupt(self, state: State, make: Callable[[int], Command]) -> None:
        if self._state in ("starting", "running", "pausing", "stopping"):
            self._set_state(state)
            self._children.job.request(make, reply=self._ignore_reply, failed=self._on_refused)

    def _ignore_reply(self, _reply: Reply) -> None:
        """The job's own end is what counts."""

    def _on_refused(self, failed: Failed) -> None:
        if failed.code not in ("nothing-running", "child-ended", "no-such-command"):
            self._notices.say_failed(failed)

    @Slot(list)
    def _on_events(self, batch: list[Stamped]) -> None:
        before, memory = self._summary, None
        for stamped in batch:
            event = stamped.event
            if isinstance(event, Memory):
                memory = event
            elif isinstance(event, JobEnded):
                self._ended = event
            else:
                self._summary = _summarized(self._summary, event)
        if self._summary.name and self._state == "starting":
            self._settings.running = self._summary.run_dir
            self._set_state("running")
            self.started.emit(self._summary.run_dir)
        self.events.emit(batch)
        if self._summary != before:
            self.summary_changed.emit(self._summary)
        if memory is not None:
            self.memory.emit(memory)

    def _on_part(self, part: Part) -> None:
        """A frontier says how it stands; a run says it by events."""
        if self._state == "starting":
            self._set_state("running")
        if "frontier" in part.data:
            self.frontier_changed.emit(str(part.data["folder"]), part.data["frontier"])
        progress = part.data.get("progress")
        if progress is not None:
            self._summary = replace(
                self._summary, name=progress["point"], stage=progress["stage"], done=progress["done"],
                total=progress["total"], unit=progress["unit"], eta_seconds=progress["eta_seconds"],
            )  # fmt: skip
            self.summary_changed.emit(self._summary)

    def _on_reply(self, reply: Reply) -> None:
        outcome = str(reply.data.get("outcome", "done"))
        if "frontier" in reply.data:
            self.frontier_changed.emit(str(reply.data["folder"]), reply.data["frontier"])
            if outcome == "failed":
                message = str(reply.data["message"])
                self._notices.say("error", message, code=str(reply.data["code"]), key="job-ended")
        self._finish(outcome)

    def _on_failed(self, failed: Failed) -> None:
        if failed.code == "child-ended":
            return  # told by _on_child_ended, with what the system said
        self._notices.say_failed(failed, key="job-ended")
        self._finish("failed" if failed.code != "cancelled" else "cancelled")

    def _finish(self, outcome: str) -> None:
        run_dir = self._summary.run_dir
        if outcome in ("done", "stopped", "cancelled"):
            self._settings.running = ""
        if outcome == "failed" and self._ended is not None:
            self._notices.say_ended(self._ended, self._resume_actions())
        # The process ends with the job: that gives all of its memory back, the device's too.
        self._children.job.close()
        self._command = 0
        self._set_state("idle")
        self.finished.emit(run_dir, outcome)

    @Slot(object)
    def _on_child_ended(self, outcome: ChildOutcome) -> None:
        if self._state not in ("idle", "waiting"):
            self._say_died(outcome)
            self._command = 0
            self._set_state("idle")
            self.finished.emit(self._summary.run_dir, "died")
        self._children.lease.release("job")

    def _say_died(self, outcome: ChildOutcome) -> None:
        if outcome.crashed and outcome.code == 9:
            message = self.tr("The run's process was killed by the system or by another program.")
            hint = self.tr("Often the memory was full. Nothing saved is lost: the run can go on from its last save.")
        elif outcome.crashed:
            message = self.tr("The run's process crashed (signal %1).").replace("%1", str(outcome.code))
            hint = self.tr("Nothing saved is lost: the run can go on from its last save.")
        else:
            message = self.tr("The run's process ended too early (code %1).").replace("%1", str(outcome.code))
            hint = self.tr("Nothing saved is lost: the run can go on from its last save.")
        self._notices.say(
            "error", message, hint, code="child-died", where=self._summary.run_dir, details=outcome.words,
            actions=self._resume_actions(), key="job-ended",
        )  # fmt: skip

    def _resume_actions(self) -> tuple[Action, ...]:
        run_dir = self._summary.run_dir
        if not run_dir:
            return ()
        return (Action(self.tr("Resume"), lambda: self._resume_from_notice(run_dir), "resume"),)

    def _resume_from_notice(self, run_dir: str) -> None:
        self.resume(run_dir)

    def _set_state(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _summarized(summary: Summary, event: object) -> Summary:
    match event:
        case JobStarted():
            return replace(summary, name=event.name, run_dir=event.run_dir, stages=event.stages)
        case StageStarted(skipped=False):
            return replace(summary, stage=event.stage, done=0, total=0, unit="", eta_seconds=None)
        case Progress():
            return replace(
                summary, stage=event.stage, done=event.done, total=event.total, unit=event.unit,
                eta_seconds=event.eta_seconds,
            )  # fmt: skip
        case _:
            return summary
