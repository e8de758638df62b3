"""Fused product and dequantize on the GPU against float64, for every width, odd shape and number format."""

import pytest
import torch

from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.formats.layout import group_count
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.packed.pack import pack
from lowbit_core.quantize.matrix import QuantizedMatrix

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]

CODECS = [
    *(IntegerCodec(bits=b, group_size=g) for b in (2, 3, 4, 8) for g in (0, 32, 64, 128)),
    *(IntegerCodec(bits=b, group_size=64, symmetric=True) for b in (2, 3, 4, 8)),
    *(NormalFloatCodec(bits=b, group_size=64) for b in (2, 3, 4, 8)),
    NormalFloatCodec(bits=2, group_size=32),
]
SHAPES = [(16, 256), (48, 576), (1, 64), (33, 200), (130, 1000), (64, 4096), (256, 1536), (40, 14336)]
TOLERANCE = {torch.bfloat16: 2**-8, torch.float16: 2**-10}
"""Of the largest possible result sum|x·w|: rounding y once, plus a little for the fp32 sums."""


def random_matrix(codec, rows, columns, seed=0):
    generator = torch.Generator().manual_seed(seed)
    groups = group_count(codec.group_size, columns)
    zeros = None
    if isinstance(codec, IntegerCodec) and codec.fixed_zero is None:
        zeros = torch.randint(0, 1 << codec.bits, (rows, groups), generator=generator, dtype=torch.uint8)
    return QuantizedMatrix(
        codec=codec,
        codes=torch.randint(0, 1 << codec.bits, (rows, columns), generator=generator, dtype=torch.uint8),
        scales=(torch.rand(rows, groups, generator=generator) * 0.02 - 0.005).half(),
        zeros=zeros,
    )


def on_gpu(matrix):
    from lowbit_core.kernels.cuda.matrix import PackedMatrix

    packed, codec = pack(matrix), matrix.codec
    integer = isinstance(codec, IntegerCodec)
    return PackedMatrix(
        codes=packed.codes.cuda(),
        scales=packed.scales.cuda(),
        zeros=None if packed.zeros is None else packed.zeros.cuda(),
        levels=None if integer else torch.tensor(normal_float_levels(codec.bits)).cuda(),
        bits=codec.bits,
        grid=("fixed" if packed.zeros is None else "zeros") if integer else "levels",
        fixed_zero=(codec.fixed_zero or 0) if integer else 0,
        group_size=codec.group_size,
        in_features=packed.in_features,
    )


def dense64(matrix):
    codec, columns = matrix.codec, matrix.codes.shape[1]
    size = codec.group_size or columns
    spread = lambda t: t.double().repeat_interleave(size, 1)[:, :columns]  # noqa: E731
    if isinstance(codec, NormalFloatCodec):
        levels = torch.tensor(normal_float_levels(codec.bits), dtype=torch.float64)
        return spread(matrix.scales) * levels[matrix.codes.long()]
    zero = codec.fixed_zero if matrix.zeros is None else spread(matrix.zeros)
    return spread(matrix.scales) * (matrix.codes.double() - zero)


@pytest.mark.parametrize("codec", CODECS, ids=str)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
def test_that_the_fused_product_equals_float64(codec, dtype):
    from lowbit_core.kernels.cuda.launch import gemv, gemv_fits

    for index, (rows, columns) in enumerate(SHAPES):
        matrix = random_matrix(codec, rows, columns, seed=index)
        packed, reference = on_gpu(matrix), dense64(matrix)
        if not gemv_fits(packed, 1):
            assert codec.bits == 8, "only the widest level table leaves no room for 14,336 columns"
            continue
        for m in (1, 2, 3, 8):
            x = torch.randn(m, columns, generator=torch.Generator().manual_seed(m)).to(dtype)
            bias = torch.randn(rows).to(dtype) if m == 2 else None
            y = gemv(x.cuda(), packed, None if bias is None else bias.cuda()).cpu().double()
            exact = x.double() @ reference.T + (0 if bias is None else bias.double())
            bound = x.double().abs() @ reference.abs().T + (1e-3 if bias is None else bias.double().abs())
            worst = ((y - exact).abs() / bound).max().item()
            assert worst < TOLERANCE[dtype], (rows, columns, m, worst)


