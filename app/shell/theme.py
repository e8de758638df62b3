"""Puts a look in force: palette, style sheet, and following the system's wish for light, dark or more contrast."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.shell.style_sheet import style_sheet
from app.views.look import Look, current_look, load_look, set_current_look

CHOICES = ("system", "light", "dark", "contrast")


class Theme(QObject):
    """Which look is in force.

    Signals:
        changed: another look is in force; icons have to be drawn anew.
    """

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice = ""
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        self.choose(choice)

    @property
    def choice(self) -> str:
        """What the user asked for, one of `CHOICES`."""
        return self._choice

    @Slot(str)
    def choose(self, choice: str) -> None:
        """Put ``choice`` in force; what is unknown counts as ``system``."""
        self._choice = choice if choice in CHOICES else "system"
        self._apply(load_look(_wanted(self._choice)))

    @Slot(Qt.ColorScheme)
    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._choice == "system":
            self._apply(load_look(_wanted("system")))

    def _apply(self, look: Look) -> None:
        if current_look() == look and self._app.styleSheet():
            return
        set_current_look(look)
        self._app.setPalette(palette(look))
        self._app.setStyleSheet(style_sheet(look))
        self.changed.emit()


def _wanted(choice: str) -> str:
    if choice != "system":
        return choice
    hints = QGuiApplication.styleHints()
    accessibility = getattr(hints, "accessibility", None)
    if accessibility is not None and accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def palette(look: Look) -> QPalette:
    """The look as a palette, for everything the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    for target, name in (
        (role.Window, "window"), (role.WindowText, "text"), (role.Base, "surface"), (role.AlternateBase, "raised"),
        (role.Text, "text"), (role.Button, "raised"), (role.ButtonText, "text"), (role.BrightText, "error"),
        (role.ToolTipBase, "raised"), (role.ToolTipText, "text"), (role.PlaceholderText, "muted"),
        (role.Highlight, "accent"), (role.HighlightedText, "accent_text"), (role.Link, "accent"),
        (role.LinkVisited, "accent"), (role.Light, "raised"), (role.Midlight, "border"), (role.Mid, "border"),
        (role.Dark, "border_strong"), (role.Shadow, "sunken"), (role.Accent, "accent"),
    ):  # fmt: skip
        made.setColor(target, look.colour(name))
    faint = QColor(look.colour("muted"))
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, target, faint)
    return made
