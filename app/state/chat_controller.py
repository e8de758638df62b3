"""Holds the current conversation, asks the variants one after another, and saves what is said."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine import Failed, UserError, conversations_folder
from app.state.chat_session import Answered, ChatSession, OpenModel
from app.state.chat_sources import ChatSource, describe
from app.state.child import ChildOutcome
from app.state.conversation import COLUMN_ORDER, Answer, Conversation, Sampling, new_conversation, sampling_from
from app.state.conversations_model import ConversationsModel, ConversationStore, Draft
from app.state.notices import Action
from app.state.services import Services

SAVE_MS = 2_000
"""A change is on the disk after this long at the latest."""

NOTICE = "chat"
SAMPLING = "chat/sampling"


@dataclass(frozen=True)
class _Wanted:
    """An answer that is still to be given."""

    conversation: Conversation
    number: int
    variant: str


class ChatController(QObject):
    """One conversation at a time; its answers come from `session`.

    Signals:
        conversation_changed: another conversation, or its source.
        settings_changed: variant, columns, system prompt or sampling changed.
        exchanges_changed: all exchanges from this number on are to be drawn anew.
        answer_changed: exchange and variant whose answer has new text or another state.
        busy_changed: whether an answer is being given or waited for.
    """

    conversation_changed = Signal()
    settings_changed = Signal()
    exchanges_changed = Signal(int)
    answer_changed = Signal(int, str)
    busy_changed = Signal(bool)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.store = ConversationStore(conversations_folder())
        self.list = ConversationsModel(self.store, services.background, self)
        self.session = ChatSession(services.children, self)
        self.current = self._fresh()
        self.about: ChatSource = describe("")
        self._queue: list[_Wanted] = []
        self._active: _Wanted | None = None
        self._first_piece = 0.0
        self._pieces = 0
        self._dirty: dict[str, Conversation] = {}
        self._drafts: dict[str, Draft] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self._save)
        self._connect()

    def _connect(self) -> None:
        session = self.session
        session.opened.connect(self._on_opened)
        session.open_failed.connect(self._on_open_failed)
        session.text.connect(self._on_text)
        session.noticed.connect(self._on_noticed)
        session.answered.connect(self._on_answered)
        session.answer_failed.connect(self._on_answer_failed)
        session.died.connect(self._on_died)
        session.state_changed.connect(self._on_state)
        self._services.children.lease.changed.connect(self._on_lease)

    # ---- which conversation ----------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether an answer is being given or waited for."""
        return self._active is not None or bool(self._queue)

    @property
    def answering(self) -> str:
        """The variant that answers now; empty while none does."""
        return self._active.variant if self._active is not None else ""

    @property
    def variants(self) -> tuple[str, ...]:
        """What the current source can answer as, from the float model to the tuned one."""
        model = self.session.model
        if model is not None and model.source == self.current.source:
            return tuple(name for name in COLUMN_ORDER if name in model.variants)
        return self.about.variants

    @property
    def answering_as(self) -> str:
        """The variant that answers a plain conversation."""
        have = self.variants
        return self.current.variant if self.current.variant in have or not have else have[-1]

    def new(self, source: str | None = None) -> None:
        """Begin an empty conversation, with the same source unless another is named."""
        self.stop()
        fresh = self._fresh()
        fresh.source = self.current.source if source is None else source
        if fresh.source == self.current.source:
            fresh.variant = self.current.variant
        self._show(fresh)

    def show(self, name: str) -> None:
        """Go to a saved conversation."""
        if name == self.current.id:
            return
        self.flush()
        try:
            conversation = self.store.read(name)
        except UserError as error:
            self._services.notices.say_error(error, key=NOTICE)
            self.list.remove(name)
            return
        self.stop()
        self._show(conversation)

    def delete(self, name: str) -> None:
        """Remove a conversation; the current one is followed by an empty one."""
        if name == self.current.id:
            self.stop()
        self._dirty.pop(name, None)
        self._drafts.pop(name, None)
        self.store.delete(name)
        self.list.remove(name)
        if name == self.current.id:
            self.new()

    def rename(self, name: str, title: str) -> None:
        """Give a conversation another title."""
        try:
            conversation = self.current if name == self.current.id else self.store.read(name)
        except UserError as error:
            self._services.notices.say_error(error, key=NOTICE)
            return
        conversation.title = title.strip() or conversation.title
        self._changed(conversation)

    def branch(self, number: int) -> None:
        """Go on from an exchange in a new conversation; this one stays as it is."""
        self.stop()
        copy = self.current.branch(number)
        copy.title = self.tr("%1 (branch)").replace("%1", copy.title)
        self._show(copy)
        self._changed(copy)

    def choose(self, source: str, *, compare: bool = False) -> None:
        """Talk with another source: in this conversation while it is empty, else in a new one. Opens it."""
        if self.current.exchanges and source != self.current.source:
            self.new(source)
        else:
            if source != self.current.source:
                self.current.variant, self.current.columns = "", ()
            self.current.source = source
            self._show(self.current)
        if compare:
            self.set_compare(True)
        self.open()

    def open(self) -> None:
        """Load the current source, if it is not open."""
        source = self.current.source
        if source and self.session.source != source:
            self._services.notices.dismiss_key(NOTICE)
            self.session.open(source, self._services.settings.device)

    def close(self) -> None:
        """End the chat and free its memory."""
        self.stop()
        self.session.close()

    # ---- settings --------------------------------------------------------------------------------------------------

    def set_variant(self, variant: str) -> None:
        """Who answers from now on."""
        self.current.variant = variant
        self._settings_changed()

    def set_compare(self, on: bool) -> None:
        """Ask every variant there is, or one."""
        have = self.variants
        self.current.columns = (have if len(have) > 1 else ()) if on else ()
        self._settings_changed()
        self.exchanges_changed.emit(0)

    def set_columns(self, columns: tuple[str, ...]) -> None:
        """The variants that are compared, one at least."""
        if columns:
            self.current.columns = tuple(name for name in COLUMN_ORDER if name in columns)
        self._settings_changed()
        self.exchanges_changed.emit(0)

    def set_system(self, text: str) -> None:
        """The system prompt."""
        if text != self.current.system:
            self.current.system = text
            self._settings_changed()

    def set_sampling(self, sampling: Sampling) -> None:
        """How words are chosen; new conversations begin with it."""
        if sampling != self.current.sampling:
            self.current.sampling = sampling
            self._services.settings.put(SAMPLING, json.dumps(asdict(sampling)))
            self._settings_changed()

    # ---- asking ----------------------------------------------------------------------------------------------------

    def send(self, prompt: str) -> bool:
        """Ask; False while there is nothing to ask, nobody to ask, or an answer is on its way."""
        if not prompt.strip() or not self.current.source or self.busy:
            return False
        self._settle_variant()
        number = self.current.ask(prompt.strip())
        self._want(number, tuple(self.current.exchanges[number].answers))
        return True

    def edit(self, number: int, prompt: str) -> bool:
        """Ask an earlier question in other words; what came after it goes."""
        if not prompt.strip() or self.busy:
            return False
        self._settle_variant()
        self.current.edit(number, prompt.strip())
        self._want(number, tuple(self.current.exchanges[number].answers))
        return True

    def regenerate(self, number: int, variant: str | None = None) -> bool:
        """Answer an exchange again, as one variant or as all that are asked now."""
        if self.busy:
            return False
        self._settle_variant()
        self._want(number, self.current.regenerate(number, variant))
        return True

    def stop(self) -> None:
        """End the running answer and forget those that wait."""
        waiting, self._queue = self._queue, []
        for wanted in waiting:
            answer = wanted.conversation.exchanges[wanted.number].answers[wanted.variant]
            answer.state, answer.reason = "stopped", "stopped"
            self._tell(wanted)
        if self._active is not None:
            self.session.stop()
        elif waiting:
            self._changed(waiting[0].conversation)
            self.busy_changed.emit(False)

    def _settle_variant(self) -> None:
        if not self.current.columns:
            self.current.variant = self.answering_as

    def _want(self, number: int, variants: tuple[str, ...]) -> None:
        # The float model last: it may have to send the others out of memory.
        order = sorted(variants, key=lambda name: name == "float")
        self._queue = [_Wanted(self.current, number, name) for name in order]
        self._changed(self.current)
        self.exchanges_changed.emit(number)
        self.busy_changed.emit(True)
        self._pump()

    def _pump(self) -> None:
        if self._active is not None or not self._queue:
            return
        wanted = self._queue[0]
        source = wanted.conversation.source
        if self.session.source != source:
            self.session.open(source, self._services.settings.device)
        elif self.session.state == "ready":
            self._active = self._queue.pop(0)
            answer = self._answer(wanted)
            answer.state = "streaming"
            self._pieces, self._first_piece = 0, 0.0
            self._tell(wanted)
            messages = wanted.conversation.messages(wanted.number, wanted.variant)
            self.session.ask(messages, wanted.variant, wanted.conversation.sampling)

    # ---- what the session says -------------------------------------------------------------------------------------

    @Slot(object)
    def _on_opened(self, model: OpenModel) -> None:
        if model.source == self.current.source:
            if not self.current.variant and model.variants:
                self.current.variant = model.variants[0]
            self.settings_changed.emit()
        self._pump()

    @Slot(object)
    def _on_open_failed(self, failed: Failed) -> None:
        self._services.notices.say_failed(failed, key=NOTICE)
        self._fail_waiting(failed.message, failed.hint)

    @Slot(str)
    def _on_text(self, piece: str) -> None:
        if self._active is None:
            return
        answer = self._answer(self._active)
        answer.text += piece
        now = time.monotonic()
        if not self._pieces:
            self._first_piece = now
        self._pieces += 1
        # A piece is a token, but for characters of several: good enough while it streams, the engine counts at the end.
        answer.tokens = self._pieces
        if now - self._first_piece > 0.5:
            answer.tokens_per_second = (self._pieces - 1) / (now - self._first_piece)
        self._dirty[self._active.conversation.id] = self._active.conversation
        self._start_timer()
        self._tell(self._active)

    @Slot(str, str, str, str)
    def _on_noticed(self, level: str, code: str, message: str, hint: str) -> None:
        known = "warning" if level == "warning" else "error" if level == "error" else "info"
        self._services.notices.say(known, message, hint, code=code, key=NOTICE)  # type: ignore[arg-type]

    @Slot(object)
    def _on_answered(self, answered: Answered) -> None:
        wanted, self._active = self._active, None
        if wanted is None:
            return
        answer = self._answer(wanted)
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
        answer = self._answer(wanted)
        if failed.code == "child-ended":
            self._fail_waiting(failed.message, failed.hint)  # before _finish asks the next one of nobody
        if failed.code in ("cancelled", "child-ended"):
            answer.state, answer.reason = "stopped", "stopped"
        else:
            answer.state, answer.error, answer.hint = "failed", failed.message, failed.hint
        self._finish(wanted)

    @Slot(object)
    def _on_died(self, outcome: ChildOutcome) -> None:
        if outcome.crashed and outcome.code == 9:
            message = self.tr("The chat's process was killed by the system or by another program.")
            hint = self.tr("Often the memory was full. Close other programs, or choose a smaller model.")
        else:
            message = self.tr("The chat's process ended by itself (code %1).").replace("%1", str(outcome.code))
            hint = self.tr("The conversation is kept; open the model again to go on.")
        again = Action(self.tr("Open again"), self.open, "open-chat")
        self._services.notices.say(
            "error", message, hint, code="child-died", details=outcome.words, actions=(again,), key=NOTICE
        )
        self._fail_waiting(message, hint)

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if state == "closed" and not self.session.source:
            self._fail_waiting(self.tr("The chat was closed."), "")
        elif state == "ready":
            self._pump()

    @Slot()
    def _on_lease(self) -> None:
        lease = self._services.children.lease
        if lease.holder == "chat" and {"job", "check"} & set(lease.waiting):
            self._services.notices.say(
                "info",
                self.tr("A run waits for the device, which the chat is using."),
                self.tr("Close the chat to let it start; the conversation is kept."),
                actions=(Action(self.tr("Close the chat"), self.close, "close-chat"),),
                key="chat-holds-device",
            )
        else:
            self._services.notices.dismiss_key("chat-holds-device")

    # ---- keeping ---------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Save what was changed, before this returns."""
        self._timer.stop()
        changed, self._dirty = self._dirty, {}
        drafts = self._drafts | {name: self.store.prepare(item) for name, item in changed.items()}
        self._drafts = {}
        for draft in drafts.values():
            try:
                self.store.write(draft)
            except UserError as error:
                self._on_save_failed(error)

    @Slot()
    def _save(self) -> None:
        """Save what was changed, in the background: a disk that is busy must not be felt while an answer comes."""
        self._timer.stop()
        changed, self._dirty = self._dirty, {}
        for name, conversation in changed.items():
            draft = self._drafts[name] = self.store.prepare(conversation)
            self._services.background.do(
                f"save/{name}", partial(self._written, draft), self._on_saved, self._on_save_failed
            )

    def _written(self, draft: Draft) -> Draft:
        """In the background's thread."""
        self.store.write(draft)
        return draft

    def _on_saved(self, draft: Draft) -> None:
        if self._drafts.get(draft.id) == draft:
            del self._drafts[draft.id]

    def _on_save_failed(self, error: UserError) -> None:
        self._services.notices.say_error(error, key="chat-save")

    def _finish(self, wanted: _Wanted) -> None:
        self._tell(wanted)
        self._changed(wanted.conversation)
        self._save()
        if self._queue:
            self._pump()
        if not self.busy:
            self.busy_changed.emit(False)

    def _fail_waiting(self, message: str, hint: str) -> None:
        waiting, self._queue = self._queue, []
        for wanted in waiting:
            answer = self._answer(wanted)
            answer.state, answer.error, answer.hint = "failed", message, hint
            self._tell(wanted)
            self._changed(wanted.conversation)
        if waiting and not self.busy:
            self.busy_changed.emit(False)

    def _answer(self, wanted: _Wanted) -> Answer:
        return wanted.conversation.exchanges[wanted.number].answers[wanted.variant]

    def _tell(self, wanted: _Wanted) -> None:
        if wanted.conversation is self.current:
            self.answer_changed.emit(wanted.number, wanted.variant)

    def _fresh(self) -> Conversation:
        made = new_conversation()
        try:
            made.sampling = sampling_from(json.loads(self._services.settings.text(SAMPLING, "{}")))
        except (ValueError, AttributeError):
            made.sampling = Sampling()
        return made

    def _show(self, conversation: Conversation) -> None:
        self.flush()
        self.current = conversation
        self.about = describe(conversation.source)
        conversation.source_title = self.about.title if conversation.source else ""
        if conversation.variant not in (self.about.variants or (conversation.variant,)):
            conversation.variant = ""
        self.conversation_changed.emit()

    def _settings_changed(self) -> None:
        if self.current.exchanges:
            self._changed(self.current)
        self.settings_changed.emit()

    def _changed(self, conversation: Conversation) -> None:
        conversation.touch()
        self.list.put(conversation)
        self._dirty[conversation.id] = conversation
        self._start_timer()

    def _start_timer(self) -> None:
        if not self._timer.isActive():
            self._timer.start()


def with_value(sampling: Sampling, name: str, value: float | int | None) -> Sampling:
    """The same settings but for one."""
    return replace(sampling, **{name: value})  # type: ignore[arg-type]
