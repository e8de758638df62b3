"""What goes into a worker process: typed commands with an id, one JSON line each; and the answers to them.

Every command is answered by exactly one `Reply` or `Failed` with its id; a streaming command sends `Part`s before it.
A run's events travel on the same stdout as `events` lines and never carry an id.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from lowbit_core.errors import Scalar
from lowbit_core.events import EventError, build


@dataclass(frozen=True, kw_only=True)
class Scan:
    """Report the machine: torch's build, driver, CUDA, a kernel check, what the GPU cannot do and why; with
    ``benchmark`` also how fast each device is (``rates``, as `plan.Rates`).
    """

    id: int
    benchmark: bool = False


@dataclass(frozen=True, kw_only=True)
class Search:
    """Search the hub for models."""

    id: int
    query: str
    limit: int = 30


@dataclass(frozen=True, kw_only=True)
class Inspect:
    """Say what a model (``source`` as in a recipe) or a data set (file, folder, ``hub:NAME``) is."""

    id: int
    what: Literal["model", "data"]
    source: str
    columns: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Render rows of the recipe's data as the model will see them, with the tokens that count for the loss."""

    id: int
    recipe: str
    first: int = 0
    rows: int = 20


@dataclass(frozen=True, kw_only=True)
class Download:
    """Fetch a model into the cache; streams bytes done and total."""

    id: int
    source: str
    revision: str = ""


@dataclass(frozen=True, kw_only=True)
class Token:
    """The hub's access token: say whose is saved, check and save ``token``, or forget it; replies with the owner."""

    id: int
    action: Literal["show", "save", "forget"] = "show"
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """Measured preflight: one step at the worst-case length on random codes; replies with the true peak."""

    id: int
    recipe: str


@dataclass(frozen=True, kw_only=True)
class Run:
    """Run a recipe (TOML text) into ``out``, or go on in the run folder ``resume``; streams events."""

    id: int
    recipe: str = ""
    out: str = ""
    resume: str = ""


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Measure quality against size: a run for each of ``bits`` and ``methods``, everything else from ``recipe`` (TOML
    text), in the folder ``out`` (empty: a new one; one that holds this frontier goes on). Parts carry ``folder`` and
    ``frontier``, the whole of `frontier.json`, after every change; or ``progress`` of the point that runs; or a
    ``notice``. Replies with ``folder``, ``outcome``, ``code``, ``message`` and ``frontier``.
    """

    id: int
    recipe: str
    bits: tuple[float, ...]
    methods: tuple[str, ...]
    out: str = ""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Save the running job and free the device."""

    id: int


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Save the running job and end it; what was tuned so far can be used."""

    id: int


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """End the command ``target`` (a run keeps its last save), or everything when ``target`` is 0."""

    id: int
    target: int = 0


@dataclass(frozen=True, kw_only=True)
class OpenChat:
    """Load a run's folder (or a model source) for chatting; replies with the variants that can answer, and under
    ``float`` where the float model would go (``device``, empty: nowhere; ``alone``: in the packed model's stead) and
    the bytes it needs.
    """

    id: int
    source: str
    device: str = "auto"


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Answer a conversation; streams text. ``messages`` is a JSON list of {role, content}; ``variant`` one of those
    that `OpenChat` replied with (``tuned``, ``repaired``, ``quantized``, ``float``). Parts are ``text`` or ``notice``;
    cancelled after its first word, it replies with what was said and the reason ``stopped``.
    """

    id: int
    messages: str
    variant: str = ""
    max_new_tokens: int = 512
    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class CloseChat:
    """Free the chat's memory."""

    id: int


Command = (
    Scan
    | Search
    | Inspect
    | Preview
    | Download
    | Token
    | Check
    | Run
    | Frontier
    | Pause
    | Stop
    | Cancel
    | OpenChat
    | Chat
    | CloseChat
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a streaming answer."""

    id: int
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The whole answer, or the end of a streaming one."""

    id: int
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The command was refused or broke. ``id`` is 0 where a line could not be read at all."""

    id: int
    code: str
    message: str
    hint: str = ""
    where: str = ""
    action: str = ""
    arguments: Mapping[str, Scalar] = field(default_factory=dict)


Answer = Part | Reply | Failed

COMMANDS: Mapping[str, type[Command]] = types.MappingProxyType({kind.__name__: kind for kind in get_args(Command)})
ANSWERS: Mapping[str, type[Answer]] = types.MappingProxyType({kind.__name__: kind for kind in get_args(Answer)})


def encode(message: Command | Answer) -> str:
    """One line of JSON without a line end, its kind under ``command`` or ``answer``."""
    head = "answer" if isinstance(message, Part | Reply | Failed) else "command"
    body = {item.name: _plain(getattr(message, item.name)) for item in fields(message)}
    return json.dumps({head: type(message).__name__} | body, ensure_ascii=False, separators=(",", ":"))


def decode_command(line: str) -> Command:
    """Read a command line.

    Raises:
        EventError: not JSON, unknown command, unknown, missing or wrongly typed field.
    """
    data = _object(line)
    name = data.pop("command", None)
    if not isinstance(name, str) or name not in COMMANDS:
        raise EventError(f"unknown command {name!r}")
    return typing.cast(Command, build(COMMANDS[name], data))


def decode_answer(line: str) -> Answer:
    """Read an answer line; ``data`` of `Part` and `Reply` is free JSON.

    Raises:
        EventError: not JSON, unknown answer, unknown, missing or wrongly typed field.
    """
    data = _object(line)
    name = data.pop("answer", None)
    if name not in ("Part", "Reply"):
        if name != "Failed":
            raise EventError(f"unknown answer {name!r}")
        return typing.cast(Answer, build(Failed, data))
    if data.keys() != {"id", "data"} or type(data["id"]) is not int or not isinstance(data["data"], dict):
        raise EventError(f"{name} wants id and data")
    return Part(**data) if name == "Part" else Reply(**data)


def _object(line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise EventError(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise EventError("not a JSON object")
    return data


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
