"""Blocks of markdown as widgets: text, lists, quotes, tables as real grids, code with its language and Copy.

A block that is still being written is changed in place where that is possible; blocks that did not change are not
touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFontDatabase, QFontMetrics, QGuiApplication, QResizeEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.markdown import Block, Code, Heading, List, Paragraph, Quote, Rule, Spans, Table
from app.views.icons import icon
from app.views.look import S4, S8, S12, current_look, say_role, type_font

OnLink = Callable[[str], None]
WIDEST_WORD = 160
"""Pixels a column is made wider for a single word, at most."""

_ALIGNMENT = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


def rich_text(spans: Spans) -> str:
    """Spans as the rich text of a label; no tag in it can load anything."""
    look = current_look()
    parts = []
    for span in spans:
        text = escape(span.text).replace("\n", "<br>")
        if span.code:
            text = f'<span style="font-family:monospace; background-color:{look.colours["sunken"]}">{text}</span>'
        for on, tag in ((span.bold, "b"), (span.italic, "i"), (span.struck, "s")):
            text = f"<{tag}>{text}</{tag}>" if on else text
        if span.link:
            text = f'<a style="color:{look.colours["accent"]}" href="{escape(span.link)}">{text}</a>'
        parts.append(text)
    return "".join(parts)


class SpansLabel(QLabel):
    """Words that wrap, can be selected, and tell where a link goes."""

    def __init__(self, on_link: OnLink) -> None:
        super().__init__()
        self._spans: Spans | None = None
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setOpenExternalLinks(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.linkActivated.connect(on_link)
        self.linkHovered.connect(self.setToolTip)

    def set_spans(self, spans: Spans) -> None:
        """Show these."""
        if spans != self._spans:
            self._spans = spans
            self._heights.clear()
            self.setText(rich_text(spans))

    def heightForWidth(self, width: int) -> int:
        """Kept: a label lays its text out anew for every question, and a layout asks all its labels at every change."""
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    def changeEvent(self, event: QEvent) -> None:
        """Colours are part of the text; heights depend on font and style."""
        self._heights.clear()
        if event.type() == QEvent.Type.PaletteChange and self._spans is not None:
            self.setText(rich_text(self._spans))
        super().changeEvent(event)


class BlocksView(QWidget):
    """Blocks under each other.

    Args:
        on_link: a bound method that is given the address of a link that was pressed.
    """

    def __init__(self, on_link: OnLink) -> None:
        super().__init__()
        self._on_link = on_link
        self._blocks: tuple[Block, ...] = ()
        self._views: list[BlockView] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(S8)

    def set_blocks(self, blocks: Sequence[Block]) -> None:
        """Show these: equal ones stay as they are, the one that grew is changed in place."""
        fresh = tuple(blocks)
        for place, block in enumerate(fresh):
            if place < len(self._blocks) and self._blocks[place] == block:
                continue
            if place < len(self._views):
                if self._views[place].show_block(block):
                    continue
                self._drop(place)
            view = _make(block, self._on_link)
            self._views.insert(place, view)
            self._layout.insertWidget(place, view)
        while len(self._views) > len(fresh):
            self._drop(len(self._views) - 1)
        self._blocks = fresh

    @property
    def views(self) -> tuple[BlockView, ...]:
        """The widgets, in order."""
        return tuple(self._views)

    def _drop(self, place: int) -> None:
        view = self._views.pop(place)
        self._layout.removeWidget(view)
        view.hide()
        view.deleteLater()


class TextBlock(SpansLabel):
    """A paragraph or a heading."""

    def show_block(self, block: Block) -> bool:
        """Show it, if it is text."""
        if not isinstance(block, Paragraph | Heading):
            return False
        role = "" if isinstance(block, Paragraph) else "heading" if block.level <= 2 else "strong"
        if role != (self.property("role") or ""):
            say_role(self, role)
        self.set_spans(block.spans)
        return True


class CodeText(QPlainTextEdit):
    """Code as high as it is; the wheel belongs to the page around it."""

    def __init__(self) -> None:
        super().__init__()
        say_role(self, "code-text")
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(S8)
        self._widest = 0
        self.setAccessibleName(self.tr("Code"))

    def set_code(self, text: str) -> None:
        """Show it; what is only appended is only appended."""
        before = self.toPlainText()
        if text == before:
            return
        added = text[len(before) :] if before and text.startswith(before) else None
        if added is None:
            self.setPlainText(text)
            self._widest = 0
            added = text
        else:
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(added)
            added = text[before.rfind("\n") + 1 :]
        metrics = self.fontMetrics()
        self._widest = max([self._widest, *(metrics.horizontalAdvance(line) for line in added.split("\n"))])
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower view needs room for the scroll bar."""
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways only."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()

    def _fit(self) -> None:
        margin = round(self.document().documentMargin())
        height = self.fontMetrics().lineSpacing() * self.blockCount() + 2 * margin + S8
        if self._widest + 2 * margin + S4 > self.viewport().width() and self.viewport().width() > 0:
            height += self.horizontalScrollBar().sizeHint().height()
        if height != self.height():
            self.setFixedHeight(height)


