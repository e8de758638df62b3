"""GGUF weights against transformers' own GGUF loading, and config against the one the model was made from."""

import gguf
import numpy as np
import pytest
import torch
import transformers

from lowbit_core.context import SilentContext
from lowbit_core.source import resolve
from lowbit_core.weights import open_weights

Q = gguf.GGMLQuantizationType
SIZES = {"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4}
SMALL = {"num_key_value_heads": 2, "vocab_size": 100, "max_position_embeddings": 128, "head_dim": 16, **SIZES}
LINEARS = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.qkv_proj": "attn_qkv",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.gate_up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
}
GEMMA_NORMS = {
    "post_attention_layernorm": "post_attention_norm",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}
GPT2 = {
    "ln_1": "attn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "ln_2": "ffn_norm",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}
TOP = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "transformer.wte": "token_embd",
    "transformer.wpe": "position_embd",
    "transformer.ln_f": "output_norm",
}
MODELS = {
    "llama": ("llama", transformers.LlamaConfig(**SMALL, rope_theta=5e5)),
    "llama-tied": ("llama", transformers.LlamaConfig(**SMALL, tie_word_embeddings=True)),
    "qwen2": ("qwen2", transformers.Qwen2Config(**{k: v for k, v in SMALL.items() if k != "head_dim"})),
    "qwen3": ("qwen3", transformers.Qwen3Config(**{**SMALL, "head_dim": 128})),
    "gemma2": ("gemma2", transformers.Gemma2Config(**SMALL, query_pre_attn_scalar=16)),
    "gemma3": ("gemma3", transformers.Gemma3TextConfig(**SMALL, query_pre_attn_scalar=16)),
    "phi3": ("phi3", transformers.Phi3Config(**{k: v for k, v in SMALL.items() if k != "head_dim"}, pad_token_id=0)),
    "gpt2": ("gpt2", transformers.GPT2Config(n_embd=64, n_layer=2, n_head=4, n_positions=1024, vocab_size=100)),
}


def stored_name(name, kind):
    """The GGUF name of a transformers tensor, written down independently of the code under test."""
    stem, _, suffix = name.rpartition(".")
    if stem in TOP:
        return f"{TOP[stem]}.{suffix}"
    _, _, index, part = stem.split(".", 3)
    table = GPT2 if kind == "gpt2" else LINEARS | (GEMMA_NORMS if "gemma" in kind else {})
    part = table.get(part) or {"post_attention_layernorm": "ffn_norm"}[part]
    return f"blk.{index}.{part}.{suffix}"


def as_stored(name, weight, kind, config):
    """What the conversion to GGUF does to a tensor (llama.cpp's converter, in its own words of numpy)."""
    if kind == "llama" and ("q_proj" in name or "k_proj" in name):
        heads = config.num_attention_heads if "q_proj" in name else config.num_key_value_heads
        return weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)
    if "gemma" in kind and "norm" in name:
        return weight + 1
    return np.ascontiguousarray(weight.T) if kind == "gpt2" and ".c_" in name and weight.ndim == 2 else weight


def write_gguf(path, kind, model, quantization=Q.Q8_0):
    config = model.config
    writer = gguf.GGUFWriter(path, kind)
    writer.add_name("tiny")
    writer.add_context_length(1024 if kind == "gpt2" else 128)  # transformers takes no other for GPT-2
    writer.add_embedding_length(64)
    writer.add_block_count(2)
    writer.add_head_count(4)
    writer.add_feed_forward_length(256 if kind == "gpt2" else 96)
    writer.add_pad_token_id(0)
    writer.add_token_list([f"t{i}" for i in range(100)])
    if kind == "gpt2":
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
    else:
        writer.add_head_count_kv(2)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_rope_freq_base(
            (config.rope_parameters.get("full_attention") or config.rope_parameters)["rope_theta"]
        )
        if kind in ("llama", "qwen3", "gemma2", "gemma3"):
            writer.add_key_length(config.head_dim)
            writer.add_rope_dimension_count(config.head_dim)
        if "gemma" in kind:
            writer.add_sliding_window(config.sliding_window)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        data = as_stored(name, tensor.float().numpy(), kind, config)
        dtype = quantization if data.ndim > 1 and data.shape[-1] % 32 == 0 else Q.F32
        writer.add_tensor(stored_name(name, kind), gguf.quants.quantize(data, dtype), raw_dtype=dtype)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(params=MODELS)
