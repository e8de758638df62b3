"""Seconds and peak memory of a training step on the Llama-2-7B shape, random weights, batch 1: ours and QLoRA.

Rank 16 on all linears, paged 8-bit AdamW, block checkpoints. Ours: packed blocks, 4-bit head, embedding in RAM, bf16
adapters, chunked cross-entropy. Run it by its path: ``python tests/bench/training_7b.py [2 3 4] [--peers]``. Writes
$OUT/training_7b.json where OUT is set.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import llama_7b
import torch

from lowbit_core.train.lean_norms import lean_norms
from lowbit_core.train.memory import checkpoint_blocks
from lowbit_core.train.objective import CrossEntropy, objective_inside
from lowbit_core.train.optimizer import build_optimizer
from lowbit_core.train.ram_embedding import embedding_to_ram

LENGTHS = (512, 2048)
STEPS = 6


def measured(step: Callable[[], Any]) -> dict[str, float]:
    """Peak allocated and median seconds of a step, the first two left out."""
    times = []
    for number in range(STEPS):
        if number == 2:
            torch.cuda.reset_peak_memory_stats()
        torch.cuda.synchronize()
        began = time.perf_counter()
        step()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - began)
    return {"peak_GB": torch.cuda.max_memory_allocated() / 1e9, "step_s": sorted(times[2:])[(STEPS - 2) // 2]}


def ours(bits: int, results: dict[str, dict[str, float]]) -> None:
    """All lengths, with and without the checkpoints in RAM."""
    model = llama_7b.with_adapter(llama_7b.packed(bits))
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(torch.bfloat16)
    embedding_to_ram(model)
    model.train()
    optimizer = build_optimizer(model, "paged-adamw-8bit", learning_rate=1e-4, weight_decay=0.0, device=llama_7b.DEVICE)
    for offload in (False, True):
        with ExitStack() as stack:
            stack.enter_context(objective_inside(model, CrossEntropy()))
            stack.enter_context(lean_norms(model))
            stack.enter_context(checkpoint_blocks(model, offload=offload))
            for length in LENGTHS:
                ids = torch.randint(0, 32000, (1, length), device="cuda")

                def step(ids: torch.Tensor = ids) -> None:
                    model(input_ids=ids, labels=ids)["loss"].backward()
                    optimizer.step()
                    optimizer.zero_grad(set_to_none=True)

                name = f"{bits} bits, {length} tokens{', offload' if offload else ''}"
                results[name] = measured(step)
                print(name, results[name], flush=True)


def qlora(results: dict[str, dict[str, float]]) -> None:
    """bitsandbytes NF4 with double quantization and PEFT, as its documentation has it."""
    import bitsandbytes
    from peft import LoraConfig, get_peft_model

    base = llama_7b.nf4()
    base.is_loaded_in_4bit = True
    base.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    base.enable_input_require_grads()
    model = get_peft_model(base, LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"))
    model.train()
    trained = [item for item in model.parameters() if item.requires_grad]
    optimizer = bitsandbytes.optim.PagedAdamW8bit(trained, lr=1e-4)
    for length in LENGTHS:
        ids = torch.randint(0, 32000, (1, length), device="cuda")

        def step(ids: torch.Tensor = ids) -> None:
            with torch.autocast("cuda", torch.bfloat16):
                loss = model(input_ids=ids, labels=ids).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

        results[f"QLoRA, {length} tokens"] = measured(step)
        print(f"QLoRA, {length} tokens", results[f"QLoRA, {length} tokens"], flush=True)


def main() -> None:
    """Print a line a case."""
    results: dict[str, dict[str, float]] = {}
    print(torch.cuda.get_device_name(), "torch", torch.__version__)
    for bits in [int(item) for item in sys.argv[1:] if item.isdigit()] or [2, 3, 4]:
        ours(bits, results)
        llama_7b.free()
    if "--peers" in sys.argv:
        qlora(results)
    if "OUT" in os.environ:
        Path(os.environ["OUT"], "training_7b.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
