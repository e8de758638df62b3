from dataclasses import FrozenInstanceError, fields
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lowbit_core.events import KINDS, EventError, Memory, Metric, Notice, Progress, Stamped, decode, encode

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_BY_HINT = {float: st.floats(allow_nan=False), dict: st.dictionaries(st.text(), _SCALARS)}


def event_of(kind):
    hints = get_type_hints(kind)
    values = {}
    for item in fields(kind):
        hint = hints[item.name]
        mapping = "Mapping" in str(hint)
        values[item.name] = st.dictionaries(st.text(), _SCALARS) if mapping else _BY_HINT.get(hint, st.from_type(hint))
    return st.builds(kind, **values)


events = st.one_of([event_of(kind) for kind in KINDS.values()])
stamped = st.builds(Stamped, seq=st.integers(0), time=st.floats(0, 4e9), event=events)


@given(stamped)
def test_that_every_event_comes_back_from_its_line(item):
    line = encode(item)
    assert "\n" not in line
    assert decode(line) == item


def test_that_numbers_json_does_not_know_come_back():
    back = decode(encode(Stamped(seq=0, time=0.0, event=Metric(name="loss", value=float("-inf"), unit="", step=0))))
    assert back.event.value == float("-inf")
    back = decode(encode(Stamped(seq=0, time=0.0, event=Metric(name="loss", value=float("nan"), unit="", step=0))))
    assert back.event.value != back.event.value


def test_that_a_number_json_does_not_know_is_told_from_its_name_among_arguments():
    said = {"a": float("inf"), "b": "Infinity", "c": 1.5}
    line = encode(Stamped(seq=0, time=0.0, event=Notice(level="info", code="", message="", arguments=said)))
    assert decode(line).event.arguments == said


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        '{"seq":0}',
        '{"seq":0,"time":0,"kind":"Nothing"}',
        '{"seq":-1,"time":0,"kind":"Paused","stage":"tune","step":1}',
        '{"seq":0,"time":0,"kind":"Paused","stage":"tune"}',
        '{"seq":0,"time":0,"kind":"Paused","stage":"tune","step":"1"}',
        '{"seq":0,"time":0,"kind":"Paused","stage":"tune","step":true}',
        '{"seq":0,"time":0,"kind":"Paused","stage":"tune","step":1,"more":1}',
        '{"seq":0,"time":0,"kind":"JobEnded","outcome":"perhaps"}',
        '{"seq":0,"time":0,"kind":"Notice","level":"info","code":"a","message":"b","arguments":{"x":[1]}}',
    ],
)
def test_that_a_line_of_another_version_is_refused(line):
    with pytest.raises(EventError):
        decode(line)


def test_that_events_cannot_be_changed():
    event = Progress(stage="tune", done=1, total=2, unit="steps")
    with pytest.raises(FrozenInstanceError):
        event.done = 2


def test_that_bytes_are_named_in_every_field_of_memory():
    assert all(item.name.endswith("_bytes") for item in fields(Memory))
