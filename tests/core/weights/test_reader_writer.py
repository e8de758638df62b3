import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from lowbit_core.errors import UserError
from lowbit_core.source.folder import folder_model
from lowbit_core.weights import FolderWriter, open_weights, write_index, write_safetensors, writer
from lowbit_core.weights.reader import SafetensorsWeights

CONFIG = {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
DTYPES = [
    torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.uint8, torch.int8,
    torch.bool, torch.float8_e4m3fn, torch.uint16,
]  # fmt: skip


def some_tensors(count=6, rows=20):
    torch.manual_seed(0)
    return {f"model.layers.{i}.w": torch.randn(rows, 8).to(DTYPES[i % len(DTYPES)]) for i in range(count)}


def same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and torch.equal(a.view(torch.uint8), b.view(torch.uint8))


def write(folder, tensors, **options):
    with FolderWriter(folder, **options) as out:
        for name, tensor in tensors.items():
            out.add(name, tensor)
        return out.finish({"note": "x"})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@settings(max_examples=40, deadline=None)
@given(
    shapes=st.lists(
        st.tuples(st.sampled_from(DTYPES), st.lists(st.integers(0, 5), min_size=0, max_size=3)), min_size=1, max_size=6
    ),
    shard_bytes=st.integers(1, 400),
)
def test_that_what_is_written_is_what_safetensors_and_we_read(tmp_path_factory, shapes, shard_bytes):
    folder = tmp_path_factory.mktemp("model")
    tensors = {f"ü{i}": torch.full(shape, i + 1.0).to(dtype) for i, (dtype, shape) in enumerate(shapes)}
    files = write(folder, tensors, shard_bytes=shard_bytes)
    theirs = {}
    for file in files:
        if file.path.suffix == ".safetensors":
            theirs |= load_file(file.path)
            with safe_open(file.path, "pt") as opened:
                assert opened.metadata() == {"format": "pt", "note": "x"}
    (folder / "config.json").write_text(json.dumps(CONFIG))
    reader = open_weights(folder_model(folder, "path:"))
    assert set(theirs) == set(reader.names()) == set(tensors)
    for name, tensor in tensors.items():
        assert same(reader.read(name).reshape(-1), tensor.reshape(-1))
        assert theirs[name].shape == reader.read(name).shape == tensor.shape
        assert theirs[name].dtype == tensor.dtype


def test_that_shards_and_index_load_in_transformers(tmp_path):
    import transformers

    config = transformers.LlamaConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, vocab_size=50
    )
    model = transformers.LlamaForCausalLM(config).bfloat16()
    config.save_pretrained(tmp_path)
    files = write(tmp_path, model.state_dict(), shard_bytes=8000)
    assert len(files) > 3
    assert files[-1].path.name == "model.safetensors.index.json"
    again = transformers.AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.bfloat16).state_dict()
    assert all(torch.equal(again[name], tensor) for name, tensor in model.state_dict().items())
    import hashlib

    assert files[0].sha256() == hashlib.sha256(files[0].path.read_bytes()).hexdigest()
    assert files[0].size_bytes == files[0].path.stat().st_size


def test_that_a_view_a_transpose_and_a_parameter_are_written_by_value(tmp_path):
    base = torch.arange(24.0).reshape(4, 6)
    tensors = {"t": base.T, "v": base[1:3, ::2], "p": torch.nn.Parameter(base)}
    write(tmp_path, tensors)
    loaded = load_file(tmp_path / "model.safetensors")
    assert all(torch.equal(loaded[name], tensor) for name, tensor in tensors.items())


def test_that_a_full_header_begins_a_new_shard(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "_RESERVED_BYTES", 8192)
    tensors = {f"layer.{i}.weight": torch.full((2,), i) for i in range(100)}
    files = write(tmp_path, tensors)
    assert len(files) > 2
    loaded = {}
    for file in files[:-1]:
        loaded |= load_file(file.path)
    assert all(torch.equal(loaded[name], tensor) for name, tensor in tensors.items())


def test_that_nothing_carries_a_final_name_before_the_end(tmp_path):
    out = FolderWriter(tmp_path)
    out.add("a", torch.ones(3))
    assert not list(tmp_path.glob("*.safetensors"))  # temporary names are hidden
    assert len(names(tmp_path)) == 1
    out.discard()
    assert names(tmp_path) == []


