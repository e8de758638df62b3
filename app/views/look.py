"""The look that is in force: named colours, spacing, type scale. Views paint with it, the shell chooses it.

It hangs on the application object, so that a view needs no reference to the shell. When it changes, every widget gets
a PaletteChange event, as after any change of palette.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import ceil
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QWidget

S4, S8, S12, S16, S24 = 4, 8, 12, 16, 24
"""The spacing scale, logical pixels."""

RADIUS = 8
RAIL_WIDTH = 72
STRIP_HEIGHT = 28
FIT_WIDTH = 360
COLLAPSED_HEIGHT = 56

_PROPERTY = "lowbit_look"


@dataclass(frozen=True)
class Look:
    """One theme.

    Attributes:
        name: file name of the theme, e.g. ``dark``.
        dark: light text on a dark ground.
        colours: by meaning: window, surface, raised, sunken, border, border_strong, text, muted, accent, accent_hover,
            accent_text, accent_soft, focus, good, good_soft, warning, warning_soft, error, error_soft, grid, learned.
        series: colours of curves and bars, in order.
    """

    name: str
    dark: bool
    colours: Mapping[str, str]
    series: tuple[str, ...]

    def colour(self, name: str) -> QColor:
        """A colour by its meaning."""
        return QColor(self.colours[name])

    def series_colour(self, index: int) -> QColor:
        """The colour of curve ``index``; they repeat."""
        return QColor(self.series[index % len(self.series)])


def resource(*parts: str) -> Path:
    """A file that comes with the app, e.g. ``resource("icons", "chat.svg")``."""
    return Path(str(files("app.resources"))).joinpath(*parts)


@lru_cache
def load_look(name: str) -> Look:
    """The look ``light``, ``dark`` or ``contrast``."""
    values = tomllib.loads(resource("themes", f"{name}.toml").read_text(encoding="utf-8"))
    return Look(values["name"], values["dark"], values["colours"], tuple(values["series"]["colours"]))


def current_look() -> Look:
    """What is in force; light before the shell has chosen."""
    app = QCoreApplication.instance()
    look = app.property(_PROPERTY) if app is not None else None
    return look if isinstance(look, Look) else load_look("light")


def set_current_look(look: Look) -> None:
    """Put a look in force for what is painted from now on (the shell also changes palette and style sheet)."""
    app = QCoreApplication.instance()
    assert app is not None
    app.setProperty(_PROPERTY, look)


TYPE_SCALE = {"title": 1.55, "heading": 1.2, "body": 1.0, "small": 0.88}


def type_size(kind: str) -> float:
    """Points of a kind of text, from the system's font."""
    return max(7.0, QApplication.font().pointSizeF()) * TYPE_SCALE[kind]


def type_font(kind: str, *, bold: bool = False) -> QFont:
    """The system's font at a size of the scale, for painting."""
    font = QFont(QApplication.font())
    font.setPointSizeF(type_size(kind))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def leave_room_for_bold(button: QAbstractButton) -> None:
    """As wide as its text in bold, which it gets when it is checked: nothing is cut, nothing moves."""
    width = QFontMetricsF(type_font("body", bold=True)).horizontalAdvance(button.text())
    button.setMinimumWidth(ceil(width) + 2 * S16)


def say_role(widget: QWidget, role: str) -> None:
    """Give a widget one of the style sheet's roles: title, heading, muted, small, card, primary, quiet, danger,
    link, chip, badge-good, badge-warning, badge-error, badge-plain.
    """
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it is polished when first shown
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
    if isinstance(widget, QFrame):  # labels too: they take the padding of their role only when told
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
