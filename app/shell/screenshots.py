"""`lowbit-studio --screenshots DIR`: every page, light and dark, with the content of a real run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.engine import preset_recipe, run_folder
from app.pages.chat import ChatPage
from app.pages.new_run import NewRunPage
from app.pages.run import RunPage
from app.shell.startup import Startup
from app.shell.theme import Theme
from app.shell.window import MainWindow

SIZE = (1280, 800)
PATIENCE_MS = 120_000
SETTLE_MS = 900
QUESTION = "My toaster only browns one side. What will the repair cost?"


def take_screenshots(window: MainWindow, theme: Theme, folder: Path, run: Path | None) -> int:
    """Write the pictures.

    Args:
        window: shown, on any page.
        theme: to switch between light and dark.
        folder: made if missing.
        run: finished run to show; None takes the newest there is, and where there is none the starter is run first.

    Returns:
        Exit code: 0, or 1 where the run did not end well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    window.resize(*SIZE)
    page = window.page("new-run")
    assert isinstance(page, NewRunPage)
    theme.choose("light")
    Startup(window.services, window).begin()
    window.show_page("new-run")
    page.edit(preset_recipe("starter"))
    _wait(lambda: page.fit.fit is not None and page.data_choice.seen is not None)
    _wait(lambda: bool(window.services.device.report))
    run = run or newest_finished(window.services.settings.runs_folder) or _run_starter(window, page)
    if run is None:
        return 1
    for look in ("light", "dark"):
        theme.choose(look)
        for number, name in enumerate(("model", "data", "precision")):
            window.show_page("new-run")
            page.open_card(number)
            _save(window, folder / f"new-run-{name}-{look}.png")
        _run_pictures(window, folder, run, look)
        for name, argument in (("runs", ""), ("chat", str(run)), ("settings", "")):
            window.show_page(name, argument)
            if name == "chat" and look == "light":
                _talk(window)
            _save(window, folder / f"{name}-{look}.png")
    return 0


def _run_pictures(window: MainWindow, folder: Path, run: Path, look: str) -> None:
    """The run page once for each tab it has something in."""
    window.show_page("run", str(run))
    page = _run_page(window)
    _wait(lambda: not page.feed.reading, 30_000)
    _pass(SETTLE_MS)
    for name, widget in (("report", page.report), ("layers", page.layer_map), ("samples", page.samples)):
        place = page.tabs.indexOf(widget)
        if page.tabs.isTabVisible(place):
            page.tabs.setCurrentIndex(place)
            _save(window, folder / f"run-{name}-{look}.png")


def newest_finished(folder: Path) -> Path | None:
    """The newest run with a report."""
    if not folder.is_dir():
        return None
    return next((path for path in sorted(folder.iterdir(), reverse=True) if run_folder(path).report.is_file()), None)


def _run_starter(window: MainWindow, page: NewRunPage) -> Path | None:
    jobs = window.services.jobs
    page.fit_step.start()
    _wait(lambda: jobs.state == "idle", 40 * 60_000)
    path = Path(jobs.summary.run_dir) if jobs.summary.run_dir else None
    return path if path is not None and run_folder(path).report.is_file() else None


def _run_page(window: MainWindow) -> RunPage:
    page = window.page("run")
    assert isinstance(page, RunPage)
    return page


def _talk(window: MainWindow) -> None:
    """Ask the run's model a question and wait for its answer."""
    page = window.page("chat")
    assert isinstance(page, ChatPage)
    _wait(lambda: page.chat.session.state in ("ready", "closed"), 3 * PATIENCE_MS)
    if page.chat.session.state == "ready" and page.chat.send(QUESTION):
        _wait(lambda: not page.chat.busy, 3 * PATIENCE_MS)


def _save(window: MainWindow, path: Path) -> None:
    window.services.notices.dismiss_key("device")  # it comes when the engine has answered, whichever page is shown then
    _pass(SETTLE_MS)
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()
    window.grab().save(str(path))


def _pass(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _wait(done: Callable[[], bool], milliseconds: int = PATIENCE_MS) -> None:
    for _ in range(max(1, milliseconds // 50)):
        QApplication.processEvents()
        if done():
            return
        _pass(50)
