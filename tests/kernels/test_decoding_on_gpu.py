"""The fused kernels of a decode step against torch, and whole models decoded by a captured graph."""

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.packed import PackedLinear, attend
from lowbit_core.packed.shared_input import Factors, Reader, SharedInput
from lowbit_core.packed.watch import llama_norm

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU"),
]


def random_layer(rows, columns, codec, *, bias=False, device="cuda", seed=0):
    torch.manual_seed(seed)
    layer = PackedLinear(columns, rows, codec, bias=bias, dtype=torch.bfloat16)
    layer.codes.random_(0, 256)
    layer.scales.uniform_(0.005, 0.02)
    if layer.zeros is not None:
        layer.zeros.random_(0, 256)
    if bias:
        layer.bias.normal_()
    return layer.to(device)


@pytest.mark.parametrize("codec", [IntegerCodec(bits=b) for b in (2, 3, 4, 8)] + [NormalFloatCodec(bits=4)], ids=str)
@pytest.mark.parametrize("ranks", [(0, 0, 0), (16, 16, 16), (4, 0, 24)], ids=str)
def test_that_matrices_of_one_launch_with_their_adapters_equal_float64(codec, ranks):
    for columns in (256, 576, 4096, 11008):
        rows = (96, 32, 2048)
        layers = [
            random_layer(n, columns, codec, bias=index == 1, seed=index)
            for index, n in enumerate(rows[: 3 if columns != 576 else 2])
        ]
        readers = []
        for layer, rank in zip(layers, ranks, strict=False):
            a, b = torch.randn(rank, columns).cuda() * 0.02, torch.randn(layer.out_features, rank).cuda() * 0.2
            factors = (Factors(a=a.bfloat16(), b=b.bfloat16(), scaling=2.0),) if rank else ()
            readers.append(Reader(module=layer, buffers=layer.buffers_packed, bias=layer.bias, adapters=factors))
        shared = SharedInput(readers, torch.bfloat16, native=True)
        assert len(shared._launches) == 1
        x = torch.randn(1, 1, columns, device="cuda", dtype=torch.bfloat16)
        for reader in readers:
            y = shared.answer(reader.module, x).double().view(-1)
            weight = reader.module.dequantize(torch.float32).double()
            exact, bound = weight @ x.double().view(-1), weight.abs() @ x.double().abs().view(-1)
            if reader.bias is not None:
                exact, bound = exact + reader.bias.double(), bound + reader.bias.double().abs()
            for item in reader.adapters:
                bound = bound + 2.0 * (item.b.double().abs() @ (item.a.double().abs() @ x.double().abs().view(-1)))
                exact = exact + 2.0 * (item.b.double() @ (item.a.double() @ x.double().view(-1)))
            assert ((y - exact).abs() / bound).max().item() < 2**-8


@pytest.mark.parametrize("columns", [64, 576, 4096, 11008, 14336])
def test_that_the_prologue_equals_torch(columns):
    from lowbit_core.kernels.cuda.decoding import prologue

    x, second = (torch.randn(columns, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    down = torch.randn(48, columns, device="cuda", dtype=torch.bfloat16)
    scale = torch.rand(48, device="cuda")
    made = {
        "plain": x,
        "rms-norm": llama_norm(x, second, 1e-5),
        "gated": torch.nn.functional.silu(x) * second,
    }
    for mode, expected in made.items():
        for adapters in (True, False):
            out, low = torch.full_like(x, torch.nan), torch.full((48,), torch.nan, device="cuda")
            prologue(
                mode, x, second=second, eps=1e-5, out=out, down=down if adapters else None,
                scale=scale if adapters else None, low=low if adapters else None,
            )  # fmt: skip
            if mode != "plain":
                torch.testing.assert_close(out, expected, rtol=2**-7, atol=1e-6)
            if adapters:
                exact = scale.double() * (down.double() @ expected.double())
                torch.testing.assert_close(low.double(), exact, rtol=1e-2, atol=0.05 * columns**0.5 / 8)


@pytest.mark.parametrize("heads", [(4, 4, 128), (9, 3, 64), (32, 4, 128), (8, 1, 256), (4, 2, 16)], ids=str)
def test_that_attention_equals_torch_at_every_length(heads):
    count, kv_heads, head_dim = heads
    for length in (0, 1, 63, 64, 65, 300, 1000, 1500):
        torch.manual_seed(length)
        draw = lambda *shape: torch.randn(*shape, device="cuda", dtype=torch.bfloat16)  # noqa: E731
        q, k, v = draw(count, head_dim), draw(kv_heads, head_dim), draw(kv_heads, head_dim)
        angles = torch.rand(head_dim // 2, device="cuda") * 6
        rotation = tuple(torch.cat([f(angles)] * 2).bfloat16() for f in (torch.cos, torch.sin))
        keys, values = draw(kv_heads, 1536, head_dim), draw(kv_heads, 1536, head_dim)
        keys[:, length:], values[:, length:] = torch.nan, torch.nan
        results = []
        for work in (attend.working_memory(count, kv_heads, head_dim, q.device), None):
            held = attend.CacheSlot(
                keys=keys.clone(), values=values.clone(),
                length=torch.tensor([length], dtype=torch.int32, device="cuda"),
            )  # fmt: skip
            for turn in (rotation, None):
                found = attend.attend(q, k, v, held, scaling=head_dim**-0.5, rotation=turn, work=work)
                results.append((found, held.keys[:, length].clone(), held.values[:, length].clone()))
        for ours, torchs in zip(results[:2], results[2:], strict=True):
            torch.testing.assert_close(ours[0], torchs[0], rtol=2e-2, atol=1e-2)
            assert torch.equal(ours[2], torchs[2])
            torch.testing.assert_close(ours[1], torchs[1], rtol=2**-7, atol=1e-6)


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "bf16"])
def test_that_a_captured_graph_gives_the_plain_forwards_logits(packed):
    from peft import LoraConfig

    from lowbit_core.chat.generate import CachedDecoder
    from lowbit_core.chat.graph import GraphDecoder
    from lowbit_core.packed import add_adapter

    torch.manual_seed(0)
    model = (
        LlamaForCausalLM(
            LlamaConfig(
                hidden_size=256,
                intermediate_size=704,
                num_hidden_layers=3,
                num_attention_heads=8,
                num_key_value_heads=2,
                vocab_size=512,
                max_position_embeddings=1024,
            )
        )
        .to("cuda", torch.bfloat16)
        .eval()
    )
    if packed:
        for block in model.model.layers:
            for parent in (block.self_attn, block.mlp):
                for name, child in list(parent.named_children()):
                    if isinstance(child, torch.nn.Linear):
                        setattr(parent, name, random_layer(child.out_features, child.in_features, IntegerCodec(bits=4)))
        names = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
        config = LoraConfig(r=16, lora_alpha=32, target_modules=names, init_lora_weights=False)
        model = add_adapter(model, config, "task").eval()
    ids = torch.randint(0, 512, (1, 40), device="cuda")
    plain, graph = CachedDecoder(model), GraphDecoder(model)
    with torch.inference_mode():
        token = plain.advance(ids).argmax(1)[None]
        graph.advance(ids)
        for _ in range(300):
            expected, found = plain.advance(token), graph.advance(token)
            assert not graph.why_plain
            assert ((expected - found).norm() / expected.norm()).item() < 0.03
            token = expected.argmax(1)[None]
        graph.reset()
        first = graph.advance(ids)
        greedy = [token for token, bad in graph.greedy(first, 20)]
        assert len(greedy) == 20
