"""A Python whose heavy libraries are loaded already: each start is a fork of one process that imported them once.

    python warm_python.py serve SOCKET              the process that is forked, until its stdin closes
    python warm_python.py start SOCKET ARGUMENTS    what a program starts in place of ``python ARGUMENTS``

A start takes a script, ``-m module`` or ``-c code``, and has its own environment, folder, standard streams, signals and
exit status. What a fresh interpreter would show about imports, a fork cannot: of each kind of start one test keeps
`sys.executable`.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path

LOADED = (
    "torch.distributed.run", "transformers.models.llama.modeling_llama", "transformers.models.auto.modeling_auto",
    "peft.tuners.lora.bnb", "peft.utils.transformers_weight_conversion",
    "lowbit_core.jobs.runner", "lowbit_core.jobs.stages.evaluate", "lowbit_core.jobs.together", "lowbit_core.chat",
    "lowbit_core.correct.activation", "lowbit_core.data", "lowbit_core.evaluate", "lowbit_core.model",
    "lowbit_core.packed.adapter", "lowbit_core.quantize", "lowbit_core.render", "lowbit_core.train.trainer",
    "lowbit_core.tune",
)  # fmt: skip
_FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


# ---- the process that is forked ---------------------------------------------------------------------------------


def _serve(address: str) -> None:
    """Answers starts until stdin closes; returns in the forked children only."""
    import gc
    import importlib

    sys.path.pop(0)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        for name in LOADED:
            importlib.import_module(name)
        gc.collect()
        gc.freeze()
        signal.signal(signal.SIGCHLD, _reap)
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                os._exit(0)
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                break
            connection.close()
    _keep(connection)


def _reap(_number: int, _frame: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _keep(connection: socket.socket) -> None:
    """Forks the started process, which returns; passes signals to it and its status back."""
    message, streams, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while not message.endswith(b"\n"):
        message += connection.recv(1 << 20)
    started = json.loads(message)
    child = os.fork()
    if child == 0:
        connection.close()
        os.setsid()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(started["folder"])
        os.environ.clear()
        os.environ.update(started["environment"])
        sys.argv[:] = started["arguments"]
        return
    for number in (0, 1, 2, *streams):
        os.close(number)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            with contextlib.suppress(OSError):
                connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
            os._exit(0)
        if select.select([connection], [], [], 0.02)[0]:
            sent = connection.recv(1)
            os.kill(child, sent[0] if sent else signal.SIGKILL)
            if not sent:
                os.waitpid(child, 0)
                os._exit(0)


def _run_arguments() -> None:
    """As the interpreter does with its command line."""
    import runpy

    while sys.argv[0] == "-u":
        del sys.argv[0]
        sys.stdout.reconfigure(write_through=True)
    if sys.argv[0] == "-c":
        code = sys.argv.pop(1)
        sys.path.insert(0, "")
        main = type(sys)("__main__")
        sys.modules["__main__"] = main
        exec(compile(code, "<string>", "exec"), main.__dict__)
    elif sys.argv[0] == "-m":
        name = sys.argv[1]
        del sys.argv[0]
        sys.path.insert(0, str(Path.cwd()))
        sys.modules.pop(name, None)  # runpy warns of a module that is there
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, str(Path(sys.argv[0]).resolve().parent))
        runpy.run_path(sys.argv[0], run_name="__main__")


# ---- the program that is started --------------------------------------------------------------------------------


def _start(address: str, arguments: list[str]) -> None:
    connection = socket.socket(socket.AF_UNIX)
    begun = time.monotonic()
    while True:
        try:
            connection.connect(address)
            break
        except OSError:  # still importing
            if time.monotonic() - begun > 120:
                raise
            time.sleep(0.05)
    started = {"arguments": arguments, "environment": dict(os.environ), "folder": str(Path.cwd())}
    message = json.dumps(started).encode() + b"\n"
    sent = socket.send_fds(connection, [message], [0, 1, 2])
    connection.sendall(message[sent:])
    for number in _FORWARDED:
        signal.signal(number, lambda number, _: connection.send(bytes([number])))
    status = int(connection.recv(16) or b"-9")
    if status < 0:
        signal.signal(-status, signal.SIG_DFL) if -status != signal.SIGKILL else None
        os.kill(os.getpid(), -status)
    os._exit(status)


if __name__ == "__main__":
    if sys.argv[1] == "start":
        _start(sys.argv[2], sys.argv[3:])
    _serve(sys.argv[2])
    _run_arguments()
