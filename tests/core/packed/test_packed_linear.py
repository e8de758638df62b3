"""PackedLinear against a dense layer: numbers, gradients, what is kept for backward, casts."""

from __future__ import annotations

import copy

import pytest
import torch
import torch.nn.functional as F
from torch.autograd.graph import saved_tensors_hooks

from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.packed import PackedEmbedding, PackedLinear, TiedHead, pack
from lowbit_core.packed.scratch import dense_scratch, release_scratch, scratch_bytes

CODECS = [
    IntegerCodec(bits=2, group_size=64, symmetric=True),
    IntegerCodec(bits=3, group_size=32),
    IntegerCodec(bits=4, group_size=128),
    IntegerCodec(bits=8, group_size=0),
    NormalFloatCodec(bits=2, group_size=32),
    NormalFloatCodec(bits=4, group_size=64),
]


@pytest.mark.parametrize("codec", CODECS, ids=str)
@pytest.mark.parametrize("permuted", [False, True])
def test_that_output_and_input_gradient_equal_the_dense_ones_in_float64(codec, permuted, random_matrix):
    matrix = random_matrix(codec, 40, 100, permuted=permuted)
    bias = torch.randn(40, dtype=torch.float64)
    layer = PackedLinear.from_buffers(pack(matrix), bias)
    x = torch.randn(2, 5, 100, dtype=torch.float64, requires_grad=True)
    same = x.detach().clone().requires_grad_()
    grad = torch.randn(2, 5, 40, dtype=torch.float64)
    y = layer(x)
    y.backward(grad)
    dense = F.linear(same, matrix.dequantize(torch.float64), bias)
    dense.backward(grad)
    torch.testing.assert_close(y, dense, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(x.grad, same.grad, rtol=1e-12, atol=1e-12)


def test_that_forward_keeps_nothing_for_backward_but_references_to_its_own_buffers(random_matrix):
    layer = PackedLinear.from_buffers(pack(random_matrix(IntegerCodec(bits=3), 64, 256)), torch.randn(64))
    own = {buffer.untyped_storage().data_ptr() for buffer in layer.buffers()}
    kept = []
    x = torch.randn(8, 256, requires_grad=True)
    with saved_tensors_hooks(lambda tensor: kept.append(tensor) or tensor, lambda tensor: tensor):
        layer(x)
    assert kept
    others = [tensor for tensor in kept if tensor.untyped_storage().data_ptr() not in own]
    assert sum(tensor.numel() * tensor.element_size() for tensor in others) == 0
    dense = torch.nn.Linear(256, 64)
    kept.clear()
    with saved_tensors_hooks(lambda tensor: kept.append(tensor) or tensor, lambda tensor: tensor):
        dense(x)
    assert kept, "the same count sees what a trained dense layer keeps"


@pytest.mark.parametrize(
    "codec", [IntegerCodec(bits=3, group_size=32), NormalFloatCodec(bits=4, group_size=32)], ids=str
)
def test_that_the_operators_pass_torchs_own_checks(codec, random_matrix):
    buffers = pack(random_matrix(codec, 12, 70))
    packed = (buffers.codes, buffers.scales, buffers.zeros, buffers.permutation)
    named = (codec.kind, codec.bits, codec.group_size, 70)
    x = torch.randn(3, 70, requires_grad=True)
    bias = torch.randn(12, requires_grad=True)
    torch.library.opcheck(torch.ops.lowbit.linear.default, (x, *packed, bias, *named))
    torch.library.opcheck(torch.ops.lowbit.linear_backward.default, (torch.randn(3, 12), *packed, *named))
    torch.library.opcheck(torch.ops.lowbit.dequantize.default, (*packed, *named, torch.bfloat16))


def test_that_weight_tells_shape_dtype_and_device_without_the_numbers():
    layer = PackedLinear(4096, 11008, IntegerCodec(bits=4), dtype=torch.bfloat16, device="meta")
    assert layer.weight.shape == (11008, 4096)
    assert layer.weight.dtype == torch.bfloat16
    assert layer.weight.device.type == "meta"
    small = PackedLinear(4096, 64, IntegerCodec(bits=4))
    assert small.weight.untyped_storage().nbytes() == small.weight.element_size()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_that_casts_move_the_bias_and_leave_the_scales(dtype, random_matrix):
    matrix = random_matrix(IntegerCodec(bits=4), 16, 64)
    layer = PackedLinear.from_buffers(pack(matrix), torch.randn(16)).to(torch.bfloat16).to(dtype)
    assert layer.scales.dtype == torch.float16
    assert torch.equal(layer.scales, matrix.scales)
    assert layer.bias.dtype == layer.weight.dtype == dtype
    assert layer(torch.randn(2, 64, dtype=dtype)).dtype == dtype


def test_that_autocast_computes_in_its_dtype(random_matrix):
    matrix = random_matrix(IntegerCodec(bits=4), 16, 64)
    layer = PackedLinear.from_buffers(pack(matrix))
    x = torch.randn(4, 64)
    with torch.autocast("cpu", torch.bfloat16):
        y, dense = layer(x), F.linear(x, matrix.dequantize())
    assert y.dtype == dense.dtype == torch.bfloat16
    # Against the exact product: kernels keep W in fp32 where torch rounds it to bfloat16, so they differ from `dense`.
    rounded, weight = x.bfloat16().double(), matrix.dequantize().double()
    bound = 2**-8 * (rounded.abs() @ weight.abs().T)
    assert bool(((y.double() - rounded @ weight.T).abs() <= bound).all())


def test_that_a_copied_layer_and_a_state_dict_hold_the_same_bytes(random_matrix):
    layer = PackedLinear.from_buffers(pack(random_matrix(IntegerCodec(bits=3), 16, 64, permuted=True)), torch.randn(16))
    other = PackedLinear(64, 16, layer.codec, bias=True, permuted=True)
    other.load_state_dict(layer.state_dict())
    x = torch.randn(3, 64)
    assert set(layer.state_dict()) == {"codes", "scales", "zeros", "permutation", "bias"}
    assert torch.equal(layer(x), other(x))
    assert torch.equal(layer(x), copy.deepcopy(layer)(x))


def test_that_an_embedding_looks_up_the_rows_of_the_dequantized_table(random_matrix):
    matrix = random_matrix(IntegerCodec(bits=8, group_size=32), 50, 48)
    buffers = pack(matrix)
    table = PackedEmbedding(50, 48, matrix.codec, scale=48**0.5)
    table.load_state_dict({"codes": buffers.codes, "scales": buffers.scales, "zeros": buffers.zeros})
    ids = torch.tensor([[0, 49, 3], [3, 3, 7]])
    expected = F.embedding(ids, matrix.dequantize()) * torch.tensor(48**0.5)
    assert torch.equal(table(ids), expected)
    head, x = TiedHead(table), torch.randn(2, 48)
    torch.testing.assert_close(head(x), x @ matrix.dequantize().T)
    assert not head.state_dict()
    twin = copy.deepcopy(torch.nn.ModuleList([table, head]))
    assert twin[1].buffers_packed.codes is twin[0].codes


def test_that_the_scratch_is_reused_and_two_users_at_once_get_two(random_matrix):
    release_scratch()
    layer = PackedLinear.from_buffers(pack(random_matrix(IntegerCodec(bits=4), 64, 128)))
    for _ in range(3):
        layer(torch.randn(32, 128))  # few rows go straight from the packed bytes where there is a kernel
    assert scratch_bytes() == 64 * 128 * 4
    with dense_scratch(2, 3, torch.float32, torch.device("cpu")) as outer:
        outer.fill_(1)
        with dense_scratch(2, 3, torch.float32, torch.device("cpu")) as inner:
            inner.fill_(2)
        assert bool((outer == 1).all())
    release_scratch()
    assert scratch_bytes() == 0


def test_that_training_may_follow_an_answer_in_inference_mode(random_matrix):
    release_scratch()
    layer = PackedLinear.from_buffers(pack(random_matrix(IntegerCodec(bits=3), 16, 64, permuted=True)))
    with torch.inference_mode():
        layer(torch.randn(32, 64))
    x = torch.randn(32, 64, requires_grad=True)
    layer(x).sum().backward()
    assert x.grad is not None


def test_that_compiling_sees_one_operator(random_matrix):
    layer = PackedLinear.from_buffers(pack(random_matrix(IntegerCodec(bits=4), 16, 64)))
    seen = []

    def backend(graph, _):
        seen.extend(str(node.target) for node in graph.graph.nodes if node.op == "call_function")
        return graph.forward

    x = torch.randn(2, 64)
    assert torch.equal(torch.compile(layer, backend=backend, fullgraph=True)(x), layer(x))
    assert [name for name in seen if "lowbit.linear" in name] == ["lowbit.linear"]
