"""A whole recipe on a tiny model, in this process: what it makes, and that stopping anywhere changes nothing."""

import hashlib
import json

import pytest

from lowbit_core.errors import UserError
from lowbit_core.events import JobEnded, Metric, Paused, Progress, Resumed, StageStarted
from lowbit_core.jobs.control import Control
from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.jobs.runner import run
from lowbit_core.jobs.stream import read_events
from lowbit_core.recipe import Data, Evaluate, Model, Quantize, Recipe, Tune

STAGES = ("model", "data", "sample", "quantize", "tune", "evaluate", "report")


def make_recipe(model, data, **tune) -> Recipe:
    settings = {"steps": 6, "batch": 2, "accumulate": 1, "checkpoint_every": 2, "evaluate_every": 3, "samples": 1}
    return Recipe(
        model=Model(source=f"path:{model}"),
        data=Data(source=str(data), max_length=64, validation=0.2),
        quantize=Quantize(bits=3, samples=4, length=32),
        tune=Tune(**(settings | tune)),
        evaluate=Evaluate(text="sample:heron", context=128, limit=2),
        precision="fp32",  # compared with transformers' own perplexity
    )


def digest(folder) -> dict:
    """Hashes of all weights a run made, its losses by step, and its report's figures."""
    hashes = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.safetensors"))
        if "checkpoints" not in path.parts
    }
    losses = {}
    for stamped in read_events(folder / "events.jsonl"):
        if isinstance(stamped.event, Metric) and stamped.event.name in ("loss", "validation_loss"):
            losses[stamped.event.name, stamped.event.step] = stamped.event.value
    report = json.loads((folder / "report.json").read_text())
    return {"hashes": hashes, "losses": losses, "rows": [item["rows"] for item in report["reports"]]}


def leftovers(folder) -> list[str]:
    return [str(path) for path in folder.rglob(".*") if path.name.endswith((".tmp", ".old"))]


class Interrupter:
    """A listener that asks for ``mode`` at the first event ``wanted`` accepts."""

    def __init__(self, control, mode, wanted):
        self.control, self.mode, self.wanted = control, mode, wanted

    def __call__(self, stamped):
        if self.wanted(stamped.event):
            self.control.request(self.mode)


@pytest.fixture(scope="module")
def recipe(tiny_llama, tmp_path_factory):
    rows = [
        {"messages": [{"role": "user", "content": f"n{n}?"}, {"role": "assistant", "content": f"It is {n * 7 % 10}."}]}
        for n in range(24)
    ]
    path = tmp_path_factory.mktemp("data") / "chats.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return make_recipe(tiny_llama, path)


