"""Short answers to a few held-back questions while the adapter is trained, so that a person sees what it learns."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Literal

import torch
from peft import PeftModel
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lowbit_core.chat import Sampling, answer
from lowbit_core.chat.generate import passing_decoder
from lowbit_core.context import Context
from lowbit_core.data import Example
from lowbit_core.errors import UserError
from lowbit_core.events import Text
from lowbit_core.render import stop_token_ids
from lowbit_core.render.template import RenderRefusedError, chat_template
from lowbit_core.train import state

NEW_TOKENS = 48
"""Longest answer: about 3 s of the starter on two processor cores."""

PROMPT_TOKENS = 256
"""Longest prompt; rows with a longer one are passed over."""

TEXT_TOKENS = 32
"""Of a plain text, so much is given and the rest is to be continued."""

_LOOKED_AT = 200
"""Held-back rows that are considered, the first ones."""


@dataclass(frozen=True, kw_only=True)
class SamplePrompt:
    """A held-back row without its answer.

    Attributes:
        question: what is asked, as a person reads it.
        wanted: the answer that stands in the row.
        input_ids: int64 [tokens], as the model sees it.
    """

    question: str
    wanted: str
    input_ids: Tensor


def sample_prompts(examples: Iterable[Example], tokenizer: PreTrainedTokenizerBase, count: int) -> list[SamplePrompt]:
    """At most ``count`` prompts, spread evenly over the held-back rows; the same ones each time."""
    if count <= 0:
        return []
    made = (_prompt(example, tokenizer) for example in itertools.islice(examples, _LOOKED_AT))
    found = [item for item in made if item is not None]
    return [found[index * len(found) // count] for index in range(count)] if len(found) > count else found


def _prompt(example: Example, tokenizer: Any) -> SamplePrompt | None:
    if not example.messages:
        ids = tokenizer(example.text).input_ids[: TEXT_TOKENS + NEW_TOKENS]
        given, rest = ids[:TEXT_TOKENS], ids[TEXT_TOKENS:]
        if not rest:
            return None
        return SamplePrompt(
            question=tokenizer.decode(given, skip_special_tokens=True),
            wanted=tokenizer.decode(rest, skip_special_tokens=True),
            input_ids=torch.tensor(given),
        )
    *turns, last = example.messages
    template = chat_template(tokenizer)
    if not turns:
        return None
    try:
        if example.plain and not template.own:
            text = template.lead + "".join(turn.content for turn in turns)
        else:
            text = template.render(template.fit(turns), generation_prompt=True)
    except RenderRefusedError:  # the data stage has told of it
        return None
    ids = tokenizer(text, add_special_tokens=False).input_ids
    if not 0 < len(ids) <= PROMPT_TOKENS:
        return None
    return SamplePrompt(question=turns[-1].content, wanted=last.content, input_ids=torch.tensor(ids))


class Samples:
    """Answers the prompts and reports each as `Text` on the channel ``sample``: step, question, answer, wanted.

    Training never notices: greedy decoding in eval mode, random states and the mode put back, no gradient touched.

    Args:
        model: the model in training.
        tokenizer: its tokenizer.
        prompts: what is asked.
        precision: autocast of the forward pass, as in training.
        context: reports and interruptions.
    """

    def __init__(
        self,
        model: PreTrainedModel | PeftModel,
        tokenizer: PreTrainedTokenizerBase,
        prompts: Sequence[SamplePrompt],
        *,
        precision: Literal["fp32", "bf16", "fp16"],
        context: Context,
    ) -> None:
        self.model, self.tokenizer, self.prompts, self.context = model, tokenizer, tuple(prompts), context
        self.dtype = {"fp32": None, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]
        self.stop = stop_token_ids(tokenizer) if self.prompts else ()

    def __call__(self, step: int) -> None:
        """Answer all prompts with the model as it is after ``step``.

        Raises:
            Interrupted: by the context; nothing is left changed.
        """
        random, training = state.read_random(), self.model.training
        self.model.eval()
        try:
            for number, prompt in enumerate(self.prompts):
                self.context.emit(self._event(step, number, prompt))
        except UserError as error:  # a model that computes NaN is told by the loss, with what to do about it
            self.context.emit(Text(channel="log", text=f"No sample at step {step}: {error.message}"))
        finally:
            self.model.train(training)
            state.write_random(random)

    def _event(self, step: int, number: int, prompt: SamplePrompt) -> Text:
        device = self.model.device.type
        with torch.autocast(device, self.dtype) if self.dtype is not None else nullcontext():
            said = answer(
                self.model,  # PEFT's wrapper answers like the model inside
                self.tokenizer,
                prompt.input_ids,
                context=self.context,
                sampling=Sampling(max_new_tokens=NEW_TOKENS, temperature=0.0),
                stop=self.stop,
                decoder=passing_decoder(self.model),
            )
        text = said.text.strip()
        return Text(
            channel="sample",
            text=f"Step {step}: {_short(prompt.question)}\n  {text}",
            arguments={
                "step": step,
                "number": number,
                "question": prompt.question,
                "answer": text,
                "wanted": prompt.wanted,
            },
        )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"
