"""A conversation: exchanges of one question and its answers, kept as a JSON file.

An exchange holds one answer for each variant that was asked, so that a plain conversation and a comparison are the same
thing, and switching between them loses nothing. Everything here is plain data; `chat_controller` changes it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

from app.engine import UserError

VERSION = 1
TITLE_LENGTH = 60

COLUMN_ORDER = ("float", "quantized", "repaired", "tuned")
"""From the original to what was made of it: the order columns stand in."""


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How the next words are chosen; the engine's `Chat` command takes the same names.

    Attributes:
        seed: None takes a fresh one every time.
    """

    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    max_new_tokens: int = 512
    seed: int | None = None


State = Literal["waiting", "streaming", "done", "stopped", "failed"]


@dataclass(kw_only=True)
class Answer:
    """What one variant said.

    Attributes:
        state: waiting for its turn, streaming, or how it ended.
        reason: end, length, context, stop-string or stopped.
        error: why it failed, or nothing.
    """

    variant: str
    text: str = ""
    state: State = "waiting"
    reason: str = ""
    tokens: int = 0
    tokens_per_second: float = 0.0
    prompt_tokens: int = 0
    prefill_seconds: float = 0.0
    device: str = ""
    error: str = ""
    hint: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self.state in ("done", "stopped", "failed")


@dataclass(kw_only=True)
class Exchange:
    """A question, and its answers by variant, in the order they were asked."""

    prompt: str
    answers: dict[str, Answer] = field(default_factory=dict)

    def answer(self, variant: str) -> Answer | None:
        """That variant's answer; else the first one there is."""
        return self.answers.get(variant) or next(iter(self.answers.values()), None)


@dataclass(kw_only=True)
class Conversation:
    """Everything about one conversation.

    Attributes:
        id: name of its file.
        source: run folder or model source it is held with; empty while none is chosen.
        source_title: the source as people call it.
        variant: who answers; empty for the best there is.
        columns: variants that are compared; empty for a plain conversation.
        system: system prompt.
        created, updated: UTC, ISO 8601.
    """

    id: str
    title: str = ""
    source: str = ""
    source_title: str = ""
    variant: str = ""
    columns: tuple[str, ...] = ()
    system: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    exchanges: list[Exchange] = field(default_factory=list)
    created: str = ""
    updated: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """The variants that answer the next question."""
        return self.columns or (self.variant,)

    def ask(self, prompt: str) -> int:
        """Append a question with an open answer for each variant asked; its number."""
        if not self.title:
            self.title = title_of(prompt)
        self.exchanges.append(Exchange(prompt=prompt, answers={name: Answer(variant=name) for name in self.asked}))
        self.touch()
        return len(self.exchanges) - 1

    def edit(self, number: int, prompt: str) -> int:
        """Ask exchange ``number`` in other words; everything after it answered the old ones and goes."""
        del self.exchanges[number:]
        return self.ask(prompt)

    def regenerate(self, number: int, variant: str | None = None) -> tuple[str, ...]:
        """Open the answers of an exchange again (one variant's, or all); later exchanges go.

        Returns:
            The variants to ask.
        """
        exchange = self.exchanges[number]
        names = self.asked if variant is None else (variant,)
        del self.exchanges[number + 1 :]
        if variant is None:
            exchange.answers.clear()
        for name in names:
            exchange.answers[name] = Answer(variant=name)
        self.touch()
        return names

    def branch(self, number: int) -> Conversation:
        """A new conversation that has everything up to and with exchange ``number``; this one stays as it is."""
        copy = from_json(to_json(self))
        copy.id, copy.created = new_id(), _now()
        del copy.exchanges[number + 1 :]
        copy.touch()
        return copy

    def messages(self, number: int, variant: str) -> list[dict[str, str]]:
        """What ``variant`` is sent to answer exchange ``number``: roles and contents, the system prompt first.

        A variant that was not asked earlier sees the answer that was given then.
        """
        said = [{"role": "system", "content": self.system}] if self.system.strip() else []
        for exchange in self.exchanges[:number]:
            answer = exchange.answer(variant)
            said.append({"role": "user", "content": exchange.prompt})
            if answer is not None and answer.text:
                said.append({"role": "assistant", "content": answer.text})
        return [*_joined(said), {"role": "user", "content": self.exchanges[number].prompt}]

    def touch(self) -> None:
        """It was changed now."""
        self.updated = _now()

    def search_text(self) -> str:
        """Everything that was said, for searching; case folded."""
        parts = [self.title, self.source_title, self.system]
        for exchange in self.exchanges:
            parts += [exchange.prompt, *(answer.text for answer in exchange.answers.values())]
        return "\n".join(parts).casefold()


def _joined(said: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """A question that was never answered is left out: templates want question and answer in turn."""
    return [
        item
        for place, item in enumerate(said)
        if item["role"] != "user" or (place + 1 < len(said) and said[place + 1]["role"] == "assistant")
    ]


def new_conversation() -> Conversation:
    """An empty one."""
    now = _now()
    return Conversation(id=new_id(), created=now, updated=now)


def new_id() -> str:
    """A name for a file: the time, and something that makes it the only one."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}"


def title_of(prompt: str) -> str:
    """The first line of a question, shortened at a word."""
    line = next((line.strip() for line in prompt.splitlines() if line.strip()), "")
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def to_json(conversation: Conversation) -> str:
    """The file's text."""
    values = asdict(conversation)
    values["columns"] = list(conversation.columns)
    for exchange in values["exchanges"]:
        exchange["answers"] = list(exchange["answers"].values())
    return json.dumps({"version": VERSION, **values}, ensure_ascii=False, indent=1)


def from_json(text: str) -> Conversation:
    """Read a file; what a newer version added is ignored, an answer that was cut off counts as stopped.

    Raises:
        UserError: ``conversation-damaged``.
    """
    try:
        values = json.loads(text)
        exchanges = [
            Exchange(
                prompt=str(item["prompt"]),
                answers={answer["variant"]: _answer(answer) for answer in item["answers"]},
            )
            for item in values["exchanges"]
        ]
        known = _known(Conversation, values) | {
            "columns": tuple(str(name) for name in values.get("columns", ())),
            "sampling": sampling_from(values.get("sampling", {})),
            "exchanges": exchanges,
        }
        return Conversation(**known)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            "conversation-damaged",
            f"The file is no saved conversation: {error}.",
            hint="It is left as it is; delete it if you do not need it.",
        ) from error


def sampling_from(values: Mapping[str, Any]) -> Sampling:
    """Sampling settings from JSON values; wrong ones take their defaults."""
    good: dict[str, Any] = {}
    for name, usual in asdict(Sampling()).items():
        value = values.get(name, usual)
        if name == "seed":
            good[name] = value if type(value) is int else None
        elif type(value) in (int, float):
            good[name] = type(usual)(value)
    return Sampling(**good)


def _answer(values: Mapping[str, Any]) -> Answer:
    answer = Answer(**_known(Answer, values))
    if not answer.over:
        answer.state = "stopped"
        answer.reason = "stopped"
    return answer


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values whose fields there are, each of the type that was written.

    Raises:
        TypeError: one is of another type.
    """
    known = {}
    for item in fields(kind):
        if item.name in values:
            value = values[item.name]
            wanted = {"str": (str,), "int": (int,), "float": (int, float), "State": (str,)}.get(str(item.type))
            if wanted and not isinstance(value, wanted):
                raise TypeError(f"{item.name} cannot be {value!r}")
            known[item.name] = value
    return known


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
