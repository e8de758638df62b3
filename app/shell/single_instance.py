"""One window a user: a second start hands its recipe to the first and ends."""

from __future__ import annotations

import getpass
import hashlib
import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE_MS = 500


class SingleInstance(QObject):
    """Listens for later starts, if this is the first.

    Signals:
        asked: a later start wants the window, with a recipe's path or an empty text.
    """

    asked = Signal(str)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        """Args: ``home`` is the app's folder, so that another home is another instance; ``parent`` the Qt owner."""
        super().__init__(parent)
        digest = hashlib.sha256(f"{getpass.getuser()}:{home}".encode()).hexdigest()[:16]
        self._name = f"lowbit-studio-{digest}"
        self._server: QLocalServer | None = None

    def first(self, recipe: str = "") -> bool:
        """Whether this is the first; if not, the first was told about ``recipe``."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(PATIENCE_MS):
            socket.write(json.dumps({"recipe": recipe}).encode() + b"\n")
            socket.waitForBytesWritten(PATIENCE_MS)
            socket.disconnectFromServer()
            return False
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not self._server.listen(self._name):
            QLocalServer.removeServer(self._name)  # left behind by one that was killed
            self._server.listen(self._name)
        self._server.newConnection.connect(self._on_connection)
        return True

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    @Slot()
    def _on_connection(self) -> None:
        assert self._server is not None
        socket = self._server.nextPendingConnection()
        if socket is not None:
            socket.readyRead.connect(self._on_ready)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._take(socket)

    @Slot()
    def _on_ready(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._take(socket)

    def _take(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        try:
            recipe = json.loads(bytes(socket.readLine().data()))["recipe"]
        except (ValueError, KeyError, TypeError):
            recipe = ""
        self.asked.emit(recipe if isinstance(recipe, str) else "")
