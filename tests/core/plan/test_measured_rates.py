"""Rates measured on a computer: kept as JSON, refused when damaged, and used by the plan."""

import json
from dataclasses import asdict, replace

import pytest

from lowbit_core.plan import Rates, default_rates, plan
from lowbit_core.plan.measured import identity, kept_rates
from lowbit_core.plan.typical import typical_model
from lowbit_core.recipe import Recipe

RATES = Rates(matmul=5e10, decode_bytes=7e9, solve=8e9, launch=5e-4)


def test_that_rates_survive_json_and_each_device_has_its_own():
    report = json.loads(json.dumps({"rates": {"cpu": asdict(RATES)}}))
    assert kept_rates(report, on_gpu=False) == RATES
    assert kept_rates(report, on_gpu=True) is None


@pytest.mark.parametrize("change", [{"matmul": 0}, {"solve": "fast"}, {"more": 1.0}, {"launch": float("nan")}])
def test_that_damaged_rates_count_as_not_measured(change):
    assert kept_rates({"rates": {"cpu": asdict(RATES) | change}}, on_gpu=False) is None
    assert kept_rates({"rates": "x"}, on_gpu=False) is None
    assert kept_rates({}, on_gpu=False) is None


def test_that_memory_in_use_is_no_other_machine_but_a_driver_is(machine_of):
    machine = machine_of(gpu=8)
    fuller = replace(machine, ram_available_bytes=1, gpus=(replace(machine.gpus[0], free_bytes=1),))
    newer = replace(machine, gpus=(replace(machine.gpus[0], driver="2"),))
    assert identity(fuller) == identity(machine)
    assert identity(newer) != identity(machine)
    assert identity(replace(machine, gpus=())) != identity(machine)


def test_that_a_plan_with_measured_rates_takes_their_time(machine_of, tiny):
    machine = machine_of(gpu=0)
    slow = replace(default_rates(machine, on_gpu=False), matmul=1e8, solve=1e7, decode_bytes=1e7)
    assert plan(Recipe(), tiny, machine, rates=slow).total_seconds > 5 * plan(Recipe(), tiny, machine).total_seconds


def test_that_what_is_free_counts_and_not_what_a_gpu_has(machine_of, llama7b):
    machine = machine_of(gpu=24)
    card = machine.gpus[0]
    full = replace(machine, gpus=(replace(card, free_bytes=2_000_000_000),))
    assert plan(Recipe(), llama7b, machine).verdict == "fits"
    assert plan(Recipe(), llama7b, full).verdict == "does-not-fit"


def test_that_the_typical_models_have_the_sizes_they_are_named_for():
    # 134,515,008 (SmolLM2-135M) and 1,100,048,384 (TinyLlama), norms left out.
    assert typical_model("starter").parameters == pytest.approx(134_515_008, rel=1e-3)
    assert typical_model("1b").parameters == pytest.approx(1_100_048_384, rel=1e-3)
