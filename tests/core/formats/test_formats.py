import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lowbit_core.formats import (
    IntegerCodec,
    NormalFloatCodec,
    check_codec,
    codec_from_json,
    codec_to_json,
    effective_bits,
    group_count,
    matrix_bytes,
    normal_float_levels,
)
from lowbit_core.formats.layout import row_bytes
from lowbit_core.quantize import solve

bits = st.sampled_from([2, 3, 4, 8])
groups = st.sampled_from([0, 32, 64, 128])
codecs = st.one_of(
    st.builds(IntegerCodec, bits=bits, group_size=groups, symmetric=st.booleans()),
    st.builds(NormalFloatCodec, bits=bits, group_size=groups),
)

# bitsandbytes' NF4 table, published with QLoRA.
NF4 = [
    -1.0, -0.6961928, -0.5250731, -0.3949175, -0.2844414, -0.1847734, -0.0910500, 0.0,
    0.0795803, 0.1609302, 0.2461123, 0.3379152, 0.4407098, 0.5626170, 0.7229568, 1.0,
]  # fmt: skip


@given(codecs)
def test_that_a_codec_survives_json(codec):
    assert codec_from_json(codec_to_json(codec)) == codec


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "float"},
        {"kind": "integer"},
        {"kind": "integer", "bits": 5},
        {"kind": "integer", "bits": 4, "group_size": 48},
        {"kind": "normal-float", "bits": 4, "symmetric": True},
    ],
)
def test_that_what_is_no_codec_is_refused(data):
    with pytest.raises(ValueError, match=r"."):
        codec_from_json(data)


def test_that_unknown_bits_and_groups_are_refused():
    for codec in (IntegerCodec(bits=5), IntegerCodec(bits=4, group_size=16)):
        with pytest.raises(ValueError, match="must be"):
            check_codec(codec)


def test_that_the_normal_float_tables_are_the_published_ones():
    assert normal_float_levels(4) == pytest.approx(NF4, abs=2e-6)
    assert normal_float_levels(2) == pytest.approx([-1, 0, 0.337915, 1], abs=1e-6)
    assert normal_float_levels(3) == pytest.approx(
        [-1, -0.478629, -0.217142, 0, 0.160930, 0.337915, 0.562617, 1], abs=1e-6
    )
    eight = normal_float_levels(8)
    assert len(eight) == 256
    assert eight[:5] == pytest.approx([-1, -0.97365, -0.94943, -0.92698, -0.90601], abs=1e-5)
    assert eight[-5:] == pytest.approx([0.90665, 0.92749, 0.9498, 0.97385, 1], abs=1e-5)
    assert set(normal_float_levels(2)) <= set(normal_float_levels(4))


@given(codec=codecs, rows=st.integers(1, 300), columns=st.integers(1, 5000), permuted=st.booleans())
def test_that_bytes_are_what_the_drawing_says(codec, rows, columns, permuted):
    stored = matrix_bytes(codec, rows, columns, permuted=permuted)
    count = math.ceil(columns / codec.group_size) if codec.group_size else 1
    assert group_count(codec.group_size, columns) == count
    least = math.ceil(columns * codec.bits / 8)
    assert stored.codes == rows * row_bytes(codec.bits, columns)
    assert least <= row_bytes(codec.bits, columns) < least + (33 if codec.bits == 3 else 16)
    assert stored.scales == 2 * rows * count
    stores_zero = codec.kind == "integer" and not codec.symmetric
    assert stored.zeros == (rows * math.ceil(count * codec.bits / 8) if stores_zero else 0)
    assert stored.permutation == (4 * columns if permuted else 0)
    assert stored.total == stored.codes + stored.scales + stored.zeros + stored.permutation


def test_that_bits_count_everything():
    four = matrix_bytes(IntegerCodec(bits=4), 4096, 4096)
    assert effective_bits(four, 4096, 4096) == pytest.approx(4 + (16 + 4) / 64)
    rank = 16
    assert effective_bits(four, 4096, 4096, adapter_parameters=rank * 8192) == pytest.approx(4.3125 + 16 * rank / 2048)
    two = matrix_bytes(IntegerCodec(bits=2, symmetric=True), 4096, 4096)
    assert effective_bits(two, 4096, 4096) == 2.25


def test_that_four_bits_symmetric_at_group_32_is_exactly_ggufs_q4_0():
    """Written as Q4_0 bytes (fp16 d, then value j low and value j + 16 high) and read back by the gguf package."""
    quants = pytest.importorskip("gguf.quants")
    gguf = pytest.importorskip("gguf")
    weight = torch.randn(6, 96, generator=torch.Generator().manual_seed(0)) * 0.05
    for solver in ("nearest", "search"):
        quantized = solve(weight, IntegerCodec(bits=4, group_size=32, symmetric=True), solver)
        codes = quantized.codes.view(6, 3, 32)
        nibbles = codes[..., :16] | codes[..., 16:] << 4
        blocks = torch.cat([quantized.scales.view(torch.uint8).view(6, 3, 2), nibbles], dim=-1)
        value = quants.dequantize(blocks.view(6, -1).numpy(), gguf.GGMLQuantizationType.Q4_0)
        assert bool((torch.from_numpy(value) == quantized.dequantize()).all())
