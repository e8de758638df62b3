"""GPTQ checkpoints: what is read is worth what was written, to the bit, and what cannot be packed is refused."""

import json

import numpy as np
import pytest
import torch

from lowbit_core.context import SilentContext
from lowbit_core.errors import UserError
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.model import load_float
from lowbit_core.packed import pack, unpack
from lowbit_core.quantize.imported import GptqImport, gptq_matrix
from lowbit_core.source import inspect_model, resolve
from lowbit_core.source.gptq import gptq_matrices
from lowbit_core.weights import open_weights
from lowbit_core.weights.gptq_reader import GptqCodes, unpacked


def as_read(written, **settings):
    """The matrix as `GptqWeights` hands it on, from its stored tensors."""
    tensors = {name.removeprefix("m."): tensor for name, tensor in written.tensors("m").items()}
    shapes = {f"m.{name}": tuple(tensor.shape) for name, tensor in tensors.items()}
    matrix = gptq_matrices(shapes, settings)["m"]
    zeros = unpacked(tensors["qzeros"], matrix.bits, matrix.out_features).T
    return GptqCodes(
        matrix=matrix,
        codes=unpacked(tensors["qweight"].T, matrix.bits, matrix.in_features),
        zeros=zeros.short() + 1,
        scales=tensors["scales"].T.contiguous(),
        group_of=tensors["g_idx"].long(),
    )


def assert_exact(written, matrix):
    assert torch.equal(matrix.dequantize().double(), written.weight.float().double())
    packed = unpack(pack(matrix))
    assert torch.equal(packed.dequantize(), matrix.dequantize())


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("act_order", [False, True])
@pytest.mark.parametrize(("columns", "group"), [(256, 32), (256, 64), (256, 128), (320, 128), (96, -1), (512, 256)])
def test_that_every_width_and_grouping_is_repacked_to_the_bit(gptq_matrix_of, bits, act_order, columns, group):
    written = gptq_matrix_of(64, columns, bits, group, act_order=act_order, seed=bits)
    matrix = gptq_matrix(as_read(written, group_size=group))
    assert_exact(written, matrix)
    assert matrix.codec == IntegerCodec(bits=bits, group_size={-1: 0, 256: 128}.get(group, group))
    assert (matrix.permutation is not None) == (act_order and group > 0)
    torch.testing.assert_close(
        as_read(written, group_size=group).dequantize().double(), written.weight, atol=1e-7, rtol=1e-6
    )


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_that_symmetric_checkpoints_store_no_zero_points(gptq_matrix_of, bits):
    written = gptq_matrix_of(32, 128, bits, 64, zeros=1 << (bits - 1))
    matrix = gptq_matrix(as_read(written))
    assert_exact(written, matrix)
    assert matrix.codec == IntegerCodec(bits=bits, group_size=64, symmetric=True)
    assert matrix.zeros is None


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_that_a_zero_point_beyond_the_codes_is_refused_with_the_reason(gptq_matrix_of, bits):
    written = gptq_matrix_of(32, 128, bits, 64)
    written.zeros[1, 3] = 1 << bits  # what version 1 makes of a zero point of 0, stored as -1
    with pytest.raises(UserError, match=f"zero point is {1 << bits}") as caught:
        gptq_matrix(as_read(written))
    assert caught.value.code == "gptq-unsupported"
    assert "new" in caught.value.hint


def test_that_groups_no_kernel_has_are_refused(gptq_matrix_of):
    for group in (16, 48, 96, 192):
        with pytest.raises(UserError, match=f"groups of {group}"):
            gptq_matrix(as_read(gptq_matrix_of(32, 384, 4, group), group_size=group))
    written = gptq_matrix_of(32, 128, 4, 64)
    written.index[0] = 1
    with pytest.raises(UserError, match="g_idx"):
        gptq_matrix(as_read(written))
    written = gptq_matrix_of(32, 128, 4, 64)
    stored = as_read(written)
    with pytest.raises(UserError, match="16-bit float"):
        gptq_matrix(GptqCodes(**{**vars(stored), "scales": stored.scales.float() * 1.0001}))


@pytest.mark.parametrize(
    "shapes", [{"qweight": (20, 64)}, {"qweight": (16, 32)}, {"qzeros": (2, 9)}, {"scales": (3, 64)}]
)
def test_that_shapes_that_contradict_each_other_are_refused(shapes):
    stored = {"qweight": (16, 64), "qzeros": (2, 8), "scales": (2, 64), "g_idx": (128,)} | shapes
    with pytest.raises(UserError) as caught:
        gptq_matrices({f"m.{name}": shape for name, shape in stored.items()}, {})
    assert caught.value.code == "gptq-unsupported"


@pytest.mark.parametrize("count", [32, 64, 96])
def test_that_three_bits_have_the_published_places_in_their_words(count):
    values = np.random.default_rng(0).integers(0, 8, count)
    words = np.zeros(count * 3 // 32, dtype=np.uint32)
    for block in range(count // 32):  # the published packing, written out
        v, w = values[32 * block :], words[3 * block :]
        w[0] = sum(int(v[i]) << 3 * i for i in range(10)) | (int(v[10]) & 3) << 30
        w[1] = int(v[10]) >> 2 | sum(int(v[11 + i]) << 3 * i + 1 for i in range(10)) | (int(v[21]) & 1) << 31
        w[2] = int(v[21]) >> 1 | sum(int(v[22 + i]) << 3 * i + 2 for i in range(10))
    stored = torch.from_numpy(words.view(np.int32).copy())[None]
    assert unpacked(stored, 3, count)[0].tolist() == values.tolist()


@pytest.mark.parametrize("config", ["config.json", "quantize_config.json", ""])
@pytest.mark.parametrize(("bits", "version"), [(2, 1), (3, 1), (4, 2), (8, 1)])
def test_that_a_checkpoint_is_a_model_like_any_other(tiny_llama, tmp_path, gptq_checkpoint, config, bits, version):
    if version == 2 and not config:
        pytest.skip("only a settings file can say that it is version 2")
    worth = gptq_checkpoint(tiny_llama, tmp_path / "m", bits, 32, act_order=True, config=config, version=version)
    spec = resolve(f"path:{tmp_path / 'm'}", context=SilentContext())
    assert spec.quantization == "gptq"
    assert spec.parameters == inspect_model(f"path:{tiny_llama}").parameters
    reader, codes = open_weights(spec), GptqImport(tmp_path / "m")
    assert codes.permuted
    for module, weight in worth.items():
        assert spec.by_name[f"{module}.weight"].shape == tuple(weight.shape)
        torch.testing.assert_close(reader.read(f"{module}.weight").double(), weight, atol=1e-7, rtol=1e-6)
        assert torch.equal(codes.matrix(module).dequantize(), weight.float())
    model = load_float(spec, torch.float32)
    name = "model.layers.1.mlp.down_proj"
    torch.testing.assert_close(model.get_submodule(name).weight.double(), worth[name], atol=1e-7, rtol=1e-6)


def test_that_another_tool_s_tensors_of_the_same_names_are_not_taken(tiny_llama, tmp_path, gptq_checkpoint):
    gptq_checkpoint(tiny_llama, tmp_path / "m", 4, 32)
    path = tmp_path / "m" / "config.json"
    config = json.loads(path.read_text())
    config["quantization_config"]["quant_method"] = "awq"
    path.write_text(json.dumps(config))
    with pytest.raises(UserError) as caught:
        resolve(f"path:{tmp_path / 'm'}", context=SilentContext())
    assert caught.value.code == "already-quantized"
