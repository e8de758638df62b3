"""How a run that did not finish explains itself: from an exception to the last event and the exit code."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from lowbit_core.errors import Interrupted, UserError, UserErrors
from lowbit_core.events import JobEnded, Outcome

INTERNAL_ERROR = "internal-error"
EXIT_DONE, EXIT_USER, EXIT_USAGE, EXIT_CANCELLED, EXIT_BUG = 0, 1, 2, 3, 70

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def explain(error: BaseException, log_path: Path | None = None) -> JobEnded:
    """The last event of a run that ended with ``error``."""
    if isinstance(error, Interrupted):
        return _interrupted(error)
    if isinstance(error, KeyboardInterrupt):
        return _interrupted(Interrupted("cancel"))
    told = as_user_error(error)
    log = str(log_path or "")
    if told is None:
        return JobEnded(
            outcome="failed",
            code=INTERNAL_ERROR,
            message=f"Unexpected {type(error).__name__}: {error}",
            hint="This is a bug. The log has the details; the run can be resumed with --resume.",
            log_path=log,
        )
    message = told.text() if isinstance(told, UserErrors) else told.message
    return JobEnded(
        outcome="failed",
        code=told.code,
        message=message,
        hint=told.hint,
        where=told.where,
        log_path=log,
        action=told.action,
        arguments=told.arguments,
    )


def as_user_error(error: BaseException) -> UserError | None:
    """``error`` in words for a person, if the person can do something about it; None for a bug."""
    if isinstance(error, UserError):
        return error
    if _is_device_out_of_memory(error):
        return UserError(
            "device-out-of-memory",
            "The graphics card's memory is full.",
            hint="Take a smaller data.max_length, turn tune.checkpointing and tune.offload on, or use fewer bits; "
            "close other programs that use the card.",
        )
    if isinstance(error, MemoryError) or _is_host_out_of_memory(error):
        return UserError(
            "out-of-memory",
            "The computer's memory is full.",
            hint="Take a smaller data.max_length, tune.batch, quantize.samples or model, or close other programs.",
        )
    number = _os_error_number(error)
    where = str(getattr(error, "filename", None) or "")
    if number in _FULL:
        return UserError(
            "disk-full",
            "The disk is full.",
            hint="Free some space, or choose another folder, and go on with --resume: what was saved is still good.",
            where=where,
        )
    if number in _DENIED:
        return UserError(
            "folder-unwritable",
            f"A file or folder may not be read or written: {error}",
            hint="Change its permissions or choose another folder.",
            where=where,
        )
    return None


def exit_code(ended: JobEnded) -> int:
    """The exit code of a process whose run ended so."""
    if ended.outcome == "failed":
        return EXIT_BUG if ended.code == INTERNAL_ERROR else EXIT_USER
    return EXIT_CANCELLED if ended.outcome == "cancelled" else EXIT_DONE


def _interrupted(error: Interrupted) -> JobEnded:
    outcomes: dict[str, Outcome] = {"pause": "paused", "stop": "stopped", "cancel": "cancelled"}
    messages = {
        "pause": "Paused; everything is saved.",
        "stop": "Stopped; what was made so far can be used.",
        "cancel": "Cancelled.",
    }
    return JobEnded(
        outcome=outcomes[error.mode], message=messages[error.mode], hint="It can be resumed.", code=error.mode
    )


def _is_device_out_of_memory(error: BaseException) -> bool:
    kind = getattr(sys.modules.get("torch"), "OutOfMemoryError", None)
    return kind is not None and isinstance(error, kind)


def _is_host_out_of_memory(error: BaseException) -> bool:
    """Torch reports a failed allocation in RAM as a plain RuntimeError."""
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)


def _os_error_number(error: BaseException) -> int | None:
    """The system's error number, also where a native library only wrote it into its message."""
    if isinstance(error, OSError):
        return error.errno
    text = str(error)
    for number in (*_FULL, *_DENIED):
        if f"(os error {number})" in text:
            return number
    return None
