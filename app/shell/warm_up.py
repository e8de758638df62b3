"""Imports ahead what the first run page needs: half a second that a click on Start would otherwise hold the window."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

MODULES = ("numpy", "pyqtgraph", "app.pages.run_drawing", "app.pages.run")
"""In the order in which they need each other, so that each adds only its own."""


class WarmUp(QObject):
    """From the window's first paint on, imports a module each time the event loop has nothing else to do.

    Args:
        window: not shown yet, or not painted; the chain ends when it goes.
        modules: their names, in order.
    """

    def __init__(self, window: QWidget, modules: Sequence[str] = MODULES) -> None:
        super().__init__(window)
        self._left = list(modules)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Waits for the first paint."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self._go_on()
        return False

    def _go_on(self) -> None:
        if self._left:
            QTimer.singleShot(0, self, self._next)

    @Slot()
    def _next(self) -> None:
        importlib.import_module(self._left.pop(0))
        self._go_on()
