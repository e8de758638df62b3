"""Makes the application object, the shared state and the window, in that order, and nothing before it is needed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.shell.language import install_language
from app.shell.theme import Theme
from app.shell.warm_up import WarmUp
from app.shell.window import MainWindow
from app.state.services import Services
from app.state.settings import Settings
from app.views.look import resource

if TYPE_CHECKING:
    from app.shell.startup import Startup

SWITCH_SECONDS = 0.0003
"""How long a Python thread may keep the others waiting."""


SETTINGS_FILE = ".settings.ini"
"""Settings of a run that takes pictures; removed at its end."""


def make_application() -> QApplication:
    """The application object with the name, icon and style of the app."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("lowbit-studio")
    app.setApplicationDisplayName("Lowbit Studio")
    app.setOrganizationName("lowbit-studio")
    app.setDesktopFileName("lowbit-studio")
    app.setStyle("Fusion")
    # The supervisor threads decode events; at the usual 5 ms each of the window's many short slots would wait for them
    # (2,000 events a second, both processors busy: gaps of 89 ms between timer ticks at 5 ms, 57 ms at 0.3 ms).
    sys.setswitchinterval(SWITCH_SECONDS)
    app.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))
    return app


class _Program(QObject):
    """Everything after the window is shown: page, startup, demo, later starts."""

    def __init__(self, options: argparse.Namespace, window: MainWindow, theme: Theme) -> None:
        super().__init__(window)
        self._options, self._window, self._theme = options, window, theme
        self._startup: Startup | None = None
        window.services.settings.changed.connect(self._on_setting)
        self.exit_code = 0

    @Slot()
    def begin(self) -> None:
        """The first page, and what was asked for on the command line."""
        options, window = self._options, self._window
        if options.self_test:
            from app.shell.self_test import self_test

            self._leave(self_test(window))
        elif options.screenshots is not None:
            from app.shell.screenshots import take_screenshots

            self._leave(take_screenshots(window, self._theme, options.screenshots, options.screenshots_of))
        else:
            from app.shell.startup import Startup

            self._startup = Startup(window.services, window)
            if options.demo:
                from app.shell.demo import Demo

                Demo(window).begin()
            else:
                window.show_page("new-run", str(options.recipe.absolute()) if options.recipe else "")
            self._startup.begin()

    @Slot(str)
    def on_asked(self, recipe: str) -> None:
        """A later start: come to the front, with its recipe."""
        window = self._window
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.raise_()
        window.activateWindow()
        if recipe:
            window.show_page("new-run", recipe)

    @Slot(str)
    def _on_setting(self, key: str) -> None:
        if key == "theme":
            self._theme.choose(self._window.services.settings.theme)
        elif key == "language":
            # Later: the page that was asked is made anew, and must not be inside its own slot then.
            QTimer.singleShot(0, self, self._change_language)

    @Slot()
    def _change_language(self) -> None:
        change_language(self._window)
        if self._startup is not None:
            self._startup.offer_actions()

    def _leave(self, code: int) -> None:
        self.exit_code = code
        self._window.close()


def change_language(window: MainWindow) -> None:
    """Put the chosen language in force in a window that is open."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    install_language(app, window.services.settings.language)
    window.renew()


def run(options: argparse.Namespace) -> int:
    """Show the window and run until it is closed; a second start hands over to the first."""
    app = make_application()
    alone = options.self_test or options.screenshots is not None
    instance = None
    if not alone:
        from app.engine import app_folder
        from app.shell.single_instance import SingleInstance

        instance = SingleInstance(app_folder(), app)
        if not instance.first(str(options.recipe.absolute()) if options.recipe else ""):
            return 0
    services = Services(_picture_settings(options) if options.screenshots is not None else None)
    install_language(app, services.settings.language)
    theme = Theme(app, services.settings.theme)
    window = MainWindow(services)
    program = _Program(options, window, theme)
    if instance is not None:
        instance.asked.connect(program.on_asked)
    if not alone:
        WarmUp(window)
    window.show()
    QTimer.singleShot(0, program.begin)
    code = app.exec()
    if options.screenshots is not None:
        (options.screenshots / SETTINGS_FILE).unlink(missing_ok=True)
    return program.exit_code or code


def _picture_settings(options: argparse.Namespace) -> Settings:
    """Settings of their own, so that pictures show neither the user's places nor change them."""
    store = QSettings(str(options.screenshots / SETTINGS_FILE), QSettings.Format.IniFormat)
    store.clear()
    settings = Settings(store)
    if options.screenshots_of is not None:
        settings.runs_folder = options.screenshots_of.absolute().parent
    return settings
