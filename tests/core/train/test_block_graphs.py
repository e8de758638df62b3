"""Blocks called where a graph would be replayed: the same losses and gradients as plainly, whatever the padding."""

import pytest
import torch
from peft import LoraConfig, get_peft_model

from lowbit_core.train import CrossEntropy, checkpoint_blocks, objective_inside, set_active
from lowbit_core.train.block_graphs import MOST_TOKENS, BlockGraphs, block_graphs, bucket_of
from lowbit_core.train.graph_inputs import GradientBuffer, call_of

CPU = torch.device("cpu")


def adapted(model):
    settings = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, task_type="CAUSAL_LM")
    torch.manual_seed(1)
    return get_peft_model(model, settings).train()


def steps(model, batches, graphs=None, **options):
    """Losses of the batches, and the gradients that have gathered over them."""
    losses = []
    model.zero_grad()
    with objective_inside(model, CrossEntropy()), checkpoint_blocks(model, graphs=graphs, **options):
        for batch in batches:
            loss = model(**batch)["loss"]
            loss.backward()
            losses.append(loss.item())
    return losses, {name: item.grad.clone() for name, item in model.named_parameters() if item.grad is not None}


def assert_same(found, expected):
    assert found[0] == pytest.approx(expected[0], rel=1e-5)
    assert found[1].keys() == expected[1].keys()
    for name, gradient in expected[1].items():
        torch.testing.assert_close(found[1][name], gradient, rtol=1e-3, atol=1e-5, msg=name)


def test_that_a_bucket_holds_its_length_and_little_more():
    for length in range(1, 5000):
        assert length <= bucket_of(length) <= max(64, 1.5 * length)
    assert {bucket_of(n) for n in range(1, 2049)} == {64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048}


@pytest.mark.parametrize("family", ["llama", "qwen2", "gemma2", "granite", "cohere"])
@pytest.mark.parametrize("offload", [False, True])
def test_that_replayed_blocks_give_the_plain_losses_and_gradients(tiny, batch, family, offload):
    model, said = adapted(tiny(family)), []
    graphs = BlockGraphs(CPU, said.append)
    expected = steps(model, [batch] * 4, offload=offload)
    assert_same(steps(model, [batch] * 4, graphs, offload=offload), expected)
    assert len(graphs._captured) == 2, "both blocks, at the second sight of the shape"
    assert not said


def test_that_rows_of_other_lengths_share_a_bucket_without_a_trace_of_each_other(tiny):
    model = adapted(tiny("llama"))
    graphs = BlockGraphs(CPU, print)
    random = torch.Generator().manual_seed(0)
    batches = []
    for length in (60, 64, 33, 64, 17, 70, 96, 65):
        ids = torch.randint(3, 64, (1, length), generator=random)
        batches.append({"input_ids": ids, "labels": ids})
    expected = [steps(model, [batch]) for batch in batches]
    for batch, plain in zip(batches, expected, strict=True):
        assert_same(steps(model, [batch], graphs), plain)
    assert len(graphs._rooms) == 2


def test_that_documents_packed_into_a_row_stay_apart(tiny):
    model = adapted(tiny("llama"))
    ids = torch.randint(3, 64, (1, 40), generator=torch.Generator().manual_seed(0))
    segment = torch.tensor([[0] * 15 + [1] * 25])
    seen = (segment[:, :, None] == segment[:, None, :]) & torch.ones(40, 40).tril().bool()
    batch = {
        "input_ids": ids,
        "labels": ids,
        "attention_mask": seen[:, None],
        "position_ids": torch.cat([torch.arange(15), torch.arange(25)])[None],
    }
    graphs = BlockGraphs(CPU, print)
    assert_same(steps(model, [batch] * 3, graphs), steps(model, [batch] * 3))
    assert graphs._captured


def test_that_other_adapters_get_graphs_of_their_own(tiny, batch):
    model = adapted(tiny("llama"))
    model.add_adapter("other", LoraConfig(r=2, target_modules=["q_proj"], init_lora_weights=False))
    graphs = BlockGraphs(CPU, print)
    for active in (["default"], ["other"], ["default", "other"], ["default"]):
        set_active(model, active, active)
        assert_same(steps(model, [batch] * 3, graphs), steps(model, [batch] * 3))


def test_that_a_block_that_cannot_be_recorded_runs_plainly_and_says_so_once(tiny, batch):
    model, said = adapted(tiny("llama")), []
    expected = steps(model, [batch] * 4)
    graphs = BlockGraphs(CPU, said.append)
    graphs._record = lambda *args: (_ for _ in ()).throw(RuntimeError("operation not permitted\nwhen capturing"))
    assert_same(steps(model, [batch] * 4, graphs), expected)
    assert said == ["RuntimeError: operation not permitted"]


def test_that_dropout_and_long_batches_run_plainly(tiny, batch):
    model = tiny("llama")
    hidden = torch.zeros(1, MOST_TOKENS + 1, 4)
    assert BlockGraphs(CPU, print).run(model, None, (hidden,), {}) is None
    settings = LoraConfig(r=4, target_modules="all-linear", lora_dropout=0.5, task_type="CAUSAL_LM")
    dropping, graphs = get_peft_model(model, settings).train(), BlockGraphs(CPU, print)
    steps(dropping, [batch] * 3, graphs)
    assert not graphs._captured, "a replayed forward and its recomputation would drop other numbers"


def test_that_arguments_nobody_knows_are_left_to_the_plain_step():
    hidden = torch.zeros(1, 8, 4)
    assert call_of((hidden,), {"past_key_values": object()}) is None
    assert call_of((hidden, hidden), {}) is None
    unknown = call_of((hidden,), {"bias": torch.zeros(8)})
    assert unknown is not None
    assert not unknown.can_be_padded


def test_that_gradients_of_two_number_formats_lie_aligned_and_apart():
    parameters = [
        torch.nn.Parameter(torch.zeros(3, 5)),
        torch.nn.Parameter(torch.zeros(7, dtype=torch.bfloat16)),
        torch.nn.Parameter(torch.zeros(2, 2)),
    ]
    buffer = GradientBuffer(parameters)
    for number, view in enumerate(buffer.views):
        view.fill_(number + 1)
    copies = buffer.copies()
    buffer.views[0].zero_()
    assert [copy.unique().item() for copy in copies] == [1, 2, 3]
    assert all(copy.data_ptr() % 16 == 0 for copy in copies)


def test_that_one_of_several_processes_records_nothing_even_before_they_have_met(tiny, monkeypatch):
    """The process group opens after the blocks are made ready; graphs would leave out the hooks that sum gradients."""
    for name, value in {"WORLD_SIZE": "2", "RANK": "0", "LOCAL_RANK": "0", "MASTER_ADDR": "localhost"}.items():
        monkeypatch.setenv(name, value)
    assert not torch.distributed.is_initialized()
    with block_graphs(adapted(tiny("llama")), torch.device("cuda"), print) as graphs:
        assert graphs is None
