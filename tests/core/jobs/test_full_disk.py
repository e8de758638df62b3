"""A disk that is really full: a small tmpfs filled up in the middle of quantizing and of training, then freed."""

import json
import os
import shutil
import subprocess
import sys

import pytest

HARNESS = r"""
import contextlib, gc, hashlib, json, pathlib, sys

from lowbit_core.context import SilentContext
from lowbit_core.events import JobEnded, LayerFinished, Metric, Progress, Resumed
from lowbit_core.jobs.failures import exit_code
from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stream import read_events
from lowbit_core.packed import load_model
from lowbit_core.recipe import parse
from lowbit_core.train import checkpoint
import torch

large, small = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
recipe = parse((large / "recipe.toml").read_text())
filler = small / "filler"


def fill():
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def filling(wanted):
    def listen(stamped):
        if wanted(stamped.event) and not filler.exists():
            fill()
    return listen


def told(ended):
    return {"outcome": ended.outcome, "code": ended.code, "hint": ended.hint, "exit": exit_code(ended)}


def digest(folder):
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.safetensors")) if "checkpoints" not in path.parts
    }
    losses = {}
    for item in read_events(folder / "events.jsonl"):
        if isinstance(item.event, Metric) and item.event.name in ("loss", "validation_loss"):
            losses[f"{item.event.name}@{item.event.step}"] = item.event.value
    return {"files": files, "losses": losses}


answer = {}
assert run(recipe, large / "whole").outcome == "done"
answer["whole"] = digest(large / "whole")
gc.freeze()  # the libraries: a run collects after every stage
folder = RunFolder(small / "run")

answer["quantizing"] = told(run(recipe, folder.path, listener=filling(
    lambda event: isinstance(event, LayerFinished) and event.block == 1)))
answer["half made"] = (folder.quantized / "config.json").exists()
filler.unlink()

ended = run(None, folder.path, resume=True, listener=filling(
    lambda event: isinstance(event, Metric) and event.name == "loss" and event.step == 3))
answer["training"] = told(ended)
answer["resumed quantizing"] = any(
    isinstance(item.event, Resumed) and item.event.stage == "quantize" for item in read_events(folder.events))
answer["checkpoint"] = checkpoint.newest(folder.checkpoints).name
answer["parameters"] = sum(1 for _ in load_model(folder.quantized, "cpu", torch.float32).parameters())
answer["torn"] = [path.name for path in folder.path.rglob("*.tmp")]
filler.unlink()

answer["end"] = told(run(None, folder.path, resume=True))
answer["again"] = digest(folder.path)
answer["leftovers"] = [path.name for path in folder.path.rglob(".*") if path.name.endswith((".tmp", ".old"))]
print(json.dumps(answer))
"""

MOUNT = 'mount -t tmpfs -o size=48m tmpfs "$1" && shift && exec "$@"'


def own_mounts() -> list[str]:
    """The command that runs another with mounts of its own, which end with it; as root or in a user namespace."""
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        pytest.skip("needs Linux's unshare to mount a small disk")
    for command in (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"]):
        mount = [*command, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("this user may not mount a small disk, not even in a namespace of its own")


@pytest.mark.slow
def test_that_a_full_disk_ends_the_run_with_a_hint_and_a_resume_gives_the_same(tiny_llama, chat_rows, tmp_path):
    (tmp_path / "recipe.toml").write_text(f"""
[model]
source = "path:{tiny_llama}"
[data]
source = "{chat_rows}"
max_length = 64
validation = 0.2
[quantize]
bits = 3
samples = 4
length = 32
[correct]
rank = 2
[tune]
rank = 2
steps = 6
batch = 2
accumulate = 1
evaluate_every = 2
checkpoint_every = 2
samples = 1
[evaluate]
text = "sample:heron"
context = 128
limit = 1
""")
    small = tmp_path / "small"
    small.mkdir()
    program = [sys.executable, "-c", HARNESS, str(tmp_path), str(small)]
    done = subprocess.run(
        [*own_mounts(), "sh", "-c", MOUNT, "sh", str(small), *program],
        env=os.environ | {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    for moment in ("quantizing", "training"):
        assert answer[moment]["outcome"] == "failed"
        assert answer[moment]["code"] == "disk-full"
        assert answer[moment]["exit"] == 1
        assert answer[moment]["hint"]
    assert not answer["half made"]
    assert answer["resumed quantizing"], "the block finished before the disk was full is kept"
    assert answer["checkpoint"] == "step-00000002"
    assert answer["parameters"] > 0
    assert answer["torn"] == []
    assert answer["end"]["outcome"] == "done"
    assert answer["again"] == answer["whole"]
    assert answer["leftovers"] == []
