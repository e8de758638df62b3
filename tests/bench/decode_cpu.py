"""Tokens a second on this CPU: the starter in bf16 as transformers runs it, and packed with a rank-8 adapter.

All answer the same prompt in turn, round after round, and the ratios are medians within a round: what else the machine
does falls on each. ``python tests/bench/decode_cpu.py [--bits 4 2] [--head-bits 0] [--tokens 100] [--rounds 5]``;
writes $OUT/decode_cpu.json where OUT is set. The starter has to be there (`lowbit starter`).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from torch import nn

from lowbit_core.chat import CachedDecoder, Sampling, generate
from lowbit_core.chat.generate import default_decoder
from lowbit_core.context import SilentContext
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.model import load_float, load_tokenizer
from lowbit_core.packed import PackedEmbedding, PackedLinear, TiedHead, add_adapter, dispatch
from lowbit_core.packed.pack import pack
from lowbit_core.packed.swap import put_module
from lowbit_core.quantize.solve import solve
from lowbit_core.source import inspect_model

PROMPT = "Write a short story about a lighthouse keeper who finds a message in a bottle."
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def packed_starter(bits: int, *, rank: int = 8, head_bits: int = 0) -> Any:
    """The starter in fp32 with packed matrices, nearest codes, and an adapter whose term is small but not nothing."""
    torch.manual_seed(0)
    model: Any = load_float(inspect_model("starter"), torch.float32).eval()
    for parameter in model.parameters():
        parameter.data = parameter.data.bfloat16().float()  # as a packed folder keeps what it leaves in 16 bits
    for name, child in list(model.named_modules()):
        if isinstance(child, nn.Linear) and name.rpartition(".")[2] in TARGETS:
            buffers = pack(solve(child.weight, IntegerCodec(bits=bits), "nearest"))
            put_module(model, name, PackedLinear.from_buffers(buffers, child.bias))
    if head_bits:
        _pack_head(model, head_bits)
    if not rank:
        return model
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=TARGETS, init_lora_weights=False)
    model = add_adapter(model, config, "task").eval()
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(False)
        if ".lora_B." in name:
            parameter.mul_(0.02)
    return model


def _pack_head(model: Any, bits: int) -> None:
    table = model.get_input_embeddings().weight
    embedding = PackedEmbedding(table.shape[0], table.shape[1], IntegerCodec(bits=bits))
    buffers = pack(solve(table, IntegerCodec(bits=bits), "nearest"))
    embedding.codes, embedding.scales, embedding.zeros = buffers.codes, buffers.scales, buffers.zeros
    model.set_input_embeddings(embedding)
    model.lm_head = TiedHead(embedding)


def answers(model: Any, ids: torch.Tensor, tokens: int, *, plain: bool = False) -> Callable[[], Any]:
    """A greedy answer of the model, plainly as transformers runs it or as a chat does."""
    sampling = Sampling(temperature=0.0, top_p=1.0, max_new_tokens=tokens)

    def call() -> Any:
        decoder = CachedDecoder(model) if plain else default_decoder(model)
        found = generate(model, ids, context=SilentContext(), sampling=sampling, decoder=decoder)
        why = getattr(decoder, "why_plain", "")
        assert plain or not why, why
        return found

    return call


def main() -> None:
    """Print a line a model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bits", type=int, nargs="*", default=[4])
    parser.add_argument("--head-bits", type=int, default=0)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-plain", action="store_true", help="leave out transformers and our plain path")
    options = parser.parse_args()
    spec = inspect_model("starter")
    tokenizer = load_tokenizer(spec)
    ids = torch.tensor(
        tokenizer(
            tokenizer.apply_chat_template(
                [{"role": "user", "content": PROMPT}], tokenize=False, add_generation_prompt=True
            )
        ).input_ids
    )
    calls: dict[str, Callable[[], Any]] = {}
    if not options.no_plain:
        bf16 = load_float(spec, torch.bfloat16).eval()
        calls["transformers bf16"] = answers(bf16, ids, options.tokens, plain=True)
    for bits in options.bits:
        model = packed_starter(bits, rank=options.rank, head_bits=options.head_bits)
        calls[f"{bits} bits, adapter"] = answers(model, ids, options.tokens)
        if not options.no_plain:
            calls[f"{bits} bits, adapter, plain path"] = answers(model, ids, options.tokens, plain=True)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {dispatch.describe(torch.device('cpu'))}")
    speeds, prefill = in_turn(calls, options.rounds, ids.numel())
    first = next(iter(speeds))
    for name, found in speeds.items():
        ratio = statistics.median(a / b for a, b in zip(found, speeds[first], strict=True))
        print(
            f"{name}: {statistics.median(found):.1f} tokens/s ({min(found):.1f} to {max(found):.1f}), "
            f"{ratio:.2f} times {first}; prompt {statistics.median(prefill[name]):.0f} tokens/s"
        )
    if "OUT" in os.environ:
        Path(os.environ["OUT"], "decode_cpu.json").write_text(json.dumps(speeds, indent=1))


def in_turn(
    calls: dict[str, Callable[[], Any]], rounds: int, prompt: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Tokens a second of every call in every round, decoding and prompt; a first round is not counted."""
    speeds: dict[str, list[float]] = {name: [] for name in calls}
    prefill: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            found = call()
            if number:
                # The first token comes from the prompt's logits.
                speeds[name].append((len(found.tokens) - 1) / found.decode_seconds)
                prefill[name].append(prompt / found.prefill_seconds)
            time.sleep(0.05)
    return speeds, prefill


if __name__ == "__main__":
    with torch.inference_mode():
        main()
