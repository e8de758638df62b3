"""The whole road on a laptop's GPU: a 7B-shaped checkpoint quantized to 2 bits, repaired, tuned, measured, talked with.

    python tests/bench/mission_7b.py [--gpu-gb 8] [--layers 32 --hidden 4096 --wide 11008] [--keep] [--json FILE]

One recipe, one process. The checkpoint is random (Llama-2-7B's shape, 13.5 GB, one file a block). The GPU is capped:
torch may allocate so much and no more, and what is free is told accordingly, so the plan, the teacher's place and
everything else that looks decide as on such a card. Printed for each stage: seconds, the plan's peak, the measured peak
on the GPU, and the peak of resident memory (pages of files left out).
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import psutil
import torch

from lowbit_core import machine
from lowbit_core.events import PLANNED_MEMORY, Memory, Metric, Notice, StageFinished, StageStarted
from lowbit_core.jobs import planning
from lowbit_core.jobs.runner import run
from lowbit_core.recipe import Correct, Data, Evaluate, Model, Quantize, Recipe, Tune
from lowbit_core.source import inspect_model

CUDA_CONTEXT = 500_000_000
"""Of the cap: what the driver takes beside torch's allocations."""

QUESTIONS = ("What is a heron?", "Name a tool for wood.", "How much is a repair?", "Who are you?", "Where is the shop?")


def make_checkpoint(folder: Path, config: dict[str, Any]) -> None:
    """Random weights, one file a block; made on the GPU where there is one."""
    from safetensors.torch import save_file

    device = "cuda" if torch.cuda.is_available() else "cpu"
    hidden, wide, vocabulary = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    shapes = {f"self_attn.{name}_proj": (hidden, hidden) for name in "qkvo"}
    shapes |= {"mlp.gate_proj": (wide, hidden), "mlp.up_proj": (wide, hidden), "mlp.down_proj": (hidden, wide)}

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(shape, device=device).mul_(0.02).bfloat16().cpu()

    ones = torch.ones(hidden, dtype=torch.bfloat16)
    files = config["num_hidden_layers"] + 1
    index: dict[str, str] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        prefix = f"model.layers.{number}."
        if number < files - 1:
            tensors = {f"{prefix}{name}.weight": random(*shape) for name, shape in shapes.items()}
            tensors |= {
                f"{prefix}{name}.weight": ones.clone() for name in ("input_layernorm", "post_attention_layernorm")
            }
        else:
            tensors = {name: random(vocabulary, hidden) for name in ("model.embed_tokens.weight", "lm_head.weight")}
            tensors["model.norm.weight"] = ones.clone()
        name = f"model-{number + 1:05d}-of-{files:05d}.safetensors"
        save_file(tensors, folder / name, metadata={"format": "pt"})
        index |= dict.fromkeys(tensors, name)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))
    (folder / "config.json").write_text(json.dumps(config))
    _tokenizer(folder)


def _tokenizer(folder: Path) -> None:
    """One token a byte, with a chat template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({letter: number for number, letter in enumerate(alphabet)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<|im_end|>", pad_token="<|pad|>", additional_special_tokens=["<|im_start|>"]
    )
    tokenizer.chat_template = (
        "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
        "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    tokenizer.save_pretrained(folder)


def recipe_for(model: Path, data: Path, text: Path, length: int) -> Recipe:
    """2 bits, LREC with a streamed teacher, a short fine-tune, perplexity."""
    return Recipe(
        model=Model(source=f"path:{model}"),
        data=Data(source=str(data), validation=0.2, max_length=length),
        quantize=Quantize(bits=2.0, head_bits=4, solver="search", calibration=str(text), samples=16, length=length),
        correct=Correct(
            method="lrec",
            rank=16,
            steps=6,
            batch=1,
            length=length,
            tokens=16 * length,
            data=str(text),
            teacher="streamed",
        ),
        tune=Tune(
            adapter="continue", steps=6, batch=1, accumulate=1, adapter_precision="bf16", offload=True, embedding="ram"
        ),
        evaluate=Evaluate(text=str(text), context=length, limit=4),
    )


class Peaks:
    """The largest resident memory (files left out) and GPU allocation of each stage, looked at all the time."""

    def __init__(self) -> None:
        self.stage = "start"
        self.rss: dict[str, int] = {}
        self.gpu: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        self.planned: dict[str, float] = {}
        self.teacher_bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        process = psutil.Process()
        while not self._stop.wait(0.02):
            info = process.memory_info()
            anonymous = info.rss - getattr(info, "shared", 0)
            self.rss[self.stage] = max(self.rss.get(self.stage, 0), anonymous)

    def hear(self, stamped: Any) -> None:
        """A listener of the run."""
        event = stamped.event
        if isinstance(event, StageStarted):
            self._mark()
            self.stage = event.stage
            if torch.cuda.is_available():
                torch.cuda.reset_peak_memory_stats()
            print(f"{event.stage} ...", flush=True)
        elif isinstance(event, StageFinished):
            self.seconds[event.stage] = event.seconds
            self._mark()
        elif isinstance(event, Memory):
            self._mark()
        elif isinstance(event, Notice) and event.code == "teacher-streamed":
            self.teacher_bytes = int(event.arguments["size_bytes"])
        elif isinstance(event, Metric) and event.name.startswith(PLANNED_MEMORY):
            self.planned[event.name.rpartition("/")[2]] = event.value

    def _mark(self) -> None:
        if torch.cuda.is_available():
            self.gpu[self.stage] = max(self.gpu.get(self.stage, 0), torch.cuda.max_memory_allocated())

    def close(self) -> None:
        """Stop looking."""
        self._mark()
        self._stop.set()
        self._thread.join()


def capped(limit: int) -> Any:
    """Within the block this process's GPU has ``limit`` bytes, for torch and for everyone who asks."""
    if not torch.cuda.is_available():
        return mock.patch.object(torch.cuda, "is_available", return_value=False)
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((limit - CUDA_CONTEXT) / total)
    plain = machine.inspect_machine

    def free(*_: Any) -> tuple[int, int]:
        return limit - CUDA_CONTEXT - torch.cuda.memory_reserved(), limit

    def inspect(*args: Any, **named: Any) -> machine.Machine:
        found = plain(*args, **named)
        gpu = replace(found.gpus[0], total_bytes=limit, free_bytes=limit)
        return replace(
            found, gpus=(gpu,), ram_total_bytes=16 << 30, ram_available_bytes=min(found.ram_available_bytes, 15 << 30)
        )

    torch.cuda.mem_get_info = free  # for the rest of this process
    return mock.patch.object(planning, "inspect_machine", inspect)