class CodeBlock(QFrame):
    """A head with the language and Copy, and the code."""

    def __init__(self) -> None:
        super().__init__()
        say_role(self, "code")
        self.language, self.text = QLabel(), CodeText()
        say_role(self.language, "small")
        self.copy = QToolButton()
        say_role(self.copy, "quiet")
        self.copy.setText(self.tr("Copy"))
        self.copy.setIcon(icon("copy", "muted", size=16))
        self.copy.setIconSize(QSize(16, 16))
        self.copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.copy.setAccessibleName(self.tr("Copy the code"))
        self.copy.clicked.connect(self._copy)
        head = QHBoxLayout()
        head.setContentsMargins(S12, S4, S4, 0)
        head.addWidget(self.language)
        head.addStretch(1)
        head.addWidget(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, S4)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.text)

    def show_block(self, block: Block) -> bool:
        """Show it, if it is code."""
        if not isinstance(block, Code):
            return False
        self.language.setText(block.language or self.tr("Code"))
        self.text.set_code(block.text)
        return True

    def changeEvent(self, event: QEvent) -> None:
        """The icon follows the palette."""
        if event.type() == QEvent.Type.PaletteChange:
            self.copy.setIcon(icon("copy", "muted", size=16))
        super().changeEvent(event)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())


class QuoteBlock(QFrame):
    """Blocks behind a bar."""

    def __init__(self, on_link: OnLink) -> None:
        super().__init__()
        say_role(self, "quote")
        self.inner = BlocksView(on_link)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S12, S4, 0, S4)
        layout.addWidget(self.inner)

    def show_block(self, block: Block) -> bool:
        """Show it, if it is a quote."""
        if not isinstance(block, Quote):
            return False
        self.inner.set_blocks(block.blocks)
        return True


