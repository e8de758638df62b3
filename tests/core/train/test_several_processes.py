"""torchrun: two processes give the losses of one with twice the batch, and only the first writes and reports."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch

SCRIPT = """
import importlib.util, json, os, sys
from pathlib import Path

spec = importlib.util.spec_from_file_location("tiny_train", {conftest!r})
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
import torch
from peft import LoraConfig, get_peft_model
from lowbit_core.errors import Interrupted
from lowbit_core.train import TrainSettings, checkpoint, local_device, train

kind, batch, folder, at = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
rank = int(os.environ.get("RANK", "0"))
wrote = []
inner = checkpoint.save
checkpoint.save = lambda *args: wrote.append(args[2]) or inner(*args)


def once(resume, at):
    device = local_device(kind)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    torch.manual_seed(1)
    model = get_peft_model(helpers._make("llama").to(device), LoraConfig(r=2, target_modules=["q_proj", "up_proj"]))
    # Only the first process is asked to pause; all of them have to.
    context = helpers.ScriptedContext(at=at if rank == 0 else None, what=Interrupted("pause"))
    settings = TrainSettings(
        batch=batch, accumulate=2, epochs=2, learning_rate=1e-2, evaluate_every=2, checkpoint_every=2
    )
    paused = False
    try:
        train(
            model, helpers._rows(11), collate=helpers._collate, settings=settings, folder=folder, context=context,
            validation=helpers._rows(5, seed=6), resume=resume,
        )
    except Interrupted:
        paused = True
    trained = torch.cat([p.detach().flatten().cpu() for p in model.parameters() if p.requires_grad])
    return context, paused, trained.double().sum().item()


context, paused, total = once(False, at or None)
seen = [context]
if paused:
    context, paused, total = once(True, None)
    seen.append(context)
losses = {{name: {{}} for name in ("loss", "validation_loss", "grad_norm")}}
for context in seen:
    for name, values in losses.items():
        values |= context.metrics(name)
events = sum(len(context.events) for context in seen)
result = {{"metrics": losses, "events": events, "wrote": len(wrote), "sum": total, "runs": len(seen)}}
Path(f"{{folder}}-{{rank}}.json").write_text(json.dumps(result))
"""


def launch(python, tmp_path, name, processes, kind, batch, at=0):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT).format(conftest=str(Path(__file__).parent / "conftest.py")))
    command = [python]
    if processes > 1:
        command += ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    command += [str(script), kind, str(batch), str(tmp_path / name), str(at)]
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYTHON_EXEC": python,
        **({"CUDA_VISIBLE_DEVICES": ""} if kind == "cpu" else {}),
    }
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads((tmp_path / f"{name}-{rank}.json").read_text()) for rank in range(processes)]


def compare(one, two, rel):
    assert two[0]["wrote"] > 0
    assert two[1]["wrote"] == 0
    assert two[1]["events"] == 0
    assert two[0]["sum"] == two[1]["sum"]
    for name, expected in one["metrics"].items():
        found = two[0]["metrics"][name]
        assert found.keys() == expected.keys()
        assert list(found.values()) == pytest.approx(list(expected.values()), rel=rel), name


def test_that_two_processes_give_the_losses_of_one_with_twice_the_batch(tmp_path, warm_python):
    (one,) = launch(warm_python, tmp_path, "one", 1, "cpu", 4)
    two = launch(warm_python, tmp_path, "two", 2, "cpu", 2, at=6)
    assert [item["runs"] for item in two] == [2, 2], "a pause asked of the first process pauses both"
    assert len(one["metrics"]["loss"]) == 4
    compare(one, two, 1e-5)


@pytest.mark.gpu
@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two GPUs (NCCL)")
def test_that_two_gpus_give_the_losses_of_one_with_twice_the_batch(tmp_path):
    (one,) = launch(sys.executable, tmp_path, "one", 1, "cuda", 4)
    two = launch(sys.executable, tmp_path, "two", 2, "cuda", 2, at=6)
    compare(one, two, 1e-3)
