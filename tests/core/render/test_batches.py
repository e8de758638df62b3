import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from lowbit_core.data import Example
from lowbit_core.errors import UserError
from lowbit_core.render import IGNORED, TokenRow, collate, length_grouped, pack, token_blocks


def rows_of(*lengths, seed=0):
    random = np.random.default_rng(seed)
    return [TokenRow(random.integers(5, 90, n).astype(np.int32), random.random(n) < 0.6) for n in lengths]


def tiny_llama():
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=128,
    )  # fmt: skip
    return LlamaForCausalLM(config).eval()


def tiny_gpt2():
    torch.manual_seed(0)
    return GPT2LMHeadModel(GPT2Config(vocab_size=96, n_embd=32, n_layer=2, n_head=4, n_positions=128)).eval()


@pytest.mark.parametrize("make", [tiny_llama, tiny_gpt2])
@pytest.mark.parametrize("how", ["positions", "sdpa", "eager"])
def test_that_packed_rows_give_the_logits_of_single_rows(make, how):
    model, rows = make(), rows_of(7, 1, 12, 5)
    batch = collate([rows[:3], rows[3:]], pad_id=0)
    inputs = batch.model_inputs()
    del inputs["labels"]
    if how != "positions":
        model.set_attn_implementation(how)
        inputs["attention_mask"] = batch.block_mask(torch.bool if how == "sdpa" else torch.float32)
    with torch.no_grad():
        packed = model(**inputs).logits
        for row, segment, number in ((0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 3)):
            alone = model(input_ids=torch.from_numpy(rows[number].input_ids.astype(np.int64))[None]).logits[0]
            together = packed[row, batch.segment_ids[row] == segment]
            assert (alone - together).abs().max() < 1e-5


def test_that_the_loss_of_a_packed_row_is_the_mean_over_its_learned_tokens():
    model, rows = tiny_llama(), rows_of(9, 6, 4)
    total, count = 0.0, 0
    with torch.no_grad():
        for row in rows:
            ids = torch.from_numpy(row.input_ids.astype(np.int64))
            log = model(input_ids=ids[None]).logits[0].log_softmax(-1)
            for place in range(1, len(ids)):
                if row.loss_mask[place]:
                    total, count = total - float(log[place - 1, ids[place]]), count + 1
        packed = float(model(**collate([rows], pad_id=0).model_inputs()).loss)
        padded = float(model(**collate([[row] for row in rows], pad_id=0).model_inputs()).loss)
    assert packed == pytest.approx(total / count, abs=1e-5)
    assert padded == pytest.approx(total / count, abs=1e-5)


def test_that_padding_reaches_a_multiple_and_is_never_learned():
    batch = collate([[row] for row in rows_of(3, 10)], pad_id=2, multiple=8)
    assert batch.input_ids.shape == (2, 16)
    assert (batch.labels[batch.segment_ids < 0] == IGNORED).all()
    assert (batch.labels[:, 0] == IGNORED).all()
    assert batch.model_inputs()["attention_mask"].sum(1).tolist() == [3, 10]
    assert batch.cu_seqlens().tolist() == [0, 3, 16, 26, 32]


@given(st.lists(st.integers(1, 40), max_size=60))
def test_that_packing_keeps_every_row_once_and_within_the_capacity(lengths):
    packed = pack(lengths, 32)
    assert sorted(index for row in packed for index in row) == list(range(len(lengths)))
    for row in packed:
        assert sum(lengths[index] for index in row) <= 32 or len(row) == 1
    needed = -(-sum(min(length, 32) for length in lengths) // 32)
    assert len(packed) <= 1.5 * needed + sum(length > 32 for length in lengths) + 1


def test_that_packing_a_hundred_thousand_rows_is_quick_and_dense():
    lengths = np.random.default_rng(0).integers(10, 400, 100_000).tolist()
    packed = pack(lengths, 1024)
    assert sum(lengths) / (len(packed) * 1024) > 0.98


@given(st.lists(st.integers(1, 500), min_size=1, max_size=200), st.integers(1, 8))
def test_that_grouping_by_length_is_a_permutation_with_the_longest_first(lengths, batch):
    order = length_grouped(lengths, batch, seed=3)
    assert sorted(order) == list(range(len(lengths)))
    assert lengths[order[0]] == max(lengths)
    assert order == length_grouped(lengths, batch, seed=3)


def test_that_grouping_by_length_saves_padding():
    lengths = np.random.default_rng(0).integers(10, 500, 2000).tolist()
    order = length_grouped(lengths, 8, seed=0)
    waste = [
        sum(max(lengths[i] for i in order[at : at + 8]) - lengths[i] for i in order[at : at + 8])
        for at in range(0, 2000, 8)
    ]
    assert sum(waste) / sum(lengths) < 0.08


def test_that_blocks_are_drawn_without_overlap_and_by_seed():
    ids = torch.arange(1000)
    blocks = token_blocks(ids, 16, 20, seed=4)
    assert blocks.shape == (20, 16)
    assert blocks.dtype == torch.int64
    assert blocks.unique().numel() == 320
    assert (blocks.diff(dim=1) == 1).all()
    assert torch.equal(blocks, token_blocks(ids, 16, 20, seed=4))
    assert not torch.equal(blocks, token_blocks(ids, 16, 20, seed=5))


def test_that_a_short_text_gives_overlapping_blocks_and_a_shorter_one_an_error(tokenizer_with):
    assert token_blocks(list(range(40)), 16, 9).shape == (9, 16)
    with pytest.raises(UserError) as caught:
        token_blocks("Hello", 64, 2, tokenizer=tokenizer_with("chatml"), where="notes.txt")
    assert caught.value.code == "text-too-short"
    assert "notes.txt" in caught.value.message


def test_that_blocks_of_a_text_file_are_its_tokens(tokenizer_with, tmp_path):
    tokenizer, text = tokenizer_with("chatml"), "The capital of Spain is Madrid.\n" * 200
    path = tmp_path / "text.txt"
    path.write_text(text)
    ids = tokenizer(text, add_special_tokens=False).input_ids
    joined = "".join(chr(item) for item in ids)
    for source in (path, text):
        for block in token_blocks(source, 32, 4, tokenizer=tokenizer):
            assert "".join(chr(item) for item in block.tolist()) in joined


def test_that_blocks_of_examples_hold_whole_rendered_rows(tokenizer_with):
    tokenizer = tokenizer_with("chatml")
    blocks = token_blocks((Example(text=f"number {n}") for n in range(50)), 24, 3, tokenizer=tokenizer)
    assert "<|eos|>" in tokenizer.decode(blocks[0].tolist())
