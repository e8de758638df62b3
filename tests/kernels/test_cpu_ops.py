"""The CPU kernels against float64, for every width, grid and set of instructions this processor has."""

import itertools

import pytest
import torch

from lowbit_core.formats.codec import Codec, IntegerCodec, NormalFloatCodec
from lowbit_core.kernels.cpu import build, library
from lowbit_core.packed import PackedLinear, cpu_path, dispatch, product, reference
from lowbit_core.packed.buffers import PackedBuffers, buffer_shapes

# The library is made when the project is installed; a machine without a compiler has none, and torch serves there.
pytestmark = pytest.mark.skipif(
    build.compiler() is None and not build.library_path().exists(), reason="no C compiler here, so no CPU kernels"
)

SETS = ("plain", "avx2", "avx512")
TOLERANCE = {torch.float32: 1e-6, torch.bfloat16: 2**-8}
"""Of |y − y64| over Σ|x|·(|w| + max |w|): fp32 sums of up to 1000 terms; one rounding to bf16."""

CODECS = [
    *(
        IntegerCodec(bits=bits, group_size=group, symmetric=symmetric)
        for bits, group, symmetric in itertools.product((2, 3, 4, 8), (0, 32, 64, 128), (False, True))
    ),
    *(NormalFloatCodec(bits=bits, group_size=group) for bits, group in itertools.product((2, 3, 4, 8), (0, 32, 64))),
]
SHAPES = [(7, 576), (1, 33), (13, 1000), (6, 256), (5, 1)]


def random_buffers(codec: Codec, rows: int, columns: int) -> PackedBuffers:
    """Random bytes, padding included: nothing may depend on what is in it."""
    shapes = buffer_shapes(codec, rows, columns)
    return PackedBuffers(
        codec=codec,
        in_features=columns,
        codes=torch.randint(0, 256, shapes.codes, dtype=torch.uint8),
        scales=(torch.randn(shapes.scales) * 0.01).half(),
        zeros=None if shapes.zeros is None else torch.randint(0, 256, shapes.zeros, dtype=torch.uint8),
    )


def as_matrix(buffers: PackedBuffers) -> library.Matrix:
    return cpu_path.kernel_matrix(buffers)


@pytest.fixture(scope="module", autouse=True)
def built():
    if not build.library_path().exists():
        build.build()
        library.load.cache_clear()
        cpu_path.why_not.cache_clear()
    assert library.why_not() == ""
    torch.manual_seed(0)


def error(y: torch.Tensor, x: torch.Tensor, dense: torch.Tensor) -> float:
    # A weight of exactly 0 is the difference of two products, so what is added up is as large as the largest weight.
    exact = x.double() @ dense.T
    return float(((y.double() - exact).abs() / (x.double().abs() @ (dense.abs() + dense.abs().max() + 0.01).T)).max())


@pytest.mark.parametrize("use", SETS)
@pytest.mark.parametrize("codec", CODECS, ids=str)
def test_that_products_and_weights_agree_with_float64(codec, use):
    for rows, columns in SHAPES:
        buffers = random_buffers(codec, rows, columns)
        dense = reference.dequantize(buffers, torch.float32)
        matrix = as_matrix(buffers)
        for dtype in (torch.float32, torch.bfloat16):
            found = library.dequantize(matrix, torch.full((rows, columns), 9.0, dtype=dtype), use=use)
            assert torch.equal(found, dense.to(dtype)), (rows, columns, dtype)
            for count in (1, 2, 7):
                x = torch.randn(count, columns).to(dtype)
                assert error(library.product(x, matrix, use=use), x, dense.double()) < TOLERANCE[dtype]


@pytest.mark.parametrize("use", SETS)
def test_that_a_group_size_no_vector_code_knows_is_computed_all_the_same(use):
    buffers = random_buffers(IntegerCodec(bits=4, group_size=32), 5, 96)
    kept = buffers.scales[:, :2].contiguous()
    made = library.matrix(
        buffers.codes, kept, None, None, columns=96, bits=4, grid="fixed", fixed_zero=8,
        group_size=72,
    )  # fmt: skip
    codes = torch.stack([buffers.codes & 15, buffers.codes >> 4], dim=2).reshape(5, -1)[:, :96]
    scales = kept.double()
    scale = torch.cat([scales[:, :1].expand(5, 72), scales[:, 1:2].expand(5, 24)], dim=1)
    x = torch.randn(3, 96)
    assert error(library.product(x, made, use=use), x, (codes.double() - 8) * scale) < 1e-6


