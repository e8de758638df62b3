import os
import signal
import subprocess
import sys
import time

import pytest

from lowbit_core.context import SilentContext
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.events import Notice, Progress
from lowbit_core.source import inspect_model, resolve
from lowbit_core.source.hub_client import Patience
from lowbit_core.source.hub_download import download_model

COMMIT = "0123456789abcdef0123456789abcdef01234567"
QUICK = Patience(connect_seconds=2, stall_seconds=0.5, attempts=4, first_wait_seconds=0.05)


def fetch(context=None, patience=QUICK):
    return download_model("tiny/model", "", context=context or SilentContext(), patience=patience, asking=patience)


def parts(tmp_path):
    return list((tmp_path / "hf").rglob("*.part"))


def test_that_a_hub_model_is_fetched_once_and_described(hub, weights_bytes):
    context = SilentContext()
    spec = resolve("hub:tiny/model", context=context)
    assert (spec.folder / "model.safetensors").read_bytes() == weights_bytes
    assert (spec.revision, spec.licence, spec.layers, spec.parameters) == (COMMIT, "mit", 2, 300_000)
    served = hub.served
    resolve("hub:tiny/model", context=context)
    assert hub.served == served
    assert not (spec.folder / "pytorch_model.bin").exists()
    assert not (spec.folder / "onnx").exists()


def test_that_the_initial_adapter_of_a_loftq_model_comes_with_it_and_no_other(hub):
    hub.files |= {
        "loftq_init/adapter_config.json": b'{"peft_type": "LORA"}',
        "loftq_init/adapter_model.safetensors": b"x" * 40,
        "loftq_init/adapter_model.bin": b"x" * 40,
        "gsm8k/adapter_config.json": b"{}",
    }
    assert inspect_model("hub:tiny/model").quantization == "loftq"
    spec = resolve("hub:tiny/model", context=SilentContext())
    assert spec.quantization == "loftq"
    assert (spec.folder / "loftq_init" / "adapter_model.safetensors").read_bytes() == b"x" * 40
    assert not (spec.folder / "loftq_init" / "adapter_model.bin").exists()
    assert not (spec.folder / "gsm8k").exists()


def test_that_the_cache_is_the_one_other_tools_read(hub, monkeypatch):
    folder, _ = fetch()
    from huggingface_hub import scan_cache_dir, try_to_load_from_cache

    path = try_to_load_from_cache("tiny/model", "model.safetensors")
    assert path == str(folder / "model.safetensors")
    report = scan_cache_dir()
    assert not report.warnings
    assert next(iter(report.repos)).refs.keys() == {"main"}


def test_that_a_file_fetched_by_huggingface_hub_is_not_fetched_again(hub):
    from huggingface_hub import hf_hub_download

    hf_hub_download("tiny/model", "model.safetensors", endpoint=hub.url)
    served = hub.served + sum(len(hub.files[name]) for name in ("config.json", "tokenizer.json", "README.md"))
    fetch()
    assert hub.served == served


def test_that_progress_counts_bytes_to_the_end(hub):
    context = SilentContext()
    fetch(context)
    progress = [event for event in context.events if isinstance(event, Progress)]
    assert progress[-1].done == progress[-1].total > 1_200_000
    assert {(event.stage, event.unit) for event in progress} == {("download", "bytes")}
    assert all(event.done <= event.total for event in progress)


@pytest.mark.parametrize(
    "fault",
    [("cut", 500_000), ("stall", 500_000, 3), ("status", 429), ("status", 503)],
    ids=["cut-off", "stalled", "429", "503"],
)
def test_that_a_passing_fault_is_survived_without_fetching_bytes_twice(hub, weights_bytes, fault):
    fetch_small(hub)
    before = hub.served
    hub.faults = [fault]
    folder, _ = fetch()
    assert (folder / "model.safetensors").read_bytes() == weights_bytes
    assert hub.served - before < len(weights_bytes) + 600_000  # at most what was on its way


def fetch_small(hub):
    """Everything but the weights, so that the next fault meets them."""
    weights = hub.files.pop("model.safetensors")
    with pytest.raises(UserError, match="pickle"):
        fetch()
    hub.files["model.safetensors"] = weights
    from lowbit_core.source.hub_cache import RepoCache
    from lowbit_core.source.hub_download import _fetch_all, _Meter
    from lowbit_core.source.hub_info import repo_info

    context, info = SilentContext(), repo_info("tiny/model", "", QUICK)
    _fetch_all(RepoCache.of("tiny/model"), info, info.small_files(), _Meter(context), QUICK, context)


def test_that_a_429_waits_as_long_as_the_server_asks(hub):
    hub.api_faults, hub.retry_after = [429], "1"
    start = time.monotonic()
    fetch()
    assert time.monotonic() - start >= 1


def test_that_a_server_without_ranges_is_read_from_the_beginning(hub, weights_bytes):
    fetch_small(hub)
    hub.faults, hub.ignore_ranges = [("cut", 500_000)], True
    folder, _ = fetch()
    assert (folder / "model.safetensors").read_bytes() == weights_bytes


def test_that_damaged_bytes_are_fetched_again_and_then_refused(hub, weights_bytes, tmp_path):
    fetch_small(hub)
    hub.faults = [("damage",)]
    context = SilentContext()
    folder, _ = fetch(context)
    assert (folder / "model.safetensors").read_bytes() == weights_bytes
    assert [event.code for event in context.events if isinstance(event, Notice)] == ["hub-damaged"]

    (folder / "model.safetensors").resolve().unlink()
    hub.faults = [("damage",), ("damage",)]
    with pytest.raises(UserError) as caught:
        fetch()
    assert caught.value.code == "file-corrupt"
    assert not parts(tmp_path)


