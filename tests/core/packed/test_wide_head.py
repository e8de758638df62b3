"""A head that answers in fp32, on tensors that say they are on a GPU."""

import pytest
import torch
from torch import nn

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.packed import PackedLinear, dispatch, pack, wide_head


class Model(nn.Module):
    def __init__(self, head):
        super().__init__()
        self.head = head

    def get_output_embeddings(self):
        return self.head


class OnGpu(torch.Tensor):
    is_cuda = True


def test_that_a_packed_head_is_not_rounded(random_matrix):
    matrix = random_matrix(IntegerCodec(bits=4), 200, 128)
    head = PackedLinear.from_buffers(pack(matrix), dtype=torch.bfloat16)
    x = torch.randn(1, 1, 128).bfloat16()
    exact = x.double() @ matrix.dequantize(torch.float64).T
    with wide_head.wide_logits(Model(head)):
        wide = head(x.as_subclass(OnGpu)).as_subclass(torch.Tensor)
        assert head(x).dtype == torch.bfloat16, "not on a GPU"
        assert head(x.expand(1, 9, 128).as_subclass(OnGpu)).dtype == torch.bfloat16, "many rows"
    assert wide.dtype == torch.float32
    torch.testing.assert_close(wide.double(), exact, rtol=1e-5, atol=1e-5)
    assert "forward" not in head.__dict__


def test_that_another_head_keeps_its_forward():
    head = nn.Sequential(nn.Linear(8, 8))
    with wide_head.wide_logits(Model(head)):
        assert "forward" not in head.__dict__
    with wide_head.wide_logits(Model(None)):
        pass


def test_that_wide_products_are_for_few_rows(random_matrix):
    buffers = pack(random_matrix(IntegerCodec(bits=4), 16, 64))
    assert dispatch.wide_linear(torch.randn(9, 64).bfloat16(), buffers, None) is None


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("packed", [True, False])
def test_that_heads_on_a_gpu_are_not_rounded(dtype, packed, random_matrix):
    matrix = random_matrix(IntegerCodec(bits=4), 1000, 576)
    if packed:
        head = PackedLinear.from_buffers(pack(matrix), dtype=dtype).cuda()
        weight = matrix.dequantize(torch.float64)
    else:
        head = nn.Linear(576, 1000, bias=False, device="cuda", dtype=dtype)
        weight = head.weight.detach().double().cpu()
    x = torch.randn(1, 1, 576).to(dtype)
    with wide_head.wide_logits(Model(head)), torch.inference_mode():
        found = head(x.cuda()).cpu()
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), x.double() @ weight.T, rtol=1e-4, atol=1e-4)