def chat(folder: Path, peaks: Peaks) -> str:
    """One answer of the tuned model."""
    from lowbit_core.chat import Sampling
    from lowbit_core.context import SilentContext
    from lowbit_core.data import Turn
    from lowbit_core.jobs.opened import open_model

    peaks.stage = "chat"
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    began = time.perf_counter()
    device, dtype = (
        (torch.device("cuda"), torch.bfloat16) if torch.cuda.is_available() else (torch.device("cpu"), torch.float32)
    )
    opened = open_model(str(folder), device=device, dtype=dtype, context=SilentContext())
    sampling = Sampling(max_new_tokens=64, temperature=0.0, top_p=1.0)
    answer = opened.answer([Turn("user", QUESTIONS[0])], "tuned", sampling, context=SilentContext())
    peaks.seconds["chat"] = time.perf_counter() - began
    return f"{len(answer.generated.tokens)} tokens, {answer.generated.tokens_per_second:.0f} a second"


def main() -> int:
    """Make the checkpoint, run the recipe, print the table; 1 if it failed or passed a limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gpu-gb", type=float, default=8.0)
    parser.add_argument("--layers", type=int, default=32)
    parser.add_argument("--hidden", type=int, default=4096)
    parser.add_argument("--wide", type=int, default=11008)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--text", type=Path, help="for calibration, distillation and perplexity")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    place = options.folder or Path(tempfile.mkdtemp())
    heads = options.hidden // 128 or 1
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": options.hidden,
        "intermediate_size": options.wide, "num_hidden_layers": options.layers, "num_attention_heads": heads,
        "num_key_value_heads": heads, "vocab_size": 32000, "max_position_embeddings": 4096,
        "tie_word_embeddings": False, "torch_dtype": "bfloat16",
    }  # fmt: skip
    began = time.perf_counter()
    if not (place / "model" / "config.json").exists():
        make_checkpoint(place / "model", config)
    print(f"checkpoint made in {time.perf_counter() - began:.0f} s", flush=True)
    rows = [{"prompt": question, "completion": "It is here. " * 8} for question in QUESTIONS * 6]
    data = place / "rows.jsonl"
    data.write_text("\n".join(json.dumps(row) for row in rows))
    text = options.text or place / "text.txt"
    if options.text is None:
        text.write_text("The heron stood in the shallow water and waited for the fish to come. " * 4000)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    peaks = Peaks()
    folder = place / "run"
    with capped(int(options.gpu_gb * 1e9)):
        recipe = recipe_for(place / "model", data, text, options.length)
        _, made = planning.plan_run(recipe, inspect_model(recipe.model.source), place)
        ended = run(recipe, folder, listener=peaks.hear)
        print(ended.outcome, ended.message, ended.hint, flush=True)
        said = chat(folder, peaks) if ended.outcome == "done" else ""
    peaks.close()
    for stage, seconds in peaks.seconds.items():
        gpu, planned, ram = (each.get(stage, 0) / 1e9 for each in (peaks.gpu, peaks.planned, peaks.rss))
        print(f"{stage:10} {seconds:7.1f} s   GPU {gpu:5.2f} GB   planned {planned:5.2f} GB   RAM {ram:5.2f} GB")
    planned_teacher = next(
        line.bytes for line in made.lines if line.place == "disk" and line.what.startswith("teacher")
    )
    print(f"teacher's hidden states {peaks.teacher_bytes / 1e6:.1f} MB, planned {planned_teacher / 1e6:.1f} MB")
    print("chat:", said, "| report:", (folder / "report.json").exists())
    figures = {
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu", "outcome": ended.outcome,
        "seconds": peaks.seconds, "gpu_bytes": peaks.gpu, "planned_bytes": peaks.planned, "ram_bytes": peaks.rss,
        "chat": said,
    }  # fmt: skip
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    if not options.keep:
        shutil.rmtree(place, ignore_errors=True)
    within = max(peaks.gpu.values(), default=0) <= options.gpu_gb * 1e9 and max(peaks.rss.values()) <= 16e9
    return 0 if ended.outcome == "done" and within else 1


if __name__ == "__main__":
    raise SystemExit(main())
