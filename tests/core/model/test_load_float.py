import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from lowbit_core.errors import UserError
from lowbit_core.model import load_float, load_tokenizer
from lowbit_core.source import inspect_model

TOKENS = torch.arange(3, 43).view(2, 20)


@pytest.mark.parametrize("name", ["llama", "gemma3_text", "gpt2", "phi3", "opt", "bloom", "falcon"])
def test_that_logits_are_those_of_from_pretrained(family, name):
    folder, _, spec = family(name)
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    model = load_float(spec, torch.float32, "cpu")
    with torch.no_grad():
        torch.testing.assert_close(model(TOKENS).logits, reference(TOKENS).logits, rtol=0, atol=0)
    head, embedding = model.get_output_embeddings(), model.get_input_embeddings()
    assert (head.weight is embedding.weight) == model.config.tie_word_embeddings


def test_that_the_loaded_model_can_be_saved_and_read_again(family, tmp_path):
    model = load_float(family("llama")[2], torch.bfloat16, "cpu")
    model.save_pretrained(tmp_path)
    again = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.bfloat16)
    with torch.no_grad():
        assert torch.equal(again(TOKENS).logits, model(TOKENS).logits)


def test_that_a_checkpoint_without_the_prefix_is_found(family, tmp_path):
    from safetensors.torch import load_file, save_file

    folder, model, _ = family("gpt2")
    stored = load_file(folder / "model.safetensors")
    bare = {name.removeprefix("transformer."): tensor for name, tensor in stored.items()}
    save_file(bare, tmp_path / "model.safetensors", metadata={"format": "pt"})
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    loaded = load_float(inspect_model(f"path:{tmp_path}"), torch.float32, "cpu")
    with torch.no_grad():
        torch.testing.assert_close(loaded(TOKENS).logits, model(TOKENS).logits)


def test_that_a_missing_tensor_is_named(family, tmp_path):
    from safetensors.torch import load_file, save_file

    folder, _, _ = family("llama")
    stored = load_file(folder / "model.safetensors")
    del stored["model.layers.1.mlp.up_proj.weight"]
    save_file(stored, tmp_path / "model.safetensors", metadata={"format": "pt"})
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    with pytest.raises(UserError) as caught:
        load_float(inspect_model(f"path:{tmp_path}"), torch.float32, "cpu")
    assert caught.value.code == "tensor-missing"
    assert "model.layers.1.mlp.up_proj.weight" in caught.value.message


def test_that_a_tokenizer_is_missed_with_a_reason(family):
    with pytest.raises(UserError) as caught:
        load_tokenizer(family("llama")[2])
    assert caught.value.code == "tokenizer-missing"


@pytest.fixture
def starter():
    from lowbit_core.source import starter as room

    folder = room.starter_cached()
    if folder is None:
        pytest.skip("the starter model has not been fetched")
    return inspect_model("starter")


@pytest.mark.starter
@pytest.mark.slow
def test_that_the_starters_weights_are_those_transformers_reads(starter, starter_hashes, hash_of):
    model = load_float(starter, torch.float32, "cpu")
    assert {name: hash_of(tensor) for name, tensor in model.state_dict().items()} == starter_hashes(starter)


@pytest.mark.starter
def test_that_the_starters_kept_tokenizer_is_the_converted_one(starter, tmp_path, monkeypatch):
    from lowbit_core.model import tokenizer as room

    monkeypatch.setattr(room, "user_cache_path", lambda name: tmp_path)
    converted = AutoTokenizer.from_pretrained(starter.folder, gguf_file=starter.gguf_file)
    first, second = load_tokenizer(starter), load_tokenizer(starter)
    text = "Grüße! def f(x): return x  # 12345\n\n<|im_start|>user"
    assert first(text).input_ids == second(text).input_ids == converted(text).input_ids
    assert second.chat_template == converted.chat_template
    messages = [{"role": "user", "content": "Hi"}]
    assert second.apply_chat_template(messages, tokenize=False) == converted.apply_chat_template(
        messages, tokenize=False
    )
    assert (second.eos_token_id, second.pad_token_id) == (converted.eos_token_id, converted.pad_token_id)
