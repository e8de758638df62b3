"""A frontier over a tiny model: points, what they share, refusals, interruption and what no other point beats."""

import csv
import json
import shutil
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lowbit_core.errors import UserError
from lowbit_core.events import StageStarted
from lowbit_core.jobs import float_reference
from lowbit_core.jobs import frontier as frontier_module
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.frontier import plan_frontier, run_frontier
from lowbit_core.jobs.frontier_points import Point, frontier_from_json, mark_best, read_frontier
from lowbit_core.jobs.runner import run
from lowbit_core.recipe import Correct, Evaluate, Model, Quantize, Recipe, load


def base(model) -> Recipe:
    return Recipe(
        model=Model(source=f"path:{model}"),
        quantize=Quantize(group_size=32, samples=4, length=32),
        correct=Correct(rank=2),
        evaluate=Evaluate(text="sample:heron", context=64, limit=4),
    )


def point(name: str, size: int | None, perplexity: float | None, state: str = "done") -> Point:
    return Point(
        name=name, asked_bits=2, method="none", recipe="", run_dir="", state=state, model_bytes=size,
        perplexity=perplexity,
    )  # fmt: skip


def test_that_each_point_is_a_run_with_its_figures_and_a_recipe_that_repeats_it(tiny_llama, tmp_path):
    folder = tmp_path / "frontier"
    seen, stages = [], []

    def heard(name, stamped):
        if isinstance(stamped.event, StageStarted):
            stages.append((name, stamped.event.stage))

    plan = plan_frontier(base(tiny_llama), [4, 2], ["none", "activation"], folder)
    assert plan.seconds > 0
    ended = run_frontier(plan, changed=seen.append, heard=heard)
    assert ended.outcome == "done"
    document = read_frontier(folder)
    assert [item.name for item in document.points] == ["2-none", "2-activation", "4-none", "4-activation"]
    assert document == seen[-1]
    for item in document.points:
        report = json.loads((folder / item.run_dir / "report.json").read_text())
        row = report["reports"][0]["rows"][-1]
        assert (item.perplexity, item.kl, item.model_bytes) == (row["perplexity"], row["kl"], row["model_bytes"])
        assert item.variant == ("repaired" if item.method == "activation" else "quantized")
        assert item.planned_bits == pytest.approx(item.bits, rel=0.05)
        recipe = load(folder / item.recipe)
        assert (recipe.quantize.bits, recipe.correct.method) == (item.asked_bits, item.method)
    assert document.float_perplexity > 0
    assert document.tokens == 4 * 63
    rows = list(csv.DictReader((folder / "frontier.csv").open()))
    assert [row["name"] for row in rows] == [item.name for item in document.points]
    assert float(rows[0]["perplexity"]) == document.points[0].perplexity
    assert ("4-activation", "report") in stages
    assert not (folder / "shared").exists()


def test_that_finished_points_are_kept_and_new_ones_join_them(tiny_llama, tmp_path):
    folder = tmp_path / "frontier"
    run_frontier(plan_frontier(base(tiny_llama), [2], ["none"], folder), changed=lambda _: None)
    before = (folder / "2-none" / "events.jsonl").read_text()
    heard = []
    plan = plan_frontier(base(tiny_llama), [2, 3], ["none"], folder)
    assert run_frontier(plan, changed=lambda _: None, heard=lambda name, _: heard.append(name)).outcome == "done"
    assert set(heard) == {"3-none"}
    assert (folder / "2-none" / "events.jsonl").read_text() == before
    assert [item.state for item in read_frontier(folder).points] == ["done", "done"]


def test_that_the_float_model_is_streamed_once_for_all_points_and_no_figure_changes(tiny_llama, tmp_path, monkeypatch):
    streamed = []
    fill = float_reference._fill
    monkeypatch.setattr(float_reference, "_fill", lambda *args: (streamed.append(1), fill(*args)))
    plan = plan_frontier(base(tiny_llama), [2, 4], ["none"], tmp_path / "f")
    run_frontier(plan, changed=lambda _: None)
    assert len(streamed) == 1
    run(plan.recipes["4-none"], tmp_path / "alone")
    folders = (tmp_path / "alone", tmp_path / "f" / "4-none")
    alone, shared = (json.loads((folder / "report.json").read_text())["reports"] for folder in folders)
    assert alone == shared


