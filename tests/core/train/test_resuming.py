"""A resumed run gives the numbers of one that was never stopped, to the bit, wherever it was cut off."""

import os
import subprocess
import textwrap
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model

from lowbit_core.errors import Interrupted, UserError
from lowbit_core.train import TrainSettings, set_active, train
from lowbit_core.train import checkpoint as checkpoints
from lowbit_core.train.adapters import adapter_names, read_flags, read_state

SETTINGS = {
    "batch": 2,
    "accumulate": 2,
    "learning_rate": 3e-2,
    "checkpoint_every": 2,
    "evaluate_every": 2,
    "steps": 7,
    "weight_decay": 0.1,
}


class Killed(BaseException):
    """What a kill -9 is to the code in one process: nothing below handles it."""


def build(tiny, mode):
    """A model with a random frozen repair and a trained adapter, in one of the recipe's three ways."""
    torch.manual_seed(1)
    config = {"lora_dropout": 0.1, "target_modules": ["q_proj", "down_proj"]}
    model = get_peft_model(tiny("llama"), LoraConfig(r=2, init_lora_weights=False, **config), adapter_name="repair")
    model.add_adapter("task", LoraConfig(r=3, use_dora=mode == "fresh", **config))
    set_active(model, ("repair", "task") if mode == "stack" else ("task",), {"task"})
    return model


@pytest.fixture
def run(tiny, make_rows, collate, tmp_path):
    def run(context, mode="stack", folder="c", resume=False, **changes):
        model = build(tiny, mode)
        result = train(
            model,
            make_rows(10),
            collate=collate,
            settings=TrainSettings(**{**SETTINGS, **changes}),
            folder=tmp_path / folder,
            context=context,
            validation=make_rows(5, seed=6),
            resume=resume,
        )
        return model, result

    return run


def same(left, right):
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


# The safe points of a run of 7 steps, 3 an epoch (the third of one batch), 3 batches of validation every second step:
# step 1: 1 2, step 2: 3 4, measuring: 5 6 7, step 3: 8, step 4: 9 10, measuring: 11 12 13, step 5: 14 15, step 6: 16.
@pytest.mark.parametrize(("mode", "grouped", "at"), [("continue", True, 16), ("stack", False, 9), ("fresh", True, 9)])
def test_that_a_killed_run_resumes_bit_equal(run, context, mode, grouped, at):
    whole = context()
    model, result = run(whole, mode, "whole", group_by_length=grouped)
    killed, seen = context(at=at, what=Killed()), context()
    with pytest.raises(Killed):
        run(killed, mode, group_by_length=grouped)
    first = max(killed.metrics("loss"))
    assert first == {9: 3, 16: 5}[at]
    resumed, again = run(seen, mode, resume=True, group_by_length=grouped)
    assert min(seen.metrics("loss")) == first // 2 * 2 + 1
    for name in ("loss", "learning_rate", "grad_norm", "validation_loss"):
        assert {**killed.metrics(name), **seen.metrics(name)} == whole.metrics(name), name
    assert same(read_state(model), read_state(resumed))
    assert read_flags(model) == read_flags(resumed)
    assert (again.best_step, again.best_loss, again.steps) == (result.best_step, result.best_loss, 7)


@pytest.mark.parametrize(
    ("kind", "at"), [("pause", 1), ("pause", 2), ("stop", 6), ("pause", 8), ("stop", 10), ("pause", 23)]
)
def test_that_an_interruption_at_any_moment_saves_and_resumes_bit_equal(run, context, kind, at, request):
    whole = request.getfixturevalue("whole_losses")
    stopped, seen = context(at=at, what=Interrupted(kind)), context()
    with pytest.raises(Interrupted):
        run(stopped)
    run(seen, resume=True)
    # Nothing is done twice: the save was made where the interruption came.
    assert not stopped.metrics("loss").keys() & seen.metrics("loss").keys()
    assert {**stopped.metrics("loss"), **seen.metrics("loss")} == whole[0]
    assert {**stopped.metrics("validation_loss"), **seen.metrics("validation_loss")} == whole[1]


_WHOLE = {}


@pytest.fixture
def whole_losses(run, context):
    if not _WHOLE:
        seen = context()
        run(seen, folder="reference")
        _WHOLE["it"] = seen.metrics("loss"), seen.metrics("validation_loss")
    return _WHOLE["it"]


def test_that_cancel_keeps_the_last_save_and_makes_no_other(run, context, tmp_path):
    with pytest.raises(Interrupted):
        run(context(at=15, what=Interrupted("cancel")))
    assert [checkpoints.step_of(path) for path in checkpoints.saved(tmp_path / "c", "step")] == [2, 4]


def test_that_a_finished_run_resumes_to_the_same_model_without_a_step(run, context):
    model, result = run(context())
    seen = context()
    again, other = run(seen, resume=True)
    assert seen.metrics("loss") == {}
    assert same(read_state(model), read_state(again))
    assert (other.steps, other.best_loss, other.last_loss) == (7, result.best_loss, result.last_loss)