def test_that_a_cancelled_download_goes_on_where_it_was(hub, tmp_path, weights_bytes):
    class Impatient(SilentContext):
        def checkpoint(self):
            if any(part.stat().st_size > 400_000 for part in parts(tmp_path)):
                raise Interrupted("cancel")

    hub.bytes_per_second = 3e6
    with pytest.raises(Interrupted):
        fetch(Impatient())
    size = parts(tmp_path)[0].stat().st_size
    assert 400_000 < size < len(weights_bytes)
    hub.bytes_per_second = 0
    fetch()
    assert ("/tiny/model/resolve/" + COMMIT + "/model.safetensors", f"bytes={size}-") in hub.requests


def test_that_a_cancel_is_heard_while_the_server_stalls(hub):
    class Later(SilentContext):
        start = time.monotonic()

        def checkpoint(self):
            if time.monotonic() - self.start > 1:
                raise Interrupted("cancel")

    fetch_small(hub)
    hub.faults = [("stall", 300_000, 6)]
    start = time.monotonic()
    with pytest.raises(Interrupted):
        fetch(Later(), Patience(stall_seconds=10))
    assert time.monotonic() - start < 4


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is POSIX")
def test_that_after_kill_9_at_half_only_the_other_half_is_served(hub, tmp_path):
    hub.files["model.safetensors"] = big = hub_model_of(6_000_000)
    hub.bytes_per_second = 3e6
    code = (
        "from lowbit_core.source import resolve; from lowbit_core.context import SilentContext;"
        "resolve('hub:tiny/model', context=SilentContext())"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not any(part.stat().st_size > len(big) // 2 for part in parts(tmp_path)):
        assert child.poll() is None, child.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stderr.close()
    left = parts(tmp_path)[0].stat().st_size
    time.sleep(0.3)  # the server notices that nobody listens
    hub.bytes_per_second, hub.served = 0, 0
    folder, _ = fetch()
    assert (folder / "model.safetensors").read_bytes() == big
    assert hub.served == len(big) - left
    assert 0.3 * len(big) < hub.served < 0.5 * len(big)


def hub_model_of(size):
    import numpy as np
    from safetensors.numpy import save

    return save({"w": np.random.default_rng(1).integers(0, 255, size, np.uint8)})


def test_that_a_full_disk_is_found_before_the_first_byte(hub, monkeypatch):
    from lowbit_core.source import hub_download

    monkeypatch.setattr(hub_download, "free_disk_bytes", lambda path: 1000)
    with pytest.raises(UserError) as caught:
        fetch()
    assert (caught.value.code, hub.served) == ("disk-full", 0)


def test_that_offline_uses_the_copy_or_explains(hub, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        with pytest.raises(UserError) as caught:
            fetch()
        assert caught.value.code == "hub-offline"
    folder, _ = fetch()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    context = SilentContext()
    assert fetch(context)[0] == folder
    assert [event.code for event in context.events if isinstance(event, Notice)] == ["hub-copy-used"]
    assert inspect_model("hub:tiny/model").revision == COMMIT


def test_that_a_dead_server_is_told_as_offline(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UserError) as caught:
        fetch(patience=Patience(connect_seconds=1, attempts=2, first_wait_seconds=0.01))
    assert (caught.value.code, caught.value.action) == ("hub-offline", "retry")


@pytest.mark.parametrize(("token", "code"), [("", "hub-gated"), ("hf_good", "hub-gated"), ("hf_old", "token-invalid")])
def test_that_gates_and_bad_tokens_lead_to_the_token_dialog(hub, monkeypatch, token, code):
    hub.gated, hub.token = True, "hf_good"
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(UserError) as caught:
        fetch()
    assert (caught.value.code, caught.value.action) == (code, "enter-token")
    assert token == "" or token not in caught.value.text()


def test_that_an_unknown_model_is_not_waited_for(hub):
    with pytest.raises(UserError) as caught:
        download_model("tiny/nothing", "", context=SilentContext(), patience=QUICK, asking=QUICK)
    assert caught.value.code == "hub-not-found"


def test_that_pickles_on_the_hub_are_refused(hub):
    del hub.files["model.safetensors"]
    with pytest.raises(UserError) as caught:
        resolve("hub:tiny/model", context=SilentContext())
    assert caught.value.code == "pickle-refused"


def test_that_inspecting_reads_headers_only(hub):
    hub.files["model.safetensors"] = hub_model_of(6_000_000)
    spec = inspect_model("hub:tiny/model")
    assert (spec.parameters, spec.licence, spec.model_type) == (6_000_000, "mit", "llama")
    assert hub.served < 300_000


def test_that_searching_gives_size_licence_and_gate(hub):
    from lowbit_core.source import search_models

    first, second = search_models("tiny", 5)
    assert (first.id, first.licence, first.gated, first.size_bytes, first.parameters) == (
        "tiny/model", "mit", True, 2040, 1010,
    )  # fmt: skip
    assert (second.size_bytes, second.gated) == (None, False)


def test_that_a_token_is_checked_kept_and_forgotten(hub, tmp_path):
    from lowbit_core.source import forget_token, set_token, token_owner

    hub.token = "hf_good"
    with pytest.raises(UserError) as caught:
        set_token("hf_wrong")
    assert caught.value.code == "token-invalid"
    assert token_owner() == ""
    assert set_token(" hf_good ") == "somebody"
    assert token_owner() == "somebody"
    assert (tmp_path / "hf" / "token").read_text() == "hf_good"
    forget_token()
    assert token_owner() == ""
