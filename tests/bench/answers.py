"""Twenty simple prompts, answered by a run's variants and by the float model, side by side.

    .venv/bin/python tests/bench/answers.py RUN [--out answers.md] [--tokens 60]

Greedy, one turn each. The prompts are fixed, so that reports of different runs can be compared.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from lowbit_core.chat import Sampling
from lowbit_core.context import SilentContext
from lowbit_core.data import Turn
from lowbit_core.jobs.opened import open_model

PROMPTS = (
    "What is the capital of France?",
    "Name three colours.",
    "Why is the sky blue?",
    "Write one sentence about a dog.",
    "What do bees make?",
    "How do I boil an egg?",
    "What is the opposite of hot?",
    "Give me a short greeting for a friend.",
    "What is water made of?",
    "Tell me one use of a hammer.",
    "Which season comes after winter?",
    "Describe the sea in one sentence.",
    "What does a teacher do?",
    "List two fruits.",
    "Why should I drink water?",
    "What is a library?",
    "Write a short sentence with the word 'river'.",
    "How many days are in a week?",
    "What is the moon?",
    "Say something kind.",
)


def main() -> None:
    """Ask everyone everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--variants", default="float,repaired")
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    opened = open_model(options.run, device=device, dtype=dtype, context=SilentContext())
    sampling = Sampling(temperature=0.0, top_p=1.0, max_new_tokens=options.tokens)
    names = options.variants.split(",")
    said = {
        name: [
            opened.answer([Turn("user", prompt)], name, sampling, context=SilentContext()).text.strip()
            for prompt in PROMPTS
        ]
        for name in names
    }
    lines = ["| prompt | " + " | ".join(names) + " |", "|---" * (1 + len(names)) + "|"]
    for number, prompt in enumerate(PROMPTS):
        cells = [said[name][number].replace("\n", " ").replace("|", "/") for name in names]
        lines.append("| " + " | ".join((prompt, *cells)) + " |")
    text = "\n".join(lines) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
