"""GSM8K fine-tuning at several bit-widths with and without correction: validation losses for docs/methods.md.

    .venv/bin/python tests/bench/gsm8k_tuning.py --data gsm8k-train.jsonl --steps 250

Questions and answers as in LoftQ's protocol (format gsm8k), loss on the answers alone; the held-back rows are the same
for every row of the table. All rows train an adapter of one rank, at one rate, for as many steps: without correction
it starts from zero, with one it starts from the correction's. The model is the GGUF file in STARTER_GGUF, else the
starter. JSON and markdown go to --out (default: the folder in OUT), rows that are in the JSON already are kept.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import transformers
from starter_bench import Subject, device_name, open_subject, put_table, sampled, steps_within
from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.correct import ActivationRepair
from lowbit_core.correct.lrec import lrec
from lowbit_core.correct.teacher import ResidentTeacher
from lowbit_core.data import open_data
from lowbit_core.evaluate import ModelRows
from lowbit_core.jobs.answers import AnswerRows, answer_perplexity
from lowbit_core.model import load_float
from lowbit_core.packed import account
from lowbit_core.recipe.schema import Correct, Data, Quantize, Tune
from lowbit_core.render import TokenRows, render_all
from lowbit_core.train.run import train
from lowbit_core.tune.adapter import attach, trainable_parameters
from lowbit_core.tune.rows import Padding, TrainingView
from lowbit_core.tune.tune import train_settings

FLOAT = 16.0
ARMS = ("none", "activation", "lrec")


@dataclass(kw_only=True)
class Bench:
    """What the rows share."""

    subject: Subject
    train: TokenRows
    held: AnswerRows
    pool: Tensor
    calibration: int
    rank: int
    lrec_seconds: float
    lrec_tokens: int
    tuning: Tune

    def loss(self, model: PreTrainedModel) -> float:
        """Mean NLL of the held-back answers, nats a token."""
        model.eval()
        return math.log(answer_perplexity(ModelRows(model), self.held, self.subject.context))

    def row(self, bits: float, arm: str, place: Path) -> dict[str, Any]:
        """Quantize, correct, tune, measure before and after."""
        if bits == FLOAT:
            model = load_float(self.subject.spec, self.subject.dtype, self.subject.device)
            return {"total_bits": FLOAT} | self.tuned(model, None, place)
        repair = None if arm == "none" else ActivationRepair(rank=self.rank)
        settings = Quantize(bits=bits, group_size=64, solver="gptq")
        model = self.subject.student(settings, self.pool[: self.calibration], place, repair)
        if arm == "lrec":
            self.correct(model, place)
        adapters = [] if repair is None else [place / "repair"]
        total = account(place / "quantized", adapters).linear_bits
        return {"total_bits": total} | self.tuned(model, None if repair is None else "repair", place)

    def correct(self, model: Any, place: Path) -> None:
        """Distil the float model into the repair's adapter and the scales."""
        length = self.pool.shape[1]
        base = Correct(method="lrec", rank=self.rank, batch=max(1, self.lrec_tokens // length), length=length)
        teacher = ResidentTeacher(self.subject.reference, self.pool)

        def run(settings: Correct) -> Any:
            return lrec(
                model,
                "repair",
                self.pool,
                settings,
                teacher,
                folder=place / "repair",
                checkpoints=place / "correcting",
                context=self.subject.context,
                precision=self.subject.precision,
                checkpointing=False,
            )

        still = replace(base, learning_rate=0.0)
        steps = steps_within(self.lrec_seconds, lambda count: run(replace(still, steps=count)))
        run(replace(base, steps=steps))

    def tuned(self, model: Any, repair: str | None, place: Path) -> dict[str, Any]:
        """Train the adapter; without a repair a fresh one of the same rank."""
        before = self.loss(model)
        began = time.perf_counter()
        settings = replace(self.tuning, adapter="fresh" if repair is None else "continue")
        # The parts of tune.tune without its files: an adapter on a float model has no packed base to belong to.
        adapted, _, _ = attach(model, settings, name="tuned", repair=repair)
        found = train(
            adapted,
            TrainingView(self.train),
            collate=Padding(self.subject.tokenizer.pad_token_id or 0),
            settings=train_settings(settings, seed=0, precision=self.subject.precision),
            folder=place / "checkpoints",
            context=self.subject.context,
        )
        seconds = time.perf_counter() - began
        return {
            "loss_before": before,
            "loss": self.loss(adapted),
            "steps": found.steps,
            "trainable": trainable_parameters(adapted, "tuned"),
            "tuning_seconds": seconds,
            "peak_bytes": found.peak_bytes,
        }


def main(arguments: list[str] | None = None) -> None:
    """Run the rows; a line each as it comes."""
    options = _options(arguments)
    out: Path = options.out or Path(os.environ.get("OUT", "."))
    out.mkdir(parents=True, exist_ok=True)
    if options.join:
        results = joined(options.join)
        (out / "gsm8k.json").write_text(json.dumps(results, indent=1))
        (out / "gsm8k.md").write_text(markdown(results))
        if options.page:
            put_table(options.page, "gsm8k table", markdown(results))
        print(markdown(results))
        return
    bench = _bench(options)
    file = out / "gsm8k.json"
    results = json.loads(file.read_text()) if file.is_file() else _head(bench, options)

    def save() -> None:
        file.write_text(json.dumps(results, indent=1))
        (out / "gsm8k.md").write_text(markdown(results))

    run_rows(bench, [float(item) for item in options.bits.split(",")], options.arms.split(","), results, save)
    print(markdown(results), flush=True)


def joined(files: list[Path]) -> dict[str, Any]:
    """Results of several calls, e.g. one a GPU, as one, the widest first; they must be of the same data and steps."""
    parts = [json.loads(file.read_text()) for file in files]
    same = [key for key in parts[0] if key not in ("options", "rows")]
    assert all(part[key] == parts[0][key] for part in parts for key in same), "not tuned alike"
    rows: dict[str, dict[str, Any]] = {}
    for part in parts:
        for bits, cells in part["rows"].items():
            rows.setdefault(bits, {}).update(cells)
    return parts[0] | {"rows": {bits: rows[bits] for bits in sorted(rows, key=float, reverse=True)}}


def run_rows(
    bench: Bench, widths: list[float], arms: list[str], results: dict[str, Any], save: Callable[[], None]
) -> None:
    """All widths and arms that ``results`` lacks; at 16 bits there is nothing to correct."""
    for bits in widths:
        for arm in arms if bits != FLOAT else ["none"]:
            cell = results["rows"].setdefault(f"{bits:g}", {})
            if "loss" in cell.get(arm, {}):
                continue
            began = time.perf_counter()
            with tempfile.TemporaryDirectory() as place:
                cell[arm] = bench.row(bits, arm, Path(place))
            cell[arm]["seconds"] = time.perf_counter() - began
            shown = {key: round(value, 4) if isinstance(value, float) else value for key, value in cell[arm].items()}
            print(f"{bits:g}", arm, shown, flush=True)
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            save()


def markdown(results: dict[str, Any]) -> str:
    """The table for docs: bits down, arms across, each cell the loss after (and before) tuning."""
    arms = [arm for arm in ARMS if any(arm in cells for cells in results["rows"].values())]
    lines = [
        f"{results['model']}, GSM8K in LoftQ's format: {results['train_rows']:,} rows learned from for "
        f"{results['steps']} steps of {results['batch']}, loss in nats a token of {results['held_rows']} held-back "
        f"answers ({results['held_tokens']:,} tokens) after tuning, before it in brackets. Adapters of rank "
        f"{results['rank']} everywhere; {results['device']}, {results['versions']}.",
        "",
        "| bits | " + " | ".join("no correction" if arm == "none" else arm for arm in arms) + " |",
        "|---" * (len(arms) + 1) + "|",
    ]
    for bits, cells in results["rows"].items():
        shown = [f"{cells[arm]['loss']:.4f} ({cells[arm]['loss_before']:.3f})" if arm in cells else "-" for arm in arms]
        lines.append(f"| {bits} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


def _bench(options: argparse.Namespace) -> Bench:
    torch.manual_seed(0)
    subject = open_subject(options.source)
    data = Data(source=str(options.data), format="gsm8k", max_length=options.max_length, validation=0.05)
    opened = open_data(data, seed=0, context=subject.context)
    rows = [
        render_all(opened.examples(split), subject.tokenizer, data.loss_on, data.max_length, context=subject.context)[0]
        for split in ("train", "validation")
    ]
    pool = sampled(subject, options.pool_tokens, options.length, options.pool)
    pad = subject.tokenizer.pad_token_id
    return Bench(
        subject=subject,
        train=rows[0],
        held=AnswerRows(rows[1], pad if pad is not None else 0),
        pool=pool,
        calibration=options.calibration,
        rank=options.rank,
        lrec_seconds=options.lrec_seconds,
        lrec_tokens=options.lrec_tokens,
        tuning=Tune(
            rank=options.rank,
            alpha=float(options.rank),
            learning_rate=options.rate,
            steps=options.steps,
            batch=options.batch,
            accumulate=1,
            optimizer="adamw",
            checkpointing=False,
            embedding="device",
            evaluate_every=0,
            checkpoint_every=0,
        ),
    )


def _head(bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "model": bench.subject.spec.source.rpartition("/")[2],
        "device": device_name(),
        "versions": f"torch {torch.__version__}, transformers {transformers.__version__}",
        "train_rows": len(bench.train),
        "held_rows": len(bench.held.tokens),
        "held_tokens": bench.held.scored,
        "steps": options.steps,
        "batch": options.batch,
        "rank": options.rank,
        "rate": options.rate,
        "options": {name: str(value) for name, value in vars(options).items()},
        "rows": {},
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="jsonl of question and answer")
    parser.add_argument("--join", type=Path, nargs="*", help="tune nothing, put gsm8k.json of several calls together")
    parser.add_argument("--page", type=Path, help="with --join: docs/methods.md, whose table is replaced")
    parser.add_argument("--source", default="", help="as in a recipe")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--bits", default="16,4,3,2.5")
    parser.add_argument("--arms", default="none,activation,lrec", help=f"of {', '.join(ARMS)}")
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--max-length", type=int, default=512)
    parser.add_argument("--lrec-seconds", type=float, default=40)
    parser.add_argument("--lrec-tokens", type=int, default=16384, help="in a step of the correction")
    parser.add_argument("--pool", type=Path, help="npy file the sampled text is kept in")
    parser.add_argument("--pool-tokens", type=int, default=1_600_000)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--calibration", type=int, default=128)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
