"""Several processes on one recipe (``torchrun`` of ``lowbit run``): the first does all of it, the others join to train.

Only the first process reads the recipe, writes files and reports. The others wait for word of a stage that all take
part in, and end when the first one does. They talk through torchrun's key-value store, not through the training's own
process group: quantizing takes hours, longer than a collective waits, and a failure has to be heard while the
training's collectives hang.
"""

from __future__ import annotations

import json
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lowbit_core.errors import Interrupted, UserError
from lowbit_core.events import Event, JobEnded
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.failures import as_user_error, exit_code, explain
from lowbit_core.processes import rank, world_size

if TYPE_CHECKING:
    import torch

    from lowbit_core.jobs.job import Job

_POLL_SECONDS = 0.2
_GRACE_SECONDS = 5.0
"""What a process gets to notice by itself that another one ended, before it is ended from outside its collective."""

_PATIENCE = timedelta(days=7)
_FAILED, _ENDED, _GONE = "failed", "ended", "gone"


def join_team() -> Team | None:
    """The processes that torchrun started with this one; None where it is alone."""
    return Team(rank(), world_size()) if world_size() > 1 else None


class Team:
    """The processes of one run. ``rank`` 0 leads.

    Attributes:
        rank: number of this process.
        world: number of processes.
        end_hard: what the leader does when another process failed and its own training does not come back; it gets the
            reason and does not return.
    """

    def __init__(self, rank: int, world: int) -> None:
        self.rank, self.world = rank, world
        self.end_hard: Callable[[UserError], None] = lambda told: os._exit(exit_code(explain(told)))
        self._hosts = rank == 0 and os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True"
        self._store = self._open_store(self._hosts)
        self._prefix = f"lowbit/{os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')}"
        self._said = 0

    # ---- the first process ---------------------------------------------------------------------------------------

    @contextmanager
    def stage(self, name: str, job: Job) -> Iterator[None]:
        """All processes do this stage; inside, this one does its part.

        Raises:
            UserError: ``process-failed``, ``process-lost``: another process ended, and why.
        """
        self._set(f"stage-{self._said}", {"name": name, "folder": str(job.folder.path)})
        self._said += 1
        self._open_group(job.device)
        with self._watching(_FAILED, lambda: self.end_hard(self._failure())):
            try:
                yield
            except (UserError, Interrupted):
                raise
            except Exception as error:
                if self._within(_GRACE_SECONDS, _FAILED) or _is_lost(error):
                    raise self._failure() from error
                raise

    def end(self, ended: JobEnded) -> None:
        """Let the others go. Does not wait for one that hangs."""
        self._set(_ENDED, {"outcome": ended.outcome, "code": ended.code, "message": ended.message})
        if self._hosts:  # their store ends with this process
            begun = time.monotonic()
            while self._store.add(self._key(_GONE), 0) < self.world - 1 and time.monotonic() - begun < _GRACE_SECONDS:
                time.sleep(_POLL_SECONDS)
        if ended.outcome == "done":
            _close_group()

    def _failure(self) -> UserError:
        told = self._get(_FAILED) or {}
        if not told:
            return UserError(
                "process-lost",
                "Another process of this run ended without a word.",
                hint="It may have run out of memory. Go on with --resume and the same number of processes.",
            )
        return UserError(
            "process-failed",
            f"Process {told['rank'] + 1} of {self.world} failed: {told['message']}",
            hint=told["hint"] or "Go on with --resume and the same number of processes.",
            where=told["where"],
            arguments={"rank": told["rank"], "code": told["code"]},
        )

    # ---- the others ----------------------------------------------------------------------------------------------

    def follow(self, control: Control) -> JobEnded:
        """Join every stage the first process calls for; returns how the run ended."""
        number = 0
        while (called := self._hear(f"stage-{number}")) is not None:
            number += 1
            try:
                with self._watching(_ENDED, lambda: os._exit(exit_code(self._ended()))):
                    self._take_part(called["name"], Path(called["folder"]), control)
            except Interrupted:
                continue  # all are interrupted at the same step
            except (Exception, KeyboardInterrupt) as error:
                if not self._within(_GRACE_SECONDS / 2, _ENDED):
                    return self._fail(error)
        ended = self._ended()
        self._store.add(self._key(_GONE), 1)
        if ended.outcome == "done":
            _close_group()
        return ended

    def _take_part(self, name: str, folder: Path, control: Control) -> None:
        from lowbit_core.jobs.job import Job
        from lowbit_core.jobs.run_folder import RunFolder
        from lowbit_core.jobs.runner import take_decisions
        from lowbit_core.jobs.stages import stages_of
        from lowbit_core.recipe import load

        run = RunFolder(folder)
        job = Job(recipe=load(run.recipe), folder=run, context=_Quiet(control), state=run.state())
        take_decisions(job)
        self._open_group(job.device)
        next(stage for stage in stages_of(job.recipe) if stage.name == name).run(job)

    def _fail(self, error: BaseException) -> JobEnded:
        ended = explain(error)
        told = {"rank": self.rank, "code": ended.code, "message": ended.message}
        told |= {"hint": ended.hint if as_user_error(error) else "", "where": ended.where}
        self._set(_FAILED, told)
        if as_user_error(error) is None:
            traceback.print_exception(error)
        return ended

    def _hear(self, name: str) -> dict[str, Any] | None:
        """The next message, None when the run has ended."""
        while True:
            if self._has(name):
                return self._get(name)
            if self._has(_ENDED):
                return None
            time.sleep(_POLL_SECONDS)

    def _ended(self) -> JobEnded:
        return JobEnded(**(self._get(_ENDED) or {"outcome": "failed", "message": "The first process is gone."}))

    # ---- both ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _watching(self, name: str, act: Callable[[], None]) -> Iterator[None]:
        """Inside, ``act`` once the key is there and this thread has had its time to leave by itself."""
        left = threading.Event()

        def watch() -> None:
            while not left.wait(_POLL_SECONDS):
                if self._has(name) and not left.wait(_GRACE_SECONDS):
                    act()

        thread = threading.Thread(target=watch, name=f"watch-{name}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            left.set()
            thread.join()

    def _open_group(self, device: torch.device) -> None:
        """The process group that training averages gradients in."""
        import torch

        dist: Any = torch.distributed
        if device.type == "cuda":
            torch.cuda.set_device(device)
        if dist.is_initialized():
            return
        store = dist.PrefixStore(f"{self._prefix}/training", self._open_store(False))
        backend = "nccl" if device.type == "cuda" else "gloo"
        dist.init_process_group(backend, store=store, rank=self.rank, world_size=self.world, timeout=_PATIENCE)

    def _open_store(self, hosts: bool) -> Any:
        import torch.distributed

        dist: Any = torch.distributed
        host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
        return dist.TCPStore(host, port, None, hosts, timedelta(minutes=5), wait_for_workers=False)

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}"

    def _has(self, name: str) -> bool:
        try:
            return bool(self._store.check([self._key(name)]))
        except RuntimeError:  # the store went with the process that kept it
            return name == _ENDED

    def _get(self, name: str) -> dict[str, Any] | None:
        try:
            return dict(json.loads(self._store.get(self._key(name)))) if self._has(name) else None
        except RuntimeError:
            return None

    def _set(self, name: str, value: dict[str, Any]) -> None:
        self._store.set(self._key(name), json.dumps(value))

    def _within(self, seconds: float, name: str) -> bool:
        begun = time.monotonic()
        while not self._has(name):
            if time.monotonic() - begun > seconds:
                return False
            time.sleep(_POLL_SECONDS)
        return True


class _Quiet:
    """The context of a process that does not report."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def emit(self, event: Event) -> None:
        """The first process tells the same."""

    def checkpoint(self) -> None:
        """A safe point.

        Raises:
            Interrupted: this process was asked to end.
        """
        self._control.check()


def _close_group() -> None:
    import torch.distributed as dist

    if dist.is_initialized():
        dist.destroy_process_group()


def _is_lost(error: Exception) -> bool:
    """Whether a collective broke because somebody left: gloo has no error type of its own."""
    import torch.distributed as dist

    kinds = tuple(kind for name in ("DistNetworkError", "DistBackendError") if (kind := getattr(dist, name, None)))
    words = ("connection closed by peer", "connection reset by peer", "gloo")
    return isinstance(error, kinds) or (isinstance(error, RuntimeError) and any(w in str(error).lower() for w in words))
