"""A tokenizer's chat template made safe to use: system turns it does not know, missing templates, its end of turn."""

from __future__ import annotations

import functools
import re
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lowbit_core.data import Turn
from lowbit_core.errors import UserError

PLAIN_TEMPLATE = (
    "{{ lead }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ message['content'] + '\n\n' }}"
    "{% elif message['role'] == 'user' %}{{ '### User:\n' + message['content'] + '\n\n' }}"
    "{% else %}{{ '### Assistant:\n' + message['content'] + eos_token + '\n\n' }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ '### Assistant:\n' }}{% endif %}"
)
"""Used for models without a chat template. ``lead`` is the beginning-of-text token where the tokenizer adds one."""

_GENERATION = re.compile(r"\{%-?\s*generation\s*-?%\}")
_PROBE = "zq7 probe"


class RenderRefusedError(Exception):
    """Why one row cannot be rendered; the next may be fine."""


@dataclass(frozen=True, slots=True)
class EndOfTurn:
    """What follows an answer: its text and token ids, e.g. ``<|im_end|>``. Empty when the template writes none and the
    tokenizer has no end-of-text token either.
    """

    text: str
    token_ids: tuple[int, ...]


class ChatTemplate:
    """One tokenizer's template.

    Attributes:
        text: the Jinja source.
        own: False when it is `PLAIN_TEMPLATE`.
        marks_answers: the template says itself what is generated (``{% generation %}``).
        takes_system: it renders a system turn; otherwise that is merged into the first user turn.
    """

    def __init__(self, tokenizer: Any) -> None:
        """Probe the tokenizer.

        Raises:
            UserError: no template and no end-of-text token: a model tuned like that would never stop.
        """
        self.tokenizer = tokenizer
        own = getattr(tokenizer, "chat_template", None)
        self.own = bool(own)
        self.text: str = tokenizer.get_chat_template() if own else PLAIN_TEMPLATE
        if not own and not tokenizer.eos_token:
            raise UserError(
                "no-end-token",
                "The tokenizer has neither a chat template nor an end-of-text token.",
                hint="Set eos_token in tokenizer_config.json; without one a tuned model never stops.",
                where="tokenizer_config.json",
            )
        self.marks_answers = bool(_GENERATION.search(self.text))
        self.specials = _special_pattern(tokenizer)
        self.takes_system = self._takes_system()

    @property
    def lead(self) -> str:
        """Beginning-of-text token if the tokenizer puts one in front of plain text."""
        bos, first = self.tokenizer.bos_token, self.tokenizer.bos_token_id
        adds = bool(bos) and self.tokenizer("a", add_special_tokens=True).input_ids[0] == first
        return str(bos) if adds else ""

    def render(self, turns: Sequence[Turn], *, generation_prompt: bool = False) -> str:
        """The text of a conversation.

        Raises:
            RenderRefusedError: the template does not take it, with its reason.
        """
        from jinja2 import TemplateError

        messages = [{"role": turn.role, "content": turn.content} for turn in turns]
        extra = {} if self.own else {"lead": self.lead}
        try:
            text = self.tokenizer.apply_chat_template(
                messages, chat_template=self.text, tokenize=False, add_generation_prompt=generation_prompt, **extra
            )
        except (TemplateError, TypeError, IndexError, KeyError, ValueError) as error:
            raise RenderRefusedError(f"the chat template does not take it: {error}") from error
        return str(text)

    def answer_marks(self, turns: Sequence[Turn]) -> tuple[str, list[tuple[int, int]]]:
        """Text and the character spans that the template itself marks as generated."""
        from jinja2 import TemplateError
        from transformers.utils.chat_template_utils import render_jinja_template

        messages = [{"role": turn.role, "content": turn.content} for turn in turns]
        try:
            texts, marks = render_jinja_template(
                conversations=[messages],
                chat_template=self.text,
                return_assistant_tokens_mask=True,
                **self.tokenizer.special_tokens_map,
            )
        except (TemplateError, TypeError, IndexError, KeyError, ValueError) as error:
            raise RenderRefusedError(f"the chat template does not take it: {error}") from error
        return str(texts[0]), [(int(start), int(end)) for start, end in marks[0]]

    def fit(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """The turns with the system turn merged into the first user turn, where the template has no place for it."""
        if self.takes_system or not turns or turns[0].role != "system":
            return tuple(turns)
        system, rest = turns[0].content, list(turns[1:])
        if rest and rest[0].role == "user":
            rest[0] = Turn("user", f"{system.strip()}\n\n{rest[0].content}")
        else:
            rest.insert(0, Turn("user", system.strip()))
        return tuple(rest)

    def _takes_system(self) -> bool:
        try:
            text = self.render([Turn("system", _PROBE), Turn("user", "hi")], generation_prompt=True)
        except RenderRefusedError:
            return False
        return _PROBE in text

    @functools.cached_property
    def usual_end(self) -> str:
        """What the template writes behind the answer to a single question."""
        return self.after_answer([Turn("user", "hi")])

    def after_answer(self, turns: Sequence[Turn]) -> str:
        """What the template writes behind the answer to ``turns``, found by rendering a probe as the answer.

        Raises:
            RenderRefusedError: the probe cannot be rendered or found.
        """
        _, found, tail = self.render([*turns, Turn("assistant", _PROBE)]).rpartition(_PROBE)
        if not found:
            raise RenderRefusedError("the chat template does not show the answer")
        return tail

    def end_of_turn(self) -> EndOfTurn:
        """What the template writes after an answer."""
        found = ""
        try:
            after = self.specials.match(self.usual_end)
            found = after.group().strip() if after else ""
        except RenderRefusedError:
            pass
        found = found or self.tokenizer.eos_token or ""
        ids = self.tokenizer(found, add_special_tokens=False).input_ids if found else []
        return EndOfTurn(found, tuple(ids))


_KNOWN: weakref.WeakKeyDictionary[Any, ChatTemplate] = weakref.WeakKeyDictionary()


def chat_template(tokenizer: Any) -> ChatTemplate:
    """The tokenizer's `ChatTemplate`, probed once for each tokenizer and template."""
    known = _KNOWN.get(tokenizer)
    own = getattr(tokenizer, "chat_template", None)
    if known is None or known.own != bool(own) or (own and tokenizer.get_chat_template() != known.text):
        known = ChatTemplate(tokenizer)
        _KNOWN[tokenizer] = known
        # The value must not keep its own key alive.
        known.tokenizer = weakref.proxy(tokenizer)
    return known


def stop_token_ids(tokenizer: Any) -> tuple[int, ...]:
    """Tokens that end an answer: the template's end of turn and the tokenizer's end of text, without doubles.

    A chat must stop at any of them: base tokenizers often name another token than the one the template writes.
    """
    ids = [tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else []
    end = chat_template(tokenizer).end_of_turn().token_ids
    return tuple(dict.fromkeys([*end[:1], *ids] if len(end) == 1 else ids))


def _special_pattern(tokenizer: Any) -> re.Pattern[str]:
    """Matches white space and then one special token."""
    names = {str(token) for token in tokenizer.all_special_tokens}
    added = getattr(tokenizer, "added_tokens_decoder", {}) or {}
    names |= {str(token) for token in added.values() if getattr(token, "special", False)}
    longest_first = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    return re.compile(r"\s*(?:" + "|".join(longest_first) + ")" if longest_first else r"(?!)")
