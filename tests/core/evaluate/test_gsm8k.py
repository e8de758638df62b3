"""GSM8K by LoftQ's protocol: what is asked, what is learned, how answers are marked; greedy answers in batches."""

import json
import math

import pytest
import torch

from lowbit_core.context import SilentContext
from lowbit_core.data import open_data
from lowbit_core.data.gsm8k import final_number, is_right, prompt, target
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.evaluate import Question, Tally, gsm8k, gsm8k_task, read_questions, read_text_ids
from lowbit_core.evaluate.greedy import greedy_answers
from lowbit_core.model import load_float, load_tokenizer
from lowbit_core.recipe.schema import Data
from lowbit_core.render import render
from lowbit_core.source import inspect_model

ROWS = [
    {"question": "How many legs have 3 cats?", "answer": "A cat has 4 legs.\n3*4 = <<3*4=12>>12\n#### 12"},
    {"question": "What do 1,200 and 34 make?", "answer": "They make <<1200+34=1234>>1,234.\n#### 1,234"},
]


@pytest.fixture
def questions_file(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)) + "\n\n")
    return path


@pytest.fixture(scope="module")
def model(tiny_llama):
    return load_float(inspect_model(f"path:{tiny_llama}"), torch.float32, torch.device("cpu")).eval()


@pytest.fixture(scope="module")
def tokenizer(tiny_llama):
    return load_tokenizer(inspect_model(f"path:{tiny_llama}"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2+2 is 4. The final answer is: 7", 7),
        ("The final answer is:  -3.5 dollars, not 9", -3.5),
        ("The final answer is: 1,234", 1234),
        ("The final answer is: none, but I had 5 and 6", 5),
        ("I had 5 apples", 5),
        ("first 5, then 6", 6),
        ("12.", 12),
        ("no number", math.inf),
    ],
)
def test_that_the_number_is_taken_as_published(text, number):
    assert final_number(text) == number


def test_that_an_answer_is_right_when_its_number_is(questions_file):
    first, second = read_questions(questions_file)
    assert is_right("3 times 4. The final answer is: 12", first.answer)
    assert not is_right("The final answer is: 13", first.answer)
    assert is_right("1234", second.answer)
    assert not is_right("", second.answer)
    assert len(read_questions(questions_file, limit=1)) == 1


def test_that_the_answers_alone_are_learned_in_the_published_words(questions_file, tokenizer):
    """The tokenizer has a chat template, which the protocol does not use."""
    data = open_data(Data(source=str(questions_file), format="gsm8k", validation=0.0))
    for example, row in zip(data.examples("train"), ROWS, strict=True):
        rendered = render(example, tokenizer)
        asked = tokenizer(row["question"] + "\nAnswer the above question. First think step by step and then answer the "
                          "final number.\n").input_ids  # fmt: skip
        said = row["answer"].replace("####", "The final answer is: ") + tokenizer.eos_token
        ids, mask = rendered.input_ids.tolist(), rendered.loss_mask
        assert ids[: len(asked)] == asked
        assert not mask[: len(asked)].any()
        assert mask[len(asked) :].all()
        assert tokenizer.decode(ids[len(asked) :]) == said
        assert (prompt(row["question"]), target(row["answer"])) == (
            tokenizer.decode(asked), said.removesuffix(tokenizer.eos_token),
        )  # fmt: skip


def test_that_rows_answered_together_say_what_each_says_alone(model):
    prompts = [[5, 9, 30], [7] * 20, [100, 3, 44, 12, 8]]
    together = greedy_answers(model, prompts, max_new_tokens=12, stop={1}, context=SilentContext())
    for row, answer in zip(prompts, together, strict=True):
        ids = list(row)
        for _ in range(12):
            with torch.no_grad():
                ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
            if ids[-1] == 1:
                break
        assert answer == ids[len(row) :]


def test_that_the_head_gets_rows_without_gaps_and_is_left_as_it_was(model):
    """With gaps between them, torch copied a 16-bit head once a row: 3.4 s for eight rows of the starter."""
    head, seen = model.get_output_embeddings(), []
    watch = head.register_forward_hook(lambda _, args, __: seen.append(args[0]))
    greedy_answers(model, [[5, 9, 30], [7] * 20], max_new_tokens=3, stop=set(), context=SilentContext())
    watch.remove()
    assert len(seen) == 3
    assert all(hidden.shape[:2] == (2, 1) and hidden.is_contiguous() for hidden in seen)
    assert not head._forward_pre_hooks


