"""The bench of GSM8K fine-tuning runs whole on a tiny model, and tuning lowers the loss it measures."""

import json
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench"


def test_that_every_row_is_tuned_and_measured_on_the_same_answers(tiny_llama, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    import gsm8k_tuning

    assert BENCH in Path(sys.modules["gsm8k_tuning"].__file__).parents
    data = tmp_path / "rows.jsonl"
    rows = [{"question": f"What is {n} and 1?", "answer": f"{n} and 1 is {n + 1}.\n#### {n + 1}"} for n in range(40)]
    data.write_text("\n".join(map(json.dumps, rows)))
    small = ["--steps", "6", "--batch", "4", "--rank", "4", "--rate", "1e-2", "--max-length", "256", "--length", "32"]
    small += ["--pool-tokens", "512", "--calibration", "4", "--lrec-seconds", "0.2", "--lrec-tokens", "64"]
    arguments = ["--data", str(data), "--source", f"path:{tiny_llama}", "--out", str(tmp_path), "--bits", "16,3"]
    gsm8k_tuning.main([*arguments, *small, "--arms", "none,activation"])
    results = json.loads((tmp_path / "gsm8k.json").read_text())
    assert {bits: list(cells) for bits, cells in results["rows"].items()} == {
        "16": ["none"],
        "3": ["none", "activation"],
    }
    for cells in results["rows"].values():
        for row in cells.values():
            assert row["loss"] < row["loss_before"]
            assert row["steps"] == 6
    assert (tmp_path / "gsm8k.md").read_text().count("| 3 |") == 1
