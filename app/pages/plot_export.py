"""Saving a plot as a picture or as numbers, with the file's name asked for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.state.notices import Notices
from app.views.plot_view import PlotView


def save_png(plot: PlotView, name: str, notices: Notices) -> None:
    """Ask where to, and write the picture."""
    path = ask_path(plot, f"{name or 'plot'}.png", "PNG (*.png)")
    if path and not plot.picture().save(path, "PNG"):
        _say(notices, path)


def save_csv(plot: PlotView, name: str, notices: Notices) -> None:
    """Ask where to, and write the numbers."""
    path = ask_path(plot, f"{name or 'plot'}.csv", "CSV (*.csv)")
    if not path:
        return
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
            file.write(plot.csv_text())
    except OSError as error:
        _say(notices, path, str(error))


def ask_path(parent: QWidget, proposal: str, kinds: str) -> str:
    """A file to write, empty when the person thought better of it."""
    title = QCoreApplication.translate("Export", "Save as")
    return QFileDialog.getSaveFileName(parent, title, proposal, kinds)[0]


def _say(notices: Notices, path: str, reason: str = "") -> None:
    message = QCoreApplication.translate("Export", "{path} could not be written.").format(path=path)
    hint = QCoreApplication.translate("Export", "Choose another folder.")
    notices.say("error", message, hint, code="file-unwritable", where=path, details=reason)
