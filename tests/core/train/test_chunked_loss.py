"""The chunked loss against the plain one: values, gradients, memory."""

import pytest
import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model

from lowbit_core.train.head import check_head, head_of
from lowbit_core.train.loss import chunked_cross_entropy, chunked_kl, chunked_sum
from lowbit_core.train.objective import CrossEntropy, objective_inside

FAMILIES = ["llama", "llama-tied", "qwen2", "gemma2", "granite", "cohere", "gpt2"]


def plain_sum(model, batch):
    logits = model(**{name: value for name, value in batch.items() if name != "labels"}).logits
    return F.cross_entropy(
        logits[:, :-1].flatten(0, 1), batch["labels"][:, 1:].flatten(), ignore_index=-100, reduction="sum"
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_that_loss_and_every_gradient_equal_the_plain_ones_in_float64(tiny, batch, family):
    model = tiny(family, dtype=torch.float64)
    plain = plain_sum(model, batch) / 7
    plain.backward()
    expected = {name: parameter.grad.clone() for name, parameter in model.named_parameters()}
    model.zero_grad()
    with objective_inside(model, CrossEntropy()):
        ours = model(**batch, num_items_in_batch=7).loss
        ours.backward()
    # RMSNorm computes in fp32 inside transformers, in both paths alike, hence not 1e-12.
    assert abs(ours.item() - plain.item()) < 1e-9 * plain.item()
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.grad, expected[name], rtol=1e-6, atol=1e-9, msg=name)


@pytest.mark.parametrize("family", ["llama", "gemma2", "gpt2", "qwen2"])
def test_that_float32_loss_equals_transformers_own(tiny, batch, family):
    model = tiny(family)
    theirs = model(**batch).loss
    with objective_inside(model, CrossEntropy()):
        ours = model(**batch).loss
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=0)


@pytest.mark.parametrize("rows", [1, 5, 1000])
def test_that_the_chunk_size_does_not_change_the_result(tiny, batch, rows):
    model = tiny("gemma2", dtype=torch.float64)
    hidden = torch.randn(3, 17, 32, dtype=torch.float64, requires_grad=True)
    head = head_of(model)
    ours = chunked_cross_entropy(hidden, batch["labels"], head, list(model.lm_head.parameters()), rows=rows)
    ours.backward()
    gradient, weight = hidden.grad, model.lm_head.weight.grad
    reference = hidden.detach().clone().requires_grad_()
    logits = head(reference[:, :-1].flatten(0, 1))
    model.zero_grad()
    plain = F.cross_entropy(logits, batch["labels"][:, 1:].flatten(), ignore_index=-100, reduction="sum")
    plain.backward()
    torch.testing.assert_close(ours, plain)
    torch.testing.assert_close(gradient, reference.grad)
    torch.testing.assert_close(weight, model.lm_head.weight.grad)


def test_that_a_batch_without_counted_tokens_gives_zero_and_keeps_the_graph(tiny, batch):
    model = tiny("llama")
    batch["labels"][:] = -100
    with objective_inside(model, CrossEntropy()):
        loss = model(**batch).loss
        loss.backward()
    assert loss.item() == 0
    assert model.model.layers[0].mlp.up_proj.weight.grad.abs().max() == 0


def test_that_it_works_through_peft_and_on_an_adapted_head(tiny, batch):
    model = get_peft_model(
        tiny("llama"), LoraConfig(r=4, target_modules=["q_proj", "lm_head"], init_lora_weights=False)
    )
    plain = plain_sum(model, batch) / 5
    plain.backward()
    expected = {name: p.grad.clone() for name, p in model.named_parameters() if p.requires_grad}
    model.zero_grad()
    with objective_inside(model, CrossEntropy()):
        out = model(**batch, num_items_in_batch=5)
        out.loss.backward()
        assert model(input_ids=batch["input_ids"]).logits.shape == (3, 17, 64)
    torch.testing.assert_close(out.loss, plain)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            torch.testing.assert_close(parameter.grad, expected[name], rtol=1e-4, atol=1e-6, msg=name)
    assert "forward" not in model.get_base_model().__dict__


def test_that_no_more_than_one_chunk_of_logits_exists():
    sizes = []

    def part(chunk, begin, end):
        logits = chunk @ weight
        sizes.append(logits.shape[0])
        return logits.logsumexp(-1).sum()

    weight = torch.randn(8, 50)
    hidden = torch.randn(23, 8, requires_grad=True)
    saved = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: saved.append(t.numel()) or t, lambda t: t):
        chunked_sum(part, hidden, [], 4).backward()
    assert max(sizes) == 4
    # Outside the chunks only the gradient of the hidden states waits for backward; a chunk's own logits are 4 * 50.
    assert max(saved) == max(4 * 50, hidden.numel(), weight.numel())


def test_that_chunked_kl_equals_the_formula_and_its_gradient(tiny):
    student, teacher = tiny("gemma2", 1, torch.float64), tiny("llama", 2, torch.float64)
    hidden = torch.randn(11, 32, dtype=torch.float64, requires_grad=True)
    target = torch.randn(11, 32, dtype=torch.float64)
    ours = chunked_kl(hidden, target, head_of(student), head_of(teacher), rows=3)
    ours.backward()
    gradient = hidden.grad
    reference = hidden.detach().clone().requires_grad_()
    p = head_of(teacher)(target).softmax(-1)
    plain = (p * (p.log() - head_of(student)(reference).log_softmax(-1))).sum()
    plain.backward()
    torch.testing.assert_close(ours, plain)
    torch.testing.assert_close(gradient, reference.grad)


@pytest.mark.parametrize("family", FAMILIES)
def test_that_the_head_is_checked_against_plain_logits(tiny, family):
    check_head(tiny(family))


def test_that_a_model_whose_logits_use_more_than_the_last_hidden_state_is_refused(tiny):
    from lowbit_core.errors import UserError

    model = tiny("llama")

    class Odd(type(model)):
        def forward(self, input_ids=None, inputs_embeds=None, **kwargs):
            out = super().forward(input_ids=input_ids, inputs_embeds=inputs_embeds, **kwargs)
            if input_ids is not None:
                out.logits = out.logits + 1.0
            return out

    model.__class__ = Odd
    with pytest.raises(UserError) as caught:
        check_head(model)
    assert caught.value.code == "head-unknown"
