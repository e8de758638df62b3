"""What comes out of the engine: frozen events, one JSON line each. CLI and GUI are two readers of this stream.

A stream is a sequence of lines ``{"seq": 7, "time": 1700000000.25, "kind": "Metric", ...fields}``. ``seq`` rises by
one, exactly one ``JobEnded`` comes last, unknown kinds and fields are refused. Names of fields carry their unit.
"""

from __future__ import annotations

import functools
import json
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from lowbit_core.errors import Scalar

PLANNED_MEMORY = "planned_memory"
"""Name of the metrics, one a stage (``planned_memory/tune``), that say what the plan expects on the device."""

Level = Literal["info", "warning", "error"]
Phase = Literal["before", "after"]
Outcome = Literal["done", "paused", "stopped", "cancelled", "failed"]


@dataclass(frozen=True, kw_only=True)
class JobStarted:
    """A job begins; ``stages`` are the names in order, ``run_dir`` the folder everything is written to."""

    name: str
    run_dir: str
    stages: tuple[str, ...]
    resumed: bool = False


@dataclass(frozen=True, kw_only=True)
class StageStarted:
    """A stage begins; ``skipped`` when a resumed run finds it done."""

    stage: str
    skipped: bool = False


@dataclass(frozen=True, kw_only=True)
class StageFinished:
    """A stage is complete and its artifacts are on disk."""

    stage: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Progress:
    """``done`` of ``total`` units of a stage (blocks, steps, bytes, tokens); ``eta_seconds`` None while unknown."""

    stage: str
    done: int
    total: int
    unit: str
    eta_seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class LayerFinished:
    """One matrix is quantized (phase before) or repaired (after). ``error_db`` is 10·log10(noise/signal) of its output
    on the calibration text, or of the weights when there was none; lower is better. ``bits`` counts everything stored.
    A trained repair tells both anew at its end, on the inputs of text it held back (`correct.matrix_errors`).
    """

    layer: str
    block: int
    matrix: str
    phase: Phase
    bits: float
    error_db: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A measured number, e.g. ``loss``, ``validation_loss``, ``kl``, ``perplexity/tuned``, at a step of its stage."""

    name: str
    value: float
    unit: str
    step: int


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Bytes. Without a GPU the device fields are 0. ``device_used`` counts every process on the device."""

    allocated_bytes: int
    reserved_bytes: int
    peak_bytes: int
    device_used_bytes: int
    device_total_bytes: int
    process_rss_bytes: int


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words for a person: ``channel`` is ``log``, ``sample`` (generated text) or ``table`` (the report). A sample has
    its ``step``, ``number``, ``question``, ``answer`` and ``wanted`` in ``arguments``, too.
    """

    channel: str
    text: str
    arguments: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something worth a look that does not end the job. ``code`` and ``arguments`` are for translation."""

    level: Level
    code: str
    message: str
    hint: str = ""
    action: str = ""
    arguments: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ArtifactWritten:
    """A file or folder is complete under its final name. ``sha256`` is empty for folders."""

    what: str
    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Paused:
    """The run was saved at ``step`` of ``stage`` and the device is free."""

    stage: str
    step: int


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """The run goes on at ``step`` of ``stage``."""

    stage: str
    step: int


@dataclass(frozen=True, kw_only=True)
class JobEnded:
    """Always the last event. ``where`` and ``log_path`` say where to look when ``outcome`` is failed."""

    outcome: Outcome
    code: str = ""
    message: str = ""
    hint: str = ""
    where: str = ""
    log_path: str = ""
    action: str = ""
    arguments: Mapping[str, Scalar] = field(default_factory=dict)


Event = (
    JobStarted
    | StageStarted
    | StageFinished
    | Progress
    | LayerFinished
    | Metric
    | Memory
    | Text
    | Notice
    | ArtifactWritten
    | Paused
    | Resumed
    | JobEnded
)
Emit = Callable[[Event], None]
"""What a stage is given to report through."""

KINDS: Mapping[str, type[Event]] = types.MappingProxyType({kind.__name__: kind for kind in get_args(Event)})


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """An event with its place in the stream: ``seq`` from 0, ``time`` in seconds since 1970, UTC."""

    seq: int
    time: float
    event: Event


class EventError(ValueError):
    """A line that is no event of this version: says which line and what is wrong with it."""


def encode(stamped: Stamped) -> str:
    """One line of JSON without a line end. NaN and infinities are written as strings and read back."""
    body = {item.name: _plain(getattr(stamped.event, item.name)) for item in fields(stamped.event)}
    head = {"seq": stamped.seq, "time": stamped.time, "kind": type(stamped.event).__name__}
    return json.dumps(head | body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def decode(line: str) -> Stamped:
    """Read a line written by `encode`.

    Raises:
        EventError: broken JSON, unknown kind, unknown, missing or wrongly typed field.
    """
    try:
        data = json.loads(line)
    except ValueError as error:
        raise EventError(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise EventError("not a JSON object")
    seq, time, name = (data.pop(key, None) for key in ("seq", "time", "kind"))
    if type(seq) is not int or seq < 0 or type(time) not in (int, float) or name not in KINDS:
        raise EventError(f"unknown event {name!r} or broken envelope")
    return Stamped(seq=seq, time=float(typing.cast(float, time)), event=build(KINDS[name], data))


def build(kind: type[Any], data: dict[str, Any]) -> Any:
    """A frozen message dataclass from JSON values, each checked against its annotation (shared with `commands`).

    Raises:
        EventError: unknown, missing or wrongly typed field.
    """
    hints = _hints(typing.cast(typing.Hashable, kind))
    unknown = sorted(data.keys() - hints.keys())
    if unknown:
        raise EventError(f"{kind.__name__} has no field {', '.join(unknown)}")
    try:
        return kind(**{name: _typed(hints[name], value, f"{kind.__name__}.{name}") for name, value in data.items()})
    except TypeError as error:
        raise EventError(str(error)) from error


@functools.cache  # working them out takes longer than all the rest of a line
def _hints(kind: typing.Hashable) -> dict[str, Any]:
    return typing.get_type_hints(kind)


_ODD_FLOATS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def _plain(value: Any) -> Any:
    if _is_odd(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):  # where a text may say Infinity, too: a number that is odd stands in a list
        return {key: [_plain(item)] if _is_odd(item) else item for key, item in value.items()}
    return value


def _is_odd(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _restored(value: Any) -> Any:
    odd = isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) and value[0] in _ODD_FLOATS
    return _ODD_FLOATS[value[0]] if odd else value


def _typed(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), get_args(hint)
    if origin is Literal:
        ok = value in arguments
    elif origin is tuple:
        if isinstance(value, list):
            return tuple(_typed(arguments[0], item, where) for item in value)
        ok = False
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        if isinstance(value, dict):
            value = {key: _restored(item) for key, item in value.items()}
        ok = isinstance(value, dict) and all(isinstance(v, str | int | float | bool | None) for v in value.values())
    elif origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        return _typed(next(item for item in arguments if item is not type(None)), value, where)
    elif hint is float:
        if isinstance(value, str) and value in _ODD_FLOATS:
            return _ODD_FLOATS[value]
        if type(value) in (int, float):
            return float(value)
        ok = False
    else:
        ok = type(value) is hint
    if not ok:
        raise EventError(f"{where} cannot be {value!r}")
    return value
