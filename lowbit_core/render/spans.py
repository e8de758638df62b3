"""Which characters of a rendered conversation the model learns, derived from its template and checked.

For answer i the text before it is what a chat would send: ``render(turns[:i], generation_prompt)``. If the whole text
begins with that, the answer starts there; it ends with the first special token after its words, and that token is
learned too, or the model would never stop. An answer counts only if ``render(turns[:i + 1])`` is the same text up to
its end: templates that rewrite history (dropping thoughts of earlier turns, an end token on the last turn only) fail
this for all answers but the last, and such conversations are split into one row an answer (`render_rows`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from lowbit_core.data import Turn
from lowbit_core.errors import UserError
from lowbit_core.render.template import ChatTemplate, RenderRefusedError

LossOn = Literal["assistant", "completion", "all"]
Span = tuple[int, int]

_THOUGHTS = re.compile(r"\s*(<think>.*</think>)?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spanned:
    """``text`` with the character ``spans`` that are learned, in order. ``rewritten``: answers (indices of turns) that
    the template shows otherwise once more turns follow; they are not in ``spans``. ``method``: how spans were found.
    """

    text: str
    spans: tuple[Span, ...]
    rewritten: tuple[int, ...] = field(default=())
    method: Literal["template", "prefix", "all"] = "prefix"


def learned_spans(turns: Sequence[Turn], template: ChatTemplate, loss_on: LossOn) -> Spanned:
    """Render and find what is learned.

    Args:
        turns: a conversation, already passed through `ChatTemplate.fit`.
        template: of the model.
        loss_on: every answer, the last one (``completion``), or everything.

    Raises:
        RenderRefusedError: the template does not take this conversation.
        UserError: ``mask-untrusted``, the answer cannot be found in what the template wrote.
    """
    text = template.render(turns)
    answers = [index for index, turn in enumerate(turns) if turn.role == "assistant"]
    last = answers[-1] if answers else -1
    starts = _marked_starts(turns, answers, template, text)
    spans, rewritten = [], []
    for index in answers if loss_on == "assistant" else [last]:
        through = text if index == len(turns) - 1 else template.render(turns[: index + 1])
        words = _words(turns, index, template, through)
        start = starts[answers.index(index)] if starts else _start(turns, index, template, through, words)
        token = template.specials.match(through, words[1])
        end = token.end() if token else words[1]
        if text[:end] != through[:end]:
            rewritten.append(index)
            continue
        if token is None and index == len(turns) - 1:
            text = text[:end] + (template.tokenizer.eos_token or "")
            end = len(text)
        spans.append((start, end))
    if loss_on == "all":
        return Spanned(text, ((0, len(text)),), (), "all")
    return Spanned(text, tuple(spans), tuple(rewritten), "template" if starts else "prefix")


def _marked_starts(
    turns: Sequence[Turn], answers: Sequence[int], template: ChatTemplate, text: str
) -> list[int] | None:
    """Where the template's own marks begin, if it has one for each answer and renders the same text with them."""
    if not template.marks_answers:
        return None
    marked, marks = template.answer_marks(turns)
    same = marked == text and len(marks) == len(answers)
    return [start for start, end in marks if end > start] if same and all(end > start for start, end in marks) else None


def _start(turns: Sequence[Turn], index: int, template: ChatTemplate, through: str, words: Span) -> int:
    """First character that a chat would have to generate for answer ``index``."""
    if index == 0:
        raise RenderRefusedError("the conversation begins with an answer, so there is no prompt for it")
    prompt = template.render(turns[:index], generation_prompt=True)
    if through.startswith(prompt):
        return len(prompt)
    # Prompts of thinking models may open a thought that finished answers do not show: take what both share, if only
    # the turn's own header and thoughts lie between the history and the words.
    shared = _shared(through, prompt)
    history = template.render(turns[:index])
    between = through[shared : words[0]]
    if shared < len(history) or not through.startswith(history) or not _THOUGHTS.fullmatch(between):
        raise _untrusted("the prompt for an answer is not the beginning of the conversation with it")
    return shared


def _shared(first: str, second: str) -> int:
    """Characters that two texts have in common from the start."""
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return place
    return min(len(first), len(second))


def _words(turns: Sequence[Turn], index: int, template: ChatTemplate, through: str) -> Span:
    """Where the words of answer ``index`` stand at the end of ``through``, the conversation up to it.

    What the template writes behind an answer is learned from a probe; the words must stand right before that: whole,
    trimmed, or without their thoughts.
    """
    content = turns[index].content
    candidates = (content, content.strip(), content.rpartition("</think>")[2].strip())
    for behind in (lambda: template.usual_end, lambda: template.after_answer(turns[:index])):
        try:
            tail = behind()
        except RenderRefusedError:
            continue
        end = len(through) - len(tail)
        for words in candidates:
            if words and through.endswith(tail) and through.endswith(words, 0, end):
                return end - len(words), end
    raise _untrusted("the template changes the words of an answer")


def _untrusted(reason: str) -> UserError:
    return UserError(
        "mask-untrusted",
        f"What the model should learn cannot be told from its chat template: {reason}.",
        hint='Set data.loss_on = "all", or give the tokenizer another chat template.',
        where="data.loss_on",
    )
