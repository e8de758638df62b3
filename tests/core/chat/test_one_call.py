"""A token as one call of the CPU kernels: the plain forward's logits, for any model, widths and adapters."""

import pytest
import torch
from peft import LoraConfig
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from lowbit_core.chat import CachedDecoder, Sampling, cache_bytes, generate
from lowbit_core.chat.generate import default_decoder
from lowbit_core.chat.one_call import OneCallDecoder
from lowbit_core.context import SilentContext
from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.packed import PackedLinear, add_adapter, cpu_path, switch

pytestmark = pytest.mark.skipif(bool(cpu_path.why_not()), reason="no CPU kernels here")

SMALL = {
    "hidden_size": 72,
    "intermediate_size": 104,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
    "vocab_size": 130,
    "num_key_value_heads": 2,
    "max_position_embeddings": 600,
}
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
MODELS = {
    "llama": (LlamaForCausalLM, LlamaConfig(**SMALL)),
    "llama3": (
        LlamaForCausalLM,
        LlamaConfig(
            **SMALL,
            rope_parameters={
                "rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
            },
        ),
    ),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**SMALL)),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(**SMALL, head_dim=20)),
    "mistral": (MistralForCausalLM, MistralConfig(**SMALL, sliding_window=None)),
}  # fmt: skip


def float_model(kind, dtype=torch.float32):
    torch.manual_seed(0)
    cls, config = MODELS[kind]
    model = cls(config).to(dtype).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_()
            elif "norm" in name:
                parameter.uniform_(0.5, 1.5)
    return model


def codecs():
    """One matrix after another gets another width; the sixth stays dense."""
    yield from [
        IntegerCodec(bits=4, group_size=32), IntegerCodec(bits=3), IntegerCodec(bits=2, symmetric=True),
        NormalFloatCodec(bits=4, group_size=0), IntegerCodec(bits=8, group_size=32), None, NormalFloatCodec(bits=3),
    ]  # fmt: skip


def packed_model(kind, dtype=torch.float32):
    """Mixed widths and two adapters: "repair" on every packed matrix, "task" on some."""
    model = float_model(kind, dtype)
    dense = []
    for number, block in enumerate(model.model.layers):
        parts = [(parent, name) for parent in (block.self_attn, block.mlp) for name in TARGETS if hasattr(parent, name)]
        for (parent, name), codec in zip(parts, codecs(), strict=True):
            child = getattr(parent, name)
            if codec is None:
                dense.append(f"layers.{number}.mlp.{name}")
                continue
            layer = PackedLinear(child.in_features, child.out_features, codec, bias=child.bias is not None, dtype=dtype)
            layer.codes.random_(0, 256)
            layer.scales.uniform_(0.01, 0.02)
            if layer.zeros is not None:
                layer.zeros.random_(0, 256)
            if layer.bias is not None:
                layer.bias.copy_(child.bias.detach())
            setattr(parent, name, layer)
    repair = LoraConfig(r=4, target_modules=TARGETS, exclude_modules=dense, init_lora_weights=False)
    model = add_adapter(model, repair, "repair")
    task = LoraConfig(r=19, target_modules=["q_proj", "v_proj", "down_proj"], init_lora_weights=False)
    model = add_adapter(model, task, "task")
    switch(model, ["repair", "task"])
    return model.eval()


@pytest.fixture(params=["plain", "avx2", "avx512"])
def instructions(request, monkeypatch):
    from lowbit_core.kernels.cpu import library

    monkeypatch.setenv("LOWBIT_CPU_KERNELS", request.param)
    library.load.cache_clear()
    yield request.param
    monkeypatch.undo()
    library.load.cache_clear()


@pytest.fixture
def two_threads(monkeypatch):
    from lowbit_core.kernels.cpu import token_plan

    monkeypatch.setattr(token_plan, "ONE_THREAD_WEIGHTS", 0)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def worst_distance(model, steps=30, prompt=245):
    """Of the logits, along the plain forward's own tokens; the prompt ends just before the first room does."""
    ids = torch.randint(0, 130, (1, prompt), generator=torch.Generator().manual_seed(1))
    plain, fused, worst = CachedDecoder(model), OneCallDecoder(model), 0.0
    with torch.inference_mode():
        token = plain.advance(ids).argmax(1)[None]
        fused.advance(ids)
        for _ in range(steps):
            expected, found = plain.advance(token), fused.advance(token)
            worst = max(worst, ((expected - found).norm() / expected.norm()).item())
            token = expected.argmax(1)[None]
    assert not fused.why_plain
    fused._set_lengths()
    assert cache_bytes(fused.cache) == cache_bytes(plain.cache)
    near = 5e-2 if fused.model.dtype == torch.bfloat16 else 1e-4
    for ours, theirs in zip(fused.cache.layers, plain.cache.layers, strict=True):
        torch.testing.assert_close(ours.keys, theirs.keys, rtol=near, atol=near)
        torch.testing.assert_close(ours.values, theirs.values, rtol=near, atol=near)
    return worst


