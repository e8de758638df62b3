"""When an answer is over: the tokens that end a turn, and strings that end it in the middle."""

from __future__ import annotations

from collections.abc import Sequence

import jinja2
from transformers import PreTrainedModel, PreTrainedTokenizerBase

_PROBE = "lowbitprobe"
"""A word no template contains; what follows it in a rendered assistant turn ends the turn."""


def stop_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Tokens that end an answer: generation_config's, config's and the tokenizer's, and the template's end of turn.

    The last is needed because many chat models still declare the end of text of their base model.
    """
    found: set[int] = set()
    for holder in (getattr(model, "generation_config", None), model.config, tokenizer):
        declared = getattr(holder, "eos_token_id", None)
        found.update(declared if isinstance(declared, list | tuple) else () if declared is None else (declared,))
    found.update(_end_of_turn(tokenizer))
    return frozenset(int(token) for token in found)


def _end_of_turn(tokenizer: PreTrainedTokenizerBase) -> tuple[int, ...]:
    """The special token the chat template puts after an assistant's words, as a tuple of none or one."""
    if not tokenizer.chat_template:
        return ()
    conversation = [{"role": "user", "content": "a"}, {"role": "assistant", "content": _PROBE}]
    try:
        text = tokenizer.apply_chat_template(conversation, tokenize=False)
    except (jinja2.TemplateError, ValueError, TypeError):
        return ()
    after = str(text).rpartition(_PROBE)[2].lstrip()
    special = {token.content: index for index, token in tokenizer.added_tokens_decoder.items()}
    starts = [name for name in special if name and after.startswith(name)]
    return (special[max(starts, key=len)],) if starts else ()


class StopStrings:
    """Watches streamed text for strings that end it; holds back what may be the beginning of one.

    Args:
        strings: texts that end the answer and are no part of it; empty ones are ignored.
    """

    def __init__(self, strings: Sequence[str] = ()) -> None:
        self._strings = tuple(string for string in strings if string)
        self._held = ""
        self.hit = False

    def push(self, text: str) -> str:
        """Text that is certainly part of the answer; sets `hit` when a stop string was completed."""
        self._held += text
        found = [(at + len(string), at) for string in self._strings if (at := self._held.find(string)) >= 0]
        if found:
            self.hit = True
            # The one that is complete first, so that it does not matter in which pieces the text came.
            answer, self._held = self._held[: min(found)[1]], ""
            return answer
        keep = max((self._overlap(string) for string in self._strings), default=0)
        answer = self._held[: len(self._held) - keep]
        self._held = self._held[len(self._held) - keep :]
        return answer

    def finish(self) -> str:
        """What was held back, when the answer ended otherwise."""
        answer, self._held = self._held, ""
        return answer

    def _overlap(self, string: str) -> int:
        """Length of the longest beginning of ``string`` that the held text ends with."""
        longest = min(len(string) - 1, len(self._held))
        return next((size for size in range(longest, 0, -1) if self._held.endswith(string[:size])), 0)