def test_that_a_checkpoint_holds_every_adapter_with_its_flags(run, context, tmp_path):
    from safetensors.torch import load_file

    run(context())
    newest = checkpoints.newest(tmp_path / "c")
    names = load_file(newest / "tensors.safetensors").keys()
    assert {".repair." in name for name in names} == {True, False}
    assert len(checkpoints.saved(tmp_path / "c", "step")) == 2


def test_that_the_frozen_repair_stays_frozen_and_active_after_a_resume(run, context, tiny):
    before = read_state(build(tiny, "stack"))
    with pytest.raises(Killed):
        run(context(at=16, what=Killed()))
    model, _ = run(context(), resume=True)
    flags, after = read_flags(model), read_state(model)
    assert adapter_names(model) == ("repair", "task")
    assert flags.active == ("repair", "task")
    assert all(".task." in name for name in flags.trainable)
    repair = [name for name in before if ".repair." in name]
    assert repair
    assert all(torch.equal(before[name], after[name]) for name in repair)
    assert any(not torch.equal(before[name], after[name]) for name in flags.trainable)


@pytest.mark.parametrize("change", [{"batch": 1}, {"learning_rate": 0.1}, {"seed": 3}])
def test_that_resuming_another_run_is_refused(run, context, change):
    with pytest.raises(Killed):
        run(context(at=16, what=Killed()))
    with pytest.raises(UserError) as caught:
        run(context(), resume=True, **change)
    assert caught.value.code == "checkpoint-mismatch"
    assert next(iter(change)) in caught.value.message


def test_that_resuming_with_other_adapters_is_refused(tiny, run, context, make_rows, collate, tmp_path):
    with pytest.raises(Killed):
        run(context(at=16, what=Killed()))
    model = get_peft_model(tiny("llama"), LoraConfig(r=2, target_modules=["q_proj"]), adapter_name="other")
    with pytest.raises(UserError) as caught:
        train(
            model,
            make_rows(10),
            collate=collate,
            settings=TrainSettings(**SETTINGS),
            folder=tmp_path / "c",
            context=context(),
            validation=make_rows(5, seed=6),
            resume=True,
        )
    assert caught.value.code == "checkpoint-mismatch"


SCRIPT = """
import os, signal, sys
from pathlib import Path

sys.path.insert(0, {tests!r})
import importlib.util
spec = importlib.util.spec_from_file_location("tiny_train", {conftest!r})
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
import torch
from peft import LoraConfig, get_peft_model
from lowbit_core.train import TrainSettings, checkpoint, train

folder = Path(sys.argv[1])


def once(death, resume):
    # A child by fork, since loading the libraries takes seconds; the parent never computes.
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    class Context(helpers.ScriptedContext):
        def emit(self, event):
            if getattr(event, "name", "") in ("loss", "validation_loss"):
                print(event.name, event.step, event.value.hex(), flush=True)

        def checkpoint(self):
            super().checkpoint()
            if death == ("call", self.calls):
                os.kill(os.getpid(), signal.SIGKILL)

    files = [0]
    inner = checkpoint.flush_to_disk

    def flush(file):
        inner(file)
        files[0] += 1
        if death == ("file", files[0]):
            os.kill(os.getpid(), signal.SIGKILL)

    checkpoint.flush_to_disk = flush
    torch.manual_seed(1)
    model = get_peft_model(helpers._make("llama"), LoraConfig(r=2, lora_dropout=0.1, target_modules=["q_proj"]))
    train(
        model, helpers._rows(8), collate=helpers._collate, folder=folder, context=Context(), resume=resume,
        validation=helpers._rows(3, seed=6),
        settings=TrainSettings(batch=1, steps=5, checkpoint_every=2, evaluate_every=2, accumulate=2),
    )
    os._exit(0)


import gc
gc.freeze()  # else each child's first collection copies the libraries' pages
for death in {deaths!r}:
    print("death", *death, flush=True)
    for path in folder.glob("*"):
        checkpoint.discard(path)
    checkpoint.clean(folder)
    assert once(death, False) == -signal.SIGKILL
    print("resume", flush=True)
    assert once((), True) == 0
    assert not list(folder.glob(".*"))
print("whole", flush=True)
assert once((), False) == 0
"""


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_that_kill_9_at_a_step_and_in_the_middle_of_a_save_loses_nothing(tmp_path, warm_python):
    deaths = [("call", 6), ("file", 1), ("file", 9)]
    here = Path(__file__).parent
    script = tmp_path / "script.py"
    values = {"tests": str(here), "conftest": str(here / "conftest.py"), "deaths": deaths}
    script.write_text(textwrap.dedent(SCRIPT).format(**values))
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [warm_python, str(script), str(tmp_path / "c")], capture_output=True, text=True, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    parts = done.stdout.split("whole\n")
    whole = dict(line.rsplit(" ", 1) for line in parts[1].splitlines())
    assert len(whole) == 5 + 3
    for part in parts[0].split("death ")[1:]:
        lines = [line for line in part.splitlines()[1:] if line != "resume"]
        assert {line.rsplit(" ", 1)[0] for line in lines} == whole.keys(), part
        for line in lines:
            name, value = line.rsplit(" ", 1)
            assert whole[name] == value, part
