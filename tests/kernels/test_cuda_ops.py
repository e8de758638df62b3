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


def test_that_rows_that_are_not_contiguous_and_empty_inputs_are_served():
    from lowbit_core.kernels.cuda.launch import gemv

    matrix = random_matrix(IntegerCodec(bits=4), 64, 256)
    packed = on_gpu(matrix)
    wide = torch.randn(4, 512, device="cuda", dtype=torch.bfloat16)
    for x in (wide[:, :256], wide[:, ::2], wide[:, 1:257], wide[:0, :256]):
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
