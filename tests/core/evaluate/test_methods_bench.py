"""The bench that compares methods runs whole on a tiny model, and its short versions of others' methods are right."""

import json
import math
import sys
from pathlib import Path

import pytest
import torch

from lowbit_core.correct.loftq_published import alternate, normal

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(BENCH))
    try:
        import methods

        yield methods
    finally:
        sys.path.remove(str(BENCH))


def test_that_every_method_has_its_row(bench, tiny_llama, tmp_path):
    words = "A heron stands in the water and waits for a fish to come by. "
    text, c4 = tmp_path / "text.txt", tmp_path / "c4.jsonl"
    text.write_text(words * 12)
    c4.write_text("\n".join(json.dumps({"text": words * count}) for count in (1, 4, 6)))
    small = ["--seconds", "0.2", "--context", "64", "--limit", "2", "--pool-tokens", "1024", "--length", "32"]
    small += ["--calibration", "8", "--batch-tokens", "64", "--crops", "8", "--crop-length", "64"]
    arguments = ["--text", str(text), "--c4", str(c4), "--source", f"path:{tiny_llama}", "--out", str(tmp_path / "out")]
    chosen = ["HQQ", "NF + LoftQ, right scale", "GPTQ + activation", "LREC as published", "ours: lrec", "ours: qad"]
    bench.main([*arguments, *small, "--budgets", "2.5", "--methods", ";".join(chosen)])
    results = json.loads((tmp_path / "out" / "methods.json").read_text())
    rows = results["budgets"]["2.5"]
    assert list(rows) == chosen
    for name, row in rows.items():
        assert "error" not in row, (name, row)
        assert math.isfinite(row["perplexity"])
        assert row["kl"] > 0
    assert rows["LREC as published"]["steps"] > 0
    table = (tmp_path / "out" / "methods.md").read_text()
    assert table.count("**") == 2
    assert "over" in table  # rows of 64 and 96 cost more than those the budgets are made for
    assert "ours: qad" in table


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_that_hqq_lowers_the_error_it_is_made_for_below_that_of_the_plain_range(bench, bits):
    torch.manual_seed(0)
    weight = torch.distributions.StudentT(3.0).sample((64, 256)) * 0.02

    def norm(error):
        return float(error.abs().pow(0.7).mean())

    ours = bench.peer_methods.hqq(weight, bits, 64)
    plain = bench.peer_methods.hqq(weight, bits, 64, rounds=1)
    assert norm(weight - ours) < norm(weight - plain)
    levels = ours.reshape(-1, 64)
    assert max(len(row.unique()) for row in levels) <= 1 << bits


@pytest.mark.parametrize("shape", [(128, 64), (64, 128)])
def test_that_loftq_is_the_published_alternation_and_nearer_at_its_own_scale_than_at_the_scripts(bench, shape):
    torch.manual_seed(0)
    weight = torch.randn(shape) * 0.02
    quantized, term = bench.peer_methods.loftq(weight, 2, 16)
    published, low_rank = alternate(weight.double(), normal(2), 16, bench.peer_methods.LOFTQ_ROUNDS)
    assert torch.allclose(quantized.double(), published, atol=1e-6)
    assert torch.allclose(term.double(), low_rank.product(), atol=1e-6)
    script = bench.peer_methods.LOFTQ_SCRIPT_SCALE
    assert (weight - quantized - term).norm() < (weight - quantized - script * term).norm()


def test_that_the_published_objective_is_kl_over_all_positions_and_ce_on_the_next_token(bench):
    torch.manual_seed(0)
    ours, theirs, ids = torch.randn(5, 11), torch.randn(5, 11), torch.randint(0, 11, (5,))
    p, q = theirs.double().softmax(-1), ours.double().softmax(-1)
    kl = (p * (p / q).log()).sum() / 5
    ce = -sum(q[place, ids[place + 1]].log() for place in range(4)) / 4
    assert float(bench.peer_methods._loss(ours, theirs, ids, 0.25)) == pytest.approx(float(kl + 0.25 * ce), rel=1e-5)
