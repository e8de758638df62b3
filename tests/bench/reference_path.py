"""The kernels against the torch reference on the starter with an adapter: greedy text, and losses while training.

    .venv/bin/python tests/bench/reference_path.py greedy [--bits 4] [--dtype bf16] [--tokens 200]
    .venv/bin/python tests/bench/reference_path.py losses [--bits 4 3 2] [--steps 50]

``greedy``: three prompts by the fused decoder, by the model's own forward over the kernels, and by that forward over
the torch reference. Where two part, the gap between the two best logits there tells a tie from a mistake; with the
reference's text given, every token is compared. ``losses`` (GPU): the same steps by the torch reference, by the
kernels, and by the kernels with recorded blocks. The model is the GGUF file in STARTER_GGUF, else the starter, its
matrices at the nearest codes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from starter_bench import device_name, open_subject
from torch import Tensor, nn

from lowbit_core.chat import CachedDecoder
from lowbit_core.chat.generate import passing_decoder
from lowbit_core.chat.graph import GraphDecoder
from lowbit_core.context import SilentContext
from lowbit_core.events import Event, Metric
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.model import load_float
from lowbit_core.packed import PackedLinear, add_adapter, cpu_path, cuda_path, reference
from lowbit_core.packed.pack import pack
from lowbit_core.quantize.solve import solve
from lowbit_core.source import ModelSpec
from lowbit_core.train import TrainSettings, block_graphs, train

PROMPTS = ("The history of the city begins", "def fibonacci(n):", "Question: why is the sky blue? Answer:")
TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
PAGES = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/performance.md")
ROW = 384


def build(spec: ModelSpec, bits: int, dtype: torch.dtype, rank: int) -> Any:
    """The starter packed at the nearest codes, with an adapter that changes what it says."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = load_float(spec, dtype, device).eval()
    codec = IntegerCodec(bits=bits)
    for block in model.model.layers:
        for parent in (block.self_attn, block.mlp):
            for name, child in list(parent.named_children()):
                if isinstance(child, nn.Linear):
                    buffers = pack(solve(child.weight.detach(), codec, "nearest"))
                    setattr(parent, name, PackedLinear.from_buffers(buffers, dtype=dtype))
    torch.manual_seed(0)
    model = add_adapter(model, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=list(TARGETS)), "task")
    generator = torch.Generator().manual_seed(0)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            parameter.data = 0.01 * torch.randn(parameter.shape, generator=generator).to(device)
        if "lora_" in name:  # the same numbers in every format
            parameter.data = parameter.data.to(torch.bfloat16).to(dtype)
    return model


@contextmanager
def torch_reference() -> Iterator[None]:
    """Within the block no kernel is called; W is kept as the reference unpacks it: a step is one product a matrix."""
    dense: dict[tuple[int, int, int, torch.dtype], Tensor] = {}
    fill, serves = reference.dequantize_rows, (cuda_path.serves, cpu_path.serves)

    def kept(buffers: Any, start: int, stop: int, out: Tensor) -> Tensor:
        key = (buffers.codes.data_ptr(), start, stop, out.dtype)
        if key not in dense:
            dense[key] = fill(buffers, start, stop, torch.empty_like(out))
        return out.copy_(dense[key])  # backward reads `out`, not what comes back

    reference.dequantize_rows = kept
    cuda_path.serves = cpu_path.serves = lambda *_: False
    try:
        yield
    finally:
        reference.dequantize_rows, (cuda_path.serves, cpu_path.serves) = fill, serves


@torch.inference_mode()
def continued(decoder: Any, ids: Tensor, count: int, given: list[int] | None = None) -> tuple[list[int], Tensor]:
    """Greedy tokens, and the logits [count, vocab] each was chosen from; the text goes on with ``given`` instead."""
    logits = decoder.advance(ids)
    tokens, seen = [], []
    for number in range(count):
        seen.append(logits[0].float().clone())
        tokens.append(logits.argmax(1).clone())
        follows = tokens[-1][None] if given is None else torch.tensor([[given[number]]], device=ids.device)
        logits = decoder.advance(follows)
    return torch.cat(tokens).tolist(), torch.stack(seen)


def compared(a: tuple[list[int], Tensor], b: tuple[list[int], Tensor]) -> str:
    """Where two texts part and how close the choice was there; how far the logits are apart until then."""
    at = next((i for i, (x, y) in enumerate(zip(a[0], b[0], strict=True)) if x != y), None)
    until = len(a[0]) if at is None else at + 1
    noise = ((a[1][:until] - b[1][:until]).norm(dim=1) / b[1][:until].norm(dim=1)).mean().item()
    if at is None:
        return f"the same {until} tokens, logits {noise:.1e} apart"
    first, second = b[1][at].topk(2).values.tolist()
    return f"part at token {at}, the best logits {first - second:.4f} apart there; logits {noise:.1e} apart"


