"""Every method at the same budgets of bits, on the same text, in one table: the measured table of docs/methods.md.

    .venv/bin/python tests/bench/methods.py --text wikitext-2-raw-test.txt --c4 c4-sample.jsonl --seconds 60

The model is the GGUF file in STARTER_GGUF, else the starter. Bits count everything stored for the linears: codes,
scales, zero points, 16-bit adapters. Calibration and distillation text is sampled from the float model, except for
INT2.1's training, which learns from crops of C4 as published. The measured text is never learned from. --seconds bounds
each training. JSON and markdown go to --out (default: the folder in OUT), rows that are in the JSON already are kept.
"""

from __future__ import annotations

import argparse
import copy
import gc
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import peer_methods
import torch
import transformers
from starter_bench import Subject, device_name, open_subject, put_table, sampled, steps_within, synchronize
from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.correct import ActivationRepair, ZeroStart
from lowbit_core.correct.loftq_published import BLOCK
from lowbit_core.correct.lrec import lrec
from lowbit_core.correct.qad import make_trainable, qad, write_trained
from lowbit_core.correct.teacher import ResidentTeacher
from lowbit_core.evaluate import read_text_ids
from lowbit_core.model import structure
from lowbit_core.model.loading import checkpoint_names
from lowbit_core.packed import PackedFolder, account, load_model
from lowbit_core.recipe.schema import Correct, Quantize
from lowbit_core.weights import open_weights

GROUP = 64


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A row of bits.

    Attributes:
        most: bits a weight, everything counted.
        bits: width of the codes where they are all alike.
        mixed: mean width of a mixture without adapters that fills the budget.
        rank: of an adapter that fills the budget beside codes of ``bits`` with zero points.
        narrow_rank: the same for an adapter on six of a block's seven matrices, as INT2.1 has it.
        nf_rank: the same beside normal-float codes, which have no zero points.
        hqq_group: group of HQQ's codes, whose scales and zeros are 16 bits each.
    """

    most: float
    bits: int
    mixed: float
    rank: int
    narrow_rank: int
    nf_rank: int
    hqq_group: int = GROUP


BUDGETS = {
    "2.5": Budget(most=2.5, bits=2, mixed=2.18, rank=4, narrow_rank=5, nf_rank=5),
    "3.05": Budget(most=3.05, bits=2, mixed=2.69, rank=16, narrow_rank=20, nf_rank=17, hqq_group=32),
    "3.5": Budget(most=3.5, bits=3, mixed=3.12, rank=2, narrow_rank=3, nf_rank=5),
    "4.5": Budget(most=4.5, bits=4, mixed=4.16, rank=3, narrow_rank=4, nf_rank=5),
}
"""Made for SmolLM2-135M, whose rows of 576 take 3.39 bits at 3 with their padding. What the engine does not store
(HQQ's and LoftQ's values) is counted without padding."""


@dataclass(kw_only=True)
class Bench:
    """What the methods share."""

    subject: Subject
    ids: Tensor
    pool: Tensor
    crops: Tensor
    seconds: float
    context: int
    limit: int
    calibration: int
    join: int
    batch_tokens: int
    weight_rate: float

    def __post_init__(self) -> None:
        self.loftq: tuple[tuple[int, int], dict[str, tuple[Tensor, Tensor]]] = ((0, 0), {})
        count, length = self.pool.shape
        self.rows = self.pool[: count // self.join * self.join].reshape(-1, length * self.join)
        self.parts = structure(self.subject.spec)
        self.names = [linear.name for block in self.parts.blocks for linear in block.linears]

    def measured(self, model: PreTrainedModel, bits: float, **more: Any) -> dict[str, Any]:
        """A row's figures."""
        found = self.subject.compare(model, self.ids, context=self.context, limit=self.limit)
        return {"bits": bits, "perplexity": found.perplexity.value, "kl": found.kl, "top1": found.top1, **more}

    def dense(self, change: Callable[[Tensor], Tensor], bits: float) -> dict[str, Any]:
        """A method that needs no text: float weights replaced by what they are quantized to."""
        model = copy.deepcopy(self.subject.reference)
        peer_methods.replaced(model, self.names, change)
        return self.measured(model, bits)

    def packed(self, settings: Quantize, folder: Path, repair: Any = None) -> PreTrainedModel:
        """The engine's own quantization of the model."""
        return self.subject.student(settings, self.pool[: self.calibration], folder, repair)

    def adapter_bits(self, rank: int) -> float:
        """Bits a weight of 16-bit adapters of this rank on every matrix."""
        linears = [linear for block in self.parts.blocks for linear in block.linears]
        numbers = sum(
            min(rank, item.out_features, item.in_features) * (item.out_features + item.in_features) for item in linears
        )
        return 16 * numbers / sum(item.out_features * item.in_features for item in linears)


