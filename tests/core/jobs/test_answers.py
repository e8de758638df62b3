"""The perplexity of held-back answers: the mean over all tokens that are learned, however rows are put together."""

import math

import numpy as np
import pytest
import torch

from lowbit_core.context import SilentContext
from lowbit_core.evaluate import ModelRows
from lowbit_core.jobs import answers
from lowbit_core.model import load_float
from lowbit_core.render.rows import TokenRow
from lowbit_core.source import inspect_model


@pytest.mark.parametrize("at_once", [1, 48, 1024])
def test_that_answers_are_scored_as_each_row_alone_is_in_float64(tiny_llama, monkeypatch, at_once):
    monkeypatch.setattr(answers, "TOKENS_AT_ONCE", at_once)
    model = load_float(inspect_model(f"path:{tiny_llama}"), torch.float32, torch.device("cpu")).eval()
    generator = torch.Generator().manual_seed(0)
    rows = []
    for length, learned in ((9, 4), (17, 1), (5, 0), (24, 20), (12, 3)):
        ids = torch.randint(1, 250, (length,), generator=generator).numpy().astype(np.int32)
        rows.append(TokenRow(ids, np.arange(length) >= length - learned))
    held = answers.AnswerRows(rows, pad_id=0)
    assert held.scored == 28

    exact, total = model.double(), 0.0
    for row in rows:
        ids = torch.from_numpy(row.input_ids).long()
        losses = -exact(ids[None]).logits[0, :-1].log_softmax(-1)[torch.arange(len(ids) - 1), ids[1:]]
        total += float(losses[torch.from_numpy(row.loss_mask[1:])].sum())
    found = answers.answer_perplexity(ModelRows(model.float()), held, SilentContext())
    assert found == pytest.approx(math.exp(total / held.scored), rel=1e-5)