def fused_decoder(model: Any) -> Any:
    """One launch, or one call, a token."""
    return GraphDecoder(model) if model.device.type == "cuda" else passing_decoder(model)


def chosen_otherwise(found: tuple[list[int], Tensor], reference: tuple[list[int], Tensor]) -> str:
    """How many tokens of the reference's own text are not the other's choice, and how little that choice was worse."""
    places = [i for i, (x, y) in enumerate(zip(found[0], reference[0], strict=True)) if x != y]
    behind = [(reference[1][i, reference[0][i]] - reference[1][i, found[0][i]]).item() for i in places]
    worst = f", by at most {max(behind):.4f}" if behind else ""
    return f"given its text, {len(places)} of {len(reference[0])} chosen otherwise{worst}"


def greedy(spec: ModelSpec, tokenizer: Any, bits: int, dtype: torch.dtype, count: int) -> None:
    """Print a line for each pair of paths of each prompt."""
    model = build(spec, bits, dtype, rank=8)
    for prompt in PROMPTS:
        ids = torch.tensor([tokenizer(prompt)["input_ids"]], device=model.device)
        fused = fused_decoder(model)
        texts = {"fused": continued(fused, ids, count), "kernels": continued(CachedDecoder(model), ids, count)}
        with torch_reference():
            texts["torch"] = continued(CachedDecoder(model), ids, count)
        why = getattr(fused, "why_plain", "")
        for one, other in (("fused", "torch"), ("kernels", "torch"), ("fused", "kernels")):
            print(f"{bits} bits {prompt[:20]!r} {one}/{other}: {compared(texts[one], texts[other])} {why}", flush=True)
        given = continued(fused_decoder(model), ids, count, texts["torch"][0])
        print(f"{bits} bits {prompt[:20]!r} fused/torch: {chosen_otherwise(given, texts['torch'])}", flush=True)


class Losses(SilentContext):
    """Keeps the losses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[float] = []

    def emit(self, event: Event) -> None:
        """See `Context`."""
        if isinstance(event, Metric) and event.name == "loss":
            self.found.append(event.value)


def losses(spec: ModelSpec, tokenizer: Any, bits: int, steps: int) -> None:
    """Print the largest relative differences of the losses of three ways to take the same steps, and of two runs alike.

    Kernels that add in no fixed order, as attention's backward may, would make a way part from itself.
    """
    numbers = tokenizer("\n".join(Path(page).read_text() for page in PAGES))["input_ids"]
    rows = [
        {"input_ids": numbers[i : i + ROW], "labels": numbers[i : i + ROW]} for i in range(0, len(numbers) - ROW, ROW)
    ]

    def run() -> list[float]:
        model, context = build(spec, bits, torch.bfloat16, rank=16), Losses()
        settings = TrainSettings(
            steps=steps, precision="bf16", batch=1, accumulate=1, learning_rate=2e-4, optimizer="paged-adamw-8bit",
            checkpoint_every=0,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            train(model, rows, collate=_collate, folder=Path(folder), context=context, settings=settings)
        return context.found

    recorded, again = run(), run()
    most, block_graphs.MOST_TOKENS = block_graphs.MOST_TOKENS, 0
    plain, repeated = run(), run()
    with torch_reference():
        expected = run()
    block_graphs.MOST_TOKENS = most

    def worst(found: list[float], other: list[float] = expected) -> float:
        return max(abs(x - y) / y for x, y in zip(found, other, strict=True))

    print(
        f"{bits} bits, {steps} steps, loss {expected[0]:.3f} to {expected[-1]:.3f}: kernels at most "
        f"{worst(plain):.2%} off, recorded blocks {worst(recorded):.2%}; run again: "
        f"kernels {worst(repeated, plain):.2%}, recorded blocks {worst(again, recorded):.2%}",
        flush=True,
    )


def _collate(batch: list[dict[str, list[int]]]) -> dict[str, Tensor]:
    return {key: torch.tensor([batch[0][key]]) for key in ("input_ids", "labels")}


def main() -> None:
    """One width after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("greedy", "losses"))
    parser.add_argument("--bits", type=int, nargs="+", default=[4])
    parser.add_argument("--dtype", choices=tuple(DTYPES), default="bf16")
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--steps", type=int, default=50)
    options = parser.parse_args()
    subject = open_subject()
    print(device_name(), "torch", torch.__version__, options.what, flush=True)
    for bits in options.bits:
        if options.what == "greedy":
            greedy(subject.spec, subject.tokenizer, bits, DTYPES[options.dtype], options.tokens)
        else:
            losses(subject.spec, subject.tokenizer, bits, options.steps)


if __name__ == "__main__":
    main()
