"""`lowbit frontier` on a tiny model, and the worker's command of that name."""

import io
import json

from lowbit_core.cli.main import main
from lowbit_core.cli.worker.channel import Channel
from lowbit_core.cli.worker.frontier import measure_frontier
from lowbit_core.cli.worker.task import Task
from lowbit_core.commands import Frontier, decode_answer
from lowbit_core.recipe import Evaluate, Model, Quantize, Recipe, dump

SMALL = ["--set", "quantize.group_size=32", "--set", "quantize.samples=4", "--set", "quantize.length=32"]
SMALL += ["--set", "evaluate.context=64", "--set", "evaluate.limit=2"]


def test_that_the_command_prints_points_and_the_recipes_that_run_them(tiny_llama, tmp_path, capsys):
    text = tmp_path / "text.txt"
    text.write_text("The heron stands in the shallow water and waits. " * 12)
    out = tmp_path / "frontier"
    arguments = [str(tiny_llama), "--bits", "2,4", "--methods", "none", "--text", str(text), "--out", str(out), *SMALL]
    assert main(["frontier", *arguments]) == 0
    printed = capsys.readouterr()
    assert "text.txt" in printed.out
    assert f"2-none: lowbit run {out / 'recipes' / '2-none.toml'}" in printed.out
    assert "An estimate" in printed.err
    assert main(["frontier", *arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [point["state"] for point in document["points"]] == ["done", "done"]
    assert document["text"] == "text.txt"
    assert main(["plan", str(out / "recipes" / "2-none.toml")]) == 0


def test_that_mistakes_are_told_in_words(tiny_llama, tmp_path, capsys):
    assert main(["frontier", str(tiny_llama), "--bits", "two"]) == 1
    assert "no list of bits" in capsys.readouterr().err
    assert main(["frontier", str(tiny_llama), "--methods", "lerc", "--out", str(tmp_path / "f")]) == 1
    assert "lrec" in capsys.readouterr().err


def test_that_the_worker_streams_the_whole_document_after_every_change(tiny_llama, tmp_path):
    recipe = Recipe(
        model=Model(source=f"path:{tiny_llama}"),
        quantize=Quantize(group_size=32, samples=4, length=32),
        evaluate=Evaluate(text="sample:heron", context=64, limit=2),
    )
    out = io.StringIO()
    command = Frontier(id=3, recipe=dump(recipe), bits=(2.0,), methods=("none",), out=str(tmp_path / "f"))
    reply = measure_frontier(command, Task(command, Channel(out)))
    parts = [decode_answer(line).data for line in out.getvalue().splitlines()]
    states = [part["frontier"]["points"][0]["state"] for part in parts if "frontier" in part]
    assert states == ["waiting", "running", "done"]
    progress = [part["progress"] for part in parts if "progress" in part]
    assert {item["point"] for item in progress} == {"2-none"}
    assert {"quantize", "evaluate"} <= {item["stage"] for item in progress}
    assert reply["outcome"] == "done"
    assert reply["frontier"]["points"][0]["perplexity"] > 1
