"""Perplexity of trained codes on the starter within a time limit: the last rows of docs/methods.md.

    .venv/bin/python tests/bench/trained_codes.py --text wikitext-2-raw-test.txt --bits 2.21 --seconds 480

Text is sampled from the float model (or taken from --pool, as an earlier call saved it with --save-pool); nothing else
is learned from unless --text-file names it. --seconds bounds the training, the rest is told beside it. Sequences may be
joined into longer rows (--join), so that positions up to the measured context are trained. One JSON document goes to
--out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import torch
from torch import Tensor

from lowbit_core.chat import sample_text
from lowbit_core.context import SilentContext
from lowbit_core.correct.distillation import Distillation
from lowbit_core.correct.latent import LatentLinear
from lowbit_core.correct.qad import make_trainable, qad, write_trained
from lowbit_core.correct.teacher import ResidentTeacher
from lowbit_core.errors import Interrupted
from lowbit_core.evaluate import perplexity, read_text_ids
from lowbit_core.model import load_float, load_tokenizer, structure
from lowbit_core.model.loading import checkpoint_names
from lowbit_core.packed import PackedFolder, account, load_model
from lowbit_core.quantize import quantize_model
from lowbit_core.recipe.schema import Correct, Quantize
from lowbit_core.source import resolve
from lowbit_core.train.lean_norms import lean_norms
from lowbit_core.train.objective import objective_inside
from lowbit_core.weights import open_weights

PROBE_STEPS = 6
OVERHEAD = 1.15
"""Of a step: the optimizer, and its share of measuring and saving."""


def step_seconds(model: Any, rows: Tensor, teacher: Any) -> float:
    """Forward and backward of one batch, as the trainer runs it."""
    batch = {"input_ids": rows.cuda(), "labels": rows.cuda(), "rows": torch.arange(len(rows)).cuda()}
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for layer in model.modules():
        if isinstance(layer, LatentLinear):
            for parameter in layer.parameters():
                parameter.requires_grad_(True)
    model.train()
    with objective_inside(model, Distillation(teacher, 1.0, 0.0)), lean_norms(model):
        for number in range(PROBE_STEPS + 2):
            if number == 2:
                torch.cuda.synchronize()
                began = time.perf_counter()
            with torch.autocast("cuda", torch.bfloat16):
                loss = model(**batch).loss
            loss.backward()
            for parameter in model.parameters():
                parameter.grad = None
        torch.cuda.synchronize()
    return (time.perf_counter() - began) / PROBE_STEPS


class Deadline(SilentContext):
    """Asks for a stop once the time is over; the best state so far is what is measured then."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.until = time.perf_counter() + seconds
        self.passed = False

    def checkpoint(self) -> None:
        """A safe point."""
        if time.perf_counter() > self.until:
            self.passed = True
            raise Interrupted("stop")


def pool_of(options: argparse.Namespace, model: Any, tokenizer: Any) -> Tensor:
    """Sampled sequences int64 [n, length]: from files, or drawn now."""
    if options.pool:
        return torch.from_numpy(numpy.concatenate([numpy.load(path) for path in options.pool]).astype(numpy.int64))
    pool = sample_text(model, tokenizer, options.pool_tokens, options.length, options.seed, context=SilentContext())
    if options.save_pool:
        numpy.save(options.save_pool, pool.numpy().astype(numpy.uint16))
    return pool


