"""A child process of the engine, supervised from a thread of its own.

`Child` lives in the GUI thread and is what pages talk to. Its `_Pipe` lives in a QThread, owns the QProcess inside that
thread's event loop, decodes lines there and hands one list over every 50 ms, so that neither a flood of events nor a
slow child is felt by the window. Cross-thread signals connect to bound methods of QObjects only: anything else would
run in the emitter's thread.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, QThread, QTimer, Signal, Slot

from app.engine import (
    Answer,
    Command,
    EventError,
    Failed,
    Part,
    Reply,
    Stamped,
    decode_answer,
    decode_event,
    encode_command,
)
from app.state.owners import is_gone

BATCH_MS = 50
"""How often decoded lines are handed to the GUI thread."""

POLITE_MS = 8_000
"""How long a child may take to end by itself before it is terminated, and again before it is killed."""

_STDERR_KEPT = 4_000


@dataclass(frozen=True, kw_only=True)
class ChildOutcome:
    """How a child ended.

    Attributes:
        expected: somebody asked it to.
        code: exit code, or the signal's number when ``crashed``.
        crashed: ended by a signal (out of memory, kill, fault).
        words: the end of what it wrote to stderr.
    """

    expected: bool
    code: int
    crashed: bool
    words: str


@dataclass(kw_only=True)
class _Waiting:
    """Who wants the answers to one command."""

    reply: Callable[[Reply], None]
    failed: Callable[[Failed], None]
    part: Callable[[Part], None] = field(default=lambda _part: None)


class _Pipe(QObject):
    """Owns the process; lives in the supervisor thread.

    Signals:
        started: the process id.
        received: list of `Stamped` and `Answer`, in order.
        ended: exit code, crashed, end of stderr.
    """

    started = Signal(int)
    received = Signal(list)
    ended = Signal(int, bool, str)

    def __init__(self) -> None:
        super().__init__()
        self._process: QProcess | None = None
        self._batch: list[Stamped | Answer] = []
        self._tail = b""
        self._stderr = ""
        self._timer: QTimer | None = None
        self._leaving = False

    def start(self, program: str, arguments: list[str]) -> None:
        """Start the process; for the GUI thread, before this object and all it owns move to the supervisor's.

        QProcess connects objects inside `start` and Python is locked meanwhile. In another thread that can wait for a
        lock of Qt's that the GUI thread holds, which destroys a widget and waits for Python: seen once in many runs.
        """
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        environment.insert("PYTHONIOENCODING", "utf-8")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_stderr)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._error)
        process.started.connect(self._started)
        self._process = process
        self._timer = QTimer(self)
        self._timer.setInterval(BATCH_MS)
        self._timer.timeout.connect(self._flush)
        process.start(program, arguments)

    @Slot(str)
    def send(self, line: str) -> None:
        """Write one line to the child."""
        if self._process is not None:
            self._process.write(line.encode() + b"\n")

    @Slot()
    def close(self) -> None:
        """End of input: the child finishes what it must and goes."""
        if self._process is not None:
            self._process.closeWriteChannel()
            QTimer.singleShot(POLITE_MS, self._terminate)

    @Slot()
    def leave(self) -> None:
        """End this thread's event loop with the process, at once if that is gone already."""
        self._leaving = True
        if self._process is None:
            QThread.currentThread().quit()

    @Slot()
    def kill(self) -> None:
        """At once; what was saved stays."""
        if self._process is not None:
            self._process.kill()

    @Slot()
    def _terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()
            QTimer.singleShot(POLITE_MS, self.kill)

    @Slot()
    def _started(self) -> None:
        assert self._process is not None
        pid = self._process.processId()
        with contextlib.suppress(psutil.Error):
            psutil.Process(pid).nice(10 if psutil.POSIX else psutil.BELOW_NORMAL_PRIORITY_CLASS)
        self.started.emit(pid)

    @Slot()
    def _read(self) -> None:
        assert self._process is not None
        data = self._tail + bytes(self._process.readAllStandardOutput().data())
        *lines, self._tail = data.split(b"\n")
        for line in lines:
            self._take(line.decode("utf-8", "replace"))
        if self._batch and self._timer is not None and not self._timer.isActive():
            self._timer.start()

    def _take(self, line: str) -> None:
        try:
            self._batch.append(decode_answer(line) if line.startswith('{"answer"') else decode_event(line))
        except EventError as error:
            self._stderr = f"{self._stderr}unreadable line: {error}\n"[-_STDERR_KEPT:]

    @Slot()
    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if batch:
            self.received.emit(batch)
        elif self._timer is not None:
            self._timer.stop()

    @Slot()
    def _read_stderr(self) -> None:
        assert self._process is not None
        words = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self._stderr = (self._stderr + words)[-_STDERR_KEPT:]

    @Slot(int, QProcess.ExitStatus)
    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_stderr()
        self._flush()
        if self._timer is not None:
            self._timer.stop()
        process, self._process = self._process, None
        self.ended.emit(code, status == QProcess.ExitStatus.CrashExit, self._stderr)
        if process is not None:
            process.deleteLater()
        if self._leaving:
            QThread.currentThread().quit()

    @Slot(QProcess.ProcessError)
    def _error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            words, self._process = self._process.errorString(), None
            self.ended.emit(127, False, words)
            if self._leaving:
                QThread.currentThread().quit()


