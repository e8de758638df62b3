"""The worker's chat: one opened model, answering conversations it is sent whole."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lowbit_core.allocator import release_memory
from lowbit_core.cli.worker.task import Handler, Task
from lowbit_core.commands import Chat, CloseChat, OpenChat
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.events import Event, Notice

if TYPE_CHECKING:
    from lowbit_core.data import Turn
    from lowbit_core.jobs.opened import Opened

_ROLES = ("system", "user", "assistant")


class ChatRoom:
    """Holds the opened model. Its commands run one at a time, under the server's lease."""

    def __init__(self) -> None:
        self._opened: Opened | None = None
        self._source = ""

    def open(self, command: OpenChat, task: Task) -> Mapping[str, Any]:
        """Load a model in place of the one that was open; replies with the variants that can answer."""
        from lowbit_core.jobs.device import choose_device, choose_dtype
        from lowbit_core.jobs.opened import open_model

        self._forget()
        if command.device not in ("auto", "cuda", "cpu"):
            raise UserError("bad-device", f"{command.device!r} is no device; it is auto, cuda or cpu.", where="device")
        device = choose_device("cuda" if command.device == "cuda" else "cpu" if command.device == "cpu" else "auto")
        dtype = choose_dtype("auto", device)
        self._opened = open_model(command.source, device=device, dtype=dtype, context=task, fit=True)
        self._source = command.source
        return {
            "source": command.source,
            "variants": list(self._opened.names),
            "device": str(device),
            "float": _float_place(self._opened),
        }

    def answer(self, command: Chat, task: Task) -> Mapping[str, Any]:
        """Answer; every part holds a piece of text, or a notice. Cancelled, it replies with what was said."""
        from lowbit_core.chat import Sampling

        if self._opened is None:
            raise UserError("chat-not-open", "No model is open for chatting.", hint="Open one first.")
        sampling = Sampling(
            max_new_tokens=command.max_new_tokens,
            temperature=command.temperature,
            top_p=command.top_p,
            top_k=command.top_k,
            min_p=command.min_p,
            repetition_penalty=command.repetition_penalty,
            seed=command.seed,
        )
        turns = read_turns(command.messages)
        variant = command.variant or self._opened.names[0]
        heard = _Heard(task)
        try:
            answer = self._opened.answer(turns, variant, sampling, context=heard, on_text=heard.text)
        except Interrupted as error:
            if error.mode != "cancel" or not heard.pieces:
                raise
            return heard.stopped(self._opened) | {"variant": variant, "device": self._opened.device(variant)}
        generated = answer.generated
        return {
            "text": answer.text,
            "reason": generated.reason,
            "tokens": len(generated.tokens),
            "prompt_tokens": generated.prompt_tokens,
            "prefill_seconds": generated.prefill_seconds,
            "tokens_per_second": generated.tokens_per_second,
            "variant": variant,
            "device": self._opened.device(variant),
        }

    def close(self, _command: CloseChat, _task: Task) -> Mapping[str, Any]:
        """Free the memory; nothing happens where nothing is open."""
        closed = self._source
        self._forget()
        return {"closed": closed}

    def closed_during(self, handler: Handler) -> Handler:
        """``handler``, refused while a chat is open: both would be in memory at once."""

        def guarded(command: Any, task: Task) -> Mapping[str, Any]:
            if self._opened is not None:
                raise UserError(
                    "busy",
                    f"A chat with {self._source} is open and holds the memory.",
                    hint="Close the chat first.",
                    arguments={"command": "OpenChat", "id": 0},
                    action="close-chat",
                )
            return handler(command, task)

        return guarded

    def _forget(self) -> None:
        self._opened, self._source = None, ""
        release_memory()


class _Heard:
    """The `context.Context` of one answer: passes text and notices on, and remembers the text for a stop."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._began = time.perf_counter()
        self._first = 0.0
        self.pieces: list[str] = []

    def text(self, piece: str) -> None:
        """A piece of the answer."""
        if not self.pieces:
            self._first = time.perf_counter()
        self.pieces.append(piece)
        self._task.part({"text": piece})

    def emit(self, event: Event) -> None:
        """Notices become parts: what the model does not see of a long conversation has to be told."""
        if isinstance(event, Notice):
            told = {"level": event.level, "code": event.code, "message": event.message, "hint": event.hint}
            self._task.part({"notice": told})
        else:
            self._task.emit(event)

    def checkpoint(self) -> None:
        """See `Task.checkpoint`."""
        self._task.checkpoint()

    def stopped(self, opened: Opened) -> dict[str, Any]:
        """The reply to a stopped answer; its tokens are counted anew from the text."""
        text = "".join(self.pieces)
        tokens = len(opened.tokenizer(text, add_special_tokens=False).input_ids)
        seconds = time.perf_counter() - self._first
        return {
            "text": text,
            "reason": "stopped",
            "tokens": tokens,
            "prompt_tokens": 0,
            "prefill_seconds": self._first - self._began,
            "tokens_per_second": tokens / seconds if seconds > 0 else 0.0,
        }


def _float_place(opened: Opened) -> dict[str, Any] | None:
    """Where the float model would answer, in bytes too; ``alone``: the packed model leaves for it. None: unknown."""
    try:
        place = opened.float_place()
    except UserError as error:
        return {"device": "", "alone": False, **error.arguments}
    if place is None:
        return None
    return {
        "device": place.device.type,
        "alone": place.alone,
        "needed_bytes": place.needed_bytes,
        "free_bytes": place.free_bytes,
    }


def read_turns(messages: str) -> list[Turn]:
    """The turns of a JSON list of {role, content}.

    Raises:
        UserError: ``bad-messages``.
    """
    from lowbit_core.data import Turn

    try:
        turns = [Turn(item["role"], item["content"]) for item in json.loads(messages)]
    except (ValueError, TypeError, KeyError) as error:
        raise UserError("bad-messages", f"The messages are no JSON list of role and content: {error}") from error
    for turn in turns:
        if turn.role not in _ROLES or not isinstance(turn.content, str):
            raise UserError("bad-messages", f"A message by {turn.role!r} cannot be answered; roles: {_ROLES}.")
    return turns
