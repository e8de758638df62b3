"""The navigation rail at the left edge: one button a page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from app.views.icons import icon
from app.views.look import RAIL_WIDTH, S4, S8, say_role

ICON = 24


class Rail(QFrame):
    """Buttons under each other; exactly one is on.

    Signals:
        chosen: name of the page whose button was pressed.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._buttons: dict[str, tuple[QToolButton, str]] = {}
        say_role(self, "rail")
        self.setFixedWidth(RAIL_WIDTH)
        self.setAccessibleName(self.tr("Navigation"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(S4, S8, S4, S8)
        self._layout.setSpacing(S4)
        self._layout.addStretch(1)
        self._group = QButtonGroup(self)

    def add(self, name: str, text: str, icon_name: str, shortcut: str) -> None:
        """Add a page's button above the stretch; ``settings`` goes to the bottom."""
        button = QToolButton(self)
        say_role(button, "rail")
        button.setText(text)
        button.setAccessibleName(text)
        keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{text} ({keys})")
        button.setShortcut(shortcut)
        button.setCheckable(True)
        button.setIconSize(QSize(ICON, ICON))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setIcon(icon(icon_name, size=ICON))
        button.setProperty("page", name)
        button.clicked.connect(self._clicked)
        self._group.addButton(button)
        self._buttons[name] = (button, icon_name)
        at = self._layout.count() if name == "settings" else self._layout.count() - 1
        self._layout.insertWidget(at, button)

    def set_current(self, name: str) -> None:
        """Mark a page's button."""
        if name in self._buttons:
            self._buttons[name][0].setChecked(True)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the palette."""
        if event.type() == QEvent.Type.PaletteChange:
            for button, icon_name in self._buttons.values():
                button.setIcon(icon(icon_name, size=ICON))
        super().changeEvent(event)

    def _clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.chosen.emit(str(sender.property("page")))
