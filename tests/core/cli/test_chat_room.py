"""The worker's chat on a tiny model: replies, notices, and a stop that keeps what was said."""

import json

import pytest

from lowbit_core.cli.worker.chat_room import ChatRoom
from lowbit_core.cli.worker.task import Task
from lowbit_core.commands import Chat, CloseChat, OpenChat
from lowbit_core.errors import Interrupted


class Channel:
    def __init__(self):
        self.parts = []
        self.on_part = None

    def answer(self, part):
        self.parts.append(dict(part.data))
        if self.on_part is not None:
            self.on_part()


@pytest.fixture
def room(tiny_llama):
    room = ChatRoom()
    command = OpenChat(id=1, source=f"path:{tiny_llama}", device="cpu")
    room.opened_with = room.open(command, Task(command, Channel()))
    yield room
    room.close(CloseChat(id=9), None)


def ask(room, channel, text="n1?", **options):
    messages = json.dumps([{"role": "user", "content": text}])
    command = Chat(id=2, messages=messages, temperature=0.0, **options)
    task = Task(command, channel)
    return task, lambda: room.answer(command, task)


def test_that_a_base_model_answers_as_float_and_says_where(room):
    assert room.opened_with["variants"] == ["float"]
    place = room.opened_with["float"]
    assert (place["device"], place["alone"]) == ("cpu", False)
    assert place["needed_bytes"] > 0
    channel = Channel()
    _task, run = ask(room, channel, max_new_tokens=5)
    reply = run()
    assert (reply["tokens"], reply["variant"], reply["device"]) == (5, "float", "cpu")
    assert "".join(part["text"] for part in channel.parts) == reply["text"]


def test_that_a_stopped_answer_keeps_its_text_and_counts_its_tokens(room):
    channel = Channel()
    task, run = ask(room, channel, max_new_tokens=200)
    channel.on_part = lambda: task.control.request("cancel") if len(channel.parts) == 3 else None
    reply = run()
    assert reply["reason"] == "stopped"
    assert reply["text"] == "".join(part["text"] for part in channel.parts)
    assert reply["tokens"] >= 3
    assert reply["tokens_per_second"] > 0


def test_that_an_answer_stopped_before_its_first_word_is_cancelled(room):
    task, run = ask(room, Channel())
    task.control.request("cancel")
    with pytest.raises(Interrupted):
        run()


def test_that_a_conversation_too_long_for_the_model_is_told(room):
    channel = Channel()
    turns = [{"role": role, "content": "x" * 60} for _ in range(4) for role in ("user", "assistant")]
    command = Chat(id=2, messages=json.dumps([*turns, {"role": "user", "content": "n?"}]), max_new_tokens=4)
    room.answer(command, Task(command, channel))
    assert [part["notice"]["code"] for part in channel.parts if "notice" in part] == ["chat-turns-dropped"]
