"""The chat page as a user meets it: keyboard, streaming, columns, markdown widgets, names for screen readers."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QFileDialog,
    QMessageBox,
)

from app.markdown import MarkdownStream, parse
from app.pages.chat import ChatPage
from app.views.markdown_blocks import BlocksView, CodeBlock, ListBlock, QuoteBlock, TableBlock, TextBlock

FAKE = Path(__file__).with_name("fake_chat.py").read_text()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWBIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def run(settings):
    folder = settings.runs_folder / "20260101-100000-birds"
    for name in ("quantized/config.json", "adapters/repair/adapter_config.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    (folder / "recipe.toml").write_text('[model]\nsource = "starter"\n')
    return str(folder)


@pytest.fixture
def page(make_services, look, qtbot):
    made = ChatPage(make_services(FAKE))
    made.resize(1200, 700)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.hide()


def finished(qtbot, page):
    qtbot.waitUntil(lambda: not page.chat.busy, timeout=10_000)
    qtbot.waitUntil(lambda: not page._timer.isActive(), timeout=10_000)


def type_and_send(page, text):
    page.composer.editor.setFocus()
    QTest.keyClicks(page.composer.editor, text)
    QTest.keyClick(page.composer.editor, Qt.Key.Key_Return)


def answer(page, number=-1, name="float"):
    return page.transcript.exchanges[number].answers[name]


def words(view):
    return " ".join(block.text() for block in view.body.views if isinstance(block, TextBlock))


def test_that_an_empty_page_says_what_to_do(page):
    assert page.stack.currentWidget() is page.start
    assert page.start.heading.text() == "Choose a model to talk with"
    assert page.start.button.isVisible()


def test_that_enter_sends_shift_enter_breaks_the_line_and_the_answer_is_shown(page, qtbot):
    page.open_with("starter")
    editor = page.composer.editor
    QTest.keyClicks(editor, "hello")
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(editor, "you")
    assert editor.toPlainText() == "hello\nyou"
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.toPlainText() == ""
    finished(qtbot, page)
    assert words(answer(page)) == "float heard <b>1</b>: hello you"
    assert answer(page).title.text() == "Float"
    assert answer(page).footer.text().replace("\u2060", "") == "5 tokens, 42 tokens/s · on the GPU"
    assert page.conversations.view.currentIndex().data() == "hello"


def test_that_escape_stops_and_keeps_what_was_said(page, qtbot):
    page.open_with("starter")
    type_and_send(page, "slow")
    qtbot.waitUntil(lambda: "word3" in words(answer(page)) if page.transcript.exchanges else False, timeout=10_000)
    assert page.composer.button.text() == "Stop"
    assert "tokens" in answer(page).footer.text()
    QTest.keyClick(page.composer.editor, Qt.Key.Key_Escape)
    finished(qtbot, page)
    assert "stopped" in answer(page).footer.text()
    assert page.composer.button.text() == "Send"


def test_that_a_question_is_edited_in_place_and_asked_again(page, qtbot):
    page.open_with("starter")
    for text in ("one", "two"):
        type_and_send(page, text)
        finished(qtbot, page)
    question = page.transcript.exchanges[0].question
    question.setFocus()
    QTest.keyClick(question, Qt.Key.Key_F2)
    assert question.editor.isVisible()
    QTest.keyClick(question.editor, Qt.Key.Key_Escape)
    assert not question.editor.isVisible()
    question.begin_edit()
    question.editor.setPlainText("eins")
    QTest.keyClick(question.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    finished(qtbot, page)
    assert len(page.transcript.exchanges) == 1
    assert words(answer(page)).endswith("eins")
    answer(page).again_button.click()
    finished(qtbot, page)
    answer(page).branch_button.click()
    assert page.chat.list.rowCount() == 2


def test_that_a_comparison_shows_a_column_for_every_variant(page, qtbot, run):
    page.open_with(f"compare:{run}")
    assert page.header.compare.isChecked()
    type_and_send(page, "big")
    finished(qtbot, page)
    columns = page.transcript.exchanges[0].answers
    assert list(columns) == ["float", "quantized", "repaired"]
    assert "9.00 GB" in columns["float"].error.text()
    assert words(columns["repaired"]).startswith("repaired heard")
    lefts = [view.mapTo(page, view.rect().topLeft()).x() for view in columns.values()]
    assert lefts == sorted(lefts)
    page.header._segments["float"].click()
    assert page.chat.current.columns == ("quantized", "repaired")
    page.header.compare.click()
    assert not page.chat.current.columns
    assert len(page.transcript.exchanges[0].answers) == 1


def test_that_a_flood_of_pieces_is_drawn_in_few_steps_and_keeps_the_window_alive(page, qtbot):
    page.open_with("starter")
    qtbot.waitUntil(lambda: page.chat.session.state == "ready", timeout=10_000)
    drawn = []
    original = page.transcript.set_answer
    page.transcript.set_answer = lambda *arguments, **options: (drawn.append(1), original(*arguments, **options))
    type_and_send(page, "flood")
    finished(qtbot, page)
    assert answer(page)._words == "word " * 2000
    assert len(drawn) < 100


def test_that_a_growing_answer_touches_only_its_last_block(look, qtbot):
    view = BlocksView(print)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    text = "# Head\n\nA paragraph.\n\n- one\n- two\n\n```python\nx = 1\n"
    stream = MarkdownStream()
    stream.push(text)
    view.set_blocks(stream.blocks())
    before = view.views
    assert [type(item) for item in before] == [TextBlock, TextBlock, ListBlock, CodeBlock]
    touched = []
    for item in before:
        item.show_block = lambda block, item=item: (touched.append(item), True)[1]
    stream.push("y = 2\n")
    view.set_blocks(stream.blocks())
    assert touched == [before[-1]]
    assert view.views == before


def test_that_a_long_answer_streams_at_a_hundred_tokens_a_second(look, qtbot):
    view = BlocksView(print)
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    stream = MarkdownStream()
    stream.push("A paragraph of a usual length, **with** some words in it, as models write.\n\n" * 100)
    view.set_blocks(stream.blocks())
    QGuiApplication.processEvents()
    began = time.perf_counter()
    for _ in range(40):
        stream.push("some more words ")
        view.set_blocks(stream.blocks())
        QGuiApplication.processEvents()
    assert (time.perf_counter() - began) / 40 < 0.05


def test_that_code_has_its_language_and_copy_and_tables_are_grids(look, qtbot):
    view = BlocksView(print)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.set_blocks(parse("```rust\nfn main() {}\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n> q"))
    view.show()
    code, table, quote = view.views
    assert isinstance(quote, QuoteBlock)
    assert code.language.text() == "rust"
    code.copy.click()
    assert QGuiApplication.clipboard().text() == "fn main() {}"
    assert isinstance(table, TableBlock)
    assert table._cells[1, 1].text() == "2"
    assert table.accessibleName() == "Table, 2 rows, 2 columns"
    rights = [table._cells[0, column].geometry().left() for column in range(2)]
    assert rights[0] < rights[1]
    assert table.height() >= sum(table._cells[row, 0].height() for row in range(2))


def test_that_links_are_asked_about_and_nothing_else_is_opened(page, qtbot, monkeypatch):
    asked, opened = [], []
    monkeypatch.setattr(QMessageBox, "question", lambda *arguments: asked.append(arguments[2]))
    monkeypatch.setattr("app.pages.chat.QDesktopServices.openUrl", opened.append)
    page._open_link("https://example.org/x")
    assert "https://example.org/x" in asked[0]
    assert not opened


def test_that_sampling_and_system_prompt_come_back_with_their_conversation(page, qtbot):
    page.open_with("starter")
    page.panel.boxes["temperature"].setValue(0.2)
    page.panel.boxes["seed"].setValue(11)
    page.panel.system.setPlainText("be kind")
    page.panel._tell_system()
    type_and_send(page, "one")
    finished(qtbot, page)
    assert "heard <b>2</b>" in words(answer(page))
    first = page.chat.current.id
    page._new()
    page.panel.reset.emit()
    assert page.panel.boxes["temperature"].value() == 0.7
    page.chat.show(first)
    assert page.panel.boxes["temperature"].value() == 0.2
    assert page.panel.boxes["seed"].value() == 11
    assert page.panel.system.toPlainText() == "be kind"
    assert page.chat.current.sampling.seed == 11


def test_that_saved_conversations_are_found_exported_and_deleted(page, qtbot, tmp_path, monkeypatch):
    page.open_with("starter")
    type_and_send(page, "about birds")
    finished(qtbot, page)
    page.conversations.search.setText("nothing like it")
    assert page.conversations.none.text() == "Nothing found."
    page.conversations.search.setText("BIRDS")
    assert page.filter.rowCount() == 1
    target = tmp_path / "talk.md"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    page._asked("export", page.chat.current.id)
    assert "about birds" in target.read_text()
    monkeypatch.setattr(QMessageBox, "question", lambda *_arguments: QMessageBox.StandardButton.Yes)
    page.conversations.view.setFocus()
    QTest.keyClick(page.conversations.view, Qt.Key.Key_Delete)
    assert page.filter.rowCount() == 0
    assert page.stack.currentWidget() is page.start


def test_that_the_models_that_can_be_talked_with_are_in_the_menu(page, qtbot, run):
    with qtbot.waitSignal(page.sources.changed):
        page.sources.refresh()
    texts = [action.text() for action in page.header._menu.actions() if action.text()]
    assert texts[1] == "birds  (Starter model, 3 bits)" or texts[1].startswith("birds")
    assert "Starter model" in texts
    next(action for action in page.header._menu.actions() if action.text() == "Starter model").trigger()
    assert page.chat.current.source == "starter"
    qtbot.waitUntil(lambda: page.header.state.text() == "Ready, on the GPU", timeout=10_000)
    page.header.action.click()
    qtbot.waitUntil(lambda: page.chat.session.state == "closed", timeout=10_000)
    assert not page.header.action.isVisible()


def test_that_a_job_on_the_device_offers_the_processor(page, qtbot):
    lease = page.services.children.lease
    assert lease.take("job")
    page.open_with("starter")
    assert page.header.action.text() == "Use the processor instead"
    page.header.action.click()
    qtbot.waitUntil(lambda: page.header.state.text() == "Ready, on the processor", timeout=10_000)
    lease.release("job")


def test_that_a_narrow_window_shows_one_side_panel_at_most(page, qtbot):
    page.header.settings_button.click()
    assert page.panel.isVisible()
    assert page.conversations.isVisible()
    page.resize(950, 560)
    qtbot.waitUntil(lambda: not page.conversations.isVisible(), timeout=2_000)
    page.header.list_button.click()
    assert page.conversations.isVisible()
    assert not page.panel.isVisible()