class ListBlock(QWidget):
    """Markers beside blocks."""

    def __init__(self, on_link: OnLink) -> None:
        super().__init__()
        self._on_link = on_link
        self._rows: list[tuple[QLabel, BlocksView]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(S8, 0, 0, 0)
        self._grid.setHorizontalSpacing(S8)
        self._grid.setVerticalSpacing(S4)
        self._grid.setColumnStretch(1, 1)

    def show_block(self, block: Block) -> bool:
        """Show it, if it is a list that only grew."""
        if not isinstance(block, List) or len(block.items) < len(self._rows):
            return False
        for place, item in enumerate(block.items):
            if place == len(self._rows):
                marker, view = QLabel(), BlocksView(self._on_link)
                self._grid.addWidget(marker, place, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
                self._grid.addWidget(view, place, 1)
                self._rows.append((marker, view))
            marker, view = self._rows[place]
            marker.setText("•" if block.start is None else f"{block.start + place}.")
            view.set_blocks(item)
        return True


class TableBlock(QScrollArea):
    """A grid of cells, the first row bold; one that is too wide scrolls sideways."""

    def __init__(self, on_link: OnLink) -> None:
        super().__init__()
        self._on_link = on_link
        self._cells: dict[tuple[int, int], SpansLabel] = {}
        self._shape = (0, 0)
        self._frame = QFrame()
        say_role(self._frame, "table")
        self._grid = QGridLayout(self._frame)
        self._grid.setContentsMargins(1, 1, 1, 1)
        self._grid.setSpacing(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setWidget(self._frame)
        for ground in (self._frame, self.viewport()):
            ground.setAutoFillBackground(False)

    def show_block(self, block: Block) -> bool:
        """Show it, if it is a table that only grew."""
        if not isinstance(block, Table) or not block.rows:
            return False
        shape = (len(block.rows), len(block.alignments))
        if shape[0] < self._shape[0] or (self._shape[1] and shape[1] != self._shape[1]):
            return False
        self._shape = shape
        for row, cells in enumerate(block.rows):
            for column, alignment in enumerate(block.alignments):
                label = self._cells.get((row, column)) or self._add(row, column)
                label.setAlignment(_ALIGNMENT[alignment] | Qt.AlignmentFlag.AlignVCenter)
                label.set_spans(cells[column] if column < len(cells) else ())
        self._share_width(block)
        words = self.tr("Table, %1 rows, %2 columns").replace("%1", str(shape[0])).replace("%2", str(shape[1]))
        self.setAccessibleName(words)
        self._fit()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cells wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cells that want another size, e.g. once they have their style."""
        if watched is self._frame and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways only."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()

    def _share_width(self, table: Table) -> None:
        """No column is narrower than its longest word; the rest goes by the words they hold."""
        bold = QFontMetrics(type_font("body", bold=True))
        for column in range(self._shape[1]):
            texts = ["".join(span.text for span in cells[column]) for cells in table.rows if column < len(cells)]
            word = max((bold.horizontalAdvance(word) for text in texts for word in text.split()), default=0)
            self._grid.setColumnMinimumWidth(column, min(WIDEST_WORD, word) + 2 * S12)
            self._grid.setColumnStretch(column, min(40, max(4, *map(len, texts), 0)))

    def _fit(self) -> None:
        room = self.viewport().width()
        width = max(room, self._grid.minimumSize().width())
        height = self._grid.heightForWidth(width) if self._grid.hasHeightForWidth() else self._grid.sizeHint().height()
        self._frame.resize(width, height)
        bar = self.horizontalScrollBar().sizeHint().height() if width > room else 0
        if self.height() != height + bar or self.minimumHeight() != height + bar:
            self.setFixedHeight(height + bar)

    def _add(self, row: int, column: int) -> SpansLabel:
        label = SpansLabel(self._on_link)
        say_role(label, "cell-head" if row == 0 else "cell")
        self._grid.addWidget(label, row, column)
        self._cells[row, column] = label
        return label


class RuleBlock(QFrame):
    """A line across."""

    def __init__(self) -> None:
        super().__init__()
        say_role(self, "line")

    def show_block(self, block: Block) -> bool:
        """There is nothing to show."""
        return isinstance(block, Rule)


BlockView = TextBlock | CodeBlock | QuoteBlock | ListBlock | TableBlock | RuleBlock


def _make(block: Block, on_link: OnLink) -> BlockView:
    view: BlockView
    match block:
        case Paragraph() | Heading():
            view = TextBlock(on_link)
        case Code():
            view = CodeBlock()
        case Quote():
            view = QuoteBlock(on_link)
        case List():
            view = ListBlock(on_link)
        case Table():
            view = TableBlock(on_link)
        case Rule():
            view = RuleBlock()
    shown = view.show_block(block)
    assert shown or isinstance(block, Table)
    return view
