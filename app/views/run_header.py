"""The head of the run page: name, state, what happens now, and the buttons that fit the state."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.views.icons import icon
from app.views.look import S4, S8, S12, say_role

PAUSE, STOP, RESUME, CHAT, COMPARE, FOLDER = "pause", "stop", "resume", "chat", "compare", "folder"
RECIPE = "recipe"


class RunHeader(QWidget):
    """Title, badge, one line of text, buttons.

    Signals:
        pressed: name of the button.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.badge, self.line = QLabel(self), QLabel(self), QLabel(self)
        say_role(self.title, "title")
        say_role(self.line, "muted")
        self.line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._line = ""
        self.buttons: dict[str, QPushButton] = {}
        self._icons = {PAUSE: "pause", STOP: "stop", RESUME: "resume", CHAT: "chat", COMPARE: "compare"}
        self._icons |= {FOLDER: "folder", RECIPE: "new-run"}
        top = QHBoxLayout()
        top.setSpacing(S12)
        top.addWidget(self.title)
        top.addWidget(self.badge)
        top.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(S4)
        words.addLayout(top)
        words.addWidget(self.line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S8)
        layout.addLayout(words, 1)
        for name, text, hint, keys in self._texts():
            self.buttons[name] = self._button(name, text, hint, keys)
            layout.addWidget(self.buttons[name])
        self.apply_look()

    def set_texts(self, title: str, state: str, level: str, line: str) -> None:
        """``level`` colours the badge: good, warning, error or plain."""
        self.title.setText(title)
        say_role(self.badge, f"badge-{level}")  # before the text, so that its padding is asked for
        self.badge.setText(state)
        self.badge.setVisible(bool(state))
        self._line = line
        self.line.setToolTip(line)
        self.line.setAccessibleName(line)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The line takes the room there is."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics = self.line.fontMetrics()
        self.line.setText(metrics.elidedText(self._line, Qt.TextElideMode.ElideRight, self.line.width()))

    def set_buttons(self, shown: set[str], *, primary: str = "", enabled: bool = True) -> None:
        """Which buttons there are; ``primary`` is the one most people want now."""
        for name, button in self.buttons.items():
            button.setVisible(name in shown)
            button.setEnabled(enabled or name == FOLDER)
            say_role(button, "primary" if name == primary else "")
        layout = self.layout()
        if layout is not None:  # the buttons have just changed the room for the line
            layout.activate()
        self._elide()
        self.apply_look()

    def changeEvent(self, event: QEvent) -> None:
        """Icons in the colours of the look in force."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "buttons"):
            self.apply_look()

    def apply_look(self) -> None:
        """Draw the icons."""
        for name, button in self.buttons.items():
            colour = "accent_text" if button.property("role") == "primary" else "text"
            button.setIcon(icon(self._icons[name], colour, size=16))

    def _texts(self) -> tuple[tuple[str, str, str, str], ...]:
        return (
            (PAUSE, self.tr("Pause"), self.tr("Save, and give the device's memory back; Resume goes on"), "Ctrl+P"),
            (STOP, self.tr("Stop and save"), self.tr("Save and end; what was made so far can be used"), "Ctrl+."),
            (RESUME, self.tr("Resume"), self.tr("Go on where it was saved"), "Ctrl+R"),
            (CHAT, self.tr("Chat"), self.tr("Talk with the result"), "Ctrl+Return"),
            (COMPARE, self.tr("Compare"), self.tr("One prompt to the original and the result, side by side"), ""),
            (RECIPE, self.tr("New run like this"), self.tr("Take this run's recipe for a new run"), ""),
            (FOLDER, self.tr("Open folder"), self.tr("Show the run's files"), "Ctrl+Shift+O"),
        )

    def _button(self, name: str, text: str, hint: str, keys: str) -> QPushButton:
        button = QPushButton(text, self)
        sequence = QKeySequence(keys)
        shown = sequence.toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{hint} ({shown})" if keys else hint)
        button.setAccessibleName(text)
        button.setAccessibleDescription(hint)
        if keys:
            button.setShortcut(sequence)
        button.clicked.connect(lambda: self.pressed.emit(name))
        return button
