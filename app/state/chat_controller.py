"""Holds the current conversation: whom it asks and how; its answers are given and kept by others."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from PySide6.QtCore import QObject, Signal, Slot

from app.engine import Failed, UserError, conversations_folder
from app.state.answering import Answering, Wanted
from app.state.chat_session import ChatSession, OpenModel
from app.state.chat_sources import ChatSource, describe
from app.state.child import ChildOutcome
from app.state.conversation import COLUMN_ORDER, Conversation, Sampling, new_conversation, sampling_from
from app.state.conversation_keeper import ConversationKeeper
from app.state.conversations_model import ConversationsModel, ConversationStore
from app.state.notices import Action
from app.state.services import Services

NOTICE = "chat"
SAMPLING = "chat/sampling"


class ChatController(QObject):
    """One conversation at a time; `answering` gives its answers from `session`, `keeper` saves it.

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
        self.keeper = ConversationKeeper(self.store, services.background, self)
        self.session = ChatSession(services.children, self)
        self.answering = Answering(self.session, services.settings, self)
        self.current = self._fresh()
        self.about: ChatSource = describe("")
        self._connect()

    def _connect(self) -> None:
        session = self.session
        session.opened.connect(self._on_opened)
        session.open_failed.connect(self._on_open_failed)
        session.noticed.connect(self._on_noticed)
        session.died.connect(self._on_died)
        session.state_changed.connect(self._on_state)
        self.answering.asked.connect(self._on_asked)
        self.answering.told.connect(self._on_told)
        self.answering.changed.connect(self._changed)
        self.answering.grown.connect(self.keeper.keep)
        self.answering.over.connect(self.keeper.save)
        self.answering.busy_changed.connect(self.busy_changed)
        self.keeper.failed.connect(self._on_save_failed)
        self._services.children.lease.changed.connect(self._on_lease)

    # ---- which conversation ----------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether an answer is being given or waited for."""
        return self.answering.busy

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
        self.keeper.flush()
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
        self.keeper.forget(name)
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
        self.answering.want(self.current, number, tuple(self.current.exchanges[number].answers))
        return True

    def edit(self, number: int, prompt: str) -> bool:
        """Ask an earlier question in other words; what came after it goes."""
        if not prompt.strip() or self.busy:
            return False
        self._settle_variant()
        self.current.edit(number, prompt.strip())
        self.answering.want(self.current, number, tuple(self.current.exchanges[number].answers))
        return True

    def regenerate(self, number: int, variant: str | None = None) -> bool:
        """Answer an exchange again, as one variant or as all that are asked now."""
        if self.busy:
            return False
        self._settle_variant()
        self.answering.want(self.current, number, self.current.regenerate(number, variant))
        return True

    def stop(self) -> None:
        """End the running answer and forget those that wait."""
        self.answering.stop()

    def _settle_variant(self) -> None:
        if not self.current.columns:
            self.current.variant = self.answering_as

    # ---- what the session says -------------------------------------------------------------------------------------

    @Slot(object)
    def _on_opened(self, model: OpenModel) -> None:
        if model.source == self.current.source:
            if not self.current.variant and model.variants:
                self.current.variant = model.variants[0]
            self.settings_changed.emit()

    @Slot(object)
    def _on_open_failed(self, failed: Failed) -> None:
        self._services.notices.say_failed(failed, key=NOTICE)
        self.answering.fail(failed.message, failed.hint)

    @Slot(str, str, str, str)
    def _on_noticed(self, level: str, code: str, message: str, hint: str) -> None:
        known = "warning" if level == "warning" else "error" if level == "error" else "info"
        self._services.notices.say(known, message, hint, code=code, key=NOTICE)  # type: ignore[arg-type]

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
        self.answering.fail(message, hint)

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if state == "closed" and not self.session.source:
            self.answering.fail(self.tr("The chat was closed."), "")

    @Slot(object, int)
    def _on_asked(self, conversation: Conversation, number: int) -> None:
        self._changed(conversation)
        self.exchanges_changed.emit(number)

    @Slot(object)
    def _on_told(self, wanted: Wanted) -> None:
        if wanted.conversation is self.current:
            self.answer_changed.emit(wanted.number, wanted.variant)

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

    @Slot(object)
    def _on_save_failed(self, error: UserError) -> None:
        self._services.notices.say_error(error, key="chat-save")

    def _fresh(self) -> Conversation:
        made = new_conversation()
        try:
            made.sampling = sampling_from(json.loads(self._services.settings.text(SAMPLING, "{}")))
        except (ValueError, AttributeError):
            made.sampling = Sampling()
        return made

    def _show(self, conversation: Conversation) -> None:
        self.keeper.flush()
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

    @Slot(object)
    def _changed(self, conversation: Conversation) -> None:
        conversation.touch()
        self.list.put(conversation)
        self.keeper.keep(conversation)


def with_value(sampling: Sampling, name: str, value: float | int | None) -> Sampling:
    """The same settings but for one."""
    return replace(sampling, **{name: value})  # type: ignore[arg-type]
