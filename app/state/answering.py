"""The answers that are wanted: given one after another by a chat session, streamed, stopped, failed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import Failed
from app.state.chat_session import Answered, ChatSession
from app.state.conversation import Answer, Conversation
from app.state.settings import Settings


@dataclass(frozen=True)
class Wanted:
    """An answer that is still to be given."""

    conversation: Conversation
    number: int
    variant: str

    @property
    def answer(self) -> Answer:
        """Where it is written."""
        return self.conversation.exchanges[self.number].answers[self.variant]


class Answering(QObject):
    """A queue of answers in front of one session.

    Signals:
        asked: `Conversation` and the exchange whose answers are wanted from now on.
        told: `Wanted`: its answer has new text or another state.
        changed: `Conversation`: more than the text of an answer changed in it.
        grown: `Conversation`: an answer in it got longer.
        over: `Conversation`: an answer in it is over.
        busy_changed: whether an answer is being given or waited for.
    """

    asked = Signal(object, int)
    told = Signal(object)
    changed = Signal(object)
    grown = Signal(object)
    over = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, session: ChatSession, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._queue: list[Wanted] = []
        self._active: Wanted | None = None
        self._first_piece = 0.0
        self._pieces = 0
        session.text.connect(self._on_text)
        session.answered.connect(self._on_answered)
        session.answer_failed.connect(self._on_answer_failed)
        session.state_changed.connect(self._on_state)

    @property
    def busy(self) -> bool:
        """Whether an answer is being given or waited for."""
        return self._active is not None or bool(self._queue)

    @property
    def variant(self) -> str:
        """Who answers now; empty while nobody does."""
        return self._active.variant if self._active is not None else ""

    def want(self, conversation: Conversation, number: int, variants: tuple[str, ...]) -> None:
        """Answer an exchange as each of these, opening the conversation's source where it is not open."""
        # The float model last: it may have to send the others out of memory.
        order = sorted(variants, key=lambda name: name == "float")
        self._queue = [Wanted(conversation, number, name) for name in order]
        self.asked.emit(conversation, number)
        self.busy_changed.emit(True)
        self._pump()

    def stop(self) -> None:
        """End the running answer and forget those that wait."""
        waiting, self._queue = self._queue, []
        for wanted in waiting:
            wanted.answer.state, wanted.answer.reason = "stopped", "stopped"
            self.told.emit(wanted)
        if self._active is not None:
            self._session.stop()
        elif waiting:
            self.changed.emit(waiting[0].conversation)
            self.busy_changed.emit(False)

    def fail(self, message: str, hint: str) -> None:
        """Nobody will answer those that wait, and why."""
        waiting, self._queue = self._queue, []
        for wanted in waiting:
            answer = wanted.answer
            answer.state, answer.error, answer.hint = "failed", message, hint
            self.told.emit(wanted)
            self.changed.emit(wanted.conversation)
        if waiting and not self.busy:
            self.busy_changed.emit(False)

    def _pump(self) -> None:
        if self._active is not None or not self._queue:
            return
        wanted = self._queue[0]
        source = wanted.conversation.source
        if self._session.source != source:
            self._session.open(source, self._settings.device)
        elif self._session.state == "ready":
            self._active = self._queue.pop(0)
            wanted.answer.state = "streaming"
            self._pieces, self._first_piece = 0, 0.0
            self.told.emit(wanted)
            messages = wanted.conversation.messages(wanted.number, wanted.variant)
            self._session.ask(messages, wanted.variant, wanted.conversation.sampling)

    @Slot(str)
    def _on_text(self, piece: str) -> None:
        if self._active is None:
            return
        answer = self._active.answer
        answer.text += piece
        now = time.monotonic()
        if not self._pieces:
            self._first_piece = now
        self._pieces += 1
        # A piece is a token, but for characters of several: good enough while it streams, the engine counts at the end.
        answer.tokens = self._pieces
        if now - self._first_piece > 0.5:
            answer.tokens_per_second = (self._pieces - 1) / (now - self._first_piece)
        self.grown.emit(self._active.conversation)
        self.told.emit(self._active)

    @Slot(object)
    def _on_answered(self, answered: Answered) -> None:
        wanted, self._active = self._active, None
        if wanted is None:
            return
        answer = wanted.answer
        answer.text, answer.reason, answer.device = answered.text, answered.reason, answered.device
        answer.tokens, answer.tokens_per_second = answered.tokens, answered.tokens_per_second
        answer.prompt_tokens, answer.prefill_seconds = answered.prompt_tokens, answered.prefill_seconds
        answer.state = "stopped" if answered.reason == "stopped" else "done"
        self._finish(wanted)

    @Slot(object)
    def _on_answer_failed(self, failed: Failed) -> None:
        wanted, self._active = self._active, None
        if wanted is None:
            return
        answer = wanted.answer
        if failed.code == "child-ended":
            self.fail(failed.message, failed.hint)  # before _finish asks the next one of nobody
        if failed.code in ("cancelled", "child-ended"):
            answer.state, answer.reason = "stopped", "stopped"
        else:
            answer.state, answer.error, answer.hint = "failed", failed.message, failed.hint
        self._finish(wanted)

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if state == "ready":
            self._pump()

    def _finish(self, wanted: Wanted) -> None:
        self.told.emit(wanted)
        self.changed.emit(wanted.conversation)
        self.over.emit(wanted.conversation)
        if self._queue:
            self._pump()
        if not self.busy:
            self.busy_changed.emit(False)