def test_that_a_stop_token_ends_its_row_only(model):
    free = greedy_answers(model, [[5, 9, 30], [7] * 20], max_new_tokens=8, stop=set(), context=SilentContext())
    stop = free[0][2]
    ended = greedy_answers(model, [[5, 9, 30], [7] * 20], max_new_tokens=8, stop={stop}, context=SilentContext())
    place = free[0].index(stop)
    assert ended[0] == free[0][: place + 1]
    assert ended[1][: 1 + place] == free[1][: 1 + place]


def test_that_a_prompt_that_cannot_be_answered_within_the_window_is_refused(model):
    with pytest.raises(UserError, match="up to 300 tokens"):
        greedy_answers(model, [[5] * 200], max_new_tokens=100, stop={1}, context=SilentContext())


def spoken(tokenizer, monkeypatch, words):
    """Let the model say ``words[question]``; remember what it was asked."""
    asked = []

    def answers(_model, prompts, **_settings):
        texts = [tokenizer.decode(ids) for ids in prompts]
        asked.append(texts)
        return [tokenizer(next(said for key, said in words.items() if key in text)).input_ids for text in texts]

    monkeypatch.setattr(gsm8k_task, "greedy_answers", answers)
    return asked


def test_that_right_answers_and_those_that_ended_are_counted(model, tokenizer, monkeypatch, questions_file):
    asked = spoken(tokenizer, monkeypatch, {"cats": "So The final answer is: 12<|im_end|>", "1,200": "about 1,235"})
    context, tallies = SilentContext(), []
    found = gsm8k(model, tokenizer, read_questions(questions_file), context=context, each=tallies.append, batch=1)
    assert (found.asked, found.right, found.ended, found.score) == (2, 1, 1, 0.5)
    assert [tally.asked for tally in tallies] == [1, 2]
    assert all(text.endswith("answer the final number.\n") for group in asked for text in group)
    assert [event.done for event in context.events] == [1, 2]


def test_that_an_interrupted_task_goes_on_with_the_questions_that_are_left(
    model, tokenizer, monkeypatch, questions_file
):
    asked = spoken(tokenizer, monkeypatch, {"cats": "12", "1,200": "1234"})
    whole = gsm8k(model, tokenizer, read_questions(questions_file), context=SilentContext(), batch=1)
    first = asked[0]
    asked.clear()
    rest = gsm8k(
        model,
        tokenizer,
        read_questions(questions_file),
        context=SilentContext(),
        start=Tally(asked=1, right=1),
        batch=1,
    )
    assert rest == whole
    assert len(asked) == 1
    assert asked[0] != first


def test_that_answering_can_be_interrupted_at_a_token(model):
    class Impatient(SilentContext):
        tokens = 0

        def checkpoint(self) -> None:
            self.tokens += 1
            if self.tokens == 3:
                raise Interrupted("cancel")

    context = Impatient()
    with pytest.raises(Interrupted):
        greedy_answers(model, [[5, 9]], max_new_tokens=50, stop=set(), context=context)
    assert context.tokens == 3


def test_that_a_broken_file_is_told_with_its_line(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "a", "answer": "1"}\n{"question": "b"}\n')
    with pytest.raises(UserError, match="Line 2") as caught:
        read_questions(path)
    assert caught.value.where.endswith(":2")
    path.write_text("\n")
    with pytest.raises(UserError, match="no questions"):
        read_questions(path)
    assert Question(question="a", answer="b").answer == "b"


def test_that_documents_of_a_jsonl_text_are_joined_by_blank_lines(tmp_path, tokenizer):
    lines, text = tmp_path / "c4.jsonl", tmp_path / "c4.txt"
    lines.write_text('{"text": "One.\\nTwo.", "url": "x"}\n\n{"text": "Three."}\n')
    text.write_text("One.\nTwo.\n\nThree.")
    assert read_text_ids(lines, tokenizer).tolist() == read_text_ids(text, tokenizer).tolist()
    lines.write_text('{"text": "One."}\n{"txt": "Two."}\n')
    with pytest.raises(UserError, match="Line 2") as caught:
        read_text_ids(lines, tokenizer)
    assert caught.value.code == "text-jsonl"
