"""The command line as programs see it: what is printed where, exit codes, speed of the help."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lowbit_core.cli import main as cli
from lowbit_core.cli.demo import find_app
from lowbit_core.cli.main import main

LOWBIT = [sys.executable, "-m", "lowbit_core.cli.main"]


def test_that_help_needs_no_heavy_library():
    code = (
        "import sys; from lowbit_core.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'peft', 'numpy', 'pyarrow', 'datasets'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("run", "plan", "inspect", "evaluate", "chat", "starter", "worker"):
        assert f"    {command} " in done.stdout


def test_that_a_wrong_option_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["run"])
    assert caught.value.code == 2
    assert "RECIPE" in capsys.readouterr().err


def test_that_a_bug_exits_with_70_and_the_path_of_a_traceback(monkeypatch, capsys):
    monkeypatch.setattr("lowbit_core.cli.inspect.describe", lambda _argument: 1 / 0)
    assert main(["inspect", "starter", "--json"]) == 70
    printed = capsys.readouterr()
    path = Path(json.loads(printed.out)["error"]["log_path"])
    assert "ZeroDivisionError" in path.read_text()
    assert "Traceback" not in printed.err
    assert str(path) in printed.err


def test_that_ctrl_c_outside_a_run_is_cancelled(monkeypatch, capsys):
    def interrupted(_argument):
        raise KeyboardInterrupt

    monkeypatch.setattr("lowbit_core.cli.inspect.describe", interrupted)
    assert main(["inspect", "starter"]) == 3
    assert capsys.readouterr().err == "Cancelled.\n"


def test_that_inspect_tells_a_model_and_a_data_set(tiny_llama, chat_rows, capsys):
    assert main(["inspect", f"path:{tiny_llama}", "--json"]) == 0
    model = json.loads(capsys.readouterr().out)
    assert (model["what"], model["layers"], model["architecture"]) == ("model", 3, "LlamaForCausalLM")
    assert main(["inspect", str(chat_rows), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["what"], data["format"], data["examples"]) == ("data", "messages", 24)
    assert main(["inspect", str(tiny_llama)]) == 0
    assert "architecture: LlamaForCausalLM" in capsys.readouterr().out


def test_that_inspect_device_tells_memory_and_which_code_serves_packed_weights(capsys):
    assert main(["inspect", "device", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ram_total_bytes"] > 1e9
    assert document["kernels"]["cpu"]


def test_that_plan_is_json_alone_on_stdout(tiny_llama, tmp_path, capsys):
    path = tmp_path / "r.toml"
    path.write_text(f'[model]\nsource = "path:{tiny_llama}"\n')
    assert main(["plan", str(path), "--set", "quantize.bits=2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["recipe_bits"] == 2
    assert document["estimate"] is True
    assert document["lines"]


def test_that_the_demo_needs_a_display_for_the_app(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert find_app() is None


def test_that_the_entry_point_is_main():
    assert callable(cli.main)


def test_that_ctrl_c_in_a_run_exits_with_3_and_the_run_can_be_resumed(tiny_llama, tmp_path):
    path, out = tmp_path / "r.toml", tmp_path / "run"
    path.write_text(
        f'[model]\nsource = "path:{tiny_llama}"\n[quantize]\nsamples = 64\nlength = 128\n'
        "[evaluate]\ncontext = 128\nlimit = 1\n"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    child = subprocess.Popen(
        [*LOWBIT, "run", str(path), "--out", str(out), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert child.stderr is not None
    for line in child.stderr:
        if line.startswith("sample"):
            break
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    printed, words = child.communicate(timeout=120)
    assert child.returncode == 3, words
    assert json.loads(printed)["outcome"] == "cancelled"
    assert "Traceback" not in words
    assert not list(out.rglob(".*.tmp"))
    assert main(["run", str(out), "--resume"]) == 0
