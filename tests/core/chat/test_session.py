from __future__ import annotations

import pytest
import torch

from lowbit_core.chat import Sampling, Session, Variants
from lowbit_core.context import SilentContext
from lowbit_core.data import Turn
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.events import Notice

SHORT = Sampling(max_new_tokens=8, temperature=0.0, top_p=1.0)


def notices(context: SilentContext) -> list[str]:
    return [event.code for event in context.events if isinstance(event, Notice)]


def test_that_the_model_sees_the_template_with_the_system_prompt(llama, tokenizer):
    session = Session(llama, tokenizer, context=SilentContext(), system="be kind")
    text = tokenizer.decode(session.prompt_ids([Turn("user", "hi")]))
    assert text == ("<|im_start|>system\nbe kind<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n")


def test_that_turns_are_kept_regenerated_and_edited(llama, tokenizer):
    session = Session(llama, tokenizer, context=SilentContext())
    first = session.ask("one", SHORT)
    assert session.turns == [Turn("user", "one"), Turn("assistant", first.text)]
    again = session.regenerate(SHORT)
    assert again.text == first.text
    assert len(session.turns) == 2
    session.ask("two", SHORT)
    session.edit(0, "other")
    assert session.turns == [Turn("user", "other")]
    session.respond(SHORT)
    assert [turn.role for turn in session.turns] == ["user", "assistant"]


def test_that_an_interrupted_answer_keeps_what_was_said(llama, tokenizer):
    class Impatient(SilentContext):
        left = 6

        def checkpoint(self) -> None:
            self.left -= 1
            if self.left == 0:
                raise Interrupted("stop")

    session = Session(llama, tokenizer, context=Impatient())
    heard: list[str] = []
    with pytest.raises(Interrupted):
        session.ask("hi", Sampling(max_new_tokens=50, temperature=0.0, top_p=1.0), on_text=heard.append)
    assert session.turns[-1] == (Turn("assistant", "".join(heard)) if heard else Turn("user", "hi"))


def test_that_the_oldest_turns_are_left_out_and_said_so(llama, tokenizer):
    context = SilentContext()
    session = Session(llama, tokenizer, context=context, system="short", window=200)
    session.turns = [
        Turn("user", "a" * 60),
        Turn("assistant", "b" * 60),
        Turn("user", "c" * 10),
        Turn("assistant", "d"),
    ]
    session.ask("last", SHORT)
    assert notices(context) == ["chat-turns-dropped"]
    assert len(session.turns) == 6
    seen = tokenizer.decode(session._fitting(SHORT))
    assert "aaa" not in seen
    assert "ccc" in seen
    assert "short" in seen


def test_that_a_message_that_cannot_fit_is_refused_with_numbers(llama, tokenizer):
    session = Session(llama, tokenizer, context=SilentContext(), window=100)
    with pytest.raises(UserError) as caught:
        session.ask("x" * 500, SHORT)
    assert caught.value.code == "chat-too-long"
    assert caught.value.arguments["window"] == 100
    assert session.turns == []


def test_that_a_template_without_system_role_gets_the_prompt_in_the_first_message(llama, tokenizer):
    import copy

    strict = copy.deepcopy(tokenizer)
    strict.chat_template = (
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        "[{{ m.content }}]{% endfor %}"
    )
    context = SilentContext()
    session = Session(llama, strict, context=context, system="be kind")
    assert tokenizer.decode(session.prompt_ids([Turn("user", "hi")])) == "[be kind\n\nhi]"
    assert notices(context) == ["chat-no-system-role"]


def test_that_a_model_without_template_continues_the_text(llama, plain_tokenizer):
    context = SilentContext()
    session = Session(llama, plain_tokenizer, context=context)
    assert plain_tokenizer.decode(session.prompt_ids([Turn("user", "once")])) == "once"
    assert notices(context) == ["chat-no-template"]


def test_that_variants_are_switched_without_a_new_model(llama, tokenizer):
    switched: list[tuple[str, ...]] = []
    adapters = {"quantized": (), "repaired": ("repair",), "tuned": ("repair", "task")}
    variants = Variants(llama, adapters, lambda model, names: switched.append(tuple(names)))
    session = Session(variants, tokenizer, context=SilentContext())
    session.ask("hi", SHORT)
    session.regenerate(SHORT, variant="tuned")
    session.regenerate(SHORT, variant="tuned")
    assert switched == [(), ("repair", "task")]
    with pytest.raises(UserError, match="repaired"):
        session.regenerate(SHORT, variant="repared")
    assert torch.is_inference_mode_enabled() is False
