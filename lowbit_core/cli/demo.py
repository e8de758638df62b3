"""`lowbit demo`: the starter recipe from beginning to end: in the app, or without a display in this terminal."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

QUESTION = "My toaster burns one side only. What would a repair cost?"
"""Asked at the end, in the terminal."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("demo", help="run the starter recipe, then chat", description=__doc__)
    parser.add_argument("--terminal", action="store_true", help="in this terminal even where there is a display")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the run folder (default: a new one)")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Open the app if it can be shown; else run, print the table and one answer."""
    app = None if options.terminal else find_app()
    if app is not None:
        return subprocess.call([str(app), "--demo"])
    from lowbit_core.cli.output import say
    from lowbit_core.cli.run import run_in_terminal
    from lowbit_core.jobs.failures import exit_code

    run_dir, ended = run_in_terminal("starter", [], options.out, resume=False)
    if ended.outcome != "done":
        return exit_code(ended)
    say(f"\nChat with the tuned model:\n> {QUESTION}")
    _answer(run_dir)
    say(f"\nGo on with: lowbit chat {run_dir}")
    return 0


def find_app() -> Path | None:
    """The app's program, where it is installed and there is a display."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    package = importlib.util.find_spec("app")
    folders = list(package.submodule_search_locations or ()) if package else []
    if not any((Path(folder) / "shell" / "main.py").is_file() for folder in folders):
        return None
    script = Path(sys.executable).with_name("lowbit-studio.exe" if os.name == "nt" else "lowbit-studio")
    return script if script.is_file() else None


def _answer(run_dir: Path) -> None:
    from lowbit_core.chat import Sampling
    from lowbit_core.cli.quick import TerminalContext
    from lowbit_core.data import Turn
    from lowbit_core.jobs.control import Control, cancel_on_signals
    from lowbit_core.jobs.device import choose_device, choose_dtype
    from lowbit_core.jobs.opened import open_model

    control, device = Control(), choose_device("auto")
    with cancel_on_signals(control):
        context = TerminalContext(sys.stderr, control)
        opened = open_model(
            str(run_dir),
            device=device,
            dtype=choose_dtype("auto", device),
            context=context,
            variants=("tuned", "repaired", "quantized"),
        )
        # So small a model at so few bits likes to say things twice.
        sampling = Sampling(temperature=0.0, top_p=1.0, repetition_penalty=1.15, max_new_tokens=96)
        opened.answer([Turn("user", QUESTION)], "", sampling, context=context, on_text=_print_piece)
    print()


def _print_piece(text: str) -> None:
    print(text, end="", flush=True)
