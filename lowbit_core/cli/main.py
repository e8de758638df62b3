"""`lowbit`: the parser, and the promise that every command ends with a message and the right exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

EXIT_USER, EXIT_CANCELLED, EXIT_BUG = 1, 3, 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 yours to mend, 2 usage, 3 cancelled, 70 a bug."""
    options = _parser().parse_args(arguments)
    _quiet_libraries()
    _patient_threads()
    try:
        return int(options.execute(options))
    except KeyboardInterrupt:
        print("Cancelled.", file=sys.stderr)
        return EXIT_CANCELLED
    except BrokenPipeError:
        # The reader of our output went away (`lowbit inspect … | head`): keep Python's own flush at exit from failing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_USER
    except Exception as error:
        return _report(error, as_json=getattr(options, "json", False))


def _parser() -> argparse.ArgumentParser:
    from lowbit_core.cli import chat, demo, evaluate, frontier, inspect, plan, run, starter, worker

    parser = argparse.ArgumentParser(
        prog="lowbit", description="Quantize, repair, fine-tune and chat with language models at 2 to 8 bits."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (run, plan, frontier, inspect, evaluate, chat, starter, demo, worker):
        module.add(commands)
    return parser


def _patient_threads() -> None:
    """Threads of OpenMP that wait go to sleep soon instead of spinning on, unless the user says otherwise.

    Beside one other busy program sampling text ran six times slower with spinning (14 against 80 tokens a second on two
    cores), and a run lasts while people go on working. GNU's threads, which Linux has, spin about 0.1 ms first: that
    spans the gap between two small products, and quantizing takes a fifth less than with sleeping at once.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "2000")


def _quiet_libraries() -> None:
    """Progress bars and advice of libraries would land in the middle of ours; what matters is in the run's log."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def _report(error: Exception, *, as_json: bool) -> int:
    from lowbit_core.cli.output import error_document, print_json, say
    from lowbit_core.errors import Interrupted
    from lowbit_core.jobs.failures import as_user_error

    if isinstance(error, Interrupted):
        say("Cancelled.")
        return EXIT_CANCELLED
    told = as_user_error(error)
    if told is not None:
        if as_json:
            print_json({"error": error_document(told)})
        say(told.text())
        return EXIT_USER
    path = _write_traceback(error)
    if as_json:
        print_json({"error": {"code": "internal-error", "message": str(error), "log_path": path}})
    say(f"Unexpected {type(error).__name__}: {error}\n  This is a bug; the details are in {path}")
    return EXIT_BUG


def _write_traceback(error: Exception) -> str:
    import tempfile
    import traceback
    from datetime import UTC, datetime
    from pathlib import Path

    from lowbit_core.files import app_folder

    name = f"lowbit-error-{datetime.now(UTC):%Y%m%d-%H%M%S}.txt"
    text = "".join(traceback.format_exception(error))
    for folder in (app_folder() / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        except OSError:
            continue
        return str(folder / name)
    return "(no folder could be written)"


if __name__ == "__main__":
    sys.exit(main())
