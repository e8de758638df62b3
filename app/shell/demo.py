"""`lowbit-studio --demo`: the starter recipe from the first click to the chat, in the real window."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from app.engine import Recipe, preset_recipe
from app.pages.new_run import NewRunPage
from app.shell.window import MainWindow

LOOK_MS = 400


class Demo(QObject):
    """Puts the recipe in, presses Start when the plan is there, opens the chat when the run is done.

    Args:
        window: shown.
        recipe: in place of the starter's (tests).
    """

    def __init__(self, window: MainWindow, recipe: Recipe | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._recipe = recipe
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        window.services.jobs.finished.connect(self._on_finished)
        self._page: NewRunPage | None = None

    def begin(self) -> None:
        """Start; returns at once."""
        page = self._window.page("new-run")
        assert isinstance(page, NewRunPage)
        self._page = page
        self._window.show_page("new-run")
        page.edit(self._recipe or preset_recipe("starter"))
        page.open_card(2)
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        """Press Start once it can be pressed; a model that cannot be had is told on the page."""
        page = self._page
        assert page is not None
        choice = page.model_choice
        missing = choice.error is not None and choice.error.action == "fetch-starter"
        if missing and choice.transfer is None:  # once: a download that fails is told, and tried again by hand
            choice.download("starter")
        seen = page.data_choice.seen is not None or page.model_choice.spec is not None
        if page.panel.start.isEnabled() and seen and not page.data_choice.busy:
            self._timer.stop()
            page.panel.start.click()

    @Slot(str, str)
    def _on_finished(self, run_dir: str, outcome: str) -> None:
        self._timer.stop()
        if outcome == "done":
            self._window.services.navigator.show("chat", run_dir)
