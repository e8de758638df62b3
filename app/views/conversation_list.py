"""The saved conversations at the left: new, search, list."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from app.views.icons import icon
from app.views.look import S4, S8, S12, current_look, say_role, type_font

WIDTH = 220


class _TwoLines(QStyledItemDelegate):
    """A title, and a fainter line below it."""

    def __init__(self, detail_role: int) -> None:
        super().__init__()
        self._role = detail_role

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines and their edges."""
        return QSize(10, option.fontMetrics.lineSpacing() * 2 + S12)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground, title, second line."""
        look = current_look()
        painter.save()
        area = option.rect.adjusted(S4, 1, -S4, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(look.colour("accent_soft"))
            focused = option.state & QStyle.StateFlag.State_HasFocus
            painter.setPen(look.colour("focus") if focused else look.colour("accent_soft"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(area, 6, 6)
        area = area.adjusted(S8, S4, -S8, -S4)
        title, detail = str(index.data()), str(index.data(self._role) or "")
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.drawText(area, Qt.AlignmentFlag.AlignTop, option.fontMetrics.elidedText(
            title, Qt.TextElideMode.ElideRight, area.width()))  # fmt: skip
        painter.setFont(type_font("small"))
        painter.setPen(look.colour("muted"))
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom, painter.fontMetrics().elidedText(
            detail, Qt.TextElideMode.ElideRight, area.width()))  # fmt: skip
        painter.restore()


class _List(QListView):
    renamed = Signal()
    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 and Delete act on the chosen conversation."""
        if event.key() == Qt.Key.Key_F2:
            self.renamed.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.deleted.emit()
        else:
            super().keyPressEvent(event)


class ConversationList(QFrame):
    """The panel.

    Signals:
        new: begin a conversation.
        searched: words to look for.
        chosen: id of the conversation to show.
        asked: what to do (``rename``, ``export``, ``delete``) with which conversation.
    """

    new = Signal()
    searched = Signal(str)
    chosen = Signal(str)
    asked = Signal(str, str)

    def __init__(self, id_role: int, detail_role: int) -> None:
        super().__init__()
        self._id_role = id_role
        say_role(self, "side")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Conversations"))
        self.button = QPushButton(self.tr("New conversation"))
        self.button.setAccessibleName(self.button.text())
        self.button.setToolTip(self.tr("Begin a new conversation (Ctrl+N)"))
        self.button.setShortcut("Ctrl+N")
        self.button.clicked.connect(self.new)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search in all conversations"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.searched)
        self.view = _List()
        self.view.setAccessibleName(self.tr("Saved conversations"))
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.view.setUniformItemSizes(True)
        self.view.setItemDelegate(_TwoLines(detail_role))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.clicked.connect(self._tell)
        self.view.activated.connect(self._tell)
        self.view.renamed.connect(self._rename)
        self.view.deleted.connect(self._delete)
        self.none = QLabel()
        say_role(self.none, "small")
        self.none.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S8, S12, S8, S8)
        layout.setSpacing(S8)
        for widget in (self.button, self.search, self.none, self.view):
            layout.addWidget(widget)
        layout.setStretch(3, 1000)
        layout.addStretch(1)

    def set_model(self, model: QAbstractItemModel) -> None:
        """Show these."""
        self.view.setModel(model)

    def set_current(self, row: int) -> None:
        """Mark a row; −1 marks none."""
        model = self.view.model()
        if row < 0:
            self.view.selectionModel().clear()
        else:
            self.view.setCurrentIndex(model.index(row, 0))

    def set_none(self, text: str) -> None:
        """A sentence in place of an empty list; empty shows the list."""
        self.none.setText(text)
        self.none.setVisible(bool(text))
        self.view.setVisible(not text)

    @Slot(QModelIndex)
    def _tell(self, index: QModelIndex) -> None:
        self.chosen.emit(str(index.data(self._id_role)))

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        index = self.view.indexAt(at)
        if not index.isValid():
            return
        name = str(index.data(self._id_role))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for what, text, picture in (
            ("rename", self.tr("Rename…"), "edit"),
            ("export", self.tr("Export…"), "export"),
            ("delete", self.tr("Delete"), "trash"),
        ):
            action = menu.addAction(icon(picture), text)
            action.setData((what, name))
        menu.triggered.connect(self._acted)
        menu.popup(self.view.viewport().mapToGlobal(at))

    def _acted(self, action: object) -> None:
        what, name = action.data()  # type: ignore[attr-defined]
        self.asked.emit(what, name)

    @Slot()
    def _rename(self) -> None:
        self._ask("rename")

    @Slot()
    def _delete(self) -> None:
        self._ask("delete")

    def _ask(self, what: str) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.asked.emit(what, str(index.data(self._id_role)))