Method = Callable[[Bench, Budget, Path], dict[str, Any]]


def nearest(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """Min/max grid, nearest code; a fractional width by LoftQ's rule, the first blocks at 4 bits, the others at 2."""
    settings = Quantize(bits=min(budget.mixed, 4.0), group_size=GROUP, solver="nearest", mixed="first-layers")
    model = bench.packed(settings, folder)
    return bench.measured(model, account(folder / "quantized").linear_bits)


def hqq(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """Half-quadratic quantization, no text."""
    bits, group = budget.bits, budget.hqq_group
    return bench.dense(lambda weight: peer_methods.hqq(weight, bits, group), bits + 32 / group)


def loftq_as_in_peft(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """NF codes and LoftQ's factors, five rounds, at the scale PEFT and LoftQ's script give them."""
    return _loftq(bench, budget, peer_methods.LOFTQ_SCRIPT_SCALE)


def loftq_right_scale(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """The same at scale 1, for which the factors were computed."""
    return _loftq(bench, budget, 1.0)


def _loftq(bench: Bench, budget: Budget, scale: float) -> dict[str, Any]:
    bits, rank = budget.bits, budget.nf_rank
    if bench.loftq[0] != (bits, rank):
        found: dict[str, tuple[Tensor, Tensor]] = {}
        for name in bench.names:
            weight: Any = bench.subject.reference.get_submodule(name).weight
            found[name] = peer_methods.loftq(weight.detach(), bits, rank)
        bench.loftq = ((bits, rank), found)
    model = copy.deepcopy(bench.subject.reference)
    for name, (quantized, term) in bench.loftq[1].items():
        replaced: Any = model.get_submodule(name).weight
        replaced.data.copy_(quantized + scale * term)
    return bench.measured(model, bits + 16 / BLOCK + bench.adapter_bits(rank))


def gptq(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """GPTQ with our searched grid; a fractional width by sensitivity."""
    model = bench.packed(Quantize(bits=budget.mixed, group_size=GROUP, solver="gptq"), folder)
    return bench.measured(model, account(folder / "quantized").linear_bits)


def gptq_activation(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """GPTQ and the activation-aware low-rank term (QERA, CLoQ)."""
    settings = Quantize(bits=budget.bits, group_size=GROUP, solver="gptq")
    model = bench.packed(settings, folder, ActivationRepair(rank=budget.rank))
    return bench.measured(model, account(folder / "quantized", [folder / "repair"]).linear_bits)


def lrec_published(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """INT2.1: zero start, six matrices a block, KL and CE on C4, no scales, the published rates."""
    return _lrec_published(bench, budget, folder, 0.0)


def lrec_published_faster(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """The same at the learning rate of ours, since the published one is made for days."""
    return _lrec_published(bench, budget, folder, 1e-3)


def _lrec_published(bench: Bench, budget: Budget, folder: Path, rate: float) -> dict[str, Any]:
    settings = Quantize(bits=budget.bits, group_size=GROUP, solver="gptq")
    model = bench.packed(settings, folder, ZeroStart(budget.narrow_rank, {"down_proj": 0}))
    trained = peer_methods.lrec_as_published(
        model,
        bench.subject.reference,
        bench.crops,
        bits=budget.bits,
        seconds=bench.seconds,
        rate=rate,
        batch_tokens=min(7 * peer_methods.INT21_LENGTH, bench.batch_tokens),
    )
    bits = account(folder / "quantized", [folder / "repair"]).linear_bits
    return bench.measured(model, bits, **trained)


def ours_lrec(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """Ours: activation start, adapters trained by KL on text the model wrote; trained scales would cost 0.25 bits."""
    settings = Quantize(bits=budget.bits, group_size=GROUP, solver="gptq")
    model = bench.packed(settings, folder, ActivationRepair(rank=budget.rank))
    teacher = ResidentTeacher(bench.subject.reference, bench.rows)

    def run(chosen: Correct) -> Any:
        return lrec(
            model,
            "repair",
            bench.rows,
            chosen,
            teacher,
            folder=folder / "trained",
            checkpoints=folder / "checkpoints",
            context=bench.subject.context,
            precision=bench.subject.precision,
            checkpointing=False,
        )

    base = replace(_settings(bench, "lrec", budget.rank), train_scales=False)
    # A rate of 0 leaves everything where it is, so the trial costs time and nothing else.
    steps = steps_within(bench.seconds, lambda count: run(replace(base, steps=count, learning_rate=0.0)))
    found = run(replace(base, steps=steps))
    bits = account(folder / "quantized", [folder / "trained"]).linear_bits
    return bench.measured(model, bits, steps=steps, trained_tokens=steps * base.batch * base.length, held_kl=found.kl)


def ours_qad(bench: Bench, budget: Budget, folder: Path) -> dict[str, Any]:
    """Ours: the codes themselves trained by KL on text the model wrote, from GPTQ's; no adapter."""
    model = bench.packed(Quantize(bits=budget.mixed, group_size=GROUP, solver="gptq"), folder)
    spec, reader = bench.subject.spec, open_weights(bench.subject.spec)
    layers = make_trainable(model, reader, checkpoint_names(bench.subject.reference, reader.names()), {})
    teacher = ResidentTeacher(bench.subject.reference, bench.rows)

    def run(chosen: Correct) -> Any:
        return qad(
            model,
            bench.rows,
            chosen,
            teacher,
            checkpoints=folder / "checkpoints",
            context=bench.subject.context,
            precision=bench.subject.precision,
            checkpointing=False,
        )

    base = replace(_settings(bench, "qad", 1), weight_learning_rate=bench.weight_rate)
    still = replace(base, learning_rate=0.0, weight_learning_rate=0.0)
    steps = steps_within(bench.seconds, lambda count: run(replace(still, steps=count)))
    found = run(replace(base, steps=steps))
    sink = PackedFolder(folder / "corrected", folder / "none", spec, bench.parts, dtype=bench.subject.dtype)
    write_trained(layers, folder / "quantized", bench.parts, sink)
    stored = load_model(folder / "corrected", bench.subject.device, bench.subject.dtype)
    bits = account(folder / "corrected").linear_bits
    return bench.measured(stored, bits, steps=steps, trained_tokens=steps * base.batch * base.length, held_kl=found.kl)


def _settings(bench: Bench, method: Any, rank: int) -> Correct:
    length = bench.rows.shape[1]
    return Correct(method=method, rank=rank, batch=max(1, bench.batch_tokens // length), length=length)


METHODS: dict[str, Method] = {
    "nearest": nearest,
    "HQQ": hqq,
    "NF + LoftQ, PEFT's scale": loftq_as_in_peft,
    "NF + LoftQ, right scale": loftq_right_scale,
    "GPTQ": gptq,
    "GPTQ + activation": gptq_activation,
    "LREC as published": lrec_published,
    "LREC as published, rate 1e-3": lrec_published_faster,
    "ours: lrec": ours_lrec,
    "ours: qad": ours_qad,
}


def run_rows(
    bench: Bench, wanted: list[tuple[str, str]], results: dict[str, Any], save: Callable[[], None], *, until: float
) -> None:
    """Measure (budget, method) pairs that ``results`` lacks; a method that fails is told and leaves its cell empty.

    No row starts after the time ``until`` of `time.perf_counter`.
    """
    for budget, method in wanted:
        cell = results["budgets"].setdefault(budget, {})
        if "perplexity" in cell.get(method, {}):
            continue
        if time.perf_counter() > until:
            print("no time left for", budget, method, flush=True)
            continue
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            try:
                cell[method] = METHODS[method](bench, BUDGETS[budget], Path(place))
            except Exception as error:
                cell[method] = {"error": f"{type(error).__name__}: {error}"}
        synchronize()
        cell[method]["seconds"] = time.perf_counter() - began
        shown = {key: round(value, 3) if isinstance(value, float) else value for key, value in cell[method].items()}
        print(budget, method, shown, flush=True)
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        save()


def markdown(results: dict[str, Any]) -> str:
    """A table for docs: methods down, budgets across, each cell perplexity (bits); the best of a budget is bold."""
    budgets = list(results["budgets"])
    text, float_model = results["text"], results["float"]["perplexity"]
    lines = [
        f"{results['model']}, {text}, {results['tokens']:,} tokens in windows of {results['context']}; float model "
        f"{float_model:.2f}. Bits count codes, scales, zero points and 16-bit adapters. Each training at most "
        f"{results['seconds']:.0f} s on {results['device']}; {results['versions']}.",
        "",
        "| method | " + " | ".join(f"at most {name} bits" for name in budgets) + " |",
        "|---" * (len(budgets) + 1) + "|",
    ]
    for method in METHODS:
        cells = [results["budgets"][name].get(method, {}) for name in budgets]
        if not any(cells):
            continue
        shown = [
            _cell(name, cell, _least(name, results["budgets"][name])) for name, cell in zip(budgets, cells, strict=True)
        ]
        lines.append(f"| {method} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


def _least(budget: str, cells: dict[str, Any]) -> float:
    within = [cell for cell in cells.values() if "perplexity" in cell and not _over(budget, cell)]
    return min((cell["perplexity"] for cell in within), default=float("inf"))


def _over(budget: str, cell: dict[str, Any]) -> bool:
    return bool(cell["bits"] > BUDGETS[budget].most + 1e-6)


def _cell(budget: str, cell: dict[str, Any], least: float) -> str:
    if "perplexity" not in cell:
        return "-"
    value = cell["perplexity"]
    words = f"{value:.2f}" if value < 1000 else f"{value:.1e}"
    over = ", over" if _over(budget, cell) else ""
    return (f"**{words}**" if value == least else words) + f" ({cell['bits']:.2f}{over})"


def joined(files: list[Path]) -> dict[str, Any]:
    """Results of several calls, e.g. one a GPU, as one; they must be of the same model and text."""
    parts = [json.loads(file.read_text()) for file in files]
    head = dict(parts[0])
    same = ("model", "text", "tokens", "context", "seconds", "device", "versions")
    assert all(part[key] == head[key] for part in parts for key in same), "not measured alike"
    cells: dict[str, dict[str, Any]] = {}
    for part in parts:
        for budget, rows in part["budgets"].items():
            cells.setdefault(budget, {}).update(rows)
    return head | {"budgets": {name: cells[name] for name in BUDGETS if name in cells}}


def main(arguments: list[str] | None = None) -> None:
    """Run what is asked for; a line a row as it comes."""
    options = _options(arguments)
    torch.manual_seed(0)
    out: Path = options.out or Path(os.environ.get("OUT", "."))
    out.mkdir(parents=True, exist_ok=True)
    if options.join:
        results = joined(options.join)
        (out / "methods.json").write_text(json.dumps(results, indent=1))
        (out / "methods.md").write_text(markdown(results))
        if options.page:
            put_table(options.page, "methods table", markdown(results))
        print(markdown(results))
        return
    began = time.perf_counter()
    subject = open_subject(options.source)
    budgets = options.budgets.split(",") if options.budgets else list(BUDGETS)
    methods = options.methods.split(";") if options.methods else list(METHODS)
    ids = read_text_ids(options.text, subject.tokenizer)
    pool = sampled(subject, options.pool_tokens, options.length, options.pool)
    print(f"model and {pool.numel():,} tokens of text in {time.perf_counter() - began:.0f} s", flush=True)
    count = max(64, options.crops)
    bench = Bench(
        subject=subject,
        ids=ids,
        pool=pool,
        crops=peer_methods.c4_crops(options.c4, subject.tokenizer, options.crop_length, count),
        seconds=options.seconds,
        context=options.context,
        limit=options.limit,
        calibration=options.calibration,
        join=options.join_rows,
        batch_tokens=options.batch_tokens,
        weight_rate=options.weight_rate,
    )
    file = out / "methods.json"
    results = json.loads(file.read_text()) if file.is_file() else _head(bench, options)

    def save() -> None:
        file.write_text(json.dumps(results, indent=1))
        (out / "methods.md").write_text(markdown(results))

    save()
    wanted = [(budget, method) for budget in budgets for method in methods]
    run_rows(bench, wanted, results, save, until=began + options.within)
    print(markdown(results), flush=True)


def _head(bench: Bench, options: argparse.Namespace) -> dict[str, Any]:
    base = bench.subject.compare(bench.subject.reference, bench.ids, context=bench.context, limit=bench.limit)
    return {
        "model": bench.subject.spec.source.rpartition("/")[2],
        "text": options.text.name,
        "tokens": base.tokens,
        "context": bench.context,
        "device": device_name(),
        "versions": f"torch {torch.__version__}, transformers {transformers.__version__}",
        "seconds": options.seconds,
        "options": {name: str(value) for name, value in vars(options).items()},
        "float": {"perplexity": base.perplexity.value},
        "budgets": {},
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, help="measured on")
    parser.add_argument("--c4", type=Path, help="jsonl with a text a line, for INT2.1's training")
    parser.add_argument(
        "--join", type=Path, nargs="*", help="measure nothing, put methods.json of several calls together"
    )
    parser.add_argument("--page", type=Path, help="with --join: docs/methods.md, whose table is replaced")
    parser.add_argument("--source", default="", help="as in a recipe")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--budgets", default="", help=f"of {', '.join(BUDGETS)}, separated by commas")
    parser.add_argument("--methods", default="", help=f"of {'; '.join(METHODS)}, separated by semicolons")
    parser.add_argument("--seconds", type=float, default=60, help="of each training")
    parser.add_argument("--within", type=float, default=1e9, help="seconds after which no further row starts")
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--limit", type=int, default=0, help="windows measured; 0 takes all")
    parser.add_argument("--pool", type=Path, help="npy file the sampled text is kept in")
    parser.add_argument("--pool-tokens", type=int, default=3_000_000)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--calibration", type=int, default=128, help="sequences the solver looks at")
    parser.add_argument("--join-rows", type=int, default=4, help="sampled sequences in a row that ours learns from")
    parser.add_argument("--batch-tokens", type=int, default=8192)
    parser.add_argument("--weight-rate", type=float, default=4e-3)
    parser.add_argument("--crops", type=int, default=512)
    parser.add_argument("--crop-length", type=int, default=512)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
