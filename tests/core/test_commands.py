from dataclasses import fields
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lowbit_core.commands import COMMANDS, Failed, Part, Reply, Run, decode_answer, decode_command, encode
from lowbit_core.events import EventError

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
_NUMBERS = st.floats(allow_nan=False)
_MAPPING = st.dictionaries(st.text(), _SCALARS, max_size=3)


def message_of(kind):
    hints = get_type_hints(kind)
    values = {}
    for item in fields(kind):
        hint = hints[item.name]
        if "Mapping" in str(hint):
            values[item.name] = _MAPPING
        elif hint == tuple[float, ...]:
            values[item.name] = st.lists(_NUMBERS, max_size=4).map(tuple)
        else:
            values[item.name] = _NUMBERS if hint is float else st.from_type(hint)
    return st.builds(kind, **values)


@given(st.one_of([message_of(kind) for kind in COMMANDS.values()]))
def test_that_every_command_comes_back_from_its_line(command):
    line = encode(command)
    assert "\n" not in line
    assert decode_command(line) == command


@given(
    st.one_of(
        message_of(Failed),
        *(
            st.builds(kind, id=st.integers(), data=st.dictionaries(st.text(), _JSON, max_size=3))
            for kind in (Part, Reply)
        ),
    )
)
def test_that_every_answer_comes_back_from_its_line(answer):
    assert decode_answer(encode(answer)) == answer


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "7",
        '{"command":"Run"}',
        '{"command":"Explode","id":1}',
        '{"command":["Run"],"id":1}',
        '{"command":"Run","id":"1"}',
        '{"command":"Run","id":1,"recipes":""}',
        '{"command":"Inspect","id":1,"what":"weather","source":""}',
    ],
)
def test_that_a_broken_command_is_refused(line):
    with pytest.raises(EventError):
        decode_command(line)


@pytest.mark.parametrize(
    "line", ["garbage", '{"answer":"Reply","id":1}', '{"answer":"Reply","id":1,"data":[]}', '{"answer":"No"}']
)
def test_that_a_broken_answer_is_refused(line):
    with pytest.raises(EventError):
        decode_answer(line)


def test_that_defaults_need_not_be_sent():
    assert decode_command('{"command":"Run","id":3}') == Run(id=3)
