"""Answers to held-back questions while tuning: what is asked, when, and that training never notices."""

import numpy as np
import pytest
import torch

from lowbit_core.context import SilentContext
from lowbit_core.data import Example, Turn
from lowbit_core.errors import Interrupted
from lowbit_core.events import Metric, Text
from lowbit_core.recipe.schema import Data, Tune
from lowbit_core.tune import tune
from lowbit_core.tune.samples import NEW_TOKENS, PROMPT_TOKENS, SamplePrompt, Samples, sample_prompts

from .test_tuning import SETTINGS, model_of, packed, rows  # noqa: F401


class Words:
    """A tokenizer of numbers: token n is the word n."""

    pad_token_id, eos_token_id, eos_token, bos_token, bos_token_id, chat_template = 0, 1, "1", None, None, None
    all_special_tokens = ()

    def __call__(self, text, add_special_tokens=True):
        ids = [int(word) % 60 for word in text.split() if word.isdigit()]
        return type("Encoding", (), {"input_ids": ids})

    def decode(self, ids, skip_special_tokens=True, **_):
        return " ".join(str(int(number)) for number in np.atleast_1d(ids))

    def apply_chat_template(self, messages, **_):
        return " ".join(message["content"] for message in messages)

    def convert_ids_to_tokens(self, ids):
        return [str(number) for number in ids]


PROMPTS = [
    SamplePrompt(question="3 4", wanted="5", input_ids=torch.tensor([3, 4])),
    SamplePrompt(question="9", wanted="8", input_ids=torch.tensor([9, 7, 9])),
]


@pytest.fixture
def run(packed, tmp_path):  # noqa: F811
    def run(name, prompts, context=None, resume=False, **changes):
        model = model_of(packed)
        result = tune(
            model, Words(), rows(12), Tune(**{**SETTINGS, "dropout": 0.3, "adapter": "stack", **changes}), Data(),
            folder=tmp_path / name / "tuned", checkpoints=tmp_path / name / "checkpoints",
            context=context or SilentContext(), validation=rows(4, seed=1), repair="repair", prompts=prompts,
            resume=resume,
        )  # fmt: skip
        return model, result

    return run


def metrics(context):
    """Every number but those of the clock, as bits."""
    return [
        (event.name, event.step, event.value)
        for event in context.events
        if isinstance(event, Metric) and event.name != "tokens_per_second"
    ]


def samples(context):
    return [event.arguments for event in context.events if isinstance(event, Text) and event.channel == "sample"]


@pytest.mark.parametrize("checkpointing", [False, True])
def test_that_losses_and_adapter_are_the_same_to_the_bit_with_and_without_samples(run, checkpointing):
    with_, without = SilentContext(), SilentContext()
    model, _ = run("with", PROMPTS, with_, checkpointing=checkpointing)
    plain, _ = run("without", (), without, checkpointing=checkpointing)
    assert samples(with_)
    assert not samples(without)
    assert metrics(with_) == metrics(without)
    for (name, one), (_, other) in zip(model.named_parameters(), plain.named_parameters(), strict=True):
        assert torch.equal(one, other), name


def test_that_every_prompt_is_answered_at_the_start_and_at_every_measurement(run):
    context = SilentContext()
    run("a", PROMPTS, context)
    found = samples(context)
    assert [(item["step"], item["number"]) for item in found] == [(s, n) for s in (0, 2, 4, 6) for n in (0, 1)]
    assert {item["question"] for item in found} == {"3 4", "9"}
    assert {item["wanted"] for item in found} == {"5", "8"}
    assert all(len(str(item["answer"]).split()) <= NEW_TOKENS for item in found)


def test_that_the_answer_is_what_the_tuned_model_says_greedily(run):
    context = SilentContext()
    model, result = run("a", PROMPTS[:1], context)
    (best,) = [item for item in samples(context) if item["step"] == result.best_step]  # what the model holds now
    said = [int(word) for word in str(best["answer"]).split()]
    ids = torch.tensor([[3, 4]])
    with torch.no_grad():
        for token in said:
            assert int(model(input_ids=ids).logits[0, -1].argmax()) == token
            ids = torch.cat([ids, torch.tensor([[token]])], dim=1)


class Impatient(SilentContext):
    """Asks for a pause inside the answers after a step."""

    def __init__(self, step):
        super().__init__()
        self.step, self.raised = step, False

    def checkpoint(self):
        measured = any(
            isinstance(event, Metric) and event.name == "validation_loss" and event.step == self.step
            for event in self.events
        )
        if measured and not self.raised:
            self.raised = True
            raise Interrupted("pause")


def test_that_a_pause_inside_an_answer_saves_the_step_and_the_numbers_go_on_as_if_nothing_was(run):
    whole = SilentContext()
    run("whole", PROMPTS, whole)
    first, second = Impatient(4), SilentContext()
    with pytest.raises(Interrupted):
        run("cut", PROMPTS, first)
    run("cut", PROMPTS, second, resume=True)
    assert metrics(first) + metrics(second) == metrics(whole)


def test_that_a_model_that_computes_no_numbers_ends_no_training_by_its_samples(packed):  # noqa: F811
    model = model_of(packed)
    with torch.no_grad():
        next(p for p in model.parameters() if p.requires_grad or p.is_floating_point()).fill_(float("nan"))
    context = SilentContext()
    model.train()
    Samples(model, Words(), PROMPTS, precision="fp32", context=context)(3)
    assert model.training
    assert [event.channel for event in context.events] == ["log"]


def test_that_prompts_are_the_questions_of_held_back_rows_spread_evenly():
    made = [Example(messages=(Turn("user", f"{n} 1"), Turn("assistant", "2"))) for n in range(10, 20)]
    found = sample_prompts(made, Words(), 2)
    assert [item.question for item in found] == ["10 1", "15 1"]
    assert [item.wanted for item in found] == ["2", "2"]
    assert found[0].input_ids.tolist() == [10, 1]
    assert sample_prompts(made, Words(), 0) == []


def test_that_a_text_is_given_in_part_and_what_is_too_long_or_has_no_question_is_passed_over():
    text = Example(text=" ".join(str(n % 60) for n in range(100)))
    long = Example(messages=(Turn("user", "7 " * (PROMPT_TOKENS + 1)), Turn("assistant", "2")))
    bare, short = Example(messages=(Turn("assistant", "2"),)), Example(text="1 2 3")
    (found,) = sample_prompts([long, bare, short, text], Words(), 3)
    assert len(found.input_ids) == 32
    assert found.wanted.split() == [str(n % 60) for n in range(32, 32 + NEW_TOKENS)]