@pytest.mark.parametrize("use", SETS)
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_that_adapters_and_bias_are_added(use, kind):
    buffers = random_buffers(IntegerCodec(bits=4), 65, 576)
    x, bias = torch.randn(3, 576), torch.randn(65)
    adapters = [(torch.randn(r, 576).to(kind), torch.randn(65, r).to(kind), s) for r, s in ((8, 2.0), (3, 0.5))]
    dense = reference.dequantize(buffers, torch.float32).double()
    exact = x.double() @ dense.T + bias + sum(s * (x.double() @ a.double().T) @ b.double().T for a, b, s in adapters)
    found = library.product(x, as_matrix(buffers), bias, adapters, use=use)
    assert float((found - exact).norm() / exact.norm()) < 1e-6


def test_that_strided_input_empty_input_and_many_threads_are_right():
    buffers = random_buffers(IntegerCodec(bits=4), 1100, 576)
    dense = reference.dequantize(buffers, torch.float32).double()
    matrix, wide = as_matrix(buffers), torch.randn(4, 1200)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        for x in (wide[:, :576], wide[:, ::2][:, :576], wide[::2, 5:581], wide[:0, :576], torch.randn(576, 3).T):
            y = library.product(x, matrix)
            assert y.shape == (x.shape[0], 1100)
            assert y.numel() == 0 or error(y, x, dense) < 1e-6
        found = library.dequantize(matrix, torch.empty(1100, 576))
        assert torch.equal(found.double(), dense)
    finally:
        torch.set_num_threads(before)
    empty = random_buffers(IntegerCodec(bits=4), 0, 576)
    assert library.product(wide[:, :576], as_matrix(empty)).shape == (4, 0)


def test_that_what_does_not_fit_is_refused():
    matrix = as_matrix(random_buffers(IntegerCodec(bits=4), 4, 64))
    with pytest.raises(ValueError, match="does not fit"):
        library.product(torch.randn(1, 65), matrix)
    with pytest.raises(ValueError, match="does not fit"):
        library.product(torch.randn(9, 64), matrix)
    with pytest.raises(ValueError, match="does not fit"):
        library.product(torch.randn(1, 64).half(), matrix)
    with pytest.raises(ValueError, match="adapter"):
        library.product(torch.randn(1, 64), matrix, None, [(torch.randn(2, 63), torch.randn(4, 2), 1.0)])


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_that_the_engine_takes_the_kernels_and_agrees_with_the_reference(count, dtype):
    buffers = random_buffers(IntegerCodec(bits=4), 96, 320)
    assert cpu_path.serves(buffers, dtype)
    assert dispatch.describe(torch.device("cpu")).startswith("CPU kernels")
    x, grad = torch.randn(2, count // 2 or 1, 320).to(dtype), torch.randn(count, 96).to(dtype)
    dense = reference.dequantize(buffers, torch.float32).double()
    layer = PackedLinear.from_buffers(buffers, dtype=dtype)
    assert error(layer(x).reshape(-1, 96), x.reshape(-1, 320), dense) < TOLERANCE[dtype] * 2
    back = dispatch.linear_backward(grad, buffers)
    assert error(back, grad, dense.T) < TOLERANCE[dtype] * 2


def test_that_an_adapted_product_without_gradients_equals_the_one_with():
    buffers = random_buffers(IntegerCodec(bits=4), 96, 320)
    x, a, b = torch.randn(1, 1, 320), torch.randn(8, 320) * 0.01, torch.randn(96, 8) * 0.01
    with torch.no_grad():
        fast = product.adapted_product(x, buffers, None, [(a, b, 2.0)])
    slow = product.adapted_product(x, buffers, None, [(a.requires_grad_(), b.requires_grad_(), 2.0)])
    torch.testing.assert_close(fast, slow, rtol=1e-4, atol=1e-5)


def test_that_a_missing_or_foreign_library_leaves_the_torch_path_with_its_reason(tmp_path, monkeypatch):
    absent = tmp_path / "lowbit_cpu.so"
    monkeypatch.setattr(library, "library_path", lambda: absent)
    library.load.cache_clear()
    cpu_path.why_not.cache_clear()
    try:
        assert "not built" in library.why_not()
        buffers = random_buffers(IntegerCodec(bits=4), 8, 64)
        assert not cpu_path.serves(buffers, torch.float32)
        assert "not built" in dispatch.describe(torch.device("cpu"))
        x = torch.randn(1, 64)
        torch.testing.assert_close(dispatch.linear(x, buffers, None), reference.linear(x, buffers))
        absent.write_bytes(b"no library")
        library.load.cache_clear()
        assert "cannot be loaded" in library.why_not()
    finally:
        monkeypatch.undo()
        library.load.cache_clear()
        cpu_path.why_not.cache_clear()


def test_that_the_environment_chooses_narrower_instructions(monkeypatch):
    monkeypatch.setenv("LOWBIT_CPU_KERNELS", "plain")
    library.load.cache_clear()
    try:
        assert library.instructions().startswith("plain C")
        monkeypatch.setenv("LOWBIT_CPU_KERNELS", "off")
        library.load.cache_clear()
        assert "switched off" in library.why_not()
    finally:
        library.load.cache_clear()
