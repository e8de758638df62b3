"""Tokens a second at batch 1 on the Llama-2-7B shape, random weights: packed with an adapter, and bf16, in one loop.

Run it by its path, not from the project's folder: ``python tests/bench/decode_7b.py [2 3 4]``; ``--qlora`` adds QLoRA
under transformers' own generate (bitsandbytes). Writes $OUT/decode_7b.json where OUT is set.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import llama_7b
import torch

from lowbit_core.chat import GREEDY, Sampling, generate
from lowbit_core.context import SilentContext

PROMPT, NEW = 64, 128


def tokens_per_second(model: Any, new: int = NEW) -> float:
    """Median of three answers, the capturing one left out."""
    ids = torch.randint(0, 32000, (PROMPT,), generator=torch.Generator().manual_seed(0))
    sampling = Sampling(temperature=0.0, top_p=1.0, max_new_tokens=new)
    assert GREEDY.temperature == sampling.temperature
    speeds = [generate(model, ids, context=SilentContext(), sampling=sampling).tokens_per_second for _ in range(4)]
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    decoder = base.__dict__["_standing_decoder"]
    assert not decoder.why_plain, decoder.why_plain
    return sorted(speeds[1:])[1]


def qlora(new: int = 24) -> float:
    """bitsandbytes NF4 with the same adapter, as people run it."""
    model = llama_7b.with_adapter(llama_7b.nf4())
    ids = torch.randint(0, 32000, (1, PROMPT), device="cuda")
    with torch.no_grad(), torch.autocast("cuda", torch.bfloat16):
        model.generate(input_ids=ids, max_new_tokens=4, min_new_tokens=4, do_sample=False)
        torch.cuda.synchronize()
        began = time.perf_counter()
        model.generate(input_ids=ids, max_new_tokens=new, min_new_tokens=new, do_sample=False)
        torch.cuda.synchronize()
    return new / (time.perf_counter() - began)


def main() -> None:
    """Print a line a model."""
    found: dict[str, float] = {}
    found["bf16"] = tokens_per_second(llama_7b.bf16())
    llama_7b.free()
    for bits in [int(item) for item in sys.argv[1:] if item.isdigit()] or [4, 3, 2]:
        model = llama_7b.packed(bits)
        found[f"{bits} bits, no adapter"] = tokens_per_second(model)
        model = llama_7b.with_adapter(model)
        found[f"{bits} bits, adapter"] = tokens_per_second(model)
        del model
        llama_7b.free()
    if "--qlora" in sys.argv:
        found["QLoRA, transformers"] = qlora()
    print(torch.cuda.get_device_name(), "torch", torch.__version__)
    for name, speed in found.items():
        print(f"{name}: {speed:.1f} tokens/s, {speed / found['bf16']:.2f} of bf16", flush=True)
    if "OUT" in os.environ:
        Path(os.environ["OUT"], "decode_7b.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
