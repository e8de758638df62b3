"""The chat page: conversations at the left, the talk in the middle, settings at the right."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QInputDialog, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from app.engine import UserError
from app.pages import chat_drawing as drawing
from app.state.chat_controller import ChatController, with_value
from app.state.chat_session import Opening
from app.state.chat_sources import ChatSources
from app.state.conversation import Conversation, Sampling
from app.state.conversation_export import export
from app.state.conversations_model import DETAIL_ROLE, ID_ROLE, ConversationsFilter
from app.state.services import Services
from app.views.chat_header import ChatHeader
from app.views.chat_start import ChatStart
from app.views.composer import Composer
from app.views.conversation_list import ConversationList
from app.views.sampling_panel import SamplingPanel
from app.views.transcript import ExchangeShown, Transcript

REDRAW_MS = 50
"""Between two drawings of a growing answer."""

WIDE = 1100
"""From this width on both side panels are shown at first."""

COMPARE = "compare:"


class ChatPage(QWidget):
    """Joins `ChatController` to the views."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.chat = ChatController(services, self)
        self.sources = ChatSources(services.background, services.settings, self)
        self.filter = ConversationsFilter(self.chat.list, self)
        self._streams = drawing.Streams()
        self._changed: set[tuple[int, str]] = set()
        self._opening = Opening()
        self._loaded = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAW_MS)
        self._timer.timeout.connect(self._draw_answers)
        self._build()
        self._connect()
        self._draw()

    # ---- construction ----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.header, self.transcript, self.start = ChatHeader(), Transcript(), ChatStart()
        self.composer, self.panel = Composer(), SamplingPanel()
        self.conversations = ConversationList(ID_ROLE, DETAIL_ROLE)
        self.conversations.set_model(self.filter)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.stack.addWidget(self.transcript)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, self.stack, self.composer):
            column.addWidget(widget)
        column.setStretch(1, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.conversations)
        layout.addLayout(column, 1)
        layout.addWidget(self.panel)
        self._show_panel("settings", False)
        self._show_panel("list", True)

    def _connect(self) -> None:
        chat, session = self.chat, self.chat.session
        chat.conversation_changed.connect(self._draw)
        chat.settings_changed.connect(self._draw_settings)
        chat.exchanges_changed.connect(self._draw_exchanges)
        chat.answer_changed.connect(self._answer_changed)
        chat.busy_changed.connect(self._draw_busy)
        session.state_changed.connect(self._on_state)
        session.progress.connect(self._on_progress)
        self.sources.changed.connect(self._fill_menu)
        self.chat.list.loaded.connect(self._mark_current)
        shown = self.filter
        for signal in (shown.rowsInserted, shown.rowsRemoved, shown.rowsMoved, shown.modelReset, shown.layoutChanged):
            signal.connect(self._mark_current)
        header = self.header
        header.chosen.connect(self._choose)
        header.menu_opened.connect(self.sources.refresh)
        header.acted.connect(self._act)
        header.toggled.connect(self._toggled)
        header.segments_changed.connect(self._segments_changed)
        header.more.connect(self._more)
        self.start.acted.connect(self.header.model.showMenu)
        self.start.tried.connect(self.composer.set_text)
        self.composer.sent.connect(self._send)
        self.composer.stopped.connect(chat.stop)
        self.transcript.edited.connect(chat.edit)
        self.transcript.again.connect(chat.regenerate)
        self.transcript.branched.connect(chat.branch)
        self.transcript.link.connect(self._open_link)
        self.panel.changed.connect(self._sampling_changed)
        self.panel.system_changed.connect(chat.set_system)
        self.panel.reset.connect(self._usual_values)
        self.conversations.new.connect(self._new)
        self.conversations.searched.connect(self._search)
        self.conversations.chosen.connect(chat.show)
        self.conversations.asked.connect(self._asked)

    def open_with(self, argument: str) -> None:
        """A run folder or a model source to talk with; ``compare:`` before it compares its variants."""
        if argument:
            self.chat.choose(argument.removeprefix(COMPARE), compare=argument.startswith(COMPARE))
            self._make_room()
        self.composer.editor.setFocus()

    def in_the_middle(self) -> bool:
        """Whether a model is open, or being opened: it belongs to this page."""
        return self.chat.session.state != "closed"

    def take_over(self, old: ChatPage) -> None:
        """Show the conversation that the page in another language showed."""
        old.chat.keeper.flush()
        if old.chat.current.exchanges:
            self.chat.show(old.chat.current.id)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what there is."""
        super().showEvent(event)
        self.sources.refresh()
        if not self._loaded:
            self._loaded = True
            self.chat.list.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two side panels leave no room for the talk in a narrow window."""
        super().resizeEvent(event)
        if self.width() < WIDE and self.panel.isVisibleTo(self):
            self._show_panel("list", False)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is lost when the window goes; another page does not wait for the disk."""
        super().hideEvent(event)
        if self.window().isVisible():
            self.chat.keeper.save()
        else:
            self.chat.keeper.flush()

    # ---- drawing ---------------------------------------------------------------------------------------------------

    @Slot()
    def _draw(self) -> None:
        self._draw_exchanges(0)
        self._draw_settings()
        self._mark_current()
        self._draw_state()

    @Slot()
    def _draw_settings(self) -> None:
        current, about = self.chat.current, self.chat.about
        title = about.title if current.source else self.tr("Choose a model")
        self.header.set_model(title, about.detail or current.source or title)
        variants = self.chat.variants if current.source else ()
        on = current.columns or (self.chat.answering_as,)
        model = self.chat.session.model
        shown = drawing.segments(variants, on, model if model and model.source == current.source else None)
        self.header.set_segments(shown, multiple=bool(current.columns))
        self.panel.set_values(asdict(current.sampling), current.system)
        self.transcript.set_columns(len(current.columns) or 1)
        self._draw_start()

    @Slot(int)
    def _draw_exchanges(self, first: int) -> None:
        self._streams.clear(first)
        self._changed = {item for item in self._changed if item[0] < first}
        current = self.chat.current
        shown = [
            ExchangeShown(
                prompt=exchange.prompt,
                answers=[
                    drawing.answer_shown(first + place, answer, self._streams)
                    for answer in drawing.shown_answers(exchange, current)
                ],
            )
            for place, exchange in enumerate(current.exchanges[first:])
        ]
        self.transcript.set_columns(len(current.columns) or 1)
        self.transcript.set_exchanges(first, shown, can_ask=not self.chat.busy)
        self.stack.setCurrentWidget(self.transcript if current.exchanges else self.start)
        self.transcript.go_to_end()

    @Slot(int, str)
    def _answer_changed(self, number: int, variant: str) -> None:
        self._changed.add((number, variant))
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _draw_answers(self) -> None:
        changed, self._changed = self._changed, set()
        exchanges = self.chat.current.exchanges
        for number, variant in changed:
            answer = exchanges[number].answers.get(variant) if number < len(exchanges) else None
            if answer is not None:
                shown = drawing.answer_shown(number, answer, self._streams)
                self.transcript.set_answer(number, shown, can_ask=not self.chat.busy)

    @Slot(bool)
    def _draw_busy(self, busy: bool) -> None:
        self._draw_answers()
        self.composer.set_busy(busy)
        self.transcript.set_askable(not busy)
        self._draw_state()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if state == "opening":
            self._opening = Opening()
        self._draw_state()
        self._draw_start()

    @Slot(object)
    def _on_progress(self, opening: Opening) -> None:
        self._opening = opening
        self._draw_state()

    def _draw_state(self) -> None:
        text, share, name, words = drawing.state_line(self.chat.session, self._opening, self.chat.answering.variant)
        self.header.set_state(text, share)
        tip = self.tr("Ends the chat and frees its memory; the conversation is kept") if name == "close" else ""
        self.header.set_action(name, words, tip)

    def _draw_start(self) -> None:
        if not self.chat.current.source:
            heading = self.tr("Choose a model to talk with")
            words = self.tr("One of your runs, or a base model before any run. It is loaded when you choose it.")
            self.start.set_words(heading, words, self.tr("Choose a model"))
            self.start.set_tries(())
            return
        heading = self.tr("Talk with %1").replace("%1", self.chat.about.title)
        if self.chat.current.columns:
            words = self.tr("Every variant gets the same question, and their answers stand side by side.")
        else:
            words = self.tr("Write a message below, or begin with one of these.")
        self.start.set_words(heading, words, "")
        self.start.set_tries(
            (
                self.tr("Explain in three sentences why the sky is blue."),
                self.tr("Write a short poem about a lighthouse."),
                self.tr("Make a table of the three largest planets and their sizes."),
            )
        )

    @Slot()
    def _fill_menu(self) -> None:
        self.header.set_choices(drawing.menu_choices(self.sources))

    @Slot()
    def _mark_current(self) -> None:
        row = self.chat.list.row(self.chat.current.id)
        index = self.filter.mapFromSource(self.chat.list.index(row)) if row >= 0 else None
        self.conversations.set_current(index.row() if index is not None and index.isValid() else -1)
        self._say_none()

    @Slot()
    def _say_none(self) -> None:
        text = ""
        if not self.filter.rowCount():
            searching = bool(self.conversations.search.text().strip())
            text = self.tr("Nothing found.") if searching else self.tr("Your conversations are kept here.")
        self.conversations.set_none(text)

    # ---- what the user does ----------------------------------------------------------------------------------------

    @Slot(str)
    def _send(self, text: str) -> None:
        if not self.chat.current.source:
            self.header.model.showMenu()
        elif self.chat.send(text):
            self.composer.clear()
            self._mark_current()

    @Slot()
    def _new(self) -> None:
        self.chat.new()
        self.composer.editor.setFocus()

    @Slot(str)
    def _search(self, text: str) -> None:
        self.filter.set_filter(text)
        self._mark_current()

    @Slot(str)
    def _choose(self, name: str) -> None:
        if name == drawing.FOLDER:
            name = QFileDialog.getExistingDirectory(self, self.tr("A run, or a model's folder"))
            if name and not (Path(name) / "recipe.toml").is_file():
                name = f"path:{name}"
        elif name == drawing.GGUF:
            kinds = self.tr("GGUF files") + " (*.gguf)"
            name = QFileDialog.getOpenFileName(self, self.tr("A GGUF file"), "", kinds)[0]
            name = f"gguf:{name}" if name else ""
        if name:
            self.chat.choose(name)
            self.composer.editor.setFocus()

    @Slot(str)
    def _act(self, name: str) -> None:
        if name == "cpu":
            self.chat.session.open_on_cpu()
        elif name == "close":
            self.chat.close()

    @Slot(str, bool)
    def _toggled(self, name: str, on: bool) -> None:
        if name == "compare":
            self.chat.set_compare(on)
            self._make_room()
            return
        self._show_panel(name, on)
        other = "settings" if name == "list" else "list"
        if on and self.width() < WIDE:
            self._show_panel(other, False)

    def _make_room(self) -> None:
        if self.chat.current.columns and self.width() < WIDE:
            self._show_panel("list", False)
            self._show_panel("settings", False)

    def _show_panel(self, name: str, on: bool) -> None:
        (self.conversations if name == "list" else self.panel).setVisible(on)
        self.header.set_toggle(name, on)

    @Slot(list)
    def _segments_changed(self, names: list[str]) -> None:
        if self.chat.current.columns:
            self.chat.set_columns(tuple(names))
        else:
            self.chat.set_variant(names[0])
            self._draw_exchanges(0)

    @Slot(str, object)
    def _sampling_changed(self, name: str, value: float | int | None) -> None:
        self.chat.set_sampling(with_value(self.chat.current.sampling, name, value))

    @Slot()
    def _usual_values(self) -> None:
        self.chat.set_sampling(Sampling())

    @Slot(str)
    def _more(self, what: str) -> None:
        if self.chat.current.exchanges:
            self._asked(what, self.chat.current.id)

    @Slot(str, str)
    def _asked(self, what: str, name: str) -> None:
        conversation = self._conversation(name)
        if conversation is None:
            return
        if what == "rename":
            title, accepted = QInputDialog.getText(
                self, self.tr("Rename the conversation"), self.tr("Title"), text=conversation.title
            )
            if accepted:
                self.chat.rename(name, title)
        elif what == "delete":
            question = self.tr("Delete “%1”? This cannot be undone.").replace("%1", conversation.title)
            if QMessageBox.question(self, self.tr("Delete the conversation"), question) == _YES:
                self.chat.delete(name)
        elif what == "export":
            self._export(conversation)

    def _conversation(self, name: str) -> Conversation | None:
        if name == self.chat.current.id:
            return self.chat.current
        try:
            return self.chat.store.read(name)
        except UserError as error:
            self.services.notices.say_error(error, key="chat")
            return None

    def _export(self, conversation: Conversation) -> None:
        usual = re.sub(r"[^\w -]+", "", conversation.title).strip() or "conversation"
        kinds = self.tr("Markdown (*.md);;JSON (*.json)")
        path, _kind = QFileDialog.getSaveFileName(self, self.tr("Export the conversation"), f"{usual}.md", kinds)
        if not path:
            return
        try:
            export(conversation, Path(path))
        except OSError as error:
            message = self.tr("%1 cannot be written: %2.").replace("%1", path).replace("%2", error.strerror or "")
            self.services.notices.say("error", message, self.tr("Choose another folder."), key="chat-export")

    @Slot(str)
    def _open_link(self, address: str) -> None:
        question = self.tr("A link in an answer leads to:\n\n%1\n\nOpen it in your browser?").replace("%1", address)
        if QMessageBox.question(self, self.tr("Open a link"), question) == _YES:
            QDesktopServices.openUrl(QUrl(address))


_YES = QMessageBox.StandardButton.Yes


def make_page(services: Services) -> QWidget:
    """The page."""
    return ChatPage(services)
