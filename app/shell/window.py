"""The one window: rail, notices, the page, and the status strip."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from app.shell.pages import PAGES, Page
from app.shell.status import StatusPresenter
from app.state.engine_words import engine_words
from app.state.notices import SHOWN_AT_ONCE
from app.state.services import Services
from app.views.notice_bar import NoticeBar, Shown
from app.views.rail import Rail
from app.views.status_strip import StatusStrip

LEAST_WIDTH, LEAST_HEIGHT = 960, 560


class MainWindow(QMainWindow):
    """Shows the pages and everything around them."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.setWindowTitle("Lowbit Studio")
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self._pages: dict[str, QWidget] = {}
        self._stale: set[str] = set()
        self._known = {page.name: page for page in PAGES}
        self._current = ""
        self._build()
        services.navigator.requested.connect(self.show_page)
        services.notices.changed.connect(self._show_notices)
        self._restore()

    @property
    def current(self) -> str:
        """Name of the page that is shown."""
        return self._current

    def page(self, name: str) -> QWidget:
        """A page's widget, made if need be."""
        old = self._pages.get(name)
        stale = old is not None and name in self._stale and not getattr(old, "in_the_middle", lambda: False)()
        if old is None or stale:
            widget = self._known[name].make(self.services)
            self._pages[name] = widget
            self._stack.addWidget(widget)
            self._stale.discard(name)
            if old is not None:
                getattr(widget, "take_over", lambda _old: None)(old)
                self._stack.removeWidget(old)
                old.deleteLater()
        return self._pages[name]

    @Slot(str)
    @Slot(str, str)
    def show_page(self, name: str, argument: str = "") -> None:
        """Show a page; ``argument`` goes to its ``open_with``."""
        page: Page = self._known[name]
        widget = self.page(name)
        self._stack.setCurrentWidget(widget)
        self._current = name
        self.rail.set_current(page.under or page.name)
        open_with = getattr(widget, "open_with", None)
        if open_with is not None:
            open_with(argument)

    def renew(self) -> None:
        """Make everything again in the language that is now in force: what is around the pages and the page that is
        shown at once, the others when they are shown next.

        A page that is replaced hands over what it holds: ``take_over(old)`` of the new one, where it has that method.
        One that says ``in_the_middle()`` (an open chat, a download) stays as it is until it is out of it.
        """
        self._stale = set(self._pages)
        self._status.deleteLater()
        self._build()
        for page in self._pages.values():
            self._stack.addWidget(page)
        if self._current:
            self._stack.setCurrentWidget(self.page(self._current))
            self.rail.set_current(self._known[self._current].under or self._current)
        self._status.set_visible(self.isVisible() and not self.isMinimized())
        self._show_notices()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a run is going on; then end the children, the run saved first."""
        if self.services.jobs.state != "idle" and not self._may_close():
            event.ignore()
            return
        self.services.settings.put_geometry("window", self.saveGeometry())
        self.hide()
        QGuiApplication.processEvents()
        self.services.close()
        event.accept()

    def _may_close(self) -> bool:
        answer = QMessageBox.question(
            self,
            self.tr("A run is going on"),
            self.tr("Close anyway? The run is saved first and can be resumed at the next start."),
            QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        return answer == QMessageBox.StandardButton.Close

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the machine while it is seen."""
        super().showEvent(event)
        self._status.set_visible(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop looking while hidden and idle."""
        super().hideEvent(event)
        self._status.set_visible(False)

    def changeEvent(self, event: QEvent) -> None:
        """Minimized counts as hidden; notices are drawn anew in other colours."""
        if event.type() == QEvent.Type.WindowStateChange:
            self._status.set_visible(not self.isMinimized())
        elif event.type() == QEvent.Type.PaletteChange:
            QTimer.singleShot(0, self._show_notices)
        super().changeEvent(event)

    def _build(self) -> None:
        """Everything around the pages."""
        self.rail, self.strip, self.notice_bar = Rail(), StatusStrip(), NoticeBar()
        self._stack = QStackedWidget()
        self._lay_out()
        self._status = StatusPresenter(self.services, self.strip, self)
        self.rail.chosen.connect(self.show_page)
        self.strip.job_clicked.connect(self._show_job)
        self.notice_bar.acted.connect(self._act)
        self.notice_bar.copied.connect(self._copy)
        self.notice_bar.closed.connect(self.services.notices.dismiss)

    def _lay_out(self) -> None:
        for page in PAGES:
            if page.title:
                title = QCoreApplication.translate("Pages", page.title)
                self.rail.add(page.name, title, page.icon, page.shortcut)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice_bar)
        column.addWidget(self._stack, 1)
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(column, 1)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(self.strip)
        self.setCentralWidget(body)

    def _restore(self) -> None:
        saved: QByteArray = self.services.settings.geometry("window")
        if saved.isEmpty() or not self.restoreGeometry(saved):
            self.resize(1280, 800)

    @Slot()
    def _show_job(self) -> None:
        summary = self.services.jobs.summary
        if summary.what == "frontier":
            self.show_page("runs")
        else:
            self.show_page("run", summary.run_dir)

    @Slot()
    def _show_notices(self) -> None:
        self.notice_bar.set_notices(
            [
                Shown(
                    number=said.number,
                    level=said.level,
                    message=engine_words(said.message),
                    hint=engine_words(said.hint),
                    buttons=tuple(action.text for action in said.actions),
                    copyable=said.level == "error",
                )
                for said in self.services.notices.open[-SHOWN_AT_ONCE:]
            ]
        )

    @Slot(int, int)
    def _act(self, number: int, button: int) -> None:
        said = next((item for item in self.services.notices.open if item.number == number), None)
        if said is not None:
            self.services.notices.dismiss(number)
            said.actions[button].run()

    @Slot(int)
    def _copy(self, number: int) -> None:
        said = next((item for item in self.services.notices.open if item.number == number), None)
        if said is not None:
            QGuiApplication.clipboard().setText(self.services.notices.diagnostics(said))
