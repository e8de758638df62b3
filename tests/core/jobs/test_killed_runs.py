"""kill -9 wherever a run touches the disk, then resume: the same bytes and numbers as a run that was never stopped.

One process imports torch and forks a child for every attempt; a child kills itself at its n-th fsync or rename, so
that neither ``finally`` nor ``atexit`` can tidy up.
"""

import json
import os
import subprocess

import pytest

HARNESS = r'''
import hashlib, json, os, pathlib, shutil, signal, sys

from lowbit_core import files
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stages import stages_of
from lowbit_core.recipe import parse
import lowbit_core.chat, lowbit_core.correct.activation, lowbit_core.model, lowbit_core.packed, lowbit_core.quantize
import lowbit_core.packed.adapter, lowbit_core.render, lowbit_core.data, transformers.models.llama.modeling_llama
import lowbit_core.tune, lowbit_core.evaluate, torch

root, home, chosen = pathlib.Path(sys.argv[1]), os.environ["LOWBIT_HOME"], json.loads(sys.argv[2])
recipe = parse((root / "recipe.toml").read_text())
calls = 0


def counted(function, deadly):
    def call(*arguments, **options):
        global calls
        calls += 1
        if calls == deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)

    return call


def child(folder, deadly, names):
    """Exit status of a forked run of these stages; 0 done."""
    resume = (folder / "recipe.toml").exists()
    number = os.fork()
    if number:
        return os.waitpid(number, 0)[1]
    os.environ["LOWBIT_HOME"] = str(folder.with_suffix(".home"))
    for name in ("fsync", "replace", "rename"):
        setattr(os, name, counted(getattr(os, name), deadly))
    pathlib.Path.rename = lambda path, target: (os.rename(path, target), pathlib.Path(target))[1]
    pathlib.Path.replace = lambda path, target: (os.replace(path, target), pathlib.Path(target))[1]
    wanted = [stage for stage in stages_of(recipe) if stage.name in names]
    ended = run(None if resume else recipe, folder, resume=resume, stages=wanted)
    folder.with_suffix(".calls").write_text(str(calls))
    sys.stdout.flush()
    os._exit(0 if ended.outcome == "done" else 9)


def digest(folder):
    """Hashes of everything a run makes, and the losses of its steps."""
    found = {}
    for part in ("calibration.safetensors", "quantized", "adapters"):
        for path in sorted((folder / part).rglob("*")) if (folder / part).is_dir() else [folder / part]:
            if path.is_file() and path.name != "adapter_config.json":  # it names the folder of its base
                found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    losses = {}
    for line in (folder / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["kind"] == "Metric" and event["name"] in ("loss", "validation_loss"):
            losses[f"{event['name']}@{event['step']}"] = event["value"]
    facts = json.loads((folder / "state.json").read_text())["stages"].get("tune", {}).get("facts", {})
    return {"files": found, "losses": losses, "best": facts.get("best_step")}


before, killed = (tuple(filter(None, part.split(","))) for part in sys.argv[3].split("|"))
stages = before + killed
if before:
    assert child(root / "base", 0, before) == 0


def fresh(name):
    if before:
        shutil.copytree(root / "base", root / name)
    return root / name


assert child(fresh("whole"), 0, stages) == 0
total = int((root / "whole.calls").read_text())
answer = {"total": total, "whole": digest(root / "whole"), "killed": {}}
for share in chosen:
    deadly = max(1, round(share * total))
    folder = fresh(f"killed-{deadly}")
    status = child(folder, deadly, stages)
    again = child(folder, 0, stages)
    answer["killed"][deadly] = {"status": status, "again": again, "digest": digest(folder)}
    if again:
        answer["killed"][deadly]["log"] = (folder / "log.txt").read_text()[-2000:]
print(json.dumps(answer))
'''


def kill_and_resume(python, root, recipe: str, shares: list[float], stages: str):
    (root / "recipe.toml").write_text(recipe)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"}
    done = subprocess.run(
        [python, "-c", HARNESS, str(root), json.dumps(shares), stages],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["total"] > len(shares)
    for deadly, attempt in answer["killed"].items():
        assert attempt["status"] == 9, f"kill at {deadly} of {answer['total']} did not happen"
        assert attempt["again"] == 0, attempt["log"]
        assert attempt["digest"] == answer["whole"], f"killed at {deadly} of {answer['total']}"
    return answer["whole"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks children")
def test_that_a_quantization_killed_anywhere_resumes_to_the_same_bytes(tiny_llama, tmp_path, warm_python):
    recipe = f"""
[model]
source = "path:{tiny_llama}"
[quantize]
bits = 3
samples = 4
length = 32
[correct]
rank = 4
"""
    shares = [0.02, 0.4, 0.7, 0.9, 1.0]
    whole = kill_and_resume(warm_python, tmp_path, recipe, shares, "|model,sample,quantize")
    assert "quantized/model.safetensors" in whole["files"]
    assert "adapters/repair/adapter_model.safetensors" in whole["files"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks children")
@pytest.mark.parametrize(("adapter", "rate"), [("continue", 2e-4), ("stack", 20.0), ("fresh", 2e-4)])
def test_that_a_fine_tune_killed_anywhere_resumes_to_the_same_losses_and_adapter(
    tiny_llama, chat_rows, tmp_path, warm_python, adapter, rate
):
    recipe = f"""
[model]
source = "path:{tiny_llama}"
[data]
source = "{chat_rows}"
max_length = 64
validation = 0.2
[quantize]
bits = 3
solver = "nearest"
samples = 2
length = 16
[correct]
rank = 2
[tune]
adapter = "{adapter}"
rank = 2
dropout = 0.1
learning_rate = {rate}
schedule = "constant"
steps = 6
batch = 2
accumulate = 1
evaluate_every = 2
checkpoint_every = 2
samples = 1
"""
    whole = kill_and_resume(warm_python, tmp_path, recipe, [0.3, 0.6, 0.8, 1.0], "model,data,sample,quantize|tune")
    assert "adapters/tuned/adapter_model.safetensors" in whole["files"]
    assert {name for name in whole["losses"] if name[:5] == "loss@"} == {f"loss@{n}" for n in range(1, 7)}
    if rate > 1:
        assert whole["best"] == 2, (
            "so high a rate makes it worse after the first measurement: the best is kept from there"
        )
