"""The worker's protocol with handlers made for the test."""

import io
import json
import os
import queue
import subprocess
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowbit_core.cli.worker.channel import Channel
from lowbit_core.cli.worker.server import Route, Server
from lowbit_core.commands import (
    Cancel,
    Chat,
    Download,
    Failed,
    Inspect,
    Part,
    Pause,
    Reply,
    Run,
    Scan,
    Stop,
    decode_answer,
    encode,
)
from lowbit_core.errors import UserError
from lowbit_core.events import Progress


class Worker:
    """A server on queues: `send` commands, `answer` waits for the next answer to an id."""

    def __init__(self, routes):
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.out: queue.Queue[str] = queue.Queue()
        self.channel = Channel(self)
        self.server = Server(routes, self.channel)
        self.thread = threading.Thread(target=lambda: self.server.serve(iter(self.lines.get, None)))
        self.thread.start()
        self.heard: list = []

    def write(self, text: str) -> None:
        self.out.put(text)

    def flush(self) -> None:
        pass

    def send(self, *commands) -> None:
        for command in commands:
            self.lines.put(command if isinstance(command, str) else encode(command))

    def answer(self, number: int, kinds=(Reply, Failed)):
        while True:
            for place, item in enumerate(self.heard):
                if item.id == number and isinstance(item, kinds):
                    return self.heard.pop(place)
            self.heard.append(decode_answer(self.out.get(timeout=5).strip()))

    def end(self) -> list:
        self.lines.put(None)
        self.thread.join(5)
        assert not self.thread.is_alive()
        while not self.out.empty():
            self.heard.append(decode_answer(self.out.get().strip()))
        return self.heard


class Gate:
    """A handler that works, obeying its control, until it is let go."""

    def __init__(self):
        self.entered = threading.Event()
        self.leave = threading.Event()

    def __call__(self, command, task):
        self.entered.set()
        while not self.leave.wait(0.002):
            task.checkpoint()
        return {"done": True}


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def worker(gate):
    def download(command, task):
        task.emit(Progress(stage="model", done=1, total=2, unit="bytes"))
        return {"folder": "x"}

    def broken(command, task):
        raise ZeroDivisionError("oops")

    def refuse(command, task):
        raise UserError("no-such-model", "No.", hint="Look again.", where=command.source, arguments={"n": 1})

    item = Worker(
        {
            Run: Route(handler=gate, lease=True),
            Chat: Route(handler=gate, lease=True),
            Scan: Route(handler=broken),
            Inspect: Route(handler=refuse),
            Download: Route(handler=download),
        }
    )
    yield item
    gate.leave.set()
    item.end()


def test_that_a_second_run_is_refused_while_one_runs(worker, gate):
    worker.send(Run(id=1), Run(id=2), Chat(id=3, messages="[]"))
    assert worker.answer(2).code == "busy"
    assert worker.answer(3).arguments == {"command": "Run", "id": 1}
    gate.leave.set()
    assert worker.answer(1) == Reply(id=1, data={"done": True})
    worker.send(Run(id=4))
    assert worker.answer(4).data == {"done": True}


def test_that_quick_commands_are_answered_while_a_job_runs(worker, gate):
    worker.send(Run(id=1))
    assert gate.entered.wait(5)
    worker.send(Download(id=2, source="hub:a/b"))
    assert worker.answer(2, Part).data == {"stage": "model", "done": 1, "total": 2, "unit": "bytes"}
    assert worker.answer(2) == Reply(id=2, data={"folder": "x"})


@pytest.mark.parametrize("line", ["garbage", "{", "[1]", '{"id":9,"command":"Explode"}', "\x00\xff", '{"id":9}'])
def test_that_a_garbage_line_is_refused_and_the_worker_goes_on(worker, line):
    worker.send(line, Download(id=2, source="starter"))
    failed = worker.answer(9 if "9" in line else 0)
    assert (type(failed), failed.code) == (Failed, "bad-command")
    assert isinstance(worker.answer(2), Reply)


