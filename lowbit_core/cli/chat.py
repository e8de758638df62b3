"""`lowbit chat`: talk with a run's model, a packed folder or any model source."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lowbit_core.chat import Sampling
    from lowbit_core.context import Context
    from lowbit_core.data import Turn
    from lowbit_core.jobs.opened import Opened


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("chat", help="talk with a model", description=__doc__)
    parser.add_argument("dir", metavar="DIR", help="a run folder, a packed folder, or a source such as starter")
    parser.add_argument("--prompt", metavar="TEXT", help="answer this and end; without it, a conversation")
    parser.add_argument("--system", metavar="TEXT", default="", help="system prompt")
    parser.add_argument(
        "--variant", choices=("tuned", "repaired", "quantized", "float"), default="", help="who answers"
    )
    parser.add_argument("--max-new-tokens", type=int, default=256, metavar="N")
    parser.add_argument(
        "--temperature", type=float, default=0.7, metavar="T", help="0 always takes the likeliest token"
    )
    parser.add_argument("--seed", type=int, default=None, help="the same seed gives the same answer")
    parser.add_argument("--device", choices=("auto", "cuda", "cpu"), default="auto")
    parser.add_argument("--json", action="store_true", help="with --prompt: print the answer as one JSON document")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Answer one prompt, or read messages line by line until the input ends."""
    from lowbit_core.chat import Sampling
    from lowbit_core.cli.output import say
    from lowbit_core.cli.quick import TerminalContext
    from lowbit_core.jobs.control import Control
    from lowbit_core.jobs.device import choose_device, choose_dtype
    from lowbit_core.jobs.opened import ORDER, open_model

    sampling = Sampling(max_new_tokens=options.max_new_tokens, temperature=options.temperature, seed=options.seed)
    device = choose_device(options.device)
    context = TerminalContext(sys.stderr, Control())
    wanted = (options.variant,) if options.variant else ORDER
    opened = open_model(
        options.dir, device=device, dtype=choose_dtype("auto", device), context=context, variants=wanted
    )
    if options.prompt is not None:
        return _answer_once(options, opened, sampling, context)
    say(f"Answering as {options.variant or opened.names[0]}. An empty line or Ctrl-D ends the conversation.")
    return _converse(options, opened, sampling)


def _answer_once(options: argparse.Namespace, opened: Opened, sampling: Sampling, context: Context) -> int:
    from lowbit_core.cli.output import print_json
    from lowbit_core.data import Turn

    turns = [*_system(options), Turn("user", options.prompt)]
    show = None if options.json else _print_piece
    answer = opened.answer(turns, options.variant, sampling, context=context, on_text=show)
    if options.json:
        print_json(
            {
                "text": answer.text,
                "variant": options.variant or opened.names[0],
                "tokens": len(answer.generated.tokens),
                "reason": answer.generated.reason,
                "tokens_per_second": answer.generated.tokens_per_second,
            }
        )
    else:
        print()
    return 0


def _converse(options: argparse.Namespace, opened: Opened, sampling: Sampling) -> int:
    """Ctrl-C ends an answer; between answers it ends the conversation."""
    from lowbit_core.cli.quick import TerminalContext
    from lowbit_core.data import Turn
    from lowbit_core.errors import Interrupted, UserError
    from lowbit_core.jobs.control import Control, cancel_on_signals

    turns = _system(options)
    while question := _read_line():
        turns.append(Turn("user", question))
        said: list[str] = []

        def show(text: str, said: list[str] = said) -> None:
            said.append(text)
            _print_piece(text)

        control = Control()
        try:
            with cancel_on_signals(control):
                context = TerminalContext(sys.stderr, control)
                opened.answer(turns, options.variant, sampling, context=context, on_text=show)
        except Interrupted:
            pass
        except UserError as error:
            print(error.text(), file=sys.stderr)
        print()
        if said:
            turns.append(Turn("assistant", "".join(said)))
        else:
            turns.pop()
    return 0


def _system(options: argparse.Namespace) -> list[Turn]:
    from lowbit_core.data import Turn

    return [Turn("system", options.system)] if options.system else []


def _read_line() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        return ""


def _print_piece(text: str) -> None:
    print(text, end="", flush=True)
