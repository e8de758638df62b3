"""Reads command lines, starts their handlers, and answers every one exactly once."""

from __future__ import annotations

import importlib
import json
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lowbit_core.cli.output import plain
from lowbit_core.cli.worker.channel import Channel
from lowbit_core.cli.worker.task import Handler, Task
from lowbit_core.commands import Cancel, Command, Failed, Pause, Reply, Stop, decode_command
from lowbit_core.errors import Interrupted, InterruptMode, UserError
from lowbit_core.events import EventError
from lowbit_core.jobs.failures import INTERNAL_ERROR, as_user_error


@dataclass(frozen=True, kw_only=True)
class Route:
    """How a kind of command is handled.

    Attributes:
        handler: does it.
        lease: it holds the device: one at a time, others are refused.
        heavy: it needs torch and transformers.
    """

    handler: Handler
    lease: bool = False
    heavy: bool = False


class Server:
    """A thread for every command; Pause, Stop and Cancel are obeyed by the reading thread itself, at once.

    Args:
        routes: handler of every kind except Pause, Stop and Cancel.
        channel: where answers go.
    """

    def __init__(self, routes: Mapping[type, Route], channel: Channel) -> None:
        self._routes = routes
        self._channel = channel
        self._lock = threading.Lock()
        self._tasks: dict[int, Task] = {}
        self._threads: dict[int, threading.Thread] = {}
        self._holder: Task | None = None

    def serve(self, lines: Iterable[str]) -> None:
        """Until the lines end; then the running job is asked to save and everything else to end."""
        for line in lines:
            if line.strip():
                self._take(line)
        self.end("pause")

    def end(self, mode: InterruptMode) -> None:
        """Ask the job to end so and all other commands to cancel, and wait for the job."""
        with self._lock:
            holder, tasks, threads = self._holder, list(self._tasks.values()), dict(self._threads)
        for task in tasks:
            task.control.request(mode if task is holder else "cancel")
        for number, thread in threads.items():
            thread.join(None if holder is not None and number == holder.command.id else 2.0)

    def _take(self, line: str) -> None:
        try:
            command = decode_command(line)
        except EventError as error:
            self._refuse(
                _id_of(line), UserError("bad-command", f"The line is no command: {error}.", where=line.strip()[:200])
            )
            return
        try:
            if isinstance(command, Pause | Stop):
                self._interrupt_job(command)
            elif isinstance(command, Cancel):
                self._cancel(command)
            else:
                self._start(command)
        except UserError as error:
            self._refuse(command.id, error)

    def _start(self, command: Command) -> None:
        route = self._routes.get(type(command))
        assert route is not None, f"no route for {command}"
        task = Task(command, self._channel)
        with self._lock:
            if command.id in self._tasks:
                raise UserError("id-in-use", f"Command {command.id} is still being answered.")
            if route.lease and self._holder is not None:
                holder = self._holder
                raise UserError(
                    "busy",
                    f"{holder.name} {holder.command.id} is using the device.",
                    hint="Wait for it, or pause or cancel it first.",
                    arguments={"command": holder.name, "id": holder.command.id},
                )
            thread = threading.Thread(
                target=self._work, args=(task, route), name=f"{task.name}-{command.id}", daemon=True
            )
            self._tasks[command.id], self._threads[command.id] = task, thread
            self._holder = task if route.lease else self._holder
        thread.start()

    def _work(self, task: Task, route: Route) -> None:
        number = task.command.id
        answer: Reply | Failed
        try:
            if route.heavy:
                load_libraries()
            answer = Reply(id=number, data=plain(route.handler(task.command, task)))
        except Interrupted as error:
            answer = Failed(id=number, code="cancelled", message=f"{task.name} was ended ({error.mode}).")
        except BaseException as error:
            answer = _failed(number, error)
        with self._lock:
            # Before answering: whoever reads the answer may send the next command at once.
            del self._tasks[number], self._threads[number]
            self._holder = None if self._holder is task else self._holder
        self._channel.answer(answer)

    def _interrupt_job(self, command: Pause | Stop) -> None:
        mode: InterruptMode = "pause" if isinstance(command, Pause) else "stop"
        with self._lock:
            holder = self._holder
        if holder is None or holder.name not in ("Run", "Frontier", "Check"):
            raise UserError("nothing-running", f"There is no running job to {mode}.")
        holder.control.request(mode)
        self._channel.answer(Reply(id=command.id, data={"target": holder.command.id}))

    def _cancel(self, command: Cancel) -> None:
        with self._lock:
            tasks = [task for number, task in self._tasks.items() if command.target in (0, number)]
        if command.target and not tasks:
            raise UserError("no-such-command", f"Command {command.target} is not running.")
        for task in tasks:
            task.control.request("cancel")
        self._channel.answer(Reply(id=command.id, data={"targets": [task.command.id for task in tasks]}))

    def _refuse(self, number: int, error: UserError) -> None:
        self._channel.answer(_failed(number, error))


_importing = threading.Lock()


def load_libraries() -> None:
    """Import the heavy libraries in one thread at a time: they import themselves in circles, and a second thread that
    comes in the middle sees modules without their names.
    """
    with _importing:
        for name in ("torch", "transformers", "lowbit_core.chat", "lowbit_core.packed", "lowbit_core.packed.adapter"):
            importlib.import_module(name)


def _failed(number: int, error: BaseException) -> Failed:
    told = as_user_error(error)
    if told is None:
        traceback.print_exception(error, file=sys.stderr)
        return Failed(
            id=number,
            code=INTERNAL_ERROR,
            message=f"Unexpected {type(error).__name__}: {error}",
            hint="This is a bug; the details are in the worker's output.",
        )
    return Failed(
        id=number,
        code=told.code,
        message=told.text() if hasattr(told, "errors") else told.message,
        hint=told.hint,
        where=told.where,
        action=told.action,
        arguments=told.arguments,
    )


def _id_of(line: str) -> int:
    """The id of a line that is JSON but no valid command; 0 where there is none to answer to."""
    try:
        data = json.loads(line)
    except ValueError:
        return 0
    number = data.get("id") if isinstance(data, dict) else None
    return number if type(number) is int else 0
