"""Short work beside the GUI thread: plans, machine scans, sizes of folders. One thread, one thing after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from app.engine import UserError
from app.state.owners import is_gone


class _Worker(QObject):
    done = Signal(int, object, object)

    @Slot(int, object)
    def work(self, number: int, function: Callable[[], Any]) -> None:
        try:
            self.done.emit(number, function(), None)
        except Exception as error:  # handed over to whoever asked; raised there if nobody wants it
            self.done.emit(number, None, error)


class Background(QObject):
    """Functions go in, results come back in the GUI thread.

    What is called must not touch QObjects. A later call with the same ``key`` makes the answer to an earlier one
    unwanted: it is dropped when it comes.
    """

    _work = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._work.connect(self._worker.work, Qt.ConnectionType.QueuedConnection)
        self._worker.done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)
        self._wanted: dict[int, tuple[str, Callable[[Any], None], Callable[[UserError], None] | None]] = {}
        self._next = 1
        self._closed = False

    def do(
        self,
        key: str,
        function: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[UserError], None] | None = None,
    ) -> None:
        """Run ``function`` there and ``done(result)`` here.

        Args:
            key: what it is for; only the newest answer of a key is wanted.
            function: takes nothing, touches no QObject.
            done: gets the result.
            failed: gets a mistake the user can mend; other errors are raised here.
        """
        if self._closed:
            return
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)
        for number in [number for number, (other, _, _) in self._wanted.items() if other == key]:
            del self._wanted[number]
        number, self._next = self._next, self._next + 1
        self._wanted[number] = (key, done, failed)
        self._work.emit(number, function)

    def house(self, worker: QObject) -> None:
        """Let an object without a parent live in the thread: its slots run there, between what `do` was given."""
        worker.moveToThread(self._thread)
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)

    @property
    def busy(self) -> bool:
        """Whether an answer is still wanted."""
        return bool(self._wanted)

    def close(self) -> None:
        """End the thread after what it is doing, for good; unanswered questions stay so."""
        self._closed = True
        self._wanted.clear()
        if self._thread.isRunning():
            self._thread.quit()
            self._thread.wait()

    @Slot(int, object, object)
    def _on_done(self, number: int, result: object, error: BaseException | None) -> None:
        wanted = self._wanted.pop(number, None)
        if wanted is None:
            return
        _, done, failed = wanted
        if is_gone(done):
            return
        if error is None:
            done(result)
        elif isinstance(error, UserError) and failed is not None:
            failed(error)
        else:
            raise error