def test_that_an_error_leaves_the_older_model_as_it_was(tmp_path):
    write(tmp_path, {"a": torch.zeros(3)})

    def fail():
        with FolderWriter(tmp_path) as out:
            out.add("a", torch.ones(3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names(tmp_path) == ["model.safetensors"]
    assert load_file(tmp_path / "model.safetensors")["a"].sum() == 0


def test_that_a_new_model_leaves_no_file_of_an_older_one(tmp_path):
    write(tmp_path, some_tensors(), shard_bytes=200)
    write(tmp_path, {"a": torch.zeros(3)})
    assert names(tmp_path) == ["model.safetensors"]
    write(tmp_path, some_tensors(), shard_bytes=200)
    assert "model.safetensors" not in names(tmp_path)


@pytest.mark.parametrize("moment", ["add", "finish"])
def test_that_a_full_disk_is_explained_and_nothing_stays(tmp_path, monkeypatch, moment):
    import errno

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer, "_write" if moment == "add" else "flush_to_disk", full)
    with pytest.raises(UserError) as caught:
        write(tmp_path, some_tensors())
    assert caught.value.code == "disk-full"
    assert names(tmp_path) == []


def test_that_a_really_full_disk_is_explained_and_nothing_stays(tmp_path):
    """A limit on the file size stands in for a small disk: the write itself fails."""
    code = f"""
import pathlib, resource, signal, torch
from lowbit_core.errors import UserError
from lowbit_core.weights import FolderWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    with FolderWriter(pathlib.Path({str(tmp_path)!r})) as out:
        for i in range(10):
            out.add(str(i), torch.zeros(100_000))
except UserError as error:
    print(error.code)
"""
    if sys.platform == "win32":
        pytest.skip("needs resource limits")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("disk-full", "folder-unwritable")
    assert names(tmp_path) == []


def test_that_one_file_is_written_without_slack_and_indexed(tmp_path):
    first, second = some_tensors(2), {"b": torch.ones(4)}
    done = write_safetensors(tmp_path / "block-0.safetensors", first, {"block": "0"})
    write_safetensors(tmp_path / "block-1.safetensors", second)
    save_file(first, tmp_path / "theirs.safetensors", {"block": "0", "format": "pt"})
    assert abs(done.size_bytes - (tmp_path / "theirs.safetensors").stat().st_size) <= 8
    assert all(same(load_file(done.path)[name], tensor) for name, tensor in first.items())
    write_index(tmp_path, ["block-0.safetensors", "block-1.safetensors"])
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    assert set(open_weights(folder_model(tmp_path, "path:")).names()) == {*first, "b"}


def test_that_a_read_tensor_is_the_callers_own(tmp_path):
    write(tmp_path, {"a": torch.ones(3)})
    reader = SafetensorsWeights(tmp_path, ("model.safetensors",))
    reader.read("a").add_(1)
    assert reader.read("a").tolist() == [1, 1, 1]
    with pytest.raises(KeyError):
        reader.read("b")


def test_that_a_file_cut_off_after_opening_is_noticed(tmp_path):
    write(tmp_path, {"a": torch.ones(300)})
    reader = SafetensorsWeights(tmp_path, ("model.safetensors",))
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError) as caught:
        reader.read("a")
    assert caught.value.code == "file-truncated"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's peak of resident memory")
def test_that_reading_and_writing_holds_one_tensor_at_a_time(tmp_path):
    """200 MB in tensors of 10 MB: resident pages, file pages included, rise by little more than two of them."""
    code = f"""
import pathlib, torch
from lowbit_core.weights import FolderWriter
from lowbit_core.weights.reader import SafetensorsWeights
folder = pathlib.Path({str(tmp_path)!r})
def peak():
    return int(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1]) * 1024
with FolderWriter(folder / 'warm') as out:  # the pages of the libraries count too, and are mapped at first use
    out.add('warm', torch.full((2,), 1, dtype=torch.uint8))
    out.finish()
SafetensorsWeights(folder / 'warm', tuple(p.name for p in (folder / 'warm').glob('*.safetensors'))).read('warm')
base = peak()
with FolderWriter(folder / 'a', 60 << 20) as out:
    for i in range(20):
        out.add(str(i), torch.full((10 << 20,), i, dtype=torch.uint8))
    files = out.finish()
reader = SafetensorsWeights(folder / 'a', tuple(f.path.name for f in files[:-1]))
with FolderWriter(folder / 'b') as out:
    for name in reader.names():
        out.add(name, reader.read(name))
    out.finish()
print((peak() - base) / 2**20)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 40
