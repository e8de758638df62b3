"""The measured preflight on a tiny model."""

import pytest
import torch

from lowbit_core.context import SilentContext
from lowbit_core.jobs.check import check_step, random_packed
from lowbit_core.packed import PackedLinear
from lowbit_core.recipe import Data, Model, Quantize, Recipe, Tune
from lowbit_core.source import inspect_model


@pytest.mark.parametrize("adapter", ["continue", "fresh"])
def test_that_a_check_runs_one_step_at_full_length_and_leaves_nothing(tiny_llama, tmp_path, monkeypatch, adapter):
    monkeypatch.chdir(tmp_path)
    recipe = Recipe(
        model=Model(source=f"path:{tiny_llama}"),
        data=Data(source="unread.jsonl", max_length=1000),
        quantize=Quantize(bits=2.5),
        tune=Tune(batch=2, adapter=adapter),
        device="cpu",
    )
    context = SilentContext()
    checked = check_step(recipe, context)
    assert (checked.device, checked.length, checked.batch) == ("cpu", 256, 2)  # the model sees 256 tokens
    assert checked.peak_bytes > 50e6
    assert checked.planned_bytes > 0
    assert list(tmp_path.iterdir()) == []


def test_that_random_codes_have_the_shapes_of_the_model(tiny_llama):
    spec = inspect_model(f"path:{tiny_llama}")
    model = random_packed(spec, Quantize(bits=3, skip=("down_proj",)), torch.device("cpu"), torch.float32)
    packed = [name for name, module in model.named_modules() if isinstance(module, PackedLinear)]
    assert len(packed) == 6 * 3
    assert model(input_ids=torch.arange(8)[None]).logits.isfinite().all()