def case(request, tmp_path):
    """Writer of a tiny model's GGUF: quantization -> (the model, the spec of the file)."""
    kind, config = MODELS[request.param]
    torch.manual_seed(0)
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    for name, tensor in model.state_dict().items():
        if "norm" in name or "ln_" in name:
            tensor.copy_(torch.rand_like(tensor))

    def make(quantization):
        write_gguf(tmp_path / "tiny.gguf", kind, model, quantization)
        return model, resolve(f"gguf:{tmp_path / 'tiny.gguf'}", context=SilentContext())

    return make


def test_that_every_tensor_equals_transformers_own_loading(case):
    _, spec = case(Q.Q8_0)
    theirs = transformers.AutoModelForCausalLM.from_pretrained(
        spec.folder, gguf_file=spec.gguf_file, dtype=torch.float32
    ).state_dict()
    reader = open_weights(spec)
    expected = set(theirs) - ({"lm_head.weight"} if spec.tied_embeddings else set())
    assert set(reader.names()) == expected == set(spec.by_name)
    for name in reader.names():
        weight = reader.read(name)
        assert weight.dtype == torch.float32
        assert tuple(weight.shape) == spec.by_name[name].shape
        assert torch.equal(weight, theirs[name]), name


def test_that_the_model_rebuilt_from_the_spec_gives_the_original_logits(case):
    model, spec = case(Q.F32)
    config = transformers.AutoConfig.for_model(**dict(spec.config))
    again = transformers.AutoModelForCausalLM.from_config(config).eval()
    reader = open_weights(spec)
    missing, unexpected = again.load_state_dict({name: reader.read(name) for name in reader.names()}, strict=False)
    assert not unexpected
    assert set(missing) <= {"lm_head.weight"}
    ids = torch.arange(20)[None]
    with torch.no_grad():
        torch.testing.assert_close(again(ids).logits, model(ids).logits, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("quantization", [Q.Q4_0, Q.Q4_1, Q.Q5_1, Q.F16, Q.BF16])
def test_that_reading_in_pieces_changes_no_bit(tmp_path, monkeypatch, quantization):
    from lowbit_core.weights import gguf_reader

    kind, config = MODELS["llama"]
    model = transformers.AutoModelForCausalLM.from_config(config)
    write_gguf(tmp_path / "tiny.gguf", kind, model, quantization)
    spec = resolve(f"gguf:{tmp_path / 'tiny.gguf'}", context=SilentContext())
    whole = {name: open_weights(spec).read(name) for name in open_weights(spec).names()}
    monkeypatch.setattr(gguf_reader, "_CHUNK_BYTES", 100)
    assert all(torch.equal(open_weights(spec).read(name), weight) for name, weight in whole.items())


def test_that_llama_3_rotary_scaling_is_recovered_from_its_table(tmp_path):
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    from lowbit_core.source.gguf_config import _llama3_table

    scaling = {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
    scaling |= {"original_max_position_embeddings": 8192, "rope_theta": 5e5}
    config = transformers.LlamaConfig(hidden_size=256, num_attention_heads=4, rope_parameters=scaling)
    scaled, _ = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
    plain = 5e5 ** -(torch.arange(0, 64, 2) / 64)
    torch.testing.assert_close(torch.tensor(_llama3_table(5e5, 64, scaling)), plain / scaled, rtol=1e-5, atol=0)


@pytest.mark.starter
def test_that_the_starter_model_is_read_bit_for_bit_as_transformers_reads_it(starter_hashes, hash_of):
    spec = resolve("starter", context=SilentContext())
    assert (spec.parameters, spec.tied_embeddings, spec.licence) == (134_515_008, True, "apache-2.0")
    theirs = starter_hashes(spec)
    reader = open_weights(spec)
    assert set(reader.names()) == set(theirs) - {"lm_head.weight"}
    assert all(hash_of(reader.read(name)) == theirs[name] for name in reader.names())
