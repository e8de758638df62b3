"""What every test of the app gets: Qt offscreen, own settings, and a failure for any Qt warning or leaked thread."""

from __future__ import annotations

import gc
import os
import threading

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings, QThread, QTimer, QtMsgType, qInstallMessageHandler

IGNORED = (
    "This plugin does not support",  # offscreen has no native menus, tray or raise()
    "propagateSizeHints",
)


@pytest.fixture(autouse=True)
def qt_is_quiet():
    """Any warning of Qt's fails the test that caused it."""
    said: list[str] = []

    def handler(kind, _context, message):
        if kind != QtMsgType.QtDebugMsg and not any(word in message for word in IGNORED):
            said.append(message)

    before = qInstallMessageHandler(handler)
    yield
    qInstallMessageHandler(before)
    assert not said, "\n".join(said)


@pytest.fixture(autouse=True)
def nothing_leaks(request):
    """Threads and running timers made in a test end with it."""
    threads = set(threading.enumerate())
    yield
    if "qtbot" not in request.fixturenames and "qapp" not in request.fixturenames:
        return
    gc.collect()
    running = [item for item in gc.get_objects() if _is_running(item)]
    assert not running, f"still running: {running}"
    left = [thread for thread in threading.enumerate() if thread not in threads and not thread.daemon]
    assert not left, f"left behind: {left}"


def _is_running(item) -> bool:
    try:
        if isinstance(item, QThread):
            return item.isRunning()
        return isinstance(item, QTimer) and item.isActive() and not item.isSingleShot()
    except RuntimeError:  # the Qt half is gone
        return False


@pytest.fixture
def settings(tmp_path):
    """An empty settings store."""
    from app.state.settings import Settings

    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def look(qapp):
    """The light look in force, as the shell would set it."""
    from app.shell.theme import Theme

    return Theme(qapp, "light")


@pytest.fixture
def make_services(settings, qtbot):
    """Services whose children run a Python script in place of the engine; closed at the end.

    Call it with the script's text (it reads commands as JSON lines from stdin, prints answers and events).
    """
    import sys

    from app.state.children import Children
    from app.state.services import Services

    made = []

    def make(script: str = "import sys\nfor line in sys.stdin: pass\n") -> Services:
        services = Services(settings=settings, children=Children((sys.executable, ("-c", script))))
        made.append(services)
        return services

    yield make
    for services in made:
        assert services.close()
        services.deleteLater()
