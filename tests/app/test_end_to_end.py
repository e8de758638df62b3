"""The real window on the real engine's child: what a user sees and presses, from the model to the chat.

A random Llama of three narrow blocks takes the engine's whole way in seconds on one core.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMessageBox, QPushButton, QWidget

from app.engine import recipe_from_values
from app.shell.demo import Demo
from app.shell.startup import Startup
from app.shell.theme import Theme
from app.shell.window import MainWindow
from app.state.children import Children
from app.state.device import KEY
from app.state.services import Services
from app.state.settings import Settings
from app.views.drop_zone import DropZone
from app.views.message_view import AnswerView
from app.views.run_header import RunHeader

pytestmark = pytest.mark.slow

PATIENCE_MS = 240_000
SHORT = {
    "data.max_length": "64", "quantize.samples": "2", "quantize.length": "32", "tune.steps": "90", "tune.batch": "4",
    "tune.accumulate": "1", "tune.checkpoint_every": "5", "tune.evaluate_every": "30", "evaluate.context": "64",
}  # fmt: skip
"""What a user would type under Advanced to see the whole way in seconds."""


SHORT_VALUES = {
    "quantize": {"samples": 2, "length": 32}, "evaluate": {"context": 64},
    "tune": {"steps": 10, "batch": 4, "accumulate": 1, "evaluate_every": 5, "checkpoint_every": 5},
}  # fmt: skip


class Hands:
    """One start of the program, worked by the names that a screen reader tells."""

    report = ""
    """What the first start found out about this computer; later ones know it, as on a user's second day."""

    def __init__(self, qtbot, home: Path, python: str) -> None:
        self.qtbot = qtbot
        settings = Settings(QSettings(str(home / "settings.ini"), QSettings.Format.IniFormat))
        settings.runs_folder = home / "runs"
        if Hands.report:
            settings.put(KEY, Hands.report)
        children = Children((python, ("-m", "lowbit_core.cli.main", "worker")))
        self.services = Services(settings=settings, children=children)
        self.window = MainWindow(self.services)
        self.window.resize(1280, 800)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.show_page("new-run")
        Startup(self.services, self.window).begin()
        self.questions: list[str] = []
        self.ended = False

    # ---- eyes -----------------------------------------------------------------------------------------------------

    def wait(self, seen: Callable[[], bool], *, expected: str = "") -> None:
        """Until it is seen; a notice of an error, but for the ``expected`` code, ends the test at once."""

        def look() -> bool:
            wrong = [item for item in self.services.notices.open if item.level == "error" and item.code != expected]
            assert not wrong, wrong
            return seen()

        end = time.monotonic() + PATIENCE_MS / 1000
        while not look():
            assert time.monotonic() < end, "not seen in time"
            self.qtbot.wait(50)  # waitUntil looks every 10 ms, and looking takes the engine's time

    def seen(self, kind: type[QWidget], inside: QWidget | None = None) -> list[QWidget]:
        return [item for item in (inside or self.window).findChildren(kind) if item.isVisible()]

    def named(self, name: str, inside: QWidget | None = None) -> QWidget:
        """The one visible button with this accessible name."""
        buttons = self.seen(QAbstractButton, inside)
        found = [item for item in buttons if item.accessibleName() == name]
        assert len(found) == 1, f"{name}: {len(found)} of {sorted(item.accessibleName() for item in buttons)}"
        return found[0]

    @property
    def run_header(self) -> RunHeader:
        return self.window.page("run").findChild(RunHeader)

    def badge(self) -> str:
        return self.run_header.badge.text()

    def loss_points(self) -> int:
        """Steps the loss plot tells a screen reader about: the rows of its table."""
        loss = self.window.page("run").loss
        loss._fill_table()
        return loss.table.model().rowCount()

    def answers(self) -> list[str]:
        """Visible answers, as Copy gives them."""
        return [view._words for view in self.seen(AnswerView)]

    # ---- hands ----------------------------------------------------------------------------------------------------

    def press(self, name: str, inside: QWidget | None = None) -> None:
        button = self.named(name, inside)
        self.wait(lambda: button.isEnabled() and button.height() > 0)  # laid out where a hand can reach it
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def press_notice(self, text: str) -> str:
        """Press a notice's button once it is there; returns what the notice says."""
        bar = self.window.notice_bar
        self.wait(lambda: any(item.text() == text for item in self.seen(QPushButton, bar)), expected="child-died")
        button = next(item for item in self.seen(QPushButton, bar) if item.text() == text)
        said = button.parentWidget().accessibleName()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        return said

    def type_field(self, key: str, text: str) -> None:
        def fields() -> list[QWidget]:
            return [item for item in self.seen(QLineEdit) if item.accessibleName().endswith(f"({key})")]

        self.wait(lambda: len(fields()) == 1)
        (field,) = fields()
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)

    def say(self, text: str) -> None:
        editor = self.window.page("chat").composer.editor
        editor.setFocus()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)

    def answer_question(self, button: QMessageBox.StandardButton) -> None:
        """Press a button of the question that the next call asks."""
        timer = QTimer(self.window)

        def look() -> None:
            box = QApplication.activeModalWidget()
            if isinstance(box, QMessageBox):
                timer.stop()
                self.questions.append(box.text())
                QTest.mouseClick(box.button(button), Qt.MouseButton.LeftButton)

        timer.timeout.connect(look)
        timer.start(20)

    def end(self) -> None:
        """Close the window, whatever goes on."""
        if self.ended:
            return
        self.ended = True
        Hands.report = Hands.report or self.services.settings.text(KEY)
        if self.window.isVisible():
            if self.services.jobs.state != "idle":
                self.answer_question(QMessageBox.StandardButton.Close)
            assert self.window.close()
        self.window.deleteLater()
        self.services.deleteLater()


