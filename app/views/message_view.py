"""One message: a question that can be edited, or an answer with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.markdown import Block
from app.views.icons import icon
from app.views.look import S4, S8, S12, say_role
from app.views.markdown_blocks import BlocksView

EDIT_LINES = 4


@dataclass(frozen=True, kw_only=True)
class AnswerShown:
    """What an answer looks like.

    Attributes:
        name: handed back by the signals.
        title: who answers.
        text: as it was written, for copying.
        footer: tokens, speed, variant.
        note: a line in place of the text while there is none.
        error, hint: why there is no more.
    """

    name: str
    title: str
    text: str
    blocks: Sequence[Block]
    footer: str = ""
    note: str = ""
    error: str = ""
    hint: str = ""
    over: bool = True


class _Message(QFrame):
    """What questions and answers share: focus, copying, small buttons."""

    def __init__(self, role: str) -> None:
        super().__init__()
        say_role(self, role)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tools: list[tuple[QToolButton, str]] = []
        self._words = ""

    def tool(self, icon_name: str, text: str) -> QToolButton:
        """A small button of this message."""
        button = QToolButton()
        say_role(button, "quiet-small")
        button.setIcon(icon(icon_name, "muted", size=16))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(text)
        button.setAccessibleName(text)
        self._tools.append((button, icon_name))
        return button

    def copy(self) -> None:
        """Its text, as it was written, to the clipboard."""
        QGuiApplication.clipboard().setText(self._words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the whole message."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the palette."""
        if event.type() == QEvent.Type.PaletteChange:
            for button, name in self._tools:
                button.setIcon(icon(name, "muted", size=16))
        super().changeEvent(event)


class QuestionView(_Message):
    """The user's words.

    Signals:
        edited: new words to ask instead.
    """

    edited = Signal(str)

    def __init__(self) -> None:
        super().__init__("question")
        self.label, self.editor = QLabel(), QPlainTextEdit()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.editor.setAccessibleName(self.tr("Edit the question"))
        self.editor.setFixedHeight(self.fontMetrics().lineSpacing() * EDIT_LINES + 20)
        self.editor.setTabChangesFocus(True)
        self.copy_button = self.tool("copy", self.tr("Copy"))
        self.edit_button = self.tool("edit", self.tr("Edit and ask again; what came after it goes"))
        self.copy_button.clicked.connect(self.copy)
        self.edit_button.clicked.connect(self.begin_edit)
        self.ask_button, self.keep_button = QPushButton(self.tr("Ask again")), QPushButton(self.tr("Cancel"))
        say_role(self.ask_button, "primary")
        self.ask_button.setAccessibleName(self.ask_button.text())
        self.keep_button.setAccessibleName(self.tr("Keep the question as it was"))
        self.ask_button.clicked.connect(self._ask)
        self.keep_button.clicked.connect(self.end_edit)
        self._editing = _row(self.ask_button, self.keep_button)
        top = QHBoxLayout()
        top.setSpacing(S4)
        top.addWidget(self.label, 1)
        for button in (self.copy_button, self.edit_button):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S12, S8, S8, S8)
        layout.addLayout(top)
        layout.addWidget(self.editor)
        layout.addWidget(self._editing)
        self.end_edit()

    def set_text(self, text: str) -> None:
        """Show these words."""
        self._words = text
        self.label.setText(text)
        self.setAccessibleName(self.tr("You: %1").replace("%1", text[:200]))

    def set_editable(self, editable: bool) -> None:
        """Whether it can be asked anew now."""
        self.edit_button.setEnabled(editable)
        self.ask_button.setEnabled(editable)

    def begin_edit(self) -> None:
        """Offer the words for editing."""
        self.editor.setPlainText(self._words)
        self._show_editor(True)
        self.editor.setFocus()

    def end_edit(self) -> None:
        """Leave them as they were."""
        self._show_editor(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the editor, Ctrl+Return asks, F2 edits."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape and self.editor.isVisibleTo(self):
            self.end_edit()
            self.setFocus()
        elif event.key() == Qt.Key.Key_F2:
            self.begin_edit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control and self.editor.isVisibleTo(self):
            self._ask()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        text = self.editor.toPlainText().strip()
        if text:
            self.end_edit()
            self.edited.emit(text)

    def _show_editor(self, on: bool) -> None:
        for widget in (self.editor, self._editing):
            widget.setVisible(on)
        for widget in (self.label, self.copy_button, self.edit_button):
            widget.setVisible(not on)


class AnswerView(_Message):
    """What one variant said.

    Signals:
        again: answer anew, as this variant.
        branched: go on from here in a new conversation.
        link: an address that was pressed.
    """

    again = Signal(str)
    branched = Signal()
    link = Signal(str)

    def __init__(self) -> None:
        super().__init__("answer")
        self._name = ""
        self.title, self.note, self.footer = QLabel(), QLabel(), QLabel()
        self.error, self.hint = QLabel(), QLabel()
        for label, role in ((self.title, "badge-plain"), (self.note, "muted"), (self.footer, "small")):
            say_role(label, role)
        for label, role in ((self.error, "error"), (self.hint, "muted")):
            say_role(label, role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.footer.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.footer.setWordWrap(True)
        self.body = BlocksView(self.link.emit)
        self.copy_button = self.tool("copy", self.tr("Copy the answer"))
        self.again_button = self.tool("refresh", self.tr("Answer again"))
        self.branch_button = self.tool("branch", self.tr("Go on from here in a new conversation"))
        self.copy_button.clicked.connect(self.copy)
        self.again_button.clicked.connect(self._again)
        self.branch_button.clicked.connect(self.branched)
        foot = QHBoxLayout()
        foot.setSpacing(0)
        foot.addWidget(self.footer, 1)
        for button, _name in self._tools:
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S12, S8, S8, S4)
        layout.setSpacing(S8)
        layout.addWidget(self.title, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.body, self.note, self.error, self.hint):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(foot)

    def set_answer(self, shown: AnswerShown, *, can_ask: bool) -> None:
        """Show it; ``can_ask`` is whether it may be answered again now."""
        self._name, self._words = shown.name, shown.text
        self.title.setText(shown.title)
        self.title.setVisible(bool(shown.title))
        self.body.set_blocks(shown.blocks)
        self.body.setVisible(bool(shown.blocks))
        for label, text in ((self.note, shown.note), (self.error, shown.error), (self.hint, shown.hint)):
            if label.text() != text:
                label.setText(text)
            label.setVisible(bool(text))
        self.footer.setText(shown.footer)
        self.footer.setToolTip(shown.footer)
        self.copy_button.setEnabled(bool(shown.text))
        self.set_askable(can_ask and shown.over)
        self.setAccessibleName(self.tr("Answer by %1").replace("%1", shown.title or self.tr("the model")))
        if shown.over:  # not at every piece: a screen reader would never get to the end
            self.setAccessibleDescription(shown.text[:2000] or shown.error)

    def set_askable(self, on: bool) -> None:
        """Whether it may be answered again now."""
        self.again_button.setEnabled(on)
        self.branch_button.setEnabled(on)

    def _again(self) -> None:
        self.again.emit(self._name)


def _row(*buttons: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for button in buttons:
        layout.addWidget(button)
    layout.addStretch(1)
    return row
