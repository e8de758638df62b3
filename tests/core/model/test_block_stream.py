import pytest
import torch

from lowbit_core.errors import UserError
from lowbit_core.model import BlockStream, FileStore, MemoryStore, skeleton, structure
from lowbit_core.model.stream import _same

NAMES = [
    "llama",
    "mistral",
    "qwen2",
    "qwen3",
    "gemma",
    "gemma2",
    "gemma3_text",
    "phi3",
    "gpt2",
    "opt",
    "falcon",
    "bloom",
    "gpt_neox",
    "olmo2",
    "granite",
]


@pytest.fixture
def tokens():
    return torch.randint(3, 101, (5, 24), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", NAMES)
def test_that_streamed_hidden_states_are_those_of_the_whole_model(family, tokens, name):
    _, model, spec = family(name)
    with torch.no_grad():
        expected = model(tokens, output_hidden_states=True).hidden_states
    stream = BlockStream(spec, dtype=torch.float32, batch_tokens=48)
    store = MemoryStore((5, 24, stream.hidden_size), torch.float32)
    stream.embed(tokens, store)
    torch.testing.assert_close(store.read(0, 5), expected[0])
    for block in stream.structure.blocks:
        with stream.loaded(block.index):
            stream.advance(block.index, store, store)
        if block.index + 1 < len(stream.structure.blocks):  # the last entry of transformers' list is behind the norm
            torch.testing.assert_close(store.read(0, 5), expected[block.index + 1])
    final = MemoryStore((5, 24, model.base_model(tokens).last_hidden_state.shape[-1]), torch.float32)
    stream.final(store, final)
    torch.testing.assert_close(final.read(0, 5), model.base_model(tokens).last_hidden_state)


@pytest.mark.parametrize("name", NAMES)
def test_that_only_the_loaded_block_holds_weights(family, tokens, name):
    stream = BlockStream(family(name)[2], dtype=torch.float32)
    store = MemoryStore((5, 24, stream.hidden_size), torch.float32)
    stream.embed(tokens, store)
    with stream.loaded(1) as block:
        stream.advance(1, store, store)
        held = {id(p) for p in stream.model.parameters() if p.device.type != "meta"}
        assert held == {id(p) for p in block.parameters()}
    assert all(parameter.device.type == "meta" for parameter in stream.model.parameters())


@pytest.mark.parametrize("name", NAMES)
def test_that_every_matrix_of_a_block_is_found(family, name):
    _, model, spec = family(name)
    parts = structure(spec)
    assert [block.index for block in parts.blocks] == [0, 1, 2]
    found = sum(linear.weights for linear in parts.linears())
    inside = sum(
        p.numel() for n, p in model.named_parameters() if n.startswith(f"{parts.blocks_name}.") and p.dim() == 2
    )
    assert found == inside
    assert parts.refused == ()
    assert model.get_submodule(parts.embedding) is model.get_input_embeddings()
    assert model.get_submodule(parts.head) is model.get_output_embeddings()
    assert parts.tied == (model.get_output_embeddings().weight is model.get_input_embeddings().weight)
    assert "norm" in parts.norm or parts.norm.endswith("ln_f")
    for linear in parts.linears():
        shape = tuple(model.get_submodule(linear.name).weight.shape)
        wanted = (linear.out_features, linear.in_features)
        assert shape == (wanted[::-1] if linear.transposed else wanted)


def test_that_gpt2s_matrices_are_marked_transposed(family):
    assert all(linear.transposed for linear in structure(family("gpt2")[2]).linears())


def test_that_an_encoder_decoder_is_refused_by_name(tmp_path):
    from transformers import BartConfig, BartForConditionalGeneration

    from lowbit_core.source import inspect_model

    config = BartConfig(
        d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=16, decoder_ffn_dim=16, vocab_size=50, max_position_embeddings=32,
    )  # fmt: skip
    BartForConditionalGeneration(config).save_pretrained(tmp_path)
    with pytest.raises(UserError) as caught:
        structure(inspect_model(f"path:{tmp_path}"))
    assert caught.value.code == "model-encoder-decoder"


def test_that_fused_experts_are_refused_by_name():
    from transformers import MixtralConfig, MixtralForCausalLM

    from lowbit_core.model import structure_of

    config = MixtralConfig(
        hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
        vocab_size=50, num_local_experts=4,
    )  # fmt: skip
    parts = structure_of(MixtralForCausalLM(config))
    named = {item.name: item.reason for item in parts.refused}
    fused = {name: reason for name, reason in named.items() if "experts" in name}
    assert len(fused) == 4
    assert all("4 experts" in reason for reason in fused.values())
    assert any("q_proj" in linear.name for linear in parts.linears())


def test_that_a_skeleton_takes_no_memory_but_has_its_buffers(family):
    model = skeleton(family("llama")[2], torch.bfloat16)
    assert all(p.device.type == "meta" and p.dtype == torch.bfloat16 for p in model.parameters())
    whole = family("llama")[1]
    for name, buffer in whole.named_buffers():
        torch.testing.assert_close(model.get_buffer(name), buffer)


def test_that_a_file_store_gives_back_what_was_written(tmp_path):
    states = torch.randn(4, 3, 8).bfloat16()
    with FileStore(tmp_path / "hidden.bin", (4, 3, 8), torch.bfloat16) as store:
        store.write(2, states[2:])
        store.write(0, states[:2])
        store.flush()
    with FileStore(tmp_path / "hidden.bin", (4, 3, 8), torch.bfloat16) as store:
        assert torch.equal(store.read(0, 4), states)
        assert torch.equal(store.read(3, 4), states[3:])


def test_that_the_last_bits_of_a_cosine_are_no_input_of_a_token():
    """The first cosine of a process can be 1.5e-4 off in one thread; a model was refused for it."""
    angles = torch.outer(torch.arange(64.0), torch.linspace(0.1, 1, 8))
    exact = angles.cos().bfloat16()
    off = (angles.cos() + 1.5e-4).bfloat16()
    assert not torch.equal(exact, off)
    assert _same({"cos": exact, "mask": None}, {"cos": off, "mask": None})
    assert not _same({"cos": exact}, {"cos": exact.roll(1, 0)})
    assert not _same({"token": torch.zeros(8)}, {"token": torch.full((8,), 1e-3)})
    assert not _same((torch.tensor([1, 2]),), (torch.tensor([1, 3]),))
    masked = torch.tensor([0.0, float("-inf")])
    assert _same(masked, masked.clone())
