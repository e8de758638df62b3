"""What a person gets wrong, told by `lowbit run`: a message, a hint, exit code 1, nothing half-written."""

import json
import shutil
import struct
from dataclasses import replace

import pytest

from lowbit_core import machine
from lowbit_core.cli.main import main

RECIPE = """
[model]
source = "path:{model}"
[data]
source = "{data}"
max_length = {max_length}
[quantize]
bits = 3
samples = 4
length = 32
[tune]
steps = 1
batch = 1
accumulate = 1
"""


@pytest.fixture
def attempt(tmp_path, capsys, tiny_llama, chat_rows):
    """Runs a recipe that is good except for what is given; returns (exit code, last words, error text)."""

    def go(model=tiny_llama, data=chat_rows, max_length=64, text="", more=""):
        path = tmp_path / "recipe.toml"
        path.write_text(text or RECIPE.format(model=model, data=data, max_length=max_length) + more)
        out = tmp_path / "run"
        code = main(["run", str(path), "--out", str(out), "--json"])
        printed = capsys.readouterr()
        document = json.loads(printed.out)
        assert "Traceback" not in printed.err
        assert list(out.rglob(".*.tmp")) == []
        return code, document.get("error", document), printed.err

    return go


def copy_of(model, tmp_path):
    return shutil.copytree(model, tmp_path / "copy")


def expect(result, code, word, *, hint=True):
    exit_code, ended, told = result
    assert exit_code == 1, (ended, told)
    assert ended["code"] == code
    assert word in ended["message"] or word in ended["where"], ended
    assert ended["message"].split("\n")[0].split(" (")[0] in told
    if hint:
        assert ended["hint"]
        assert ended["hint"] in told


def test_that_a_missing_safetensors_file_is_named(attempt, tiny_llama, tmp_path):
    folder = copy_of(tiny_llama, tmp_path)
    (folder / "model.safetensors").unlink()
    exit_code, ended, told = attempt(model=folder)
    assert exit_code == 1
    assert ended["message"]
    assert ended["hint"] in told


def test_that_a_truncated_safetensors_file_is_named(attempt, tiny_llama, tmp_path):
    folder = copy_of(tiny_llama, tmp_path)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    exit_code, ended, _ = attempt(model=folder)
    assert exit_code == 1
    assert "model.safetensors" in ended["message"] + ended["where"]
    assert ended["hint"]


def test_that_a_corrupt_gguf_is_refused(attempt, tmp_path):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60))
    exit_code, ended, _ = attempt(text=f'[model]\nsource = "gguf:{path}"\n')
    assert exit_code == 1
    assert "broken.gguf" in ended["message"] + ended["where"]
    assert ended["hint"]


def test_that_a_recipe_with_five_mistakes_gets_five_messages(attempt, tmp_path):
    text = '[model]\nsorce = "x"\n[quantize]\nbits = 9\ncodec = "intger"\n[tune]\nsteps = -1\nbatch = "two"\n'
    code, error, told = attempt(text=text)
    assert code == 1
    assert error["code"] == "recipe-invalid"
    assert len(error["errors"]) == 5
    assert all(item["hint"] in told for item in error["errors"])
    assert not (tmp_path / "run").exists()


def test_that_broken_json_on_line_17_is_named(attempt, chat_rows):
    lines = chat_rows.read_text().splitlines()
    lines[16] = lines[16][:-5]
    chat_rows.write_text("\n".join(lines))
    expect(attempt(), "data-json-broken", "chats.jsonl:17")


def test_that_a_csv_without_the_mapped_column_is_explained(attempt, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("frage,antwort\na,b\nc,d\n")
    exit_code, ended, _ = attempt(data=path, more='\n[data.columns]\nprompt = "question"\ncompletion = "antwort"\n')
    assert exit_code == 1
    assert "question" in ended["message"]
    assert ended["hint"]


def test_that_data_with_nothing_to_learn_is_explained(attempt):
    exit_code, ended, _ = attempt(max_length=8)
    assert exit_code == 1
    assert ended["code"] == "all-masked"
    assert ended["hint"]


def test_that_a_full_disk_is_told_and_the_run_goes_on_later(attempt, tmp_path, monkeypatch, capsys):
    import errno
    import os

    real, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) > 12:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle)

    monkeypatch.setattr(os, "fsync", full)
    expect(attempt(), "disk-full", "full")
    monkeypatch.undo()
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "home"))
    assert main(["run", str(tmp_path / "recipe.toml"), "--out", str(tmp_path / "run"), "--resume"]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(("place", "field"), [("disk", "disk_free_bytes"), ("ram", "ram_available_bytes")])
def test_that_no_space_for_the_plan_is_told_with_numbers_before_anything_is_read(attempt, monkeypatch, place, field):
    real = machine.inspect_machine
    monkeypatch.setattr(
        "lowbit_core.jobs.planning.inspect_machine", lambda path=None: replace(real(path), **{field: 1000})
    )
    code, ended, told = attempt()
    assert code == 1
    assert ended["code"] == "no-space-for-plan"
    assert "GB" in ended["message"]
    assert ended["arguments"]["place"] == place
    assert ended["hint"] in told


def test_that_an_unwritable_folder_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert main(["run", "starter", "--out", str(tmp_path / "file" / "run"), "--json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"]["code"] == "folder-unwritable"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run", "no-such-recipe"], "recipe-not-found"),
        (["plan", "starter", "--set", "quantize.bits"], "recipe-bad-assignment"),
        (["inspect", "hub:not valid"], "source-form"),
        (["chat", "path:/nowhere", "--prompt", "hi"], ""),
        (["evaluate", "/nowhere", "--text", "/nowhere.txt"], "text-missing"),
        (["run", "starter", "--resume"], "no-run"),
    ],
)
def test_that_other_mistakes_are_told_in_words(arguments, code, capsys):
    assert main([*arguments, "--json"]) == 1
    printed = capsys.readouterr()
    error = json.loads(printed.out)["error"]
    assert error["message"]
    assert code in ("", error["code"])
    assert error["message"] in printed.err
