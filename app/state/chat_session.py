"""Talks with the chat child: opening a model under the device lease, one answer at a time, stopping, closing.

The process ends when the chat is closed: that gives all of its memory back, the device's too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import Cancel, Chat, Failed, OpenChat, Part, Reply
from app.state.child import Child, ChildOutcome
from app.state.children import Children
from app.state.conversation import Sampling

State = Literal["closed", "waiting", "opening", "ready", "answering", "closing"]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How far opening is; ``total`` 0 while nobody knows."""

    stage: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class FloatModel:
    """Where the float model would answer.

    Attributes:
        device: ``cpu``, ``cuda``; empty: it fits nowhere.
        alone: the quantized model leaves the memory for it, and comes back afterwards.
    """

    device: str
    alone: bool
    needed_bytes: int
    free_bytes: int


@dataclass(frozen=True, kw_only=True)
class OpenModel:
    """What is open.

    Attributes:
        variants: those that can answer, best first.
        floating: about the float model beside a packed one; None where nothing is known of it.
    """

    source: str
    device: str
    variants: tuple[str, ...]
    floating: FloatModel | None = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The end of an answer; figures as in `conversation.Answer`."""

    text: str
    reason: str
    tokens: int
    tokens_per_second: float
    prompt_tokens: int
    prefill_seconds: float
    variant: str
    device: str


class ChatSession(QObject):
    """One model open for chatting.

    Signals:
        state_changed: the new `State`.
        progress: `Opening`.
        opened: `OpenModel`.
        open_failed: `Failed`; the session is closed again.
        text: a piece of the running answer.
        noticed: level, code, message, hint: something about the running answer.
        answered: `Answered`.
        answer_failed: `Failed`.
        died: the process ended by itself; `ChildOutcome`.
    """

    state_changed = Signal(str)
    progress = Signal(object)
    opened = Signal(object)
    open_failed = Signal(object)
    text = Signal(str)
    noticed = Signal(str, str, str, str)
    answered = Signal(object)
    answer_failed = Signal(object)
    died = Signal(object)

    def __init__(self, children: Children, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._children = children
        self._state: State = "closed"
        self._source = ""
        self._device = "auto"
        self._next: tuple[str, str] | None = None
        self._command = 0
        self._connected = False
        self.model: OpenModel | None = None

    @property
    def state(self) -> State:
        """What it is doing."""
        return self._state

    @property
    def source(self) -> str:
        """What is open, or is being opened or waited for; empty when nothing is."""
        if self._next is not None:
            return self._next[0]
        return "" if self._state in ("closed", "closing") else self._source

    def open(self, source: str, device: str = "auto") -> None:
        """Open a model in place of the one that is open; waits for the device where a job has it.

        Args:
            source: run folder or model source.
            device: auto, cuda or cpu.
        """
        match self._state:
            case "closed":
                self._source, self._device = source, device
                self._set_state("waiting")
                self._children.lease.ask("chat", self._launch)
            case "waiting":
                self._source, self._device = source, device
            case "ready":
                self._source, self._device = source, device
                self._launch()
            case "answering":
                self._next = (source, device)
                self.stop()
            case "opening" | "closing":
                self._next = (source, device)
                self.close()

    def open_on_cpu(self) -> None:
        """Do not wait for the device: compute on the processor, beside the job."""
        if self._state == "waiting":
            self._children.lease.withdraw("chat")
            self._device = "cpu"
            self._launch()

    def close(self) -> None:
        """Free the memory; a running answer ends with what was said."""
        if self._state == "waiting":
            self._children.lease.withdraw("chat")
            self._set_state("closed")
        elif self._state in ("opening", "answering", "ready"):
            # Nothing in this process wants saving, and a model that is being read does not listen.
            was, self.model = self._state, None
            self._set_state("closing")
            if was == "ready":
                self._child().close()
            else:
                self._child().kill()

    def ask(self, messages: Sequence[Mapping[str, str]], variant: str, sampling: Sampling) -> None:
        """Answer a conversation; only when ready."""
        assert self._state == "ready"
        self._set_state("answering")
        said = json.dumps(list(messages), ensure_ascii=False)
        self._command = self._child().request(
            lambda number: Chat(
                id=number, messages=said, variant=variant, max_new_tokens=sampling.max_new_tokens,
                temperature=sampling.temperature, top_p=sampling.top_p, top_k=sampling.top_k, min_p=sampling.min_p,
                repetition_penalty=sampling.repetition_penalty, seed=sampling.seed,
            ),
            reply=self._on_answered,
            failed=self._on_answer_failed,
            part=self._on_part,
        )  # fmt: skip

    def stop(self) -> None:
        """End the running answer; what was said stays."""
        if self._state == "answering":
            target = self._command
            self._child().request(
                lambda number: Cancel(id=number, target=target), reply=self._ignore, failed=self._ignore
            )

    def _child(self) -> Child:
        return self._children.chat

    def _launch(self) -> None:
        child = self._child()
        if not self._connected:
            child.ended.connect(self._on_child_ended)
            self._connected = True
        self.model = None
        self._set_state("opening")
        source, device = self._source, self._device
        child.request(
            lambda number: OpenChat(id=number, source=source, device=device),
            reply=self._on_opened,
            failed=self._on_open_failed,
            part=self._on_progress,
        )

    def _ignore(self, _answer: Reply | Failed) -> None:
        """The answer's own end is what counts."""

    def _on_progress(self, part: Part) -> None:
        data = part.data
        self.progress.emit(
            Opening(
                stage=str(data.get("stage", "")), done=int(data.get("done", 0)), total=int(data.get("total", 0)),
                unit=str(data.get("unit", "")),
            )
        )  # fmt: skip

    def _on_opened(self, reply: Reply) -> None:
        data = reply.data
        self.model = OpenModel(
            source=self._source,
            device=str(data.get("device", "")).partition(":")[0],
            variants=tuple(str(name) for name in data.get("variants", ())),
            floating=_float_model(data.get("float")),
        )
        self._set_state("ready")
        self.opened.emit(self.model)

    def _on_open_failed(self, failed: Failed) -> None:
        if failed.code == "child-ended":
            return  # told by _on_child_ended
        self.open_failed.emit(failed)
        self._set_state("closing")
        self._child().close()

    def _on_part(self, part: Part) -> None:
        notice = part.data.get("notice")
        if isinstance(notice, dict):
            self.noticed.emit(*(str(notice.get(name, "")) for name in ("level", "code", "message", "hint")))
        elif "text" in part.data:
            self.text.emit(str(part.data["text"]))
        else:
            self._on_progress(part)

    def _on_answered(self, reply: Reply) -> None:
        data: Mapping[str, Any] = reply.data
        answered = Answered(
            text=str(data.get("text", "")),
            reason=str(data.get("reason", "end")),
            tokens=int(data.get("tokens") or 0),
            tokens_per_second=float(data.get("tokens_per_second") or 0.0),
            prompt_tokens=int(data.get("prompt_tokens") or 0),
            prefill_seconds=float(data.get("prefill_seconds") or 0.0),
            variant=str(data.get("variant", "")),
            device=str(data.get("device", "")),
        )
        self._answer_over()
        self.answered.emit(answered)
        self._open_next()

    def _on_answer_failed(self, failed: Failed) -> None:
        self._answer_over()
        self.answer_failed.emit(failed)
        if failed.code != "child-ended":
            self._open_next()

    def _answer_over(self) -> None:
        self._command = 0
        if self._state == "answering":
            self._set_state("ready")

    def _open_next(self) -> None:
        wanted, self._next = self._next, None
        if wanted is not None:
            self.open(*wanted)

    @Slot(object)
    def _on_child_ended(self, outcome: ChildOutcome) -> None:
        self.model = None
        expected = self._state in ("closed", "waiting", "closing")
        if self._state != "waiting":
            self._set_state("closed")
        self._children.lease.release("chat")
        if not expected:
            self.died.emit(outcome)
        self._open_next()

    def _set_state(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)


def _float_model(data: object) -> FloatModel | None:
    if not isinstance(data, dict):
        return None
    return FloatModel(
        device=str(data.get("device", "")),
        alone=bool(data.get("alone")),
        needed_bytes=int(data.get("needed_bytes") or 0),
        free_bytes=int(data.get("free_bytes") or 0),
    )
