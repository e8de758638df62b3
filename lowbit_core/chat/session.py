"""A conversation with a model: its turns, the template, and what to do when they no longer fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jinja2
import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lowbit_core.chat.generate import Answer, answer, context_length, too_long
from lowbit_core.chat.sampling import Sampling
from lowbit_core.chat.stop import stop_tokens
from lowbit_core.chat.variants import Variants
from lowbit_core.context import Context
from lowbit_core.data import Turn
from lowbit_core.errors import UserError
from lowbit_core.events import Notice

ANSWER_SHARE = 0.25
"""Share of the model's window that is kept free for the answer, when max_new_tokens asks for more than that."""


class Session:
    """One conversation. The history is `turns`; nothing else is remembered between answers.

    Args:
        model: a model, or the `Variants` of one.
        tokenizer: with a chat template; without one the texts are joined as they are.
        context: gets the Notices; its `checkpoint` interrupts an answer.
        system: system prompt; empty for none.
        window: longest sequence in tokens; 0 takes the model's own.
    """

    def __init__(
        self,
        model: PreTrainedModel | Variants,
        tokenizer: PreTrainedTokenizerBase,
        *,
        context: Context,
        system: str = "",
        window: int = 0,
    ) -> None:
        self.variants = model if isinstance(model, Variants) else None
        self._model = model.model if isinstance(model, Variants) else model
        self.tokenizer = tokenizer
        self.system = system
        self.turns: list[Turn] = []
        self._context = context
        self._window = window or context_length(self._model)
        self._stop = stop_tokens(self._model, tokenizer)
        self._told: set[str] = set()

    def ask(self, text: str, sampling: Sampling, **options: object) -> Answer:
        """Add a user's turn and answer it; on an interruption what was said so far becomes the answer.

        Args:
            text: the user's words.
            sampling: how tokens are chosen.
            **options: ``variant``, ``stop_strings``, ``on_text``, as in `respond`.
        """
        self.turns.append(Turn("user", text))
        try:
            return self.respond(sampling, **options)  # type: ignore[arg-type]
        except UserError:
            self.turns.pop()
            raise

    def regenerate(self, sampling: Sampling, **options: object) -> Answer:
        """Answer the last user's turn again, in place of the answer it has.

        Raises:
            UserError: nothing was asked yet (``chat-empty``).
        """
        while self.turns and self.turns[-1].role == "assistant":
            self.turns.pop()
        return self.respond(sampling, **options)  # type: ignore[arg-type]

    def edit(self, index: int, text: str) -> None:
        """Replace the words of turn ``index``; everything after it is dropped, since it answered other words."""
        assert 0 <= index < len(self.turns)
        self.turns[index:] = [Turn(self.turns[index].role, text)]

    def respond(
        self,
        sampling: Sampling,
        *,
        variant: str = "",
        stop_strings: Sequence[str] = (),
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer the conversation as it stands and append the answer.

        Args:
            sampling: how tokens are chosen.
            variant: which variant answers; empty leaves the active one.
            stop_strings: texts that end the answer.
            on_text: gets the text as it comes.

        Raises:
            UserError: no user's turn to answer, an unknown variant, or the last turn alone is too long.
            Interrupted: what was said until then is kept as the answer.
        """
        if not self.turns or self.turns[-1].role != "user":
            raise UserError("chat-empty", "There is no message to answer.", hint="Write one first.")
        if self.variants is not None and (variant or self.variants.active is None):
            self.variants.use(variant or self.variants.names[0])
        ids = self._fitting(sampling)
        said: list[str] = []

        def arrived(text: str) -> None:
            said.append(text)
            if on_text is not None:
                on_text(text)

        try:
            result = answer(
                self._model,
                self.tokenizer,
                ids,
                context=self._context,
                sampling=sampling,
                stop=self._stop,
                stop_strings=stop_strings,
                on_text=arrived,
            )
        finally:
            # Kept on an interruption too: the user stopped it because it was enough.
            if said:
                self.turns.append(Turn("assistant", "".join(said)))
        return result

    def prompt_ids(self, turns: Sequence[Turn]) -> Tensor:
        """The tokens the model sees for these turns and the system prompt: int64 [tokens]."""
        if not self.tokenizer.chat_template:
            self._tell("chat-no-template", "This model has no chat template; it continues the text as it is.")
            text = "\n".join(part for part in (self.system, *(turn.content for turn in turns)) if part)
            return torch.tensor(self.tokenizer(text).input_ids)
        messages = [{"role": turn.role, "content": turn.content} for turn in turns]
        if not self.system:
            return self._rendered(messages)
        try:
            return self._rendered([{"role": "system", "content": self.system}, *messages])
        except jinja2.TemplateError:
            self._tell("chat-no-system-role", "This model knows no system prompt; it is put before the first message.")
            first = {"role": messages[0]["role"], "content": f"{self.system}\n\n{messages[0]['content']}"}
            return self._rendered([first, *messages[1:]])

    def _rendered(self, messages: list[dict[str, str]]) -> Tensor:
        text = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return torch.tensor(self.tokenizer(text, add_special_tokens=False).input_ids)

    def _fitting(self, sampling: Sampling) -> Tensor:
        """The prompt's tokens, the oldest turns left out as far as needed (they stay in `turns`)."""
        if not self._window:
            return self.prompt_ids(self.turns)
        room = self._window - min(sampling.max_new_tokens, int(self._window * ANSWER_SHARE))
        kept = list(self.turns)
        ids = self.prompt_ids(kept)
        while ids.shape[0] > room:
            later = next((place for place in range(1, len(kept)) if kept[place].role == "user"), None)
            if later is None:
                break
            kept = kept[later:]
            ids = self.prompt_ids(kept)
        if ids.shape[0] >= self._window:
            raise too_long(int(ids.shape[0]), self._window)
        dropped = len(self.turns) - len(kept)
        if dropped:
            self._context.emit(
                Notice(
                    level="info",
                    code="chat-turns-dropped",
                    message=f"The conversation no longer fits the model's {self._window:,} tokens; "
                    f"it does not see the first {dropped} messages.",
                    hint="Start a new conversation to begin afresh.",
                    arguments={"dropped": dropped, "window": self._window},
                )
            )
        return ids

    def _tell(self, code: str, message: str) -> None:
        """A Notice, once a session."""
        if code not in self._told:
            self._told.add(code)
            self._context.emit(Notice(level="info", code=code, message=message))
