"""The New run page: an empty state until it is built."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.state.services import Services
from app.views.empty import Empty


def make_page(_services: Services) -> QWidget:
    """The page."""
    tr = QCoreApplication.translate
    return Empty("new-run", tr("Pages", "New run"), tr("Pages", "This page is not built yet."))
