"""Perplexity per bit on the starter model, with our own engine: the table of docs/methods.md, written anew.

    .venv/bin/python tests/bench/quality.py --text wikitext-2-raw-test.txt [--rows 4-gptq,3-gptq-activation8,...]

Rows are BITS-SOLVER[-activationRANK][-lrecRANK][-qad]; bits count everything stored for the linears, adapters too. Text
for calibration and distillation is sampled from the model; the measured text is never learned from. With --source
starter is read from a file, for a machine without a network. Results go to --out as JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor
from transformers import PreTrainedModel

from lowbit_core.chat import sample_text
from lowbit_core.context import SilentContext
from lowbit_core.correct import LoftQ
from lowbit_core.correct.lrec import lrec
from lowbit_core.correct.qad import make_trainable, qad
from lowbit_core.correct.teacher import ResidentTeacher
from lowbit_core.evaluate import perplexity, read_text_ids
from lowbit_core.model import load_float, load_tokenizer, structure
from lowbit_core.model.loading import checkpoint_names
from lowbit_core.packed import PackedFolder, account, load_adapter, load_model
from lowbit_core.quantize import quantize_model
from lowbit_core.recipe.repairs import ACTIVATION_ROUNDS
from lowbit_core.recipe.schema import Correct, Quantize
from lowbit_core.source import ModelSpec, resolve
from lowbit_core.weights import open_weights

DEFAULT_ROWS = (
    "4-nearest,4-search,4-gptq,4-gptq-activation8,3-nearest,3-search,3-gptq,3-gptq-activation8,"
    "2-nearest,2-search,2-gptq,2-gptq-activation8"
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    bits: float
    solver: str
    activation: int = 0
    lrec: int = 0
    qad: bool = False


@dataclass(kw_only=True)
class Bench:
    """What all rows share."""

    spec: ModelSpec
    device: torch.device
    ids: Tensor
    calibration: Tensor
    pool: Tensor | None
    steps: int
    batch: int

    def __post_init__(self) -> None:
        self.context = SilentContext()
        self.reference = load_float(self.spec, torch.bfloat16, self.device)

    def measure(self, model: PreTrainedModel) -> float:
        """Perplexity at context 2048, windows that do not overlap."""
        return perplexity(model, self.ids, context=2048, job_context=self.context).value

    def run(self, row: Row) -> dict[str, float | str]:
        """Quantize, repair, measure."""
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            folder, repair = Path(place, "quantized"), Path(place, "repair")
            rank = row.activation or row.lrec
            sink = PackedFolder(folder, repair, self.spec, structure(self.spec), dtype=torch.bfloat16)
            quantize_model(
                self.spec,
                Quantize(bits=row.bits, group_size=64, solver=row.solver),  # type: ignore[arg-type]
                self.calibration,
                sink=sink,
                context=self.context,
                repair=LoftQ(rank, ACTIVATION_ROUNDS) if rank else None,
                device=self.device,
                dtype=torch.bfloat16,
            )
            model = load_model(folder, self.device, torch.bfloat16)
            adapted = load_adapter(model, repair, "repair") if rank else model
            result: dict[str, float | str] = {
                "bits": account(folder, [repair] if rank else []).linear_bits,
                "perplexity": self.measure(adapted),
                "quantize_seconds": time.perf_counter() - started,
            }
            if row.lrec:
                result |= self._lrec(adapted, Path(place), rank)
            if row.qad:
                result |= self._qad(model, Path(place))
            return result | {"seconds": time.perf_counter() - started}

    def _settings(self, method: str, rank: int) -> Correct:
        assert self.pool is not None
        length = self.pool.shape[1]
        base = Correct(method="lrec", rank=max(rank, 1), steps=self.steps, batch=self.batch, length=length)
        return replace(base, method=method)  # type: ignore[arg-type]

    def _lrec(self, model: PreTrainedModel, place: Path, rank: int) -> dict[str, float | str]:
        assert self.pool is not None
        started = time.perf_counter()
        found = lrec(
            model,
            "repair",
            self.pool,
            self._settings("lrec", rank),
            ResidentTeacher(self.reference, self.pool),
            folder=place / "repair",
            checkpoints=place / "checkpoints",
            context=self.context,
            precision="bf16",
        )
        return {
            "perplexity": self.measure(model),
            "kl": found.kl or 0.0,
            "train_seconds": time.perf_counter() - started,
        }

    def _qad(self, model: PreTrainedModel, place: Path) -> dict[str, float | str]:
        assert self.pool is not None
        started = time.perf_counter()
        reader = open_weights(self.spec)
        make_trainable(model, reader, checkpoint_names(self.reference, reader.names()), {})
        found = qad(
            model,
            self.pool,
            self._settings("qad", 0),
            ResidentTeacher(self.reference, self.pool),
            checkpoints=place / "checkpoints",
            context=self.context,
            precision="bf16",
        )
        return {
            "perplexity": self.measure(model),
            "kl": found.kl or 0.0,
            "train_seconds": time.perf_counter() - started,
        }


def parse(name: str) -> Row:
    """``3-gptq-activation8`` as a row."""
    bits, solver, *rest = name.split("-")
    row = Row(bits=float(bits), solver=solver)
    for part in rest:
        if part == "qad":
            row = replace(row, qad=True)
        elif part.startswith("activation"):
            row = replace(row, activation=int(part.removeprefix("activation")))
        else:
            row = replace(row, lrec=int(part.removeprefix("lrec")))
    return row


def main() -> None:
    """Run the rows; print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--source", default="starter", help="as in a recipe")
    parser.add_argument("--rows", default=DEFAULT_ROWS)
    parser.add_argument("--pool-tokens", type=int, default=1_600_000)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--limit", type=float, default=1e9, help="seconds after which no further row starts")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    started = time.perf_counter()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    context = SilentContext()
    spec = resolve(options.source, context=context)
    tokenizer = load_tokenizer(spec)
    rows = [(name, parse(name)) for name in options.rows.split(",")]
    trained = any(row.lrec or row.qad for _, row in rows)
    float_model = load_float(spec, torch.bfloat16, device)
    wanted = options.pool_tokens if trained else 128 * 512
    pool = sample_text(float_model, tokenizer, wanted, 512, 0, context=context)
    print(f"sampled {pool.numel():,} tokens in {time.perf_counter() - started:.0f} s", flush=True)
    bench = Bench(
        spec=spec,
        device=device,
        ids=read_text_ids(options.text, tokenizer),
        calibration=pool[:128],
        pool=pool if trained else None,
        steps=options.steps,
        batch=options.batch,
    )
    results: dict[str, dict[str, float | str]] = {"float": {"bits": 16.0, "perplexity": bench.measure(float_model)}}
    print("float", results["float"], flush=True)
    for name, row in rows:
        if time.perf_counter() - started > options.limit:
            print("no time left for", name)
            break
        results[name] = bench.run(row)
        print(name, {key: round(value, 3) for key, value in results[name].items()}, flush=True)
        if options.out:
            options.out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
