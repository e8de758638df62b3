"""GSM8K by exact match: LoftQ's questions and marking (`data.gsm8k`), greedy answers instead of sampled ones.

LoftQ's script samples (temperature 0.1, top-k 40, top-p 0.95), so that its figure changes with the seed; greedy
decoding is what its samples nearly are, and gives one figure. The model is asked without a chat template, as there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lowbit_core.chat.stop import stop_tokens
from lowbit_core.context import Context
from lowbit_core.data.gsm8k import is_right, prompt
from lowbit_core.errors import UserError
from lowbit_core.evaluate.greedy import greedy_answers, rows_at_once
from lowbit_core.events import Progress

MAX_NEW_TOKENS = 256
"""Of an answer, LoftQ's."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A line of the file: ``question``, and ``answer`` with its number after ``####``."""

    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What was counted so far.

    Attributes:
        asked: questions answered.
        right: answers whose number is the reference's.
        ended: answers that the model ended by itself, within the limit.
    """

    asked: int = 0
    right: int = 0
    ended: int = 0

    @property
    def score(self) -> float:
        """Share of right answers."""
        return self.right / self.asked if self.asked else 0.0


def read_questions(path: Path, limit: int = 0) -> list[Question]:
    """The questions of a jsonl file, the first ``limit`` of them; 0 for all.

    Raises:
        UserError: it cannot be read, has no question, or a line without question and answer (``task-file``).
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "task-file", f"{path} cannot be read: {error}", hint="Check the path.", where=str(path)
        ) from error
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            questions.append(Question(question=_text(row["question"]), answer=_text(row["answer"])))
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(
                "task-file",
                f"Line {number} of {path.name} is no question: {error}.",
                hint='Each line wants {"question": "...", "answer": "... #### 42"}.',
                where=f"{path}:{number}",
            ) from error
        if limit and len(questions) == limit:
            break
    if not questions:
        raise UserError("task-file", f"{path} has no questions.", where=str(path))
    return questions


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def gsm8k(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    questions: list[Question],
    *,
    context: Context,
    start: Tally | None = None,
    each: Callable[[Tally], None] | None = None,
    batch: int = 0,
    stage: str = "evaluate",
) -> Tally:
    """Ask every question and count the right answers.

    Args:
        model: in eval mode.
        tokenizer: the model's.
        questions: from `read_questions`.
        context: progress in questions, interruption at every token.
        start: what an interrupted call had counted; it goes on there.
        each: called with the tally after every batch.
        batch: questions at once; 0 chooses.
        stage: name in progress events.

    Raises:
        UserError: a question is too long for the model.
        Interrupted: by ``context``.
    """
    tally = start or Tally()
    encoded = [(list(tokenizer(prompt(item.question)).input_ids), item) for item in questions]
    encoded.sort(key=lambda pair: len(pair[0]))  # rows of like length waste the least on padding
    stop = stop_tokens(model, tokenizer)
    rows = batch or rows_at_once(model, len(encoded[-1][0]) + MAX_NEW_TOKENS)
    while tally.asked < len(encoded):
        group = encoded[tally.asked : tally.asked + rows]
        answers = greedy_answers(
            model, [ids for ids, _ in group], max_new_tokens=MAX_NEW_TOKENS, stop=stop, context=context
        )
        texts = tokenizer.batch_decode(answers, skip_special_tokens=True)
        tally = Tally(
            asked=tally.asked + len(group),
            right=tally.right + sum(is_right(text, item.answer) for text, (_, item) in zip(texts, group, strict=True)),
            ended=tally.ended + sum(answer[-1] in stop for answer in answers if answer),
        )
        if each is not None:
            each(tally)
        context.emit(Progress(stage=stage, done=tally.asked, total=len(encoded), unit="questions"))
    return tally
