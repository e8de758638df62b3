"""Keeps the computer from idle sleep while a run goes on, by the platform's own means; else nothing happens."""

from __future__ import annotations

import shutil
import sys

from PySide6.QtCore import QCoreApplication, QObject, QProcess, Slot

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001


class KeepAwake(QObject):
    """On while a job is anything but idle."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._on = False
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.close)

    @property
    def on(self) -> bool:
        """Whether sleep is held off."""
        return self._on

    @Slot(str)
    def follow(self, job_state: str) -> None:
        """Hold sleep off while ``job_state`` is not idle."""
        self.set_on(job_state not in ("idle", "waiting"))

    def set_on(self, on: bool) -> None:
        """Hold sleep off, or no longer."""
        if on == self._on:
            return
        self._on = on
        if sys.platform == "win32":
            import ctypes

            flags = _CONTINUOUS | (_SYSTEM_REQUIRED if on else 0)
            ctypes.windll.kernel32.SetThreadExecutionState(flags)
        elif on:
            self._start()
        else:
            self._stop()

    def _start(self) -> None:
        command = _command()
        if command is None:
            return
        self._process = QProcess(self)
        self._process.start(command[0], list(command[1:]))

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            # Not waited for: a run has just ended, and the window draws it.
            process.finished.connect(process.deleteLater)
            process.kill()

    @Slot()
    def close(self) -> None:
        """At the program's end: nothing of it stays behind."""
        self._on = False
        for process in self.findChildren(QProcess):
            process.kill()
            process.waitForFinished(1000)


def _command() -> tuple[str, ...] | None:
    """A program that holds sleep off while it runs."""
    if sys.platform == "darwin":
        found = shutil.which("caffeinate")
        return (found, "-i") if found else None
    found = shutil.which("systemd-inhibit")
    if found is None:
        return None
    return (found, "--what=idle:sleep", "--who=Lowbit Studio", "--why=A run is going on", "sleep", "infinity")