def is_worker(process: psutil.Process) -> bool:
    """Whether a worker runs; one that has ended and is still to be reaped has no command line any more."""
    try:
        return "worker" in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


@pytest.fixture
def start_program(qtbot, qapp, tmp_path, monkeypatch, warm_python):
    """Starts the program; each start is closed at the end, and takes its child processes with it.

    The children are forks; `test_drag_and_drop` has the program that a user's window starts.
    """
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    Theme(qapp, "light")
    started: list[Hands] = []

    def start() -> Hands:
        started.append(Hands(qtbot, tmp_path, warm_python))
        return started[-1]

    yield start
    for hands in started:
        hands.end()
    assert not [child for child in psutil.Process().children(recursive=True) if is_worker(child)]


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "support.jsonl"
    with path.open("w") as file:
        for n in range(24):
            turns = [{"role": "user", "content": f"n{n}?"}, {"role": "assistant", "content": f"It is {n * 7 % 10}."}]
            file.write(json.dumps({"messages": turns}) + "\n")
    return path


def prepare(hands, drop_file, model, rows, **changes):
    """From the first look at the window to a Start that can be pressed."""
    page = hands.window.page("new-run")
    assert drop_file(page.model_view.findChild(DropZone), model)
    hands.wait(lambda: page.model_choice.spec is not None and page.model_choice.spec.source == f"path:{model}")
    hands.press("Continue (Model)")
    assert drop_file(page.data_view.findChild(DropZone), rows)
    hands.wait(lambda: "It is 7." in page.data_view.seen.toPlainText())
    hands.press("Continue (Data)")
    hands.press("Advanced: every setting of the recipe")
    for key, text in (SHORT | changes).items():
        hands.type_field(key.replace("__", "."), text)
    start = hands.named("Start")
    hands.wait(start.isEnabled)
    QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    hands.wait(lambda: hands.window.current == "run")


def outcomes(folder):
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    return [event["outcome"] for event in events if event["kind"] == "JobEnded"]


def only_run(tmp_path):
    (folder,) = (tmp_path / "runs").iterdir()
    return folder


