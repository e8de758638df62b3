"""`lowbit frontier`: quality against size, a run for each bit-width and correction method."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lowbit_core.errors import UserError

if TYPE_CHECKING:
    from lowbit_core.jobs.frontier import FrontierPlan
    from lowbit_core.jobs.frontier_points import FrontierDocument
    from lowbit_core.recipe import Recipe


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "frontier", help="measure quality against size over bits and methods", description=__doc__
    )
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="starter, hub:ORG/NAME, path:DIR, gguf:FILE, or a recipe",
    )
    parser.add_argument("--bits", default="2,2.5,3,4", metavar="LIST", help="bits a weight (default: %(default)s)")
    parser.add_argument(
        "--methods", default="none,activation", metavar="LIST", help="correction methods (default: %(default)s)"
    )
    parser.add_argument("--recipe", metavar="RECIPE", help="what the points have in common: a TOML file or a preset")
    parser.add_argument("--text", metavar="FILE", default="", help="text measured on, never learned from")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder; one that holds this frontier goes on")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a key of what the points have in common"
    )
    parser.add_argument("--json", action="store_true", help="print the frontier as one JSON document on stdout")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Plan, run, and print the table as points come."""
    from lowbit_core.cli.output import print_json, say
    from lowbit_core.cli.render import TerminalReader
    from lowbit_core.jobs.control import Control, cancel_on_signals
    from lowbit_core.jobs.failures import exit_code
    from lowbit_core.jobs.frontier import choose_frontier_folder, plan_frontier, run_frontier

    base = base_recipe(options)
    bits, methods = numbers(options.bits), names(options.methods)
    folder = (options.out or choose_frontier_folder(base)).absolute()
    control = Control()
    reader = TerminalReader(sys.stderr)
    latest: list[FrontierDocument] = []

    def changed(document: FrontierDocument) -> None:
        latest[:] = [document]
        if not any(point.state == "running" for point in document.points):
            say(document.table())

    with cancel_on_signals(control):
        plan = plan_frontier(base, bits, methods, folder, control=control)
        say(plan_words(plan))
        ended = run_frontier(plan, changed=changed, heard=lambda _name, stamped: reader(stamped), control=control)
    document = latest[0]
    if options.json:
        print_json({"folder": str(folder), "outcome": ended.outcome, "message": ended.message} | document.to_json())
    else:
        print(document.table())
        for point in document.points:
            print(f"{point.name}: lowbit run {folder / point.recipe}")
    say(f"{ended.message} {folder / 'frontier.json'}")
    return exit_code(ended)


def base_recipe(options: argparse.Namespace) -> Recipe:
    """What all points have in common: the recipe, with the command's model, text and changes.

    Raises:
        UserError: no such recipe, or mistakes in it.
    """
    from lowbit_core.cli.recipe_argument import read_recipe, recipe_path
    from lowbit_core.recipe import Recipe, anchored, override

    changes = [f"evaluate.text={options.text}"] if options.text else []
    if options.recipe:
        base = read_recipe(options.recipe)
        changes.append(f"model.source={as_source(options.source)}")
    elif ":" in options.source or options.source == "starter" or _is_model(options.source):
        base = override(Recipe(), [f"model.source={as_source(options.source)}"])
    else:
        base = read_recipe(str(recipe_path(options.source)))
    return anchored(override(base, [*changes, *options.set]), Path.cwd())


def as_source(text: str) -> str:
    """A folder or a GGUF file named without its kind, as a recipe wants it."""
    path = Path(text).expanduser()
    if path.suffix == ".gguf" and path.is_file():
        return f"gguf:{path.absolute()}"
    return f"path:{path.absolute()}" if path.is_dir() else text


def _is_model(text: str) -> bool:
    path = Path(text).expanduser()
    return (path.suffix == ".gguf" and path.is_file()) or (path / "config.json").is_file()


def numbers(text: str) -> list[float]:
    """``2,2.5`` as numbers.

    Raises:
        UserError: ``frontier-bits``.
    """
    try:
        return [float(item) for item in names(text)]
    except ValueError as error:
        raise UserError(
            "frontier-bits", f"{text!r} is no list of bits.", hint="For example --bits 2,2.5,3,4.", where="--bits"
        ) from error


def names(text: str) -> list[str]:
    """``a,b`` as texts."""
    return [item.strip() for item in text.split(",") if item.strip()]


def plan_words(plan: FrontierPlan) -> str:
    """What every point will need, estimated; refused ones with their reason."""
    from lowbit_core.cli.render import duration

    lines = [f"{plan.folder}", "An estimate, nothing is measured yet:"]
    for point in plan.document.points:
        if point.state == "refused":
            lines.append(f"  {point.name}: refused. {point.reason}")
        elif point.state == "done":
            lines.append(f"  {point.name}: already measured")
        elif point.planned_bytes is not None:
            memory, size = (point.planned_memory_bytes or 0) / 1e9, point.planned_bytes / 1e6
            time = duration(point.planned_seconds or 0.0)
            lines.append(
                f"  {point.name}: {point.planned_bits:.2f} bits, {size:,.1f} MB, {memory:.2f} GB memory, {time}"
            )
    lines.append(f"  in all about {duration(plan.seconds)}")
    return "\n".join(lines)
