"""SVG icons of our own, drawn in a colour of the look in force and sharp at any scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.engine import app_folder
from app.views.look import Look, current_look, resource

_SCALES = (1, 2, 3)


def icon(name: str, colour: str = "text", *, size: int = 20) -> QIcon:
    """An icon by the name of its file.

    Args:
        name: e.g. ``chat``.
        colour: a name of `Look.colours`; disabled it is drawn fainter.
        size: logical pixels.
    """
    return _icon(name, current_look().colours[colour], size)


def pixmap(name: str, colour: str = "text", *, size: int = 20) -> QPixmap:
    """The icon as a picture for a label."""
    return icon(name, colour, size=size).pixmap(size, size)


@lru_cache(maxsize=256)
def _icon(name: str, code: str, size: int) -> QIcon:
    text = _coloured(name, code)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    made = QIcon()
    for scale in _SCALES:
        full = _drawn(renderer, size, scale, 1.0)
        made.addPixmap(full, QIcon.Mode.Normal)
        made.addPixmap(_drawn(renderer, size, scale, 0.4), QIcon.Mode.Disabled)
    return made


def _drawn(renderer: QSvgRenderer, size: int, scale: int, opacity: float) -> QPixmap:
    picture = QPixmap(size * scale, size * scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(opacity)
    renderer.render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def icon_file(name: str, colour: str, look: Look) -> str:
    """A coloured icon as a file, since style sheets take no other pictures; slashes as style sheets want them."""
    text = _coloured(name, look.colours[colour])
    folder = app_folder() / "icons"
    path = folder / f"{name}-{look.colours[colour].lstrip('#')}.svg"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.as_posix()


def _coloured(name: str, code: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", code)
