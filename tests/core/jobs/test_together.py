"""`lowbit run` under torchrun: the losses of one process with twice the batch, one writer, failures that end all."""

import json
import os
import subprocess
import sys

import pytest
import torch

from lowbit_core.events import JobEnded, Metric, StageStarted
from lowbit_core.jobs.stream import read_events

RECIPE = """
device = "{device}"
precision = "fp32"
[model]
source = "path:{model}"
[data]
source = "{data}"
max_length = 64
validation = 0.2
[quantize]
bits = 4
samples = 4
length = 32
[correct]
method = "{method}"
rank = 2
[tune]
steps = 6
batch = {batch}
accumulate = 1
optimizer = "adamw"
learning_rate = 1e-2
evaluate_every = 3
checkpoint_every = 2
samples = 1
[evaluate]
text = "sample:heron"
context = 128
limit = 1
"""

# What a process does instead of its part, by its number: fail in its third step, or die there.
SCRIPT = """
import os, sys
from lowbit_core.cli.main import main

what, rank = os.environ.get("ACCIDENT", ""), os.environ.get("RANK", "0")
if what and what[-1] == rank:
    from lowbit_core.train.trainer import Trainer
    inner, steps = Trainer.training_step, []

    def step(self, *args, **kwargs):
        steps.append(1)
        if len(steps) == 3:
            if what.startswith("die"):
                os._exit(9)
            raise ValueError("a wheel came off")
        return inner(self, *args, **kwargs)

    Trainer.training_step = step
sys.exit(main())
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    chats = [
        {"messages": [{"role": "user", "content": f"n{n}?"}, {"role": "assistant", "content": f"It is {n * 7 % 10}."}]}
        for n in range(30)
    ]
    path = tmp_path_factory.mktemp("data") / "chats.jsonl"
    path.write_text("\n".join(map(json.dumps, chats)))
    return path


@pytest.fixture
def launch(tiny_llama, rows, tmp_path, warm_python):
    def launch(name, processes, batch, *, device="cpu", method="activation", accident="", resume=False, fresh=False):
        recipe, script = tmp_path / f"{name}.toml", tmp_path / "script.py"
        recipe.write_text(RECIPE.format(model=tiny_llama, data=rows, batch=batch, device=device, method=method))
        script.write_text(SCRIPT)
        python = sys.executable if fresh or device == "cuda" else warm_python
        command = [python]
        if processes > 1:
            command += ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
        command += [str(script), "run", str(recipe), "--out", str(tmp_path / name), *(["--resume"] if resume else [])]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "ACCIDENT": accident, "PYTHON_EXEC": python}
        environment |= {"CUDA_VISIBLE_DEVICES": ""} if device == "cpu" else {}
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=environment, cwd=tmp_path)
        return done, tmp_path / name

    return launch


def events(folder):
    return [item.event for item in read_events(folder / "events.jsonl")]


def figures(folder):
    return {
        (item.name, item.step): item.value
        for item in events(folder)
        if isinstance(item, Metric) and item.name in ("loss", "validation_loss", "grad_norm")
    }


def compare(launch, device, rel):
    done, one = launch("one", 1, 4, device=device)
    assert done.returncode == 0, done.stderr[-3000:]
    done, two = launch("two", 2, 2, device=device)
    assert done.returncode == 0, done.stderr[-3000:]
    expected, found = figures(one), figures(two)
    assert found.keys() == expected.keys()
    assert {("loss", step) for step in range(1, 7)} <= found.keys()
    assert list(found.values()) == pytest.approx(list(expected.values()), rel=rel)
    told = events(two)
    assert [type(event) for event in told].count(JobEnded) == 1
    assert len([event for event in told if isinstance(event, StageStarted)]) == 7, "one process speaks"
    assert (two / "report.json").is_file()
    assert not [path for path in two.rglob(".*") if path.name.endswith((".tmp", ".old"))]


@pytest.mark.slow
def test_that_a_run_of_two_processes_gives_the_losses_of_one_with_twice_the_batch(launch):
    compare(launch, "cpu", 1e-5)


@pytest.mark.gpu
@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two GPUs (NCCL)")
def test_that_a_run_on_two_gpus_gives_the_losses_of_one_with_twice_the_batch(launch):
    compare(launch, "cuda", 2e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("accident", "words"), [("fail1", "a wheel came off"), ("die1", "ended without")])
def test_that_a_failure_of_one_process_ends_all_with_a_reason_and_the_run_goes_on(launch, accident, words):
    done, folder = launch("two", 2, 2, accident=accident)
    assert done.returncode != 0
    assert words in done.stderr
    told = events(folder)
    assert [type(event) for event in told].count(JobEnded) == 1
    assert told[-1].outcome == "failed"
    assert words in told[-1].message
    if accident.startswith("die"):
        done, folder = launch("two", 2, 2, resume=True)
        assert done.returncode == 0, done.stderr[-3000:]
        assert {("loss", step) for step in range(1, 7)} <= figures(folder).keys()


def test_that_a_trained_correction_is_refused_for_several_processes_before_anything_hangs(launch):
    done, folder = launch("two", 2, 2, method="lrec")
    assert done.returncode == 1
    assert events(folder)[-1].code == "one-process-only"


def test_that_a_mistake_in_the_recipe_ends_all_processes_and_is_told_once(launch):
    done, _ = launch("two", 2, 2, method="magic", fresh=True)
    assert done.returncode == 1
    assert done.stderr.count("has one mistake") == 1
