"""A run on a GPU that has too little memory for it ends in words, and goes on with the setting they name."""

import json

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from lowbit_core.jobs.runner import run
from lowbit_core.plan import with_changes
from lowbit_core.recipe import Correct, Data, Evaluate, Model, Quantize, Recipe, Tune

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]

LIMIT = 900_000_000
"""Bytes torch may take: a step that keeps all activations needs 1.4 GB, one that recomputes its blocks 0.4."""


@pytest.fixture
def small_gpu():
    """Torch refuses more than `LIMIT`, as a full card would."""
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(LIMIT / total)
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


def model_folder(folder, tokenizer):
    config = LlamaConfig(
        hidden_size=512, intermediate_size=1408, num_hidden_layers=12, num_attention_heads=8, num_key_value_heads=8,
        vocab_size=len(tokenizer), max_position_embeddings=1024, tie_word_embeddings=True, bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    torch.manual_seed(0)
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_that_a_full_gpu_is_told_with_what_fits_and_the_run_goes_on_with_it(tmp_path, tiny_llama, small_gpu):
    model = model_folder(tmp_path / "model", AutoTokenizer.from_pretrained(tiny_llama))
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(json.dumps({"text": f"{n} " + "heron " * 165}) for n in range(16)))
    recipe = Recipe(
        model=Model(source=f"path:{model}"),
        data=Data(source=str(rows), max_length=1000, loss_on="all", validation=0.1),
        quantize=Quantize(bits=4, solver="nearest"),
        correct=Correct(method="none"),
        tune=Tune(
            adapter="fresh", steps=4, batch=4, accumulate=1, checkpointing=False, samples=0, adapter_precision="bf16"
        ),
        evaluate=Evaluate(text="sample:heron", context=128, limit=1),
        precision="bf16",
    )
    ended = run(recipe, tmp_path / "run")
    assert (ended.outcome, ended.code) == ("failed", "device-out-of-memory"), ended
    assert "GB" in ended.message
    assert "--resume --set tune.checkpointing=true" in ended.hint, ended.hint
    assert torch.cuda.memory_allocated() < LIMIT / 4, "the memory is given back"
    resumed = run(with_changes(recipe, {"tune.checkpointing": True}), tmp_path / "run", resume=True)
    assert resumed.outcome == "done", resumed