class Child(QObject):
    """One engine process: start it, ask it, hear its events, end it.

    Signals:
        started: process id.
        events: list of `Stamped`, at most one list every 50 ms.
        ended: `ChildOutcome`; commands still open have been answered with `Failed` code ``child-ended``.
    """

    started = Signal(int)
    events = Signal(list)
    ended = Signal(object)

    _send = Signal(str)
    _close = Signal()
    _kill = Signal()
    _leave = Signal()

    def __init__(self, program: str, arguments: tuple[str, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._arguments = arguments
        self._thread: QThread | None = None
        self._pipe: _Pipe | None = None
        self._waiting: dict[int, _Waiting] = {}
        self._next_id = 1
        self._expected = False
        self._over = False
        self.pid = 0

    @property
    def running(self) -> bool:
        """Whether the process is started and has not ended."""
        return self._pipe is not None

    def start(self) -> None:
        """Start the process unless it runs."""
        if self.running:
            return
        self._expected = False
        self._thread = QThread(self)
        self._pipe = _Pipe()
        queued = Qt.ConnectionType.QueuedConnection
        self._send.connect(self._pipe.send, queued)
        self._close.connect(self._pipe.close, queued)
        self._kill.connect(self._pipe.kill, queued)
        self._leave.connect(self._pipe.leave, queued)
        self._pipe.started.connect(self._on_started, queued)
        self._pipe.received.connect(self._on_received, queued)
        self._pipe.ended.connect(self._on_ended, queued)
        self._thread.finished.connect(self._pipe.deleteLater)
        self._pipe.start(self._program, list(self._arguments))
        self._pipe.moveToThread(self._thread)
        self._thread.start()

    def request(
        self,
        make: Callable[[int], Command],
        *,
        reply: Callable[[Reply], None],
        failed: Callable[[Failed], None],
        part: Callable[[Part], None] | None = None,
    ) -> int:
        """Send the command ``make(id)``, starting the process if need be; the callbacks run in the GUI thread.

        Returns:
            The id, e.g. for `Cancel`; 0 after `wait`, when nothing is asked any more.
        """
        if self._over:
            return 0
        self.start()
        number, self._next_id = self._next_id, self._next_id + 1
        waiting = _Waiting(reply=reply, failed=failed)
        if part is not None:
            waiting.part = part
        self._waiting[number] = waiting
        self._send.emit(encode_command(make(number)))
        return number

    def forget(self, number: int) -> None:
        """Nobody wants the answers to this command any more."""
        self._waiting.pop(number, None)

    def close(self) -> None:
        """Ask the process to end: end of input, then terminate, then kill."""
        self._expected = True
        self._close.emit()

    def kill(self) -> None:
        """End the process at once."""
        self._expected = True
        self._kill.emit()

    def wait(self, milliseconds: int = 20_000) -> bool:
        """Block until the process and its thread are gone, for good (at exit); False when they are not in time."""
        self._over = True
        thread = self._thread
        if thread is None:
            return True
        self._expected = True
        self._leave.emit()
        return thread.wait(milliseconds)

    @Slot(int)
    def _on_started(self, pid: int) -> None:
        self.pid = pid
        self.started.emit(pid)

    @Slot(list)
    def _on_received(self, batch: list[Stamped | Answer]) -> None:
        events = [item for item in batch if isinstance(item, Stamped)]
        if events:
            self.events.emit(events)
        for item in batch:
            if not isinstance(item, Stamped):
                self._answer(item)

    def _answer(self, answer: Answer) -> None:
        waiting = self._waiting.get(answer.id)
        if waiting is None:
            return
        if is_gone(waiting.reply):
            del self._waiting[answer.id]
            return
        if isinstance(answer, Part):
            waiting.part(answer)
            return
        del self._waiting[answer.id]
        if isinstance(answer, Reply):
            waiting.reply(answer)
        else:
            waiting.failed(answer)

    @Slot(int, bool, str)
    def _on_ended(self, code: int, crashed: bool, words: str) -> None:
        # The pipe may still be inside the slot that told us, so it outlives its thread's event loop.
        thread, pipe = self._thread, self._pipe
        self._thread = self._pipe = None
        if thread is not None:
            thread.quit()
            thread.wait()
            thread.deleteLater()
        del pipe
        self.pid = 0
        outcome = ChildOutcome(expected=self._expected, code=code, crashed=crashed, words=words)
        open_commands, self._waiting = self._waiting, {}
        for number, waiting in open_commands.items():
            if is_gone(waiting.failed):
                continue
            waiting.failed(
                Failed(
                    id=number,
                    code="child-ended",
                    message="The engine's process ended before it answered.",
                    hint="Try again; what was saved is still there.",
                )
            )
        self.ended.emit(outcome)
