"""Tiny random models of the real classes, and rows of random tokens, for the tests of training."""

from __future__ import annotations

import pytest
import torch
from transformers import (
    CohereConfig,
    CohereForCausalLM,
    Gemma2Config,
    Gemma2ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GraniteConfig,
    GraniteForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

VOCABULARY = 64
_SIZES = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
    "initializer_range": 0.2,
}


def _make(family: str, seed: int = 0, dtype: torch.dtype = torch.float32):
    torch.manual_seed(seed)
    if family == "llama":
        model = LlamaForCausalLM(LlamaConfig(**_SIZES))
    elif family == "llama-tied":
        model = LlamaForCausalLM(LlamaConfig(**_SIZES, tie_word_embeddings=True))
    elif family == "qwen2":
        model = Qwen2ForCausalLM(Qwen2Config(**_SIZES))
    elif family == "gemma2":
        model = Gemma2ForCausalLM(Gemma2Config(**_SIZES, head_dim=8, final_logit_softcapping=3.0))
    elif family == "granite":
        model = GraniteForCausalLM(GraniteConfig(**_SIZES, logits_scaling=0.25))
    elif family == "cohere":
        model = CohereForCausalLM(CohereConfig(**_SIZES, logit_scale=4.0))
    else:
        sizes = {"vocab_size": VOCABULARY, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 128}
        drops = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
        model = GPT2LMHeadModel(GPT2Config(**sizes, **drops, bos_token_id=1, eos_token_id=2))
    return model.to(dtype).eval()


@pytest.fixture(autouse=True)
def _one_thread():
    """Matrices this small only wait for each other's threads: 50 times slower on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tiny():
    """``tiny(family, seed=0, dtype=float32)``: a random causal model of two blocks."""
    return _make


@pytest.fixture
def batch():
    """input_ids, labels (some masked), attention_mask of three rows [3, 17]."""
    random = torch.Generator().manual_seed(3)
    ids = torch.randint(3, VOCABULARY, (3, 17), generator=random)
    labels = ids.clone()
    labels[0, :6] = -100
    labels[2, 10:] = -100
    mask = torch.ones_like(ids)
    mask[2, 10:] = 0
    return {"input_ids": ids, "labels": labels, "attention_mask": mask}


class ScriptedContext:
    """Keeps events; raises ``what`` at the ``at``-th checkpoint."""

    def __init__(self, at: int | None = None, what: BaseException | None = None) -> None:
        self.events, self.calls, self.at, self.what = [], 0, at, what

    def emit(self, event):
        self.events.append(event)

    def checkpoint(self):
        self.calls += 1
        if self.at is not None and self.calls == self.at:
            raise self.what

    def metrics(self, name):
        return {event.step: event.value for event in self.events if getattr(event, "name", "") == name}


def _rows(count: int, seed: int = 5, longest: int = 20):
    random = torch.Generator().manual_seed(seed)
    rows = []
    for _ in range(count):
        length = int(torch.randint(6, longest, (), generator=random))
        ids = torch.randint(3, VOCABULARY, (length,), generator=random)
        # Every token is the one before plus one, mostly: there is something to learn.
        ids[1::2] = (ids[::2][: len(ids[1::2])] + 1) % VOCABULARY
        rows.append({"input_ids": ids.tolist(), "labels": [-100, -100, *ids[2:].tolist()]})
    return rows


def _collate(rows):
    width = max(len(row["input_ids"]) for row in rows)
    pad = {"input_ids": 0, "labels": -100}
    batch = {k: torch.tensor([[*row[k], *[v] * (width - len(row[k]))] for row in rows]) for k, v in pad.items()}
    sizes = [len(row["input_ids"]) for row in rows]
    batch["attention_mask"] = torch.tensor([[1] * size + [0] * (width - size) for size in sizes])
    return batch


@pytest.fixture
def context():
    """``context(at=None, what=None)``: a `ScriptedContext`."""
    return ScriptedContext


@pytest.fixture
def make_rows():
    """``make_rows(count, seed=5)``: rows of 6 to 19 tokens with a pattern to learn."""
    return _rows


@pytest.fixture
def collate():
    """Pads rows to a batch."""
    return _collate
