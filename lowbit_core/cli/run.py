"""`lowbit run`: every stage of a recipe, in this process."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lowbit_core.errors import UserError
from lowbit_core.processes import rank

if TYPE_CHECKING:
    from lowbit_core.events import JobEnded
    from lowbit_core.recipe import Recipe


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("run", help="do everything a recipe says", description=__doc__)
    parser.add_argument("recipe", metavar="RECIPE", help="a TOML file, a run folder, or the name of a preset")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a key of the recipe, e.g. quantize.bits=3",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="the run folder (default: a new one in [output] dir)")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the run in --out, or with the newest of this name"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON document on stdout")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Run, and print what came out."""
    from lowbit_core.cli.output import print_json
    from lowbit_core.jobs.failures import exit_code

    run_dir, ended = run_in_terminal(options.recipe, options.set, options.out, resume=options.resume)
    if options.json and not _follows():
        print_json(_document(run_dir, ended))
    return exit_code(ended)


def run_in_terminal(argument: str, assignments: list[str], out: Path | None, *, resume: bool) -> tuple[Path, JobEnded]:
    """Run a recipe with its events told on stderr; Ctrl-C cancels at the next safe point."""
    from lowbit_core.cli.recipe_argument import read_recipe
    from lowbit_core.cli.render import TerminalReader
    from lowbit_core.jobs.control import Control, cancel_on_signals
    from lowbit_core.jobs.failures import explain
    from lowbit_core.jobs.runner import run
    from lowbit_core.jobs.together import join_team

    control, team = Control(), join_team()
    with cancel_on_signals(control):
        if team is not None and team.rank:
            return Path(), team.follow(control)
        try:
            recipe = read_recipe(argument, assignments)
            if out is None and resume and Path(argument).is_dir():
                out = Path(argument)
            run_dir = (out or _choose_folder(recipe, resume=resume)).absolute()
            reader = TerminalReader(sys.stderr)
            ended = run(recipe, run_dir, listener=reader, control=control, resume=resume, team=team)
        except BaseException as error:
            if team is not None:
                team.end(explain(error))
            raise
        if team is not None:
            team.end(ended)
    return run_dir, ended


def _follows() -> bool:
    """Whether another process of this run does the talking."""
    return rank() > 0


def _choose_folder(recipe: Recipe, *, resume: bool) -> Path:
    from lowbit_core.jobs.run_folder import choose_run_folder, newest_run, run_name, runs_folder

    if not resume:
        return choose_run_folder(recipe).path
    parent, name = runs_folder(recipe), run_name(recipe)
    found = newest_run(parent, name)
    if found is None:
        raise UserError(
            "no-run",
            f"There is no run named {name} in {parent}.",
            hint="Give its folder with --out.",
            where=str(parent),
        )
    return found.path


def _document(run_dir: Path, ended: JobEnded) -> dict[str, Any]:
    from lowbit_core.cli.output import plain

    report = run_dir / "report.json"
    document = {"run_dir": str(run_dir), "report": json.loads(report.read_text("utf-8")) if report.is_file() else None}
    return document | plain(ended)