@pytest.fixture(scope="module")
def whole(recipe, tmp_path_factory):
    """A run that was never stopped."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    ended = run(recipe, folder)
    assert ended.outcome == "done", ended
    return folder


def test_that_a_run_leaves_everything_the_design_names(whole):
    folder = RunFolder(whole)
    assert folder.state().stages.keys() == set(STAGES)
    for path in (folder.quantized / "config.json", folder.repair / "adapter_config.json", folder.tuned / "lowbit.json"):
        assert path.is_file()
    assert json.loads((folder.quantized / "config.json").read_text())["quantization_config"]["quant_method"] == "lowbit"
    assert not folder.work.exists()
    assert leftovers(whole) == []


def test_that_the_report_has_a_row_for_each_variant_with_honest_sizes(whole):
    document = json.loads((whole / "report.json").read_text())
    text, answers = document["reports"]
    names = ["float", "quantized", "repaired", "tuned"]
    assert [row["name"] for row in text["rows"]] == names == [row["name"] for row in answers["rows"]]
    floats, quantized, repaired, _ = text["rows"]
    assert quantized["bits"] < repaired["bits"] < floats["bits"] == 32
    assert 0 < repaired["kl"] < quantized["kl"]
    assert quantized["model_bytes"] < floats["model_bytes"]
    stored = sum(path.stat().st_size for path in (whole / "quantized").glob("*.safetensors"))
    assert quantized["model_bytes"] <= stored < quantized["model_bytes"] + 300_000  # the file's header


def test_that_the_float_perplexity_is_transformers_own(whole, tiny_llama):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from lowbit_core.data.files import find_sample

    report = json.loads((whole / "report.json").read_text())["reports"][0]
    ids = AutoTokenizer.from_pretrained(tiny_llama)(find_sample("heron", None).read_text()).input_ids
    model = AutoModelForCausalLM.from_pretrained(tiny_llama)
    windows = torch.tensor(ids[:256]).view(2, 128)
    with torch.no_grad():
        expected = model(windows, labels=windows).loss.exp()
    assert report["rows"][0]["perplexity"] == pytest.approx(expected.item(), rel=1e-4)


def test_that_every_stage_has_progress_or_is_instant_and_the_stream_is_in_order(whole):
    events = [item.event for item in read_events(whole / "events.jsonl")]
    assert [event.stage for event in events if isinstance(event, StageStarted)] == list(STAGES)
    told = {event.stage for event in events if isinstance(event, Progress)}
    assert told >= {"quantize", "tune", "evaluate"}  # a sampled text may come from the cache
    assert isinstance(events[-1], JobEnded)


def test_that_cancelling_at_the_start_of_every_stage_loses_nothing(recipe, whole, tmp_path):
    folder = tmp_path / "run"
    for number, stage in enumerate(STAGES):
        control = Control()
        wanted = StageStarted(stage=stage)
        ended = run(
            recipe,
            folder,
            resume=number > 0,
            control=control,
            listener=Interrupter(control, "cancel", lambda event, wanted=wanted: event == wanted),
        )
        # The last stages are over before they come to a safe point.
        assert ended.outcome in (("cancelled", "done") if stage in ("model", "report") else ("cancelled",))
        assert leftovers(folder) == []
    assert run(None, folder, resume=True).outcome == "done"
    assert digest(folder) == digest(whole)


@pytest.mark.parametrize("mode", ["pause", "stop"])
def test_that_stopping_a_block_and_a_step_gives_the_same_numbers_after_a_resume(recipe, whole, tmp_path, mode):
    folder = tmp_path / "run"
    for stage, done in (("quantize", 8), ("tune", 3)):
        control = Control()

        def wanted(event, stage=stage, done=done):
            return isinstance(event, Progress) and event.stage == stage and event.done >= done

        ended = run(
            recipe, folder, resume=folder.exists(), control=control, listener=Interrupter(control, mode, wanted)
        )
        assert ended.outcome == {"pause": "paused", "stop": "stopped"}[mode]
        if stage == "tune" and mode == "stop":
            assert (folder / "adapters" / "tuned" / "adapter_model.safetensors").is_file()
    events = [item.event for item in read_events(folder / "events.jsonl")]
    assert {event.stage for event in events if isinstance(event, Paused)} == (
        {"quantize", "tune"} if mode == "pause" else set()
    )
    assert run(None, folder, resume=True).outcome == "done"
    events = [item.event for item in read_events(folder / "events.jsonl")]
    assert {event.stage for event in events if isinstance(event, Resumed)} == {"quantize", "tune"}
    assert digest(folder) == digest(whole)


def test_that_a_damaged_adapter_is_made_again_with_what_follows(recipe, whole, tmp_path):
    import shutil

    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    before = digest(folder)
    (folder / "adapters/tuned/adapter_model.safetensors").write_bytes(b"nothing")
    assert run(None, folder, resume=True).outcome == "done"
    assert digest(folder) == before
    started = [item.event for item in read_events(folder / "events.jsonl") if isinstance(item.event, StageStarted)]
    assert [event.stage for event in started[-7:] if not event.skipped] == ["tune", "evaluate", "report"]


def test_that_a_run_answers_as_every_variant(whole):
    import torch

    from lowbit_core.chat import GREEDY
    from lowbit_core.context import SilentContext
    from lowbit_core.data import Turn
    from lowbit_core.jobs.opened import open_model

    opened = open_model(str(whole), device=torch.device("cpu"), dtype=torch.float32, context=SilentContext())
    assert opened.names == ("tuned", "repaired", "quantized", "float")
    sampling = type(GREEDY)(temperature=0.0, top_p=1.0, max_new_tokens=4)
    for name in opened.names:
        said: list[str] = []
        answer = opened.answer([Turn("user", "hi")], name, sampling, context=SilentContext(), on_text=said.append)
        assert "".join(said) == answer.text
    with pytest.raises(UserError) as caught:
        opened.model("best")
    assert caught.value.code == "variant-unknown"
