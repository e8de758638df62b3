"""`lowbit evaluate`: perplexity of a model or run on a text, its distance to another model, its score in a task."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from lowbit_core.errors import UserError

if TYPE_CHECKING:
    import torch

    from lowbit_core.context import Context
    from lowbit_core.evaluate import Question
    from lowbit_core.jobs.opened import Opened


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("evaluate", help="measure a model on a text or a task", description=__doc__)
    parser.add_argument("dir", metavar="DIR", help="a run folder, a packed folder, or a source such as starter")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--text", metavar="FILE", help="the text measured on; .jsonl: a text a line, as C4 comes")
    what.add_argument("--task", metavar="gsm8k:FILE", help="questions answered greedily and marked by exact match")
    parser.add_argument("--questions", type=int, default=0, help="of the task; 0 asks all")
    parser.add_argument("--context", type=int, default=2048, help="tokens in a window")
    parser.add_argument("--stride", type=int, default=2048, help="tokens a window moves on")
    parser.add_argument("--limit", type=int, default=0, help="windows measured; 0 takes the whole text")
    parser.add_argument("--against", metavar="SOURCE", default="", help="also KL and top-1 agreement with this model")
    parser.add_argument("--variant", choices=("tuned", "repaired", "quantized", "float"), default="", help="of a run")
    parser.add_argument("--device", choices=("auto", "cuda", "cpu"), default="auto")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON document on stdout")
    parser.set_defaults(execute=execute)


def execute(options: argparse.Namespace) -> int:
    """Measure, and print the figures."""
    from lowbit_core.cli.output import print_json
    from lowbit_core.cli.quick import TerminalContext
    from lowbit_core.data.files import find_text
    from lowbit_core.evaluate import read_text_ids
    from lowbit_core.jobs.control import Control, cancel_on_signals
    from lowbit_core.jobs.device import choose_device, choose_dtype
    from lowbit_core.jobs.opened import ORDER, open_model

    device = choose_device(options.device)
    dtype = choose_dtype("auto", device)
    control = Control()
    context = TerminalContext(sys.stderr, control)
    with cancel_on_signals(control):
        text = find_text(options.text) if options.text else None
        questions = _questions(options) if options.task else []
        wanted = (options.variant,) if options.variant else ORDER
        opened = open_model(options.dir, device=device, dtype=dtype, context=context, variants=wanted)
        document: dict[str, Any] = {"model": options.dir, "variant": options.variant or opened.names[0]}
        if text is not None:
            document["text"] = str(text)
            document |= _measure(options, opened, read_text_ids(text, opened.tokenizer), context)
        else:
            document["task"] = options.task
            document |= _ask(options, opened, questions, context)
    if options.json:
        print_json(document)
    else:
        for key, value in document.items():
            print(f"{key}: {value:.4f}" if isinstance(value, float) else f"{key}: {value}")
    return 0


def _questions(options: argparse.Namespace) -> list[Question]:
    """The task's questions, read before the model is loaded.

    Raises:
        UserError: no such task, a file that cannot be read.
    """
    from lowbit_core.evaluate import read_questions
    from lowbit_core.jobs.task_scores import task_file
    from lowbit_core.recipe.check import TASKS

    name, path = task_file(options.task)
    if name not in TASKS or not options.task.partition(":")[2]:
        raise UserError("no-task", f"{options.task!r} is no task.", hint="A task is gsm8k:FILE.", where="--task")
    return read_questions(path, options.questions)


def _ask(options: argparse.Namespace, opened: Opened, questions: list[Question], context: Context) -> dict[str, Any]:
    from lowbit_core.evaluate import gsm8k

    found = gsm8k(opened.model(options.variant), opened.tokenizer, questions, context=context)
    return {"score": found.score, "right": found.right, "asked": found.asked, "ended": found.ended}


def _measure(options: argparse.Namespace, opened: Opened, ids: torch.Tensor, context: Context) -> dict[str, Any]:
    from dataclasses import asdict

    from lowbit_core.evaluate import compare, perplexity
    from lowbit_core.jobs.opened import open_model

    model = opened.model(options.variant)
    stride = 0 if options.stride >= options.context else options.stride
    if not options.against:
        measured = perplexity(
            model, ids, context=options.context, job_context=context, stride=stride, limit=options.limit
        )
        return _named(asdict(measured))
    other = open_model(options.against, device=model.device, dtype=model.dtype, context=context, variants=("float",))
    compared = compare(
        model,
        other.model("float" if "float" in other.names else ""),
        ids,
        context=options.context,
        job_context=context,
        stride=stride,
        limit=options.limit,
    )
    return _named(asdict(compared.perplexity)) | {
        "against": options.against,
        "kl": compared.kl,
        "top1": compared.top1,
        "against_perplexity": compared.reference_perplexity.value,
    }


def _named(figures: dict[str, Any]) -> dict[str, Any]:
    return {"perplexity": figures.pop("value")} | figures