@pytest.mark.parametrize("kind", MODELS)
def test_that_float_models_give_the_plain_forwards_logits(kind, instructions):
    assert worst_distance(float_model(kind)) < 2e-6


@pytest.mark.parametrize("kind", MODELS)
def test_that_packed_models_of_mixed_widths_with_adapters_do(kind, instructions, two_threads):
    assert worst_distance(packed_model(kind)) < 2e-5


def test_that_bf16_models_are_as_near_as_bf16_allows(instructions):
    assert worst_distance(packed_model("qwen2", torch.bfloat16)) < 0.03


def greedy(model, decoder, ids, count=12):
    sampling = Sampling(temperature=0.0, top_p=1.0, max_new_tokens=count)
    return generate(model, ids, context=SilentContext(), sampling=sampling, decoder=decoder).tokens


def test_that_other_adapters_and_changed_ones_leave_no_stale_table():
    model, ids = packed_model("llama"), torch.randint(0, 130, (9,))
    answers = set()
    faces = (["repair", "task"], ["repair", "task"], ["repair"], [], ["task", "repair"])
    for names in faces:
        switch(model, names)
        found = greedy(model, None, ids)
        assert found == greedy(model, CachedDecoder(model), ids)
        answers.add(found)
    assert len(answers) > 2
    decoder = default_decoder(model)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if ".lora_B.task" in name:
                parameter.mul_(-3.0)
    changed = greedy(model, None, ids)
    assert default_decoder(model) is decoder
    assert changed == greedy(model, CachedDecoder(model), ids)
    assert changed not in answers
    model.base_model.model.model.layers[0].self_attn.q_proj.base_layer.codes.fill_(0x5A)
    assert greedy(model, None, ids) == greedy(model, CachedDecoder(model), ids)


def test_that_an_answer_as_long_as_the_rooms_is_the_plain_one_and_the_next_prompt_in_pieces_too():
    model, ids = packed_model("qwen3"), torch.randint(0, 130, (240,))
    assert greedy(model, None, ids, 40) == greedy(model, CachedDecoder(model), ids, 40)
    long = torch.randint(0, 130, (550,))  # more than one piece of the prompt, more than the room left by the first
    assert greedy(model, None, long) == greedy(model, CachedDecoder(model), long)


OTHERS = {
    "gpt2": (GPT2LMHeadModel, GPT2Config(n_embd=64, n_layer=2, n_head=4, vocab_size=130, bos_token_id=0)),
    "gemma2": (Gemma2ForCausalLM, Gemma2Config(**SMALL, head_dim=16)),
    "window": (MistralForCausalLM, MistralConfig(**SMALL, sliding_window=8)),
    "gelu": (LlamaForCausalLM, LlamaConfig(**SMALL, hidden_act="gelu")),
    "dynamic": (
        LlamaForCausalLM,
        LlamaConfig(**SMALL, rope_parameters={"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0}),
    ),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_that_other_models_are_decoded_plainly_and_say_why(kind):
    torch.manual_seed(0)
    cls, config = OTHERS[kind]
    model = cls(config).eval()
    ids = torch.randint(0, 130, (9,))
    assert greedy(model, None, ids) == greedy(model, CachedDecoder(model), ids)
    decoder = model.__dict__["_standing_decoder"]
    assert isinstance(decoder, OneCallDecoder)
    assert decoder.why_plain


def test_that_an_adapter_of_another_kind_is_decoded_plainly():
    model = add_adapter(
        packed_model("llama"),
        LoraConfig(r=2, target_modules=["q_proj"], use_dora=True, init_lora_weights=False), "dora",
    )  # fmt: skip
    ids = torch.randint(0, 130, (9,))
    switch(model, ["dora"])
    assert greedy(model, None, ids) == greedy(model, CachedDecoder(model), ids)
    decoder = model.get_base_model().__dict__["_standing_decoder"]
    assert "do not serve" in decoder.why_plain
    switch(model, ["repair"])
    assert greedy(model, None, ids) == greedy(model, CachedDecoder(model), ids)
    assert not decoder.why_plain


def test_that_without_kernels_the_plain_decoder_serves(monkeypatch):
    model = float_model("llama")
    monkeypatch.setattr(cpu_path, "why_not", lambda: "none were built")
    assert type(default_decoder(model)) is CachedDecoder
    copy = float_model("llama")
    assert type(default_decoder(copy)) is CachedDecoder


def test_that_weights_that_are_no_numbers_are_told():
    from lowbit_core.errors import UserError

    model, ids = packed_model("llama"), torch.randint(0, 130, (9,))
    greedy(model, None, ids, 2)
    decoder = OneCallDecoder(model)
    decoder.reset()
    with torch.inference_mode():
        decoder.advance(ids[None])
        decoder.advance(ids[None, :1])
        assert not decoder.why_plain
        decoder.model.model.norm.weight.data[3] = torch.nan
        assert decoder.advance(ids[None, :1]).isnan().any()
    with pytest.raises(UserError) as caught:
        greedy(model, None, ids)
    assert caught.value.code == "logits-nan"
