"""Fixtures every room may use; keep it small. Heavy libraries are imported inside."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


_modules_frozen = 0


def _freeze() -> None:
    """Keep what is imported, a million objects, out of every later garbage collection.

    A run collects after each stage, and the app's tests after each test: half a second every time.
    """
    global _modules_frozen
    gc.collect()
    gc.freeze()
    _modules_frozen = len(sys.modules)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        _freeze()


def pytest_runtest_logfinish():
    if len(sys.modules) > _modules_frozen + 50:  # the test imported more
        _freeze()


@pytest.fixture(autouse=True)
def _own_home(request, tmp_path_factory, monkeypatch):
    """Nothing a test fetches or caches lands in the user's folders, unless it wants the starter model."""
    if not request.node.get_closest_marker("starter"):
        monkeypatch.setenv("LOWBIT_HOME", str(tmp_path_factory.getbasetemp() / "home"))


@pytest.fixture(scope="session")
def tiny_llama(tmp_path_factory) -> Path:
    """A Hugging Face folder: random 3-block Llama (64 wide) with a byte-level tokenizer and a chat template."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("models") / "tiny-llama"
    tokenizer = byte_tokenizer()
    config = LlamaConfig(
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=len(tokenizer),
        max_position_embeddings=256,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def byte_tokenizer():
    """One token a byte, and the two marks of the chat template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({letter: index for index, letter in enumerate(alphabet)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<|im_end|>", pad_token="<|pad|>", additional_special_tokens=["<|im_start|>"]
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


@pytest.fixture(scope="session")
def warm_python():
    """Path of a program to start in place of `sys.executable`, its heavy libraries loaded; see ``warm_python.py``."""
    if sys.platform != "linux":
        yield sys.executable
        return
    serving = str(Path(__file__).parent / "warm_python.py")
    with tempfile.TemporaryDirectory() as folder:  # not pytest's: a socket's path is short
        address, program = f"{folder}/socket", Path(folder, "python")
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -IS "{serving}" start "{address}" "$@"\n')
        program.chmod(0o755)
        environment = os.environ | {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"}
        command = [sys.executable, serving, "serve", address]
        server = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)
        yield str(program)
        server.stdin.close()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def starter_hashes(tmp_path_factory):
    """``starter_hashes(spec)``: SHA-256 of each float32 weight that transformers reads from the starter model's file.

    Read once for all processes of the tests: it takes transformers ten seconds.
    """
    from filelock import FileLock
    from transformers import AutoModelForCausalLM

    base = tmp_path_factory.getbasetemp()
    path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "starter-hashes.json"

    def hashes(spec) -> dict[str, str]:
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                model = AutoModelForCausalLM.from_pretrained(spec.folder, gguf_file=spec.gguf_file, dtype="float32")
                path.write_text(json.dumps({name: hash_of(tensor) for name, tensor in model.state_dict().items()}))
            return json.loads(path.read_text())

    return hashes


def hash_of(tensor) -> str:
    """SHA-256 of dtype, shape and bytes."""
    values = tensor.contiguous().numpy()
    return hashlib.sha256(f"{values.dtype}{values.shape}".encode() + values.tobytes()).hexdigest()


@pytest.fixture(scope="session", name="hash_of")
def _hash_of():
    """`hash_of`."""
    return hash_of


@pytest.fixture
def chat_rows(tmp_path) -> Path:
    """24 short conversations as jsonl."""
    path = tmp_path / "chats.jsonl"
    rows = [
        {"messages": [{"role": "user", "content": f"n{n}?"}, {"role": "assistant", "content": f"It is {n * 7 % 10}."}]}
        for n in range(24)
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path
