"""LoftQ as published, with either scale, beside LoftQ here: perplexity on the starter model for the same bits.

    .venv/bin/python tests/bench/loftq.py --text wikitext-2-raw-test.txt [--rank 16] [--iterations 5] [--windows 0]

Rows ``published/QUANTIZER/BITS`` put quantized values in the place of weights (the published simulated mode) and add
the low-rank term at scale 1, or at 16/64 as published adapters of language models have it (``/peft``); no term is
QLoRA's start (``/none``). Rows ``ours/CODEC/SOLVER/BITS/METHOD`` are packed. Bits count codes, 16-bit scales, zeros
and 16-bit factors. Nothing but the gptq rows and ``activation`` looks at text, which is sampled from the model.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from lowbit_core.chat import sample_text
from lowbit_core.context import SilentContext
from lowbit_core.correct import ActivationRepair, LoftQ
from lowbit_core.correct import loftq_published as published
from lowbit_core.evaluate import perplexity, read_text_ids
from lowbit_core.model import load_float, load_tokenizer, structure
from lowbit_core.packed import PackedFolder, account, load_adapter, load_model
from lowbit_core.quantize import quantize_model
from lowbit_core.recipe.schema import Quantize
from lowbit_core.source import ModelSpec, resolve

PUBLISHED_SCALE = 16 / 64
"""lora_alpha over rank of the published adapters of language models."""

QUANTIZERS = {
    "normal": published.normal,
    "uniform-block": published.uniform_block,
    "uniform-tensor": published.uniform_tensor,
}
ROWS = (
    "published/normal/2,published/normal/2/peft,published/normal/2/none,published/uniform-block/2,"
    "published/uniform-tensor/2,ours/normal-float/nearest/2/loftq,ours/normal-float/search/2/loftq,"
    "ours/integer/search/2/loftq,ours/integer/gptq/2/activation,ours/integer/gptq/2/loftq,"
    "published/normal/4,published/normal/4/peft,published/normal/4/none,ours/normal-float/search/4/loftq,"
    "ours/integer/search/4/loftq,ours/integer/gptq/4/loftq"
)


@dataclass(kw_only=True)
class Bench:
    """What all rows share."""

    spec: ModelSpec
    device: torch.device
    dtype: torch.dtype
    ids: Tensor
    context_tokens: int
    windows: int
    rank: int
    iterations: int
    calibration: Tensor | None

    def measure(self, model: torch.nn.Module) -> float:
        """Perplexity, windows that do not overlap."""
        return perplexity(
            model, self.ids, context=self.context_tokens, job_context=SilentContext(), limit=self.windows
        ).value

    def published(self, kind: str, bits: int, scale: float) -> dict[str, float]:
        """The simulated mode."""
        model = load_float(self.spec, torch.float32, self.device)
        linears = list(structure(self.spec).linears())
        names = [linear.name for linear in linears]
        terms = published.simulate(model, names, QUANTIZERS[kind](bits), self.rank, self.iterations if scale else 1)
        with torch.no_grad():
            for name, term in terms.items():
                model.get_submodule(name).weight += scale * term.product()
        weights = sum(linear.weights for linear in linears)
        factors = sum(term.parameters for term in terms.values()) if scale else 0
        side = 0.0 if kind == "uniform-tensor" else 16 / published.BLOCK
        return {
            "bits": bits + side + 16 * factors / weights,
            "perplexity": self.measure(model.to(self.dtype)),
        }

    def ours(self, codec: str, solver: str, bits: int, method: str) -> dict[str, float]:
        """Packed, and loaded again."""
        repair = ActivationRepair(self.rank) if method == "activation" else LoftQ(self.rank, self.iterations)
        wants_text = solver == "gptq" or method == "activation"
        with tempfile.TemporaryDirectory() as place:
            folder, adapter = Path(place, "quantized"), Path(place, "repair")
            quantize_model(
                self.spec,
                Quantize(bits=bits, codec=codec, solver=solver, group_size=64),  # type: ignore[arg-type]
                self.calibration if wants_text else None,
                sink=PackedFolder(folder, adapter, self.spec, structure(self.spec), dtype=self.dtype),
                context=SilentContext(),
                repair=repair,
                device=self.device,
                dtype=self.dtype,
            )
            model = load_adapter(load_model(folder, self.device, self.dtype), adapter, "repair")
            return {"bits": account(folder, [adapter]).linear_bits, "perplexity": self.measure(model)}

    def run(self, row: str) -> dict[str, float]:
        """One line of the table."""
        started = time.perf_counter()
        where, *rest = row.split("/")
        if where == "published":
            kind, bits, *how = rest
            scale = {"peft": PUBLISHED_SCALE, "none": 0.0}.get(how[0], 1.0) if how else 1.0
            found = self.published(kind, int(bits), scale)
        else:
            codec, solver, bits, method = rest
            found = self.ours(codec, solver, int(bits), method)
        return found | {"seconds": time.perf_counter() - started}


def main() -> None:
    """Run the rows; print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--source", default="starter", help="as in a recipe")
    parser.add_argument("--rows", default=ROWS)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--windows", type=int, default=0, help="0 takes the whole text")
    parser.add_argument("--sequences", type=int, default=128, help="of 512 tokens, to calibrate on")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    context = SilentContext()
    spec = resolve(options.source, context=context)
    tokenizer = load_tokenizer(spec)
    rows = options.rows.split(",")
    whole = load_float(spec, dtype, device)
    calibration = None
    if any("/gptq/" in row or row.endswith("activation") for row in rows):
        calibration = sample_text(whole, tokenizer, options.sequences * 512, 512, 0, context=context)
    bench = Bench(
        spec=spec,
        device=device,
        dtype=dtype,
        ids=read_text_ids(options.text, tokenizer),
        context_tokens=options.context,
        windows=options.windows,
        rank=options.rank,
        iterations=options.iterations,
        calibration=calibration,
    )
    results = {"float": {"bits": 16.0, "perplexity": bench.measure(whole)}}
    del whole
    print("float", results["float"], flush=True)
    for row in rows:
        results[row] = bench.run(row)
        print(row, {key: round(value, 3) for key, value in results[row].items()}, flush=True)
        if options.out:
            options.out.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