def test_that_errors_keep_their_parts_and_bugs_are_named(worker, capsys):
    worker.send(Inspect(id=1, what="model", source="hub:x/y"), Scan(id=2))
    assert worker.answer(1) == Failed(
        id=1, code="no-such-model", message="No.", hint="Look again.", where="hub:x/y", arguments={"n": 1}
    )
    failed = worker.answer(2)
    assert failed.code == "internal-error"
    assert "ZeroDivisionError" in failed.message
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("command", [Pause, Stop])
def test_that_pause_and_stop_want_a_running_job(worker, gate, command):
    worker.send(command(id=5))
    assert worker.answer(5).code == "nothing-running"
    worker.send(Run(id=1), command(id=6))
    assert worker.answer(6).data == {"target": 1}
    assert worker.answer(1).code == "cancelled"


def test_that_cancel_ends_one_command_or_all(worker, gate):
    worker.send(Cancel(id=5, target=77))
    assert worker.answer(5).code == "no-such-command"
    worker.send(Run(id=1), Cancel(id=6, target=1))
    assert worker.answer(6).data == {"targets": [1]}
    assert worker.answer(1).code == "cancelled"
    worker.send(Run(id=2), Cancel(id=7))
    assert worker.answer(7).data == {"targets": [2]}
    assert worker.answer(2).code == "cancelled"


def test_that_the_end_of_the_lines_asks_the_job_to_save(worker, gate):
    modes = []

    def job(command, task):
        gate.entered.set()
        while task.control.mode is None:
            pass
        modes.append(task.control.mode)
        return {}

    worker.server._routes[Run] = Route(handler=job, lease=True)
    worker.send(Run(id=1))
    assert gate.entered.wait(5)
    assert [answer.id for answer in worker.end()] == [1]
    assert modes == ["pause"]


def test_that_a_reader_that_went_away_does_not_raise():
    out = io.StringIO()
    channel = Channel(out)
    out.close()
    channel.answer(Reply(id=1, data={}))
    assert channel.closed


@given(st.lists(st.sampled_from(["run", "quick", "pause", "stop", "cancel", "broken", "garbage"]), max_size=12))
@settings(max_examples=25, deadline=None)
def test_that_every_command_is_answered_exactly_once_in_any_order(words):
    gate = Gate()
    worker = Worker(
        {
            Run: Route(handler=gate, lease=True),
            Download: Route(handler=lambda command, task: {}),
            Scan: Route(handler=lambda command, task: 1 / 0),
        }
    )
    make = {
        "run": lambda n: Run(id=n),
        "quick": lambda n: Download(id=n, source="x"),
        "pause": lambda n: Pause(id=n),
        "stop": lambda n: Stop(id=n),
        "cancel": lambda n: Cancel(id=n),
        "broken": lambda n: Scan(id=n),
        "garbage": lambda n: "}{",
    }
    worker.send(*(make[word](number) for number, word in enumerate(words, 1)))
    worker.send(Cancel(id=1000))
    worker.answer(1000)
    numbers = [answer.id for answer in worker.end()]
    assert sorted(numbers) == sorted(0 if word == "garbage" else number for number, word in enumerate(words, 1))


_CHILD = """
import os
from lowbit_core.cli.worker.channel import take_over_standard_streams
from lowbit_core.commands import Reply
lines, channel = take_over_standard_streams()
print("a library's print")
os.write(1, b"native noise\\n")
os.system("echo a child's noise")
for line in lines:
    channel.answer(Reply(id=1, data={"line": line.strip(), "stdin": os.read(0, 10).decode()}))
"""


def test_that_stray_prints_cannot_reach_the_protocol():
    done = subprocess.run(
        [sys.executable, "-c", _CHILD], input="hello\n", capture_output=True, text=True, check=True, env=os.environ
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"answer": "Reply", "id": 1, "data": {"line": "hello", "stdin": ""}}
    ]
    assert "native noise" in done.stderr
