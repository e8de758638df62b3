"""Who sees nothing, or has no mouse: every control of every page says its name, every plot has a table."""

from __future__ import annotations

import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from app.shell.pages import PAGES
from app.shell.window import MainWindow
from app.state.notices import Action
from app.views.plot_view import PlotView

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractSlider, QAbstractItemView, QPlainTextEdit,
            QTextEdit)  # fmt: skip
PARTS = (QComboBox, QAbstractSpinBox, QLineEdit, QAbstractItemView, QTabBar)
"""What has parts of its own, which a screen reader never meets alone."""


@pytest.fixture
def window(make_services, make_run, look, qtbot, settings, tmp_path, monkeypatch):
    """The window with every page shown once, and as much on each as a test can put there."""
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "home"))
    folders = [make_run(f"2025061{n}-101500-starter-{n + 2}bit", bits=n + 2, perplexity=40.0 - n)[0] for n in range(2)]
    settings.runs_folder = folders[0].parent
    made = MainWindow(make_services())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    for page in PAGES:
        made.show_page(page.name, str(folders[0]) if page.name == "run" else "")
    made.page("new-run").tune_view.open_advanced()
    for number in range(4):
        made.page("new-run").cards[number].set_open(True)
    chat = made.page("chat").chat
    chat.current.source, chat.current.columns = str(folders[0]), ("float", "tuned")
    chat.current.ask("What is a heron?")
    for answer in chat.current.exchanges[0].answers.values():
        answer.text, answer.state, answer.tokens = "A bird:\n\n```py\nprint(1)\n```\n\n|a|b|\n|-|-|\n|1|2|\n", "done", 9
    chat.conversation_changed.emit()
    for level in ("info", "warning", "error"):
        made.services.notices.say(level, "Said.", "A hint.", actions=(Action("Do it", lambda: None),))
    qtbot.waitUntil(lambda: made.page("runs").rows.rowCount() == 2, timeout=20_000)
    qtbot.waitUntil(lambda: not made.page("run").feed.reading, timeout=20_000)
    yield made
    made.hide()


def controls(root: QWidget) -> list[QWidget]:
    """Whatever a key or a pointer can work, but for the parts of a control."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if (isinstance(widget, CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not isinstance(widget, QScrollBar)
        and not _is_part(widget)
        and widget.isEnabled()
    ]


def _is_part(widget: QWidget) -> bool:
    """Of another control: a list that drops down, the line of a spin box, the surface of a scroll area."""
    if widget.objectName().startswith("qt_") or widget.focusProxy() is not None:
        return True
    if isinstance(widget.parent(), PARTS):
        return True
    frame = widget.parentWidget()
    return isinstance(widget, QAbstractItemView) and frame is not None and isinstance(frame.parent(), QComboBox)


def spoken(widget: QWidget) -> str:
    """What a screen reader is told as the name."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()


def test_that_every_control_of_every_page_says_its_name(window):
    found = controls(window)
    assert len(found) > 150
    nameless = [f"{type(item).__name__} in {_path(item)}" for item in found if not spoken(item)]
    assert not nameless, "\n".join(nameless)


def test_that_every_page_can_be_walked_by_the_tab_key(window, qtbot):
    for page in PAGES:
        window.show_page(page.name)
        QApplication.processEvents()
        widget = window.page(page.name)
        visible = [item for item in controls(widget) if item.isVisible()]
        wanted = [item for item in visible if item.focusPolicy() & Qt.FocusPolicy.TabFocus]
        chain, at = set(), widget
        for _ in range(2000):
            at = at.nextInFocusChain()
            chain.add(at)
            if at is widget:
                break
        lost = [_path(item) for item in wanted if item not in chain and item.focusProxy() not in chain]
        assert wanted, page.name
        assert not lost, lost


def test_that_every_plot_has_a_table_of_what_it_shows(window, qtbot):
    for page in ("runs", "run"):
        window.show_page(page)
    window.page("run").redraw()
    window.page("runs").view.table.selectAll()
    qtbot.waitUntil(lambda: len(window.page("runs").view.curves._curves) == 4, timeout=20_000)
    pictures = window.findChildren(pg.GraphicsView)
    plots = window.findChildren(PlotView)
    assert len(plots) >= 4
    for picture in pictures:
        assert any(plot.isAncestorOf(picture) for plot in plots), f"{_path(picture)} is a picture only"
    for plot in plots:
        plot.table_button.setChecked(True)
        shown = plot.stack.currentWidget()
        assert isinstance(shown, QTableView), _path(plot)
        assert spoken(shown), _path(plot)
        assert shown.model().rowCount() > 0, _path(plot)
        plot.table_button.setChecked(False)


def _path(widget: QWidget) -> str:
    names = []
    at = widget
    while at is not None:
        names.append(type(at).__name__)
        at = at.parentWidget()
    return " < ".join(names[:7])
