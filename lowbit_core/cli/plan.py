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
