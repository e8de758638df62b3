"""`lowbit worker`: the child process of the app. Commands as JSON lines on stdin, answers and events on stdout."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from types import FrameType
from typing import NoReturn


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "worker", help="serve the app: commands on stdin, events on stdout", description=__doc__
    )
    parser.set_defaults(execute=execute)


class _Terminated(BaseException):
    """SIGTERM or SIGINT arrived while the main thread was reading."""


def execute(_options: argparse.Namespace) -> NoReturn:
    """Serve until stdin ends (the job is saved) or the process is told to terminate (the job is cancelled)."""
    from lowbit_core.cli.worker.channel import take_over_standard_streams
    from lowbit_core.cli.worker.routes import make_routes
    from lowbit_core.cli.worker.server import Server

    lines, channel = take_over_standard_streams()
    server = Server(make_routes(), channel)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _terminate)
    try:
        server.serve(lines)
    except _Terminated:
        server.end("cancel")
    # Everything is saved and sent by now. Taking the libraries down one by one took 6 s with a model open (the app
    # waits for its memory), and threads of cancelled commands made the C++ runtime abort.
    sys.stderr.flush()
    os._exit(0)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise _Terminated