def test_that_a_user_gets_from_a_model_and_a_file_to_a_comparison(start_program, drop_file, tiny_llama, rows, tmp_path):
    hands = start_program()
    prepare(hands, drop_file, tiny_llama, rows)

    hands.wait(lambda: hands.loss_points() >= 8)
    assert hands.badge() == "Running"
    hands.press("Stop and save", hands.run_header)
    hands.wait(lambda: hands.badge() == "Stopped")
    stopped_at = hands.loss_points()
    assert 8 <= stopped_at < 90
    folder = only_run(tmp_path)
    assert outcomes(folder) == ["stopped"]

    hands.press("Resume", hands.run_header)
    hands.wait(lambda: hands.badge() == "Done")
    assert hands.loss_points() == 90
    assert outcomes(folder) == ["stopped", "done"]
    assert hands.run_header.line.toolTip().startswith("Perplexity of the answers")

    hands.press("Chat", hands.run_header)
    hands.wait(lambda: hands.window.page("chat").chat.session.state == "ready")
    chat, grown = hands.window.page("chat").chat, []
    chat.session.text.connect(grown.append)
    hands.say("n3?")
    hands.wait(lambda: not chat.busy)
    assert len(grown) > 2  # it came in pieces
    assert len(hands.answers()) == 1

    hands.press("Compare several variants")
    for name in ("Float", "Repaired"):
        hands.press(f"Answer as: {name}")
    hands.say("n4?")
    hands.wait(lambda: not chat.busy)
    answers = hands.window.page("chat").transcript.exchanges[-1].answers
    assert set(answers) == {"quantized", "tuned"}
    assert all(view.isVisible() and "tokens/" in view.footer.text() for view in answers.values())
    hands.press("Close chat")
    hands.wait(lambda: not hands.services.children.running("chat"))


def test_that_the_demo_leads_from_the_first_click_to_the_chat(start_program, tiny_llama, rows, tmp_path):
    hands = start_program()
    model, output = {"source": f"path:{tiny_llama}"}, {"dir": str(tmp_path / "runs")}
    recipe = recipe_from_values(SHORT_VALUES | {"model": model, "output": output, "data": {"source": str(rows)}})
    Demo(hands.window, recipe).begin()
    hands.wait(lambda: hands.window.current == "run" and hands.badge() == "Running")
    hands.wait(lambda: hands.window.current == "chat")
    chat = hands.window.page("chat").chat
    hands.wait(lambda: chat.session.state == "ready")
    assert chat.current.source == str(only_run(tmp_path))
    assert "tuned" in chat.variants
    hands.say("n5?")
    hands.wait(lambda: not chat.busy)
    assert len(hands.answers()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_that_a_killed_run_leaves_the_window_says_so_and_resume_finishes_it(
    start_program, drop_file, tiny_llama, rows, tmp_path
):
    hands = start_program()
    prepare(hands, drop_file, tiny_llama, rows, tune__steps="40")
    hands.wait(lambda: hands.loss_points() >= 8)
    os.kill(hands.services.children.job.pid, signal.SIGKILL)
    hands.wait(lambda: hands.badge() == "Interrupted", expected="child-died")
    assert hands.window.isVisible()
    assert outcomes(only_run(tmp_path)) == []
    said = hands.press_notice("Resume")
    assert "killed" in said
    hands.wait(lambda: hands.badge() == "Done")
    assert hands.loss_points() == 40
    assert outcomes(only_run(tmp_path)) == ["done"]


def test_that_closing_asks_and_the_next_start_offers_to_go_on(start_program, drop_file, tiny_llama, rows, tmp_path):
    first = start_program()
    prepare(first, drop_file, tiny_llama, rows, tune__steps="40")
    first.wait(lambda: first.loss_points() >= 8)
    first.answer_question(QMessageBox.StandardButton.Cancel)
    assert not first.window.close()
    assert first.window.isVisible()
    assert first.services.jobs.state == "running"
    first.end()
    assert len(first.questions) == 2
    assert all("saved first" in text for text in first.questions)
    assert outcomes(only_run(tmp_path)) in (["stopped"], ["paused"])

    second = start_program()
    said = second.press_notice("Resume")
    assert only_run(tmp_path).name in said
    second.wait(lambda: second.window.current == "run" and second.badge() == "Done")
    assert second.loss_points() == 40
    assert outcomes(only_run(tmp_path))[-1] == "done"
    assert second.services.settings.running == ""
