"""Peak memory of quantizing a 1.1B Llama-shaped checkpoint block by block (TinyLlama's shape, random weights, 2.2 GB).

    python tests/bench/streaming_memory.py [--layers 22] [--samples 16] [--length 512] [--bits 4] [--folder DIR]

Prints the process's memory after its imports, the peak over it (VmHWM: every resident page, those of files too), what
the plan estimates, and seconds. Linux only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 2048,
    "intermediate_size": 5632,
    "num_attention_heads": 32,
    "num_key_value_heads": 4,
    "vocab_size": 32000,
    "max_position_embeddings": 2048,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}
LIMIT_BYTES = 800_000_000


def make_checkpoint(folder: Path, layers: int) -> None:
    """A random checkpoint, one file a block."""
    import torch
    from safetensors.torch import save_file

    hidden, wide, narrow = CONFIG["hidden_size"], CONFIG["intermediate_size"], 256
    shapes = {
        "self_attn.q_proj": (hidden, hidden),
        "self_attn.k_proj": (narrow, hidden),
        "self_attn.v_proj": (narrow, hidden),
        "self_attn.o_proj": (hidden, hidden),
        "mlp.gate_proj": (wide, hidden),
        "mlp.up_proj": (wide, hidden),
        "mlp.down_proj": (hidden, wide),
    }
    generator = torch.Generator().manual_seed(0)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator).mul_(0.02).bfloat16()

    ones = torch.ones(hidden, dtype=torch.bfloat16)
    index: dict[str, str] = {}
    for layer in range(layers + 1):
        if layer < layers:
            prefix = f"model.layers.{layer}."
            tensors = {f"{prefix}{name}.weight": random(*shape) for name, shape in shapes.items()}
            tensors |= {
                f"{prefix}{name}.weight": ones.clone() for name in ("input_layernorm", "post_attention_layernorm")
            }
        else:
            vocabulary = CONFIG["vocab_size"]
            tensors = {
                "model.embed_tokens.weight": random(vocabulary, hidden),
                "lm_head.weight": random(vocabulary, hidden),
                "model.norm.weight": ones.clone(),
            }
        name = f"model-{layer + 1:05d}-of-{layers + 1:05d}.safetensors"
        save_file(tensors, folder / name, metadata={"format": "pt"})
        index |= dict.fromkeys(tensors, name)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))
    (folder / "config.json").write_text(json.dumps(CONFIG | {"num_hidden_layers": layers}))


def memory(field: str) -> int:
    """Bytes of a field of /proc/self/status."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def child(folder: Path, samples: int, length: int, bits: float) -> None:
    """Quantize; print a line of JSON."""
    import torch

    from lowbit_core.context import SilentContext
    from lowbit_core.model import structure
    from lowbit_core.packed import PackedFolder
    from lowbit_core.quantize import quantize_model
    from lowbit_core.recipe.schema import Quantize
    from lowbit_core.source import inspect_model

    spec = inspect_model(f"path:{folder}")
    parts = structure(spec)  # loads the model's class: transformers imports it on first use
    Path("/proc/self/clear_refs").write_text("5")
    baseline, started = memory("VmRSS"), time.perf_counter()
    tokens = torch.load(folder / "tokens.pt")[:samples, :length]

    class Printing(SilentContext):
        def emit(self, event: object) -> None:
            if type(event).__name__ == "Progress":
                peak = memory("VmHWM") - baseline
                print(f"{event} peak {peak / 1e6:.0f} MB", file=sys.stderr, flush=True)

    settings = Quantize(bits=bits, samples=samples, length=length)
    sink = PackedFolder(folder / "quantized", folder / "adapter", spec, parts)
    quantize_model(spec, settings, tokens, sink=sink, context=Printing(), hidden_dir=folder / "hidden")
    figures = {"baseline": baseline, "peak": memory("VmHWM"), "seconds": time.perf_counter() - started}
    print(json.dumps(figures))


def planned(folder: Path, samples: int, length: int, bits: float) -> int:
    """RAM the plan estimates for the quantize stage beside the process itself, bytes."""
    from lowbit_core.machine import inspect_machine
    from lowbit_core.plan import plan
    from lowbit_core.recipe.schema import Correct, Quantize, Recipe
    from lowbit_core.source import inspect_model

    recipe = Recipe(
        device="cpu",
        quantize=Quantize(bits=bits, samples=samples, length=length),
        correct=Correct(method="none"),
    )
    lines = plan(recipe, inspect_model(f"path:{folder}"), inspect_machine()).lines
    mine = [line for line in lines if line.stage == "quantize" and line.place == "ram"]
    return sum(line.bytes for line in mine if line.what != "the process itself")


def main() -> int:
    """Make the checkpoint, quantize it in a child process, print the figures; 1 if the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=22)
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--bits", type=float, default=4.0)
    parser.add_argument("--folder", type=Path, help="where the checkpoint is made and kept")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.folder, options.samples, options.length, options.bits)
        return 0
    kept = tempfile.TemporaryDirectory() if options.folder is None else SimpleNamespace(name=options.folder)
    folder = Path(kept.name)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "config.json").exists():
        import torch

        make_checkpoint(folder, options.layers)
        generator = torch.Generator().manual_seed(1)
        torch.save(torch.randint(0, CONFIG["vocab_size"], (128, 2048), generator=generator), folder / "tokens.pt")
    arguments = [f"--{name}={getattr(options, name)}" for name in ("samples", "length", "bits")]
    command = [sys.executable, __file__, "--child", f"--folder={folder}", *arguments]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures = json.loads(result.stdout.splitlines()[-1])
    over = figures["peak"] - figures["baseline"]
    estimate = planned(folder, options.samples, options.length, options.bits)
    print(f"baseline after imports  {figures['baseline'] / 1e6:8.0f} MB")
    print(f"peak over the baseline  {over / 1e6:8.0f} MB   (limit {LIMIT_BYTES / 1e6:.0f})")
    print(f"the plan's estimate     {estimate / 1e6:8.0f} MB   ({estimate / over - 1:+.0%})")
    print(f"seconds                 {figures['seconds']:8.0f}")
    return 0 if over <= LIMIT_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
