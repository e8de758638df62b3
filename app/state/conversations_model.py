"""The saved conversations: the folder they lie in, a list of them, and a filter that looks through every word."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)

from app.engine import UserError, write_text_atomic
from app.state.background import Background
from app.state.conversation import Conversation, from_json, to_json

Index = QModelIndex | QPersistentModelIndex

ID_ROLE = int(Qt.ItemDataRole.UserRole)
DETAIL_ROLE = ID_ROLE + 1
"""The second line: source and day."""

KEY = "conversations"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the list knows of a conversation; ``words`` is everything said in it, case folded."""

    id: str
    title: str
    source_title: str
    updated: str
    words: str


def entry_of(conversation: Conversation) -> Entry:
    """The list's entry for a conversation."""
    return Entry(
        id=conversation.id,
        title=conversation.title,
        source_title=conversation.source_title,
        updated=conversation.updated,
        words=conversation.search_text(),
    )


@dataclass(frozen=True)
class Draft:
    """A conversation's text on its way to the disk; ``number`` rises with every draft."""

    id: str
    number: int
    text: str


class ConversationStore:
    """One JSON file a conversation, each written whole or not at all.

    Args:
        folder: made at the first save.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._newest: dict[str, int] = {}
        self._next = 1

    def save(self, conversation: Conversation) -> None:
        """Write it, now.

        Raises:
            UserError: the folder cannot be written, or the disk is full.
        """
        self.write(self.prepare(conversation))

    def prepare(self, conversation: Conversation) -> Draft:
        """What `write` needs, taken from the conversation as it is now."""
        number, self._next = self._next, self._next + 1
        return Draft(conversation.id, number, to_json(conversation))

    def write(self, draft: Draft) -> None:
        """Write a draft, from any thread; an older one than was written, or one of a deleted conversation, is dropped.

        Raises:
            UserError: the folder cannot be written, or the disk is full.
        """
        with self._lock:
            if draft.number > self._newest.get(draft.id, 0):
                self._write(draft)
                self._newest[draft.id] = draft.number

    def _write(self, draft: Draft) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                "folder-unwritable",
                f"Conversations cannot be saved in {self.folder}: {error.strerror}.",
                hint="Make that folder writable.",
                where=str(self.folder),
            ) from error
        write_text_atomic(self._path(draft.id), draft.text)

    def read(self, name: str) -> Conversation:
        """Read one.

        Raises:
            UserError: it is gone or damaged.
        """
        return _read(self._path(name))

    def delete(self, name: str) -> None:
        """Remove one; nothing happens where it never was saved."""
        with self._lock, contextlib.suppress(OSError):
            self._newest[name] = self._next  # drafts made before this one stay unwritten
            self._next += 1
            self._path(name).unlink(missing_ok=True)

    def entries(self) -> list[Entry]:
        """All that can be read, the newest first; damaged files are left alone."""
        found = []
        for path in self.folder.glob("*.json"):
            with contextlib.suppress(UserError):
                found.append(entry_of(_read(path)))
        return sorted(found, key=lambda entry: entry.updated, reverse=True)

    def _path(self, name: str) -> Path:
        assert name
        assert not set(name) & set("/\\")
        return self.folder / f"{name}.json"


def _read(path: Path) -> Conversation:
    try:
        conversation = from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "conversation-unreadable", f"The conversation cannot be read: {error}.", where=str(path)
        ) from error
    conversation.id = path.stem  # a copied file is a conversation of its own
    return conversation


class ConversationsModel(QAbstractListModel):
    """The saved conversations, the newest first.

    Signals:
        loaded: the folder was read.
    """

    loaded = Signal()

    def __init__(self, store: ConversationStore, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._background = background
        self._entries: list[Entry] = []

    def load(self) -> None:
        """Read the folder, in the background."""
        self._background.do(KEY, self._store.entries, self._on_loaded)

    def put(self, conversation: Conversation) -> None:
        """A conversation was made or changed: it moves to the top."""
        entry = entry_of(conversation)
        row = self.row(conversation.id)
        if row == 0:
            self._entries[0] = entry
            self.dataChanged.emit(self.index(0), self.index(0))
            return
        if row > 0:
            self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), 0)
            del self._entries[row]
            self._entries.insert(0, entry)
            self.endMoveRows()
            self.dataChanged.emit(self.index(0), self.index(0))
            return
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._entries.insert(0, entry)
        self.endInsertRows()

    def remove(self, name: str) -> None:
        """It was deleted."""
        row = self.row(name)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._entries[row]
            self.endRemoveRows()

    def row(self, name: str) -> int:
        """Where a conversation stands; −1 for nowhere."""
        return next((row for row, entry in enumerate(self._entries) if entry.id == name), -1)

    def words(self, row: int) -> str:
        """Everything said in a row's conversation, case folded."""
        return self._entries[row].words

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Conversations."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Title, second line, id."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        title = entry.title or self.tr("New conversation")
        detail = " · ".join(part for part in (entry.source_title, _day(entry.updated)) if part)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{title}\n{detail}"
            case _ if role == DETAIL_ROLE:
                return detail
            case _ if role == ID_ROLE:
                return entry.id
        return None

    def _on_loaded(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        known = {entry.id for entry in entries}
        # What was started while the folder was read is not in the answer.
        self._entries = [entry for entry in self._entries if entry.id not in known] + entries
        self.endResetModel()
        self.loaded.emit()


def _day(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""


class ConversationsFilter(QSortFilterProxyModel):
    """Only the conversations in which every word of the search was said."""

    def __init__(self, source: ConversationsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._conversations = source
        self.setSourceModel(source)

    @Slot(str)
    def set_filter(self, text: str) -> None:
        """Search for these words."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        """Whether every word is in it."""
        words = self._conversations.words(source_row)
        return all(word in words for word in self._words)
