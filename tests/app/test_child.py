"""The supervised child: answers reach who asked, floods are batched, a death is told, nothing is left behind."""

import sys

import pytest

from app.engine import Inspect, Scan
from app.state.child import Child

ECHO = """
import json, sys
for line in sys.stdin:
    command = json.loads(line)
    if command["command"] == "Scan":
        for n in range(2):
            print(json.dumps({"answer": "Part", "id": command["id"], "data": {"n": n}}), flush=True)
        print(json.dumps({"answer": "Reply", "id": command["id"], "data": {"ok": True}}), flush=True)
    elif command["what"] == "data":
        for seq in range(5000):
            print(json.dumps({"seq": seq, "time": 0.0, "kind": "Metric", "name": "loss", "value": 1.0, "unit": "",
                              "step": seq}))
        print("not a line of the protocol")
        print(json.dumps({"answer": "Reply", "id": command["id"], "data": {}}), flush=True)
    else:
        sys.stderr.write("about to die\\n"); sys.stderr.flush()
        import os; os.kill(os.getpid(), 9)
"""


class Heard:
    def __init__(self):
        self.replies, self.parts, self.failures = [], [], []


def ask(child, make):
    heard = Heard()
    child.request(make, reply=heard.replies.append, failed=heard.failures.append, part=heard.parts.append)
    return heard


@pytest.fixture
def child(qtbot):
    made = Child(sys.executable, ("-c", ECHO))
    yield made
    made.close()
    assert made.wait()


def test_that_answers_reach_who_asked_and_parts_come_first(child, qtbot):
    heard = ask(child, lambda number: Scan(id=number))
    qtbot.waitUntil(lambda: bool(heard.replies), timeout=10_000)
    assert [part.data["n"] for part in heard.parts] == [0, 1]
    assert heard.replies[0].data == {"ok": True}
    assert not heard.failures


def test_that_a_flood_of_events_arrives_whole_and_in_few_batches(child, qtbot):
    batches = []
    child.events.connect(batches.append)
    heard = ask(child, lambda number: Inspect(id=number, what="data", source="x"))
    qtbot.waitUntil(lambda: bool(heard.replies), timeout=20_000)
    assert [stamped.seq for batch in batches for stamped in batch] == list(range(5000))
    assert len(batches) < 100


def test_that_a_killed_child_fails_open_commands_and_can_be_started_again(child, qtbot):
    outcomes = []
    child.ended.connect(outcomes.append)
    heard = ask(child, lambda number: Inspect(id=number, what="model", source="x"))
    qtbot.waitUntil(lambda: bool(outcomes), timeout=10_000)
    assert heard.failures[0].code == "child-ended"
    assert outcomes[0].crashed
    assert not outcomes[0].expected
    assert "about to die" in outcomes[0].words
    again = ask(child, lambda number: Scan(id=number))
    qtbot.waitUntil(lambda: bool(again.replies), timeout=10_000)


def test_that_a_program_that_does_not_exist_is_told(qtbot):
    made = Child("/no/such/program", ())
    heard = ask(made, lambda number: Scan(id=number))
    qtbot.waitUntil(lambda: bool(heard.failures), timeout=10_000)
    assert not made.running
