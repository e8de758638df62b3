"""A packed model that has to leave for the float model comes back by itself."""

import pytest
import torch

from lowbit_core.chat import Sampling, Variants
from lowbit_core.context import SilentContext
from lowbit_core.data import Turn
from lowbit_core.errors import UserError
from lowbit_core.jobs import float_place
from lowbit_core.jobs.opened import FloatSource, Opened, PackedSource, open_model
from lowbit_core.model import load_float, load_tokenizer
from lowbit_core.source import inspect_model

GREEDY = Sampling(temperature=0.0, top_p=1.0, max_new_tokens=6)


def test_that_models_that_do_not_fit_together_take_turns(tiny_llama, monkeypatch):
    spec = inspect_model(f"path:{tiny_llama}")
    loads = []

    def read():
        loads.append("packed")
        model = load_float(spec, torch.float32, "cpu")  # stands in for a packed one: the same weights answer the same
        return Variants(model, {"quantized": ()}, lambda _model, _names: None)

    floating = FloatSource(
        inspect=lambda: spec, resolve=lambda: spec, device=torch.device("cpu"), dtype=torch.float32, fit=True
    )
    opened = Opened([PackedSource(names=("quantized",), load=read)], floating, load_tokenizer(spec))
    opened.model("quantized")
    half = float_place.float_bytes(spec, torch.bfloat16)
    monkeypatch.setattr(float_place, "free_bytes", lambda _device: half - 1)
    assert opened.float_place().alone

    def ask(variant):
        return opened.answer([Turn("user", "n1?")], variant, GREEDY, context=SilentContext()).text

    first = ask("quantized")
    assert ask("float")
    assert opened.packed is None
    assert opened.names == ("quantized", "float")
    assert ask("quantized") == first
    assert loads == ["packed", "packed"]


def test_that_a_base_model_that_fits_nowhere_is_refused_before_it_is_loaded(tiny_llama, monkeypatch):
    monkeypatch.setattr(float_place, "free_bytes", lambda _device: 1000)
    with pytest.raises(UserError, match=r"needs 0\.20 GB"):
        open_model(
            f"path:{tiny_llama}", device=torch.device("cpu"), dtype=torch.float32, context=SilentContext(), fit=True
        )