@pytest.mark.parametrize("codec", CODECS, ids=str)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
def test_that_dequantize_equals_the_reference_bit_for_bit(codec, dtype):
    from lowbit_core.kernels.cuda.launch import dequantize

    for index, (rows, columns) in enumerate(SHAPES):
        matrix = random_matrix(codec, rows, columns, seed=index)
        out = torch.full((rows, columns), float("nan"), dtype=dtype, device="cuda")
        dequantize(on_gpu(matrix), out)
        assert torch.equal(out.cpu(), matrix.dequantize(dtype)), (rows, columns)


INTEGER_CODECS = [
    *(IntegerCodec(bits=b, group_size=g) for b in (2, 3, 4) for g in (0, 32, 64, 128)),
    *(IntegerCodec(bits=b, group_size=64, symmetric=True) for b in (2, 3, 4)),
]


def outlying(columns, every, dtype, seed=0):
    """x [1, K] of unit variance, each ``every``-th value 100 times as large."""
    x = torch.randn(1, columns, generator=torch.Generator().manual_seed(seed))
    x[:, every // 2 :: every] *= 100
    return x.to(dtype)


@pytest.mark.parametrize("codec", INTEGER_CODECS, ids=str)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
def test_that_the_product_in_integers_equals_float64(codec, dtype):
    from lowbit_core.kernels.cuda.block_shapes import BlockShape
    from lowbit_core.kernels.cuda.launch import gemv

    for index, (rows, columns) in enumerate(SHAPES):
        matrix = random_matrix(codec, rows, columns, seed=index)
        packed, reference = on_gpu(matrix), dense64(matrix)
        bias = torch.randn(rows, generator=torch.Generator().manual_seed(index)).to(dtype)
        for x in (outlying(columns, columns + 1, dtype), outlying(columns, 61, dtype)):
            exact = (x.double() @ reference.T + bias.double())[0]
            bound = x.double().abs() @ reference.abs().T + bias.double().abs()
            for shape in (None, BlockShape(1, 1, 1), BlockShape(2, 4, 2), BlockShape(1, 16, 2)):
                y = gemv(x.cuda(), packed, bias.cuda(), shape=shape, int8=True).cpu().double()
                worst = ((y - exact).abs() / bound).max().item()
                assert worst < TOLERANCE[dtype], (rows, columns, shape, worst)


@pytest.mark.parametrize("bits", [2, 3, 4])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
@pytest.mark.parametrize("every", [10**6, 997, 61], ids=["plain", "few-outliers", "outliers-in-every-group"])
def test_that_integers_add_no_error_to_that_of_rounding_the_result(bits, dtype, every):
    from lowbit_core.kernels.cuda.launch import gemv

    matrix = random_matrix(IntegerCodec(bits=bits), 2048, 4096, seed=bits)
    packed, reference, x = on_gpu(matrix), dense64(matrix), outlying(4096, every, dtype)
    exact = x.double() @ reference.T
    error = [(gemv(x.cuda(), packed, int8=int8).cpu().double() - exact).norm().item() for int8 in (True, False)]
    assert error[0] <= 1.1 * error[1], error
    wide = gemv(x.cuda(), packed, int8=True, wide=True).cpu().double()
    assert ((wide - exact).norm() / exact.norm()).item() < 1.2e-4, (
        "half a step of the largest x of a group, not rounded"
    )


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_the_bound_of_fixed_point_where_the_outliers_meet_zeros(bits):
    """|error of x| <= max|x| / 65278 in 64 columns; in y that times sum|w|, besides rounding it."""
    from lowbit_core.kernels.cuda.launch import gemv

    matrix = random_matrix(IntegerCodec(bits=bits), 256, 4096)
    matrix.codes[:, 30::61] = matrix.zeros.repeat_interleave(64, 1)[:, 30::61]
    packed, reference = on_gpu(matrix), dense64(matrix)
    x = outlying(4096, 61, torch.bfloat16)
    largest = x.double().abs().view(-1, 64).amax(1).repeat_interleave(64)
    exact = (x.double() @ reference.T)[0]
    allowed = reference.abs() @ largest / 65278 * (1 + 2**-12) + exact.abs() * 2**-8 + 1e-4
    assert ((gemv(x.cuda(), packed, int8=True)[0].cpu().double() - exact).abs() <= allowed).all()


@pytest.mark.parametrize("bits", [2, 3, 4])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
def test_that_every_size_of_x_is_served_and_what_is_not_finite_stays_so(bits, dtype):
    from lowbit_core.kernels.cuda.launch import gemv

    matrix = random_matrix(IntegerCodec(bits=bits), 64, 512)
    packed, reference = on_gpu(matrix), dense64(matrix)
    plain = torch.randn(1, 512, generator=torch.Generator().manual_seed(0)).clamp(-1.9, 1.9)
    plain[0, ::64] = 255 / 128  # a group's largest: 16 bits, digits that must not overflow
    for size in (2.0**-14, 2.0**-7, 1.0, 2.0**12) + ((2.0**-80, 2.0**100) if dtype == torch.bfloat16 else ()):
        for sign in (1, -1):
            x = (plain * size * sign).to(dtype)
            exact, bound = (x.double() @ reference.T)[0], (x.double().abs() @ reference.abs().T)[0]
            y = gemv(x.cuda(), packed, int8=True)[0].cpu().double()
            least = 2.0**-24 if dtype == torch.float16 else 0.0  # subnormal
            assert ((y - exact).abs() <= bound * TOLERANCE[dtype] + least).all(), size
    assert not gemv(torch.zeros(1, 512, dtype=dtype).cuda(), packed, int8=True).any()
    for value in (torch.nan, torch.inf, -torch.inf):
        for column in (0, 77, 511):
            x = plain.clone()
            x[0, column] = value
            y = gemv(x.to(dtype).cuda(), packed, int8=True)[0].cpu()
            assert not y.isfinite().any(), (value, column)


def test_that_the_product_of_one_row_is_made_in_integers_where_that_is_faster():
    from lowbit_core.kernels.cuda.launch import product_in_int8

    capable = torch.cuda.get_device_capability() >= (8, 0)
    packed = {b: on_gpu(random_matrix(IntegerCodec(bits=b), 16, 256)) for b in (2, 3, 4, 8)}
    assert [product_in_int8(packed[b], 1) for b in (2, 3, 4, 8)] == [capable, capable, False, False]
    assert not product_in_int8(packed[3], 2)
    assert not product_in_int8(on_gpu(random_matrix(NormalFloatCodec(bits=3, group_size=64), 16, 256)), 1)


def test_that_rows_that_are_not_contiguous_and_empty_inputs_are_served():
    from lowbit_core.kernels.cuda.launch import gemv

    for bits in (3, 4):
        matrix = random_matrix(IntegerCodec(bits=bits), 64, 256)
        packed = on_gpu(matrix)
        wide = torch.randn(4, 512, device="cuda", dtype=torch.bfloat16)
        for x in (wide[:, :256], wide[:, ::2], wide[:, 1:257], wide[:1, 1:257], wide[:1, ::2], wide[:0, :256]):
            expected = x.double() @ dense64(matrix).T.cuda()
            torch.testing.assert_close(gemv(x, packed).double(), expected, atol=0.02, rtol=0.02)


def test_that_wrong_inputs_are_refused():
    from lowbit_core.kernels.cuda.launch import dequantize, gemv

    packed = on_gpu(random_matrix(IntegerCodec(bits=4), 64, 256))
    with pytest.raises(ValueError, match="x must be"):
        gemv(torch.zeros(9, 256, device="cuda", dtype=torch.bfloat16), packed)
    with pytest.raises(ValueError, match="half or bfloat16"):
        gemv(torch.zeros(1, 256, device="cuda"), packed)
    with pytest.raises(ValueError, match="out must be"):
        dequantize(packed, torch.zeros(64, 255, device="cuda", dtype=torch.bfloat16))


def test_that_the_product_can_be_captured_in_a_graph():
    from lowbit_core.kernels.cuda.launch import gemv

    matrix = random_matrix(IntegerCodec(bits=3), 128, 512)
    packed = on_gpu(matrix)
    x = torch.randn(1, 512, device="cuda", dtype=torch.bfloat16)
    gemv(x, packed)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        y = gemv(x, packed)
    x.copy_(torch.randn_like(x))
    graph.replay()
    expected = x.double().cpu() @ dense64(matrix).T
    torch.testing.assert_close(y.double().cpu(), expected, atol=0.05, rtol=0.02)
