"""The run's `log.txt`: library messages, warnings and tracebacks, away from the person's eyes."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path


class RunLog:
    """Appends to the run's log; never raises, since a full disk must not hide the error being logged."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler

    def error(self, error: BaseException) -> None:
        """Write the traceback."""
        text = "".join(traceback.format_exception(error))
        record = logging.LogRecord("lowbit", logging.ERROR, "", 0, text, None, None)
        self._handler.handle(record)


class _QuietFileHandler(logging.FileHandler):
    """Drops what it cannot write: the disk may be full. The first line opens the file, the last flushes it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        with contextlib.suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing to say."""

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(OSError):
            super().close()


@contextlib.contextmanager
def open_log(path: Path) -> Iterator[RunLog]:
    """Send Python's log messages and warnings to ``path`` while the run lasts."""
    handler = _QuietFileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.INFO)
    root = logging.getLogger()
    root.addHandler(handler)
    logging.captureWarnings(True)
    try:
        yield RunLog(handler)
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)
        handler.close()
