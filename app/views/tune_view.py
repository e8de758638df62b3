"""Step 4: presets, and every field under Advanced."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.views.icons import icon
from app.views.look import S8, S12, leave_room_for_bold, say_role
from app.views.recipe_form import RecipeForm


class TuneView(QWidget):
    """Three presets, a sentence, and the form.

    Signals:
        preset_chosen: its key.
    """

    preset_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._buttons: dict[str, QPushButton] = {}
        self._line = QHBoxLayout()
        self._line.setSpacing(S8)
        self._words = QLabel()
        self._words.setWordWrap(True)
        say_role(self._words, "muted")
        self.advanced = QPushButton(self.tr("Advanced: every setting"))
        self.advanced.setCheckable(True)
        self.advanced.setAccessibleName(self.tr("Advanced: every setting of the recipe"))
        self.advanced.setIcon(icon("chevron-right"))
        say_role(self.advanced, "quiet")
        self.advanced.toggled.connect(self._show_advanced)
        self.form = RecipeForm()
        self.form.setVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S12)
        layout.addLayout(self._line)
        layout.addWidget(self._words)
        row = QHBoxLayout()
        row.addWidget(self.advanced)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(self.form)

    def set_presets(self, presets: Sequence[tuple[str, str, str]]) -> None:
        """Key, name and tooltip of each."""
        for key, name, tip in presets:
            button = QPushButton(name)
            say_role(button, "segment")
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setAccessibleName(name)
            button.setAccessibleDescription(tip)
            button.setProperty("preset", key)
            leave_room_for_bold(button)
            button.clicked.connect(self._clicked)
            self._group.addButton(button)
            self._line.addWidget(button)
            self._buttons[key] = button
        self._line.addStretch(1)

    def set_preset(self, key: str, words: str) -> None:
        """Which preset the recipe is, empty for none; and what it means."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)
        self._words.setText(words)

    def open_advanced(self) -> None:
        """Show the form."""
        self.advanced.setChecked(True)

    def _show_advanced(self, on: bool) -> None:
        self.form.setVisible(on)
        self.advanced.setIcon(icon("chevron-down" if on else "chevron-right"))

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the palette."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "form"):
            self._show_advanced(self.advanced.isChecked())
        super().changeEvent(event)

    def _clicked(self) -> None:
        self.preset_chosen.emit(str(self.sender().property("preset")))