def test_that_a_cancelled_frontier_goes_on_where_it_was(tiny_llama, tmp_path):
    folder, control = tmp_path / "f", Control()

    def cancel(name, stamped):
        if name == "4-none" and isinstance(stamped.event, StageStarted) and stamped.event.stage == "quantize":
            control.request("cancel")

    first = plan_frontier(base(tiny_llama), [2, 4, 8], ["none"], folder)
    assert run_frontier(first, changed=lambda _: None, heard=cancel, control=control).outcome == "cancelled"
    assert [item.state for item in read_frontier(folder).points] == ["done", "waiting", "waiting"]
    again = plan_frontier(base(tiny_llama), [2, 4, 8], ["none"], folder)
    assert run_frontier(again, changed=lambda _: None).outcome == "done"
    assert [item.state for item in read_frontier(folder).points] == ["done"] * 3


def test_that_a_point_that_cannot_fit_is_refused_by_name_and_the_others_run(tiny_llama, tmp_path, monkeypatch):
    real = frontier_module.plan_run

    def tight(recipe, spec, folder):
        resolved, made = real(recipe, spec, folder)
        free = {"ram": 1, "disk": 1} if recipe.quantize.bits == 4 else made.free_bytes
        return resolved, replace(made, free_bytes=free)

    monkeypatch.setattr(frontier_module, "plan_run", tight)
    plan = plan_frontier(base(tiny_llama), [2, 4], ["none"], tmp_path / "f")
    refused = plan.document.points[1]
    assert (refused.name, refused.state) == ("4-none", "refused")
    assert "memory" in refused.reason
    ended = run_frontier(plan, changed=lambda _: None)
    assert ended.outcome == "done"
    assert ended.message.startswith("1 of 2")
    assert not (tmp_path / "f" / "4-none").exists()


def test_that_a_failed_point_does_not_end_the_others(tiny_llama, tmp_path):
    plan = plan_frontier(base(tiny_llama), [2, 4], ["none"], tmp_path / "f")
    (tmp_path / "f" / "2-none").mkdir()
    (tmp_path / "f" / "2-none" / "state.json").write_text("{")
    ended = run_frontier(plan, changed=lambda _: None)
    first, second = read_frontier(tmp_path / "f").points
    assert ended.outcome == "done"
    assert (first.state, second.state) == ("failed", "done")
    assert "state" in first.reason


def test_that_another_recipe_in_the_same_folder_is_refused(tiny_llama, tmp_path):
    folder = tmp_path / "f"
    run_frontier(plan_frontier(base(tiny_llama), [2], ["none"], folder), changed=lambda _: None)
    other = replace(base(tiny_llama), seed=7)
    with pytest.raises(UserError, match="2-none was made by another recipe") as caught:
        plan_frontier(other, [2], ["none"], folder)
    assert caught.value.code == "frontier-changed"
    copy = tmp_path / "copy"
    shutil.copytree(tiny_llama, copy)
    with pytest.raises(UserError, match="holds a frontier of"):
        plan_frontier(base(copy), [2], ["none"], folder)


def test_that_bad_methods_bits_and_texts_are_told_before_anything_runs(tiny_llama, tmp_path):
    with pytest.raises(UserError, match="activtion") as caught:
        plan_frontier(base(tiny_llama), [2], ["activtion"], tmp_path / "f")
    assert "activation" in caught.value.hint
    with pytest.raises(UserError):
        plan_frontier(base(tiny_llama), [], ["none"], tmp_path / "f")
    lost = replace(base(tiny_llama), evaluate=Evaluate(text=str(tmp_path / "lost.txt")))
    with pytest.raises(UserError, match=r"lost\.txt"):
        plan_frontier(lost, [2], ["none"], tmp_path / "f")
    plan = plan_frontier(base(tiny_llama), [8.5], ["none"], tmp_path / "f")
    assert plan.document.points[0].state == "refused"
    assert "8.5" in plan.document.points[0].reason
    assert run_frontier(plan, changed=lambda _: None).outcome == "failed"


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=12))
def test_that_the_best_points_are_those_that_no_other_beats(pairs):
    marked = mark_best([point(str(n), size, float(quality)) for n, (size, quality) in enumerate(pairs)])
    for n, (size, quality) in enumerate(pairs):
        dominated = any(
            (s, q) != (size, quality) and s <= size and q <= quality for m, (s, q) in enumerate(pairs) if m != n
        )
        assert marked[n].best == (not dominated)


def test_that_points_without_a_finite_figure_are_never_best():
    marked = mark_best(
        [point("a", 1, None), point("b", 1, float("inf")), point("c", 1, 2.0, "failed"), point("d", 9, 9.0)]
    )
    assert [item.name for item in marked if item.best] == ["d"]


def test_that_the_document_survives_its_file(tiny_llama, tmp_path):
    document = plan_frontier(base(tiny_llama), [2], ["none"], tmp_path / "f").document
    assert frontier_from_json(json.loads(json.dumps(document.to_json()))) == document
    (tmp_path / "f" / "frontier.json").write_text('{"version": 99}')
    with pytest.raises(UserError, match="99"):
        read_frontier(tmp_path / "f")
