"""Saves conversations that changed: soon and beside the window, or at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine import UserError
from app.state.background import Background
from app.state.conversation import Conversation
from app.state.conversations_model import ConversationStore, Draft

SAVE_MS = 2_000
"""A change is on the disk after this long at the latest."""


class ConversationKeeper(QObject):
    """What was said is not lost, and a busy disk is not felt while an answer comes.

    Signals:
        failed: `UserError`: a conversation could not be written.
    """

    failed = Signal(object)

    def __init__(self, store: ConversationStore, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._background = store, background
        self._dirty: dict[str, Conversation] = {}
        self._drafts: dict[str, Draft] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.save)

    @property
    def saving(self) -> bool:
        """Whether something is on its way to the disk."""
        return bool(self._drafts)

    def keep(self, conversation: Conversation) -> None:
        """It changed."""
        self._dirty[conversation.id] = conversation
        if not self._timer.isActive():
            self._timer.start()

    def forget(self, name: str) -> None:
        """It is deleted."""
        self._dirty.pop(name, None)
        self._drafts.pop(name, None)

    @Slot()
    def save(self) -> None:
        """Write what changed, in the background."""
        self._timer.stop()
        changed, self._dirty = self._dirty, {}
        for name, conversation in changed.items():
            draft = self._drafts[name] = self._store.prepare(conversation)
            self._background.do(f"save/{name}", partial(self._written, draft), self._on_saved, self.failed.emit)

    def flush(self) -> None:
        """Write what changed before this returns."""
        self._timer.stop()
        changed, self._dirty = self._dirty, {}
        drafts = self._drafts | {name: self._store.prepare(item) for name, item in changed.items()}
        self._drafts = {}
        for draft in drafts.values():
            try:
                self._store.write(draft)
            except UserError as error:
                self.failed.emit(error)

    def _written(self, draft: Draft) -> Draft:
        """In the background's thread."""
        self._store.write(draft)
        return draft

    def _on_saved(self, draft: Draft) -> None:
        if self._drafts.get(draft.id) == draft:
            del self._drafts[draft.id]
