"""Seconds and peak memory of a training step on the Llama-2-7B shape, random weights, batch 1: ours and QLoRA.

Rank 16 on all linears, paged 8-bit AdamW, block checkpoints. Ours: packed blocks, 4-bit head, embedding in RAM, bf16
adapters, chunked cross-entropy, blocks replayed as CUDA graphs; beside each peak what the plan foretells. Run it by its
path: ``python tests/bench/training_7b.py [2 3 4] [--peers] [--plain]``. Writes $OUT/training_7b.json where OUT is set.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import llama_7b
import torch

from lowbit_core.machine import Gpu, inspect_machine
from lowbit_core.plan import plan, with_changes
from lowbit_core.recipe import Recipe
from lowbit_core.source import ModelSpec
from lowbit_core.source.spec import TensorSpec
from lowbit_core.train.block_graphs import BlockGraphs, graph_stream
from lowbit_core.train.lean_gates import lean_gates
from lowbit_core.train.lean_norms import lean_norms
from lowbit_core.train.memory import checkpoint_blocks
from lowbit_core.train.objective import CrossEntropy, objective_inside
from lowbit_core.train.optimizer import build_optimizer
from lowbit_core.train.ram_embedding import embedding_to_ram

LENGTHS = (512, 2048)
STEPS = 8


def measured(step: Callable[[], Any]) -> dict[str, float]:
    """Peak over all steps, those that capture included, and median seconds of a step, the first three left out."""
    llama_7b.free()
    torch.cuda.reset_peak_memory_stats()
    times = []
    for _ in range(STEPS):
        torch.cuda.synchronize()
        began = time.perf_counter()
        step()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - began)
    return {
        "peak_GB": torch.cuda.max_memory_allocated() / 1e9,
        "reserved_GB": torch.cuda.memory_reserved() / 1e9,
        "step_s": sorted(times[3:])[(STEPS - 3) // 2],
    }


def planned(bits: int, length: int, *, offload: bool) -> float:
    """Torch's peak in GB as the plan foretells it."""
    recipe = with_changes(
        Recipe(),
        {
            "quantize.bits": float(bits), "quantize.group_size": llama_7b.GROUP, "quantize.head_bits": 4,
            "correct.method": "none", "data.source": "rows.jsonl", "data.max_length": length, "tune.rank": 16,
            "tune.offload": offload,
            "tune.optimizer": "paged-adamw-8bit", "tune.adapter_precision": "bf16", "tune.adapter": "fresh",
        },
    )  # fmt: skip
    card = Gpu(index=0, name="GPU", total_bytes=10**11, free_bytes=10**11, capability=(9, 0), driver="1")
    machine = replace(inspect_machine(Path.cwd()), gpus=(card,))
    return plan(recipe, _spec(), machine).peak("tune", "gpu", torch_only=True) / 1e9


def _spec() -> ModelSpec:
    with torch.device("meta"):
        model = llama_7b.LlamaForCausalLM(llama_7b.config())
    tensors = tuple(
        TensorSpec(
            name=name, shape=tuple(item.shape), dtype="BF16", size_bytes=2 * item.numel(), file="model.safetensors"
        )
        for name, item in model.named_parameters()
    )
    total = sum(item.size_bytes for item in tensors)
    return ModelSpec(
        source="path:model", folder=Path(), architecture="LlamaForCausalLM", model_type="llama", parameters=total // 2,
        context_length=4096, vocab_size=32000, hidden_size=4096, layers=32, tied_embeddings=False, licence="",
        total_bytes=total, config=llama_7b.config().to_dict(), tensors=tensors,
    )  # fmt: skip


def ours(bits: int, results: dict[str, dict[str, float]], *, graphs: bool = True) -> None:
    """All lengths, with and without the checkpoints in RAM."""
    model = llama_7b.with_adapter(llama_7b.packed(bits))
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(torch.bfloat16)
    embedding_to_ram(model)
    model.train()
    optimizer = build_optimizer(model, "paged-adamw-8bit", learning_rate=1e-4, weight_decay=0.0, device=llama_7b.DEVICE)
    for offload in (False, True):
        for length in LENGTHS:
            ids = torch.randint(0, 32000, (1, length), device="cuda")

            def step(ids: torch.Tensor = ids) -> None:
                model(input_ids=ids, labels=ids)["loss"].backward()
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)

            name = f"{bits} bits, {length} tokens{', offload' if offload else ''}{'' if graphs else ', plain'}"
            recorded = BlockGraphs(llama_7b.DEVICE, print) if graphs else None
            with ExitStack() as stack:
                stack.enter_context(objective_inside(model, CrossEntropy()))
                stack.enter_context(lean_norms(model))
                stack.enter_context(lean_gates(model))
                stack.enter_context(checkpoint_blocks(model, offload=offload, graphs=recorded))
                results[name] = measured(step) | {"planned_GB": planned(bits, length, offload=offload)}
            if recorded is not None:
                assert not recorded.why_plain, recorded.why_plain
                recorded.close()
            off = results[name]["planned_GB"] / results[name]["peak_GB"] - 1
            print(name, results[name], f"plan {off:+.1%}", flush=True)


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
    if "--peers" in sys.argv:
        qlora(results)
        llama_7b.free()
    with graph_stream(llama_7b.DEVICE):
        for bits in [int(item) for item in sys.argv[1:] if item.isdigit()] or [2, 3, 4]:
            ours(bits, results)
            llama_7b.free()
            if "--plain" in sys.argv:
                ours(bits, results, graphs=False)
                llama_7b.free()
    for length in LENGTHS:
        peer = results.get(f"QLoRA, {length} tokens")
        for name, found in results.items():
            if peer is not None and f", {length} tokens" in name:
                print(f"{name}: {found['step_s'] / peer['step_s']:.2f} of QLoRA's seconds, {found['peak_GB']:.2f} GB")
    if "OUT" in os.environ:
        Path(os.environ["OUT"], "training_7b.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
