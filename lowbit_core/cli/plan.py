"""`lowbit plan`: what a recipe will need, estimated before any weight is read."""

from __future__ import annotations

import argparse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("plan", help="estimate memory, disk and time of a recipe", description=__doc__)
    parser.add_argument("recipe", metavar="RECIPE", help="a TOML file, a run folder, or the name of a preset")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change a key of the recipe")
    parser.add_argument("--json", action="store_true", help="print the plan as one JSON document on stdout")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Print the plan; exit code 1 where it does not fit."""
    from lowbit_core import source
    from lowbit_core.cli.output import print_json
    from lowbit_core.cli.recipe_argument import read_recipe
    from lowbit_core.jobs.planning import check_space, plan_run
    from lowbit_core.jobs.run_folder import runs_folder
    from lowbit_core.plan.reading import read_statistics

    recipe = read_recipe(options.recipe, options.set)
    spec = source.inspect_model(recipe.model.source, recipe.model.revision)
    resolved, made = plan_run(recipe, spec, runs_folder(recipe), read_statistics(recipe))
    if options.json:
        print_json({"recipe_bits": resolved.quantize.bits} | made.to_json())
        return 0 if made.verdict != "does-not-fit" else 1
    print(made.table())
    check_space(made)
    return 0
