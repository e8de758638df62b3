"""`lowbit-studio`: the program. The window is shown first; pages and children follow."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the app until its window is closed.

    Returns:
        Exit code: 0, or 1 where the self-test failed.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["worker"] and getattr(sys, "frozen", False):
        from app.engine import serve_worker  # the bundle has one program for both

        return serve_worker(words)
    options = _parser().parse_args(words)
    from app.shell.application import run

    return run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lowbit-studio", description="Quantize, repair, fine-tune and chat with language models."
    )
    parser.add_argument("recipe", nargs="?", type=Path, metavar="RECIPE", help="recipe to open (TOML)")
    parser.add_argument("--demo", action="store_true", help="run the starter recipe and chat with the result")
    parser.add_argument("--self-test", action="store_true", help="show every page once, ask the engine, and exit")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="write pictures of every page and exit")
    parser.add_argument("--screenshots-of", type=Path, metavar="RUN", help="run folder the pictures show")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
