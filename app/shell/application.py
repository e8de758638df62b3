"""Makes the application object, the shared state and the window, in that order, and nothing before it is needed."""

from __future__ import annotations

import argparse
import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.shell.theme import Theme
from app.shell.window import MainWindow
from app.state.services import Services
from app.views.look import resource


def make_application() -> QApplication:
    """The application object with the name, icon and style of the app."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("lowbit-studio")
    app.setApplicationDisplayName("Lowbit Studio")
    app.setOrganizationName("lowbit-studio")
    app.setStyle("Fusion")
    app.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
    return app


def run(options: argparse.Namespace) -> int:
    """Show the window and run until it is closed."""
    app = make_application()
    services = Services()
    theme = Theme(app, services.settings.theme)
    services.setProperty("theme", theme)
    window = MainWindow(services)
    window.show()
    QTimer.singleShot(0, lambda: window.show_page("new-run", str(options.recipe or "")))
    return app.exec()
