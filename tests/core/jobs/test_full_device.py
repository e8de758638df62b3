"""What a person is told where the device is too small: settings that would fit, in words that can be typed."""

from dataclasses import replace

import pytest

from lowbit_core.errors import UserError
from lowbit_core.jobs import planning
from lowbit_core.jobs.full_device import assignments, only_savers_differ, what_fits
from lowbit_core.machine import Gpu, inspect_machine
from lowbit_core.plan import plan, with_changes
from lowbit_core.recipe import Correct, Data, Model, Quantize, Recipe, Tune
from lowbit_core.source import inspect_model


@pytest.fixture
def small(tiny_llama, tmp_path):
    """A recipe, its model, and a machine with a GPU on which it does not fit as it is."""
    recipe = Recipe(
        model=Model(source=f"path:{tiny_llama}"),
        data=Data(source="rows.jsonl", max_length=256),
        quantize=Quantize(bits=4, solver="nearest"),
        correct=Correct(method="none"),
        tune=Tune(adapter="fresh", batch=512, checkpointing=False),
    )
    spec = inspect_model(recipe.model.source)
    card = Gpu(index=0, name="GPU", total_bytes=10**11, free_bytes=10**11, capability=(9, 0), driver="1")
    machine = replace(inspect_machine(tmp_path), gpus=(card,))
    need = plan(recipe, spec, machine).worst("gpu")
    leaner = plan(with_changes(recipe, {"tune.checkpointing": True}), spec, machine).worst("gpu")
    free = (need + leaner) // 2
    return recipe, spec, replace(machine, gpus=(replace(card, free_bytes=free),))


def test_that_a_setting_that_only_saves_memory_is_offered_to_go_on_with(small):
    recipe, spec, machine = small
    told = what_fits(recipe, spec, machine, machine.gpus[0].free_bytes)
    assert told.startswith("Go on with --resume --set tune.checkpointing=true;"), told
    assert only_savers_differ(recipe, with_changes(recipe, {"tune.checkpointing": True}))


def test_that_what_changes_the_result_is_offered_as_a_new_run(small):
    recipe, spec, machine = small
    leaner = with_changes(recipe, {"tune.checkpointing": True, "tune.offload": True})
    need = plan(leaner, spec, machine).worst("gpu")
    told = what_fits(leaner, spec, machine, need - need // 50)
    assert "as a new run: --set tune.batch=1" in told, told


def test_that_a_plan_that_does_not_fit_is_refused_with_what_would(small, monkeypatch):
    recipe, spec, machine = small
    monkeypatch.setattr(planning, "inspect_machine", lambda *_: machine)
    with pytest.raises(UserError) as refused:
        planning.check_space(plan(recipe, spec, machine), recipe, spec)
    assert refused.value.code == "no-space-for-plan"
    assert "tune.checkpointing=true" in refused.value.hint


def test_that_changes_are_written_as_they_are_typed():
    changes = {"tune.offload": True, "data.max_length": 512, "quantize.bits": 2.5, "device": "cpu"}
    words = '--set tune.offload=true --set data.max_length=512 --set quantize.bits=2.5 --set device="cpu"'
    assert assignments(changes) == words
