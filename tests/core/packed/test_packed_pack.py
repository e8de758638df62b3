"""The byte layout against the drawing, and exact round trips for every width and shape."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lowbit_core.formats import tiles
from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.formats.layout import group_count, matrix_bytes, plane_bytes
from lowbit_core.packed import dispatch, pack, reference, unpack
from lowbit_core.packed.pack import pack_bits, pack_codes, spread, unpack_bits, unpack_codes
from lowbit_core.quantize import QuantizedMatrix


def code_at(row, bits, column, in_features):
    """Reads one code from a row's bytes as the drawing says, bit by bit, in plain Python."""

    def plane(data, width):
        value = int.from_bytes(bytes(data), "little")
        return value >> (column * width) & ((1 << width) - 1)

    if bits == 3:
        low = plane_bytes(2, in_features)
        return plane(row[:low], 2) | plane(row[low:], 1) << 2
    return plane(row, bits)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([2, 3, 4, 8]), st.integers(1, 5), st.integers(1, 200), st.integers(0, 2**31))
def test_that_codes_lie_where_the_layout_draws_them_and_come_back(bits, rows, columns, seed):
    generator = torch.Generator().manual_seed(seed)
    codes = torch.randint(0, 1 << bits, (rows, columns), generator=generator, dtype=torch.uint8)
    packed = pack_codes(codes, bits)
    assert packed.numel() == matrix_bytes(IntegerCodec(bits=bits, symmetric=True), rows, columns).codes
    assert torch.equal(unpack_codes(packed, bits, columns), codes)
    for column in {0, columns // 2, columns - 1}:
        assert code_at(packed[-1].tolist(), bits, column, columns) == codes[-1, column]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([2, 3, 4, 8]), st.integers(1, 4), st.integers(1, 40), st.integers(0, 2**31))
def test_that_zero_points_run_on_across_bytes(bits, rows, groups, seed):
    generator = torch.Generator().manual_seed(seed)
    zeros = torch.randint(0, 1 << bits, (rows, groups), generator=generator, dtype=torch.uint8)
    packed = pack_bits(zeros, bits)
    assert packed.shape == (rows, (groups * bits + 7) // 8)
    assert torch.equal(unpack_bits(packed, bits, groups), zeros)
    value = int.from_bytes(bytes(packed[0].tolist()), "little")
    assert [value >> (group * bits) & ((1 << bits) - 1) for group in range(groups)] == zeros[0].tolist()


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_that_spreading_a_byte_gives_its_codes_lowest_bits_first(bits):
    every = torch.arange(256, dtype=torch.uint8).reshape(4, 64)
    expected = torch.stack([every >> (bits * k) & ((1 << bits) - 1) for k in range(8 // bits)], dim=-1).reshape(4, -1)
    assert torch.equal(spread(every, bits), expected)


@st.composite
def matrices(draw):
    kind = draw(st.sampled_from([IntegerCodec, NormalFloatCodec]))
    options = {"bits": draw(st.sampled_from([2, 3, 4, 8])), "group_size": draw(st.sampled_from([0, 32, 64, 128]))}
    if kind is IntegerCodec:
        options["symmetric"] = draw(st.booleans())
    codec = kind(**options)
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 300))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**31)))
    groups, levels = group_count(codec.group_size, columns), 1 << codec.bits
    zeros = torch.randint(0, levels, (rows, groups), generator=generator, dtype=torch.uint8)
    stored = kind is IntegerCodec and codec.fixed_zero is None
    return QuantizedMatrix(
        codec=codec,
        codes=torch.randint(0, levels, (rows, columns), generator=generator, dtype=torch.uint8),
        scales=torch.randn(rows, groups, generator=generator).half(),
        zeros=zeros if stored else None,
        permutation=torch.randperm(columns, generator=generator).int() if draw(st.booleans()) else None,
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(matrices())
def test_that_packing_loses_nothing_and_dequantizing_agrees_with_the_solver_in_every_dtype(matrix):
    buffers = pack(matrix)
    back = unpack(buffers)
    assert back.codec == matrix.codec
    for part in ("codes", "scales", "zeros", "permutation"):
        ours, theirs = getattr(back, part), getattr(matrix, part)
        assert (ours is None and theirs is None) or torch.equal(ours, theirs)
    stored = buffers.stored
    assert stored.codes == buffers.codes.numel()
    assert stored.scales == 2 * buffers.scales.numel()
    assert stored.zeros == (0 if buffers.zeros is None else buffers.zeros.numel())
    assert stored.permutation == (0 if buffers.permutation is None else 4 * buffers.in_features)
    for dtype in (torch.float64, torch.float32, torch.bfloat16, torch.float16):
        assert torch.equal(reference.dequantize(buffers, dtype), matrix.dequantize(dtype))


def test_that_rows_split_over_several_tiles_agree_with_one(random_matrix, monkeypatch):
    matrix = random_matrix(IntegerCodec(bits=3, group_size=32), 200, 100, permuted=True)
    x, grad = torch.randn(7, 100, dtype=torch.float64), torch.randn(7, 200, dtype=torch.float64)
    dense = matrix.dequantize(torch.float64)
    monkeypatch.setattr(reference, "_CPU_TILE", 300)
    monkeypatch.setattr(tiles, "TILE_WEIGHTS", 8000)
    buffers = pack(matrix)
    assert torch.equal(reference.dequantize(buffers, torch.float64), dense)
    torch.testing.assert_close(reference.linear(x, buffers), x @ dense.T)
    torch.testing.assert_close(reference.linear_backward(grad, buffers), grad @ dense)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("kind", [IntegerCodec, NormalFloatCodec])
def test_that_the_gpu_unpacks_the_same_numbers(kind, bits, random_matrix):
    matrix = random_matrix(kind(bits=bits, group_size=64), 33, 577, permuted=True)
    buffers = pack(matrix)
    on_gpu = type(buffers)(
        **{name: value.cuda() if isinstance(value, torch.Tensor) else value for name, value in vars(buffers).items()}
    )
    assert torch.equal(reference.dequantize(on_gpu, torch.bfloat16).cpu(), matrix.dequantize(torch.bfloat16))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_that_a_few_rows_in_16_bits_are_rounded_once(random_matrix, dtype):
    matrix = random_matrix(IntegerCodec(bits=4, group_size=32), 96, 256)
    buffers, x, bias = pack(matrix), torch.randn(8, 256).to(dtype), torch.randn(96).to(dtype)
    exact = x.double() @ matrix.dequantize(torch.float64).T + bias.double()
    found = reference.linear(x, buffers, bias)
    assert (found == exact.to(dtype)).float().mean() > 0.99
    assert ((found.double() - exact).abs() <= torch.finfo(dtype).eps * exact.abs() + 1e-5).all()
    a, b = torch.randn(8, 256).to(dtype) / 16, torch.randn(96, 8).to(dtype)
    exact += 2.0 * (x.double() @ a.double().T) @ b.double().T
    adapted = dispatch.adapted(x, buffers, bias, [(a, b, 2.0)])
    assert adapted is not None
    assert (adapted == exact.to(dtype)).float().mean() > 0.98
