"""What every page is given: the state they share, and the way from one page to another."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.state.background import Background
from app.state.children import Children
from app.state.device import DeviceKnowledge
from app.state.jobs import JobController
from app.state.machine import MachineWatch
from app.state.notices import Notices
from app.state.settings import Settings


class Navigator(QObject):
    """Requests to show a page; the window obeys.

    Signals:
        requested: page name and argument (a run folder, a model source, or empty). Names: ``new-run``, ``runs``,
            ``run``, ``chat``, ``settings``.
    """

    requested = Signal(str, str)

    def show(self, page: str, argument: str = "") -> None:
        """Go there."""
        self.requested.emit(page, argument)


class Services:
    """The shared state, made once by the shell and by tests. Its parts belong to one QObject, ``root``.

    Args:
        settings: in place of the user's (tests).
        children: in place of the engine's (tests).
    """

    def __init__(self, settings: Settings | None = None, children: Children | None = None) -> None:
        self.root = QObject()
        self.settings = settings or Settings()
        self.children = children or Children()
        self.settings.setParent(self.root)
        self.children.setParent(self.root)
        self.notices = Notices(self.root)
        self.background = Background(self.root)
        self.settings.write_in(self.background)
        self.machine = MachineWatch(self.background, self.root)
        self.device = DeviceKnowledge(self.children, self.settings, self.machine, self.root)
        self.jobs = JobController(self.children, self.notices, self.settings, self.root)
        self.navigator = Navigator(self.root)

    def close(self) -> bool:
        """End threads and children; a running job saves first. False: a child had to be left behind."""
        self.machine.set_active(False)
        self.background.close()
        ended = self.children.close_all()
        self.settings.sync()
        return ended

    def deleteLater(self) -> None:
        """Let Qt delete all of it."""
        self.root.deleteLater()
