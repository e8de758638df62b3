"""Published LoftQ folders: the codes behind 16-bit values, and the low-rank term at the scale it was solved for."""

import json
import shutil

import pytest
import torch

from lowbit_core.context import SilentContext
from lowbit_core.errors import UserError
from lowbit_core.formats.codec import NormalFloatCodec
from lowbit_core.quantize.imported import LoftqImport, loftq_matrix
from lowbit_core.source import resolve
from lowbit_core.weights import open_weights


def first_at_four(module):
    return 4 if ".layers.0." in module else 2


@pytest.fixture(scope="module")
def published(wide_llama, tmp_path_factory, loftq_folder):
    folder = tmp_path_factory.mktemp("hub") / "tiny-mixed-8rank"
    return folder, loftq_folder(wide_llama, folder, first_at_four, rank=8, alpha=16)


def test_that_codes_come_out_exactly_and_values_within_a_rounding(published):
    folder, known = published
    found = LoftqImport(folder)
    for module, (codes, quantized, term) in known.items():
        matrix = found.matrix(module)
        assert matrix.codec == NormalFloatCodec(bits=first_at_four(module), group_size=64)
        assert torch.equal(matrix.codes.long(), codes)
        worth = matrix.dequantize().double()
        assert float(((worth - quantized).abs() / quantized.abs().clamp_min(1e-9)).max()) < 2**-8
        low_rank = found.repair(module, quantized, matrix, None)
        torch.testing.assert_close(low_rank.product().double(), term, atol=1e-6, rtol=1e-4)
    assert found.adapter.rank == 8
    assert found.adapter.published_scale() == 2
    assert not found.holds("lm_head")


def test_that_the_scale_is_nearer_to_the_true_one_than_the_stored_greatest_value(published):
    folder, known = published
    found, stored = LoftqImport(folder), open_weights(resolve(f"path:{folder}", context=SilentContext())).base
    ours = theirs = 0.0
    for module, (_, quantized, _) in known.items():
        ours += float((found.matrix(module).dequantize() - quantized).square().sum())
        theirs += float((stored.read(f"{module}.weight").double() - quantized).square().sum())
    assert ours < theirs


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
@pytest.mark.parametrize("bits", [2, 4])
def test_that_every_stored_type_gives_the_codes(normal_float, bits, dtype):
    weight = torch.randn(48, 192, generator=torch.Generator().manual_seed(bits)) * 0.02
    weight[3, :64] = 0
    weight[4] = -weight[4].abs()
    quantized, codes = normal_float(torch.where(weight == 0, 1e-30, weight), bits)
    matrix = loftq_matrix(quantized.to(dtype))
    assert torch.equal(matrix.codes[4:].long(), codes[4:])
    tolerance = {torch.bfloat16: 2**-8, torch.float16: 2**-10, torch.float32: 2**-10}[dtype]
    torch.testing.assert_close(matrix.dequantize().double(), quantized, atol=1e-7, rtol=tolerance)


def test_that_values_off_the_grid_are_refused_by_name():
    weight = torch.randn(16, 64)
    for values, why in ((weight, "NormalFloat"), (torch.randn(16, 96), "blocks of 64"), (weight.double(), "float64")):
        with pytest.raises(UserError, match=why) as caught:
            loftq_matrix(values, "layer")
        assert (caught.value.code, caught.value.where) == ("loftq-unsupported", "layer")


def test_that_the_float_model_of_a_folder_is_the_base_with_its_term_at_scale_one(published):
    folder, known = published
    spec = resolve(f"path:{folder}", context=SilentContext())
    assert spec.quantization == "loftq"
    reader = open_weights(spec)
    for module, (_, quantized, term) in known.items():
        expected = quantized.to(torch.bfloat16).double() + term
        torch.testing.assert_close(reader.read(f"{module}.weight").double(), expected, atol=1e-6, rtol=1e-5)
    assert reader.read("model.norm.weight").dtype == torch.bfloat16


def test_that_bitsandbytes_own_nf4_values_are_packed_exactly():
    functional = pytest.importorskip("bitsandbytes.functional")
    weight = torch.randn(32, 128, generator=torch.Generator().manual_seed(0)).bfloat16()
    packed, state = functional.quantize_4bit(weight, blocksize=64, quant_type="nf4")
    values = functional.dequantize_4bit(packed, state)
    matrix = loftq_matrix(values.view(32, 128))
    assert matrix.codec.bits == 4
    torch.testing.assert_close(matrix.dequantize(), values.float().view(32, 128), rtol=2**-7, atol=0)
    high, low = packed.flatten().long() >> 4, packed.flatten().long() & 15
    assert torch.equal(matrix.codes.flatten().long(), torch.stack([high, low], 1).flatten())


def test_that_an_adapter_that_is_a_pickle_or_of_another_kind_is_refused(published, tmp_path):
    folder = tmp_path / "m"
    shutil.copytree(published[0], folder)
    path = folder / "loftq_init" / "adapter_config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(config | {"peft_type": "IA3"}))
    with pytest.raises(UserError, match="plain LoRA"):
        LoftqImport(folder)
    path.write_text(json.dumps(config))
    (folder / "loftq_init" / "adapter_model.safetensors").rename(folder / "loftq_init" / "adapter_model.bin")
    with pytest.raises(UserError) as caught:
        LoftqImport(folder)
    assert caught.value.code == "pickle-refused"
