from __future__ import annotations

import pytest
import torch

from lowbit_core.chat import GREEDY, Session
from lowbit_core.context import SilentContext
from lowbit_core.errors import UserError
from lowbit_core.model import load_float, load_tokenizer
from lowbit_core.source import inspect_model


@pytest.mark.starter
def test_that_the_starter_knows_the_capital_of_france_and_stops():
    try:
        spec = inspect_model("starter")
    except UserError:
        pytest.skip("the starter model has not been fetched")
    session = Session(load_float(spec, torch.float32), load_tokenizer(spec), context=SilentContext())
    answer = session.ask("What is the capital of France?", GREEDY)
    assert "Paris" in answer.text
    assert answer.generated.reason == "end"
