"""The real `lowbit worker` in one child process: a run, its events, previews and a chat over its pipes."""

import json
import os
import subprocess
import sys
import threading
from queue import Queue

import pytest

from lowbit_core.commands import (
    Cancel,
    Chat,
    Check,
    CloseChat,
    Failed,
    Inspect,
    OpenChat,
    Part,
    Pause,
    Preview,
    Reply,
    Run,
    Scan,
    decode_answer,
    encode,
)
from lowbit_core.events import JobEnded, Progress, StageStarted, decode

RECIPE = """
[model]
source = "path:{model}"
[data]
source = "{data}"
max_length = 64
validation = 0.2
[quantize]
bits = 3
samples = 4
length = 32
[tune]
steps = 4
batch = 2
accumulate = 1
[evaluate]
context = 128
limit = 1
"""


class Child:
    """`lowbit worker` with its lines sorted into answers and events."""

    def __init__(self, home):
        environment = os.environ | {"OMP_NUM_THREADS": "1", "LOWBIT_HOME": str(home)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lowbit_core.cli.main", "worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.lines: Queue = Queue()
        self.errors: list[str] = []
        self.kept: list = []
        self.events: list = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(decode_answer(line) if '"answer"' in line[:10] else decode(line))

    def send(self, *messages):
        for message in messages:
            self.process.stdin.write((message if isinstance(message, str) else encode(message)) + "\n")
        self.process.stdin.flush()

    def take(self):
        item = self.lines.get(timeout=90)
        (self.kept if isinstance(item, Reply | Failed | Part) else self.events).append(item)
        return item

    def answer(self, number):
        while True:
            for item in self.kept:
                if item.id == number and not isinstance(item, Part):
                    self.kept.remove(item)
                    return item
            self.take()

    def event(self, wanted):
        while True:
            item = self.take()
            if not isinstance(item, Reply | Failed | Part) and wanted(item.event):
                return item.event


@pytest.fixture
def child(tmp_path):
    item = Child(tmp_path / "home")
    yield item
    item.process.stdin.close()
    assert item.process.wait(60) == 0, item.errors


@pytest.mark.slow
def test_that_a_worker_serves_a_whole_session(child, tiny_llama, chat_rows, tmp_path):
    recipe = RECIPE.format(model=tiny_llama, data=chat_rows)
    child.send(
        "garbage",
        Inspect(id=1, what="model", source=f"path:{tiny_llama}"),
        Inspect(id=2, what="data", source=str(chat_rows)),
        Preview(id=3, recipe=recipe, rows=2),
        Inspect(id=4, what="model", source="hub:"),
        Chat(id=5, messages="[]"),
        Scan(id=6),
    )
    assert child.answer(0).code == "bad-command"
    assert child.answer(1).data["layers"] == 3
    assert child.answer(2).data["examples"] == 24
    shown = child.answer(3)
    assert isinstance(shown, Reply), (shown, child.errors)
    shown = shown.data
    pieces = shown["rendered"]["rows"][0]["pieces"]
    assert "".join(piece["text"] for piece in pieces if piece["learned"]).startswith("It is 0.")
    assert child.answer(4).code == "source-form"
    assert child.answer(5).code == "chat-not-open"
    assert child.answer(6).data["ram_total_bytes"] > 0

    child.send(Check(id=7, recipe=recipe))
    assert child.answer(7).data["length"] == 64

    out = str(tmp_path / "run")
    child.send(Run(id=10, recipe=recipe, out=out), Run(id=11, recipe=recipe))
    assert child.answer(11).code == "busy"
    child.event(lambda event: isinstance(event, Progress) and event.stage == "tune")
    child.send(Pause(id=12))
    assert child.answer(12).data == {"target": 10}
    assert child.answer(10).data["outcome"] in ("paused", "done")
    assert isinstance(child.events[-1].event, JobEnded)
    child.send(Run(id=13, resume=out))
    assert child.answer(13).data["outcome"] == "done"
    assert [item.seq for item in child.events] == list(range(len(child.events)))
    assert any(isinstance(item.event, StageStarted) and item.event.skipped for item in child.events)

    child.send(Run(id=14, recipe='[model]\nsorce = "x"\n'))
    assert child.answer(14).code == "recipe-invalid"
    child.send(OpenChat(id=20, source=out, device="cpu"))
    assert child.answer(20).data["variants"] == ["tuned", "repaired", "quantized", "float"]
    child.send(Run(id=21, resume=out))
    assert child.answer(21).action == "close-chat"
    messages = json.dumps([{"role": "user", "content": "n1?"}])
    child.send(Chat(id=22, messages=messages, variant="tuned", max_new_tokens=8, temperature=0.0))
    reply = child.answer(22)
    assert (
        "".join(item.data["text"] for item in child.kept if isinstance(item, Part) and item.id == 22)
        == reply.data["text"]
    )
    child.send(Chat(id=23, messages=messages, variant="float", max_new_tokens=200), Cancel(id=24, target=23))
    assert isinstance(child.answer(24), Reply | Failed)
    assert child.answer(23).id == 23
    child.send(CloseChat(id=25))
    assert child.answer(25).data == {"closed": out}
