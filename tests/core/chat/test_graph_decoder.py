"""The fused decode step on a CPU, where it runs without a graph: the plain forward's logits, token by token."""

import pytest
import torch
from peft import LoraConfig
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, Qwen3Config, Qwen3ForCausalLM

from lowbit_core.chat.generate import CachedDecoder
from lowbit_core.chat.graph import GraphDecoder
from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.packed import PackedLinear, add_adapter, switch

SMALL = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 128,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
}
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def float_model(kind):
    torch.manual_seed(0)
    if kind == "gpt2":
        config = GPT2Config(n_embd=64, n_layer=2, n_head=4, vocab_size=128, n_positions=512, bos_token_id=0)
        return GPT2LMHeadModel(config).eval()
    if kind == "qwen3":
        return Qwen3ForCausalLM(Qwen3Config(**SMALL, head_dim=16)).eval()
    return LlamaForCausalLM(LlamaConfig(**SMALL)).eval()


def packed_with_two_adapters(kind):
    model = float_model(kind)
    for block in model.model.layers:
        for parent in (block.self_attn, block.mlp):
            for name, child in list(parent.named_children()):
                if isinstance(child, torch.nn.Linear):
                    layer = PackedLinear(child.in_features, child.out_features, IntegerCodec(bits=4, group_size=32))
                    layer.codes.random_(0, 256)
                    layer.scales.uniform_(0.01, 0.03)
                    layer.zeros.fill_(0x77)
                    setattr(parent, name, layer)
    model = add_adapter(model, LoraConfig(r=4, lora_alpha=8, target_modules=TARGETS, init_lora_weights=False), "repair")
    second = LoraConfig(r=6, lora_alpha=8, target_modules=["q_proj", "down_proj"], init_lora_weights=False)
    model = add_adapter(model, second, "task")
    switch(model, ["repair", "task"])
    return model.eval()


@pytest.mark.parametrize("packed", [False, True], ids=["float", "packed"])
@pytest.mark.parametrize("kind", ["llama", "qwen3", "gpt2"])
def test_that_the_fused_step_gives_the_plain_forwards_logits_beyond_the_first_room(kind, packed):
    if packed and kind == "gpt2":
        pytest.skip("its matrices have other names")
    model = packed_with_two_adapters(kind) if packed else float_model(kind)
    ids = torch.randint(0, 128, (1, 245))
    plain, fused = CachedDecoder(model), GraphDecoder(model)
    with torch.inference_mode():
        token = plain.advance(ids).argmax(1)[None]
        fused.advance(ids)
        for _ in range(30):
            expected, found = plain.advance(token), fused.advance(token)
            assert ((expected - found).norm() / expected.norm()).item() < 1e-4
            token = expected.argmax(1)[None]
    assert not fused.why_plain


def test_that_a_second_answer_and_other_adapters_start_afresh():
    model = packed_with_two_adapters("llama")
    ids, decoder = torch.randint(0, 128, (1, 9)), GraphDecoder(model)
    for names in (["repair", "task"], ["repair", "task"], ["repair"], []):
        switch(model, names)
        plain = CachedDecoder(model)
        decoder.reset()
        with torch.inference_mode():
            first = plain.advance(ids)
            expected, token = [], first.argmax(1)[None]
            for _ in range(12):
                expected.append(int(token))
                token = plain.advance(token).argmax(1)[None]
            found = [token for token, bad in decoder.greedy(decoder.advance(ids), 12)]
        assert found == expected


def test_that_a_model_with_another_kind_of_cache_is_decoded_plainly():
    from transformers import MistralConfig, MistralForCausalLM

    torch.manual_seed(0)
    model = MistralForCausalLM(MistralConfig(**SMALL, sliding_window=8)).eval()
    ids, decoder = torch.randint(0, 128, (1, 9)), GraphDecoder(model)
    plain = CachedDecoder(model)
    with torch.inference_mode():
        token = plain.advance(ids).argmax(1)[None]
        decoder.advance(ids)
        for _ in range(5):
            expected = plain.advance(token)
            torch.testing.assert_close(decoder.advance(token), expected)
            token = expected.argmax(1)[None]
    assert decoder.why_plain
