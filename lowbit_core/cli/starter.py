"""`lowbit starter`: fetch the starter model and print its folder."""

from __future__ import annotations

import argparse
import sys


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("starter", help="fetch the starter model, print its folder", description=__doc__)
    parser.set_defaults(execute=execute)


def execute(_options: argparse.Namespace) -> int:
    """Fetch what is missing; the folder goes to stdout, progress to stderr."""
    from lowbit_core import source
    from lowbit_core.cli.quick import TerminalContext
    from lowbit_core.jobs.control import Control, cancel_on_signals

    control = Control()
    with cancel_on_signals(control):
        spec = source.resolve("starter", context=TerminalContext(sys.stderr, control))
    print(spec.folder)
    return 0
