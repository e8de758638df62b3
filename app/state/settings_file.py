"""The file behind `Settings`: read once, then written beside the GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Slot


class SettingsFile(QObject):
    """Owns the QSettings; what is put is written by the event loop of the thread that this object lives in.

    A busy disk took up to 1.7 s of the GUI thread when a run began or ended. QSettings writes by itself when its event
    loop comes round, outside Python; its `sync` called from Python would hold the interpreter's lock all the while.

    Args:
        store: taken over.
    """

    def __init__(self, store: QSettings) -> None:
        super().__init__()
        store.setParent(self)
        self._store = store

    def read(self) -> dict[str, object]:
        """Everything that is in it."""
        return {key: self._store.value(key) for key in self._store.allKeys()}

    @Slot(str, object)
    def put(self, key: str, value: object) -> None:
        """Write a value soon."""
        self._store.setValue(key, value)

    def finish(self, values: dict[str, object]) -> None:
        """Write these and all else before this returns; only when its thread has ended."""
        for key, value in values.items():
            self._store.setValue(key, value)
        self._store.sync()