def with_real_text(pool: Tensor, path: Path, share: float, tokenizer: Any, seed: int) -> Tensor:
    """Mix rows of real text, joined by the end-of-text token, into sampled ones; int64 [n, length], shuffled.

    Args:
        pool: sampled rows int64 [n, length].
        path: jsonl with a text a line; gone over as often as the share needs.
        share: of the rows that come back.
        tokenizer: of the model.
        seed: of the order and of where each pass begins.
    """
    ids: list[int] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        ids += [*tokenizer(json.loads(line)["text"], verbose=False).input_ids, tokenizer.eos_token_id]
    tokens, length = torch.tensor(ids), pool.shape[1]
    generator = torch.Generator().manual_seed(seed)
    wanted, parts = round(len(pool) * share / (1 - share)), []
    while sum(map(len, parts)) < wanted:
        shifted = tokens[int(torch.randint(length, (1,), generator=generator)) :]
        parts.append(shifted[: len(shifted) // length * length].reshape(-1, length))
    # Neighbours stay together: joined rows then show the context they had.
    mixed = torch.cat([pool, torch.cat(parts)[:wanted]])
    blocks = [mixed[begin : begin + 4] for begin in range(0, len(mixed), 4)]
    return torch.cat([blocks[place] for place in torch.randperm(len(blocks), generator=generator).tolist()])


def main() -> None:
    """One row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--source", default="starter", help="as in a recipe")
    parser.add_argument("--bits", type=float, default=2.0)
    parser.add_argument("--group", type=int, default=64)
    parser.add_argument("--solver", default="gptq")
    parser.add_argument("--pool", type=Path, nargs="*")
    parser.add_argument("--save-pool", type=Path)
    parser.add_argument("--pool-tokens", type=int, default=3_000_000)
    parser.add_argument("--text-file", type=Path, help="jsonl of real text to learn from beside the sampled")
    parser.add_argument("--text-share", type=float, default=0.25, help="of it in the rows")
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--join", type=int, default=1, help="sequences in a row")
    parser.add_argument("--batch-tokens", type=int, default=16384)
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--until", type=float, default=1e9, help="seconds after the start at which training stops")
    parser.add_argument("--weight-rate", type=float, default=2e-3)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--calibration", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the packed model, to chat with")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    began = started = time.perf_counter()
    took: dict[str, float] = {}

    def lap(name: str) -> None:
        nonlocal began
        torch.cuda.synchronize()
        took[name] = time.perf_counter() - began
        began = time.perf_counter()
        print(f"{name}: {took[name]:.1f} s", flush=True)

    device, dtype, context = torch.device("cuda"), torch.bfloat16, SilentContext()
    spec = resolve(options.source, context=context)
    tokenizer = load_tokenizer(spec)
    ids = read_text_ids(options.text, tokenizer)
    reference = load_float(spec, dtype, device)
    lap("load")
    pool = pool_of(options, reference, tokenizer)
    lap("sample")
    with tempfile.TemporaryDirectory() as place:
        quantized, corrected = Path(place, "quantized"), options.keep or Path(place, "corrected")
        sink = PackedFolder(quantized, Path(place, "start"), spec, structure(spec), dtype=dtype)
        quantize_model(
            spec,
            Quantize(bits=options.bits, group_size=options.group, solver=options.solver),
            pool[: options.calibration],
            sink=sink,
            context=context,
            device=device,
            dtype=dtype,
        )
        lap("quantize")
        model = load_model(quantized, device, dtype)
        start = perplexity(model, ids, context=2048, job_context=context).value
        lap("measure")
        print("start", start, flush=True)
        reader = open_weights(spec)
        layers = make_trainable(model, reader, checkpoint_names(reference, reader.names()), {})
        if options.text_file:
            pool = with_real_text(pool, options.text_file, options.text_share, tokenizer, options.seed)
        joined = pool[: len(pool) // options.join * options.join].reshape(-1, pool.shape[1] * options.join)
        teacher = ResidentTeacher(reference, joined)
        settings = Correct(
            method="qad",
            steps=1,
            batch=options.batch_tokens // joined.shape[1],
            length=joined.shape[1],
            learning_rate=options.rate,
            weight_learning_rate=options.weight_rate,
        )

        def train(chosen: Correct, name: str) -> Any:
            return qad(
                model,
                joined,
                chosen,
                teacher,
                checkpoints=Path(place, name),
                context=deadline,
                seed=options.seed,
                precision="bf16",
                checkpointing=False,
            )

        lap("prepare")
        step = OVERHEAD * step_seconds(model, joined[: settings.batch], teacher)
        steps = max(20, int(options.seconds / step))
        print(f"{steps} steps of {step:.3f} s", flush=True)
        lap("probe")
        deadline = Deadline(options.until - (time.perf_counter() - started))
        kl, peak = None, 0
        try:
            found = train(replace(settings, steps=steps), "train")
            kl, peak = found.kl, found.peak_bytes
        except Interrupted:
            print("stopped at the deadline", flush=True)
        lap("train")
        sink = PackedFolder(corrected, Path(place, "repair"), spec, structure(spec), dtype=dtype)
        write_trained(layers, quantized, structure(spec), sink)
        tokenizer.save_pretrained(corrected)
        lap("write")
        stored = load_model(corrected, device, dtype)
        result = {
            "bits": account(corrected, []).linear_bits,
            "start": start,
            "perplexity": perplexity(stored, ids, context=2048, job_context=context).value,
            "float": perplexity(reference, ids, context=2048, job_context=context).value,
            "kl": kl,
            "stopped": deadline.passed,
            "steps": steps,
            "step_seconds": took["train"] / steps,
            "tokens": steps * options.batch_tokens,
            "pool_tokens": pool.numel(),
            "peak_bytes": peak,
            "device": torch.cuda.get_device_name(),
            "seconds": took,
            "options": {name: str(value) for name, value in vars(options).items()},
        }
    print({name: value for name, value in result.items() if name not in ("options", "seconds")}, flush=True)
    if options.out:
        options.out.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
