"""Which pages there are. Each is imported and made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.marks import QT_TRANSLATE_NOOP
from app.state.services import Services


def _new_run(services: Services) -> QWidget:
    from app.pages.new_run import make_page

    return make_page(services)


def _runs(services: Services) -> QWidget:
    from app.pages.runs import make_page

    return make_page(services)


def _run(services: Services) -> QWidget:
    from app.pages.run import make_page

    return make_page(services)


def _chat(services: Services) -> QWidget:
    from app.pages.chat import make_page

    return make_page(services)


def _settings(services: Services) -> QWidget:
    from app.pages.settings import make_page

    return make_page(services)


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        name: what `Navigator.show` takes.
        title: on the rail; empty for pages that have no button.
        icon: file name.
        shortcut: from anywhere.
        make: makes the widget. If it has a method ``open_with(argument: str)``, that is called at every showing.
        under: whose button is on while it is shown.
    """

    name: str
    title: str
    icon: str
    shortcut: str
    make: Callable[[Services], QWidget]
    under: str = ""


PAGES = (
    Page("new-run", QT_TRANSLATE_NOOP("Pages", "New run"), "new-run", "Ctrl+1", _new_run),
    Page("runs", QT_TRANSLATE_NOOP("Pages", "Runs"), "runs", "Ctrl+2", _runs),
    Page("run", "", "", "", _run, under="runs"),
    Page("chat", QT_TRANSLATE_NOOP("Pages", "Chat"), "chat", "Ctrl+3", _chat),
    Page("settings", QT_TRANSLATE_NOOP("Pages", "Settings"), "settings", "Ctrl+4", _settings),
)
