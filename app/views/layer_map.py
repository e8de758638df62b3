"""The layer map: a painted cell a matrix, blocks from left to right, coloured by error or bits.

A table view underneath, so that the arrow keys, tooltips and screen readers work as in any table.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.numbers import fixed
from app.views.look import S4, S8, S12, S16, Look, current_look, say_role, type_font

Index = QModelIndex | QPersistentModelIndex
VALUE_ROLE = int(Qt.ItemDataRole.UserRole)
"""Where the model keeps a cell's number."""


SHADES = 64
"""Colours between the least and the greatest value; more cannot be told apart."""

LEAST_TEXT = 20
"""Pixels: no number fits into a narrower cell, and a map of many blocks does not ask for one a cell."""


def heat(share: float) -> QColor:
    """The colour of a value ``share`` of the way from the least to the greatest: cool to warm through grey, told apart
    without red and green.
    """
    look = current_look()
    stops = (look.series_colour(0), look.colour("border"), look.series_colour(1))
    place = min(1.0, max(0.0, share)) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    low, high, part = stops[index], stops[index + 1], place - index
    return QColor.fromRgbF(
        low.redF() + (high.redF() - low.redF()) * part,
        low.greenF() + (high.greenF() - low.greenF()) * part,
        low.blueF() + (high.blueF() - low.blueF()) * part,
    )


class _CellPainter(QStyledItemDelegate):
    """Fills a cell with the colour of its value."""

    low, high = 0.0, 0.0
    _look: Look | None = None

    def _take_look(self, look: Look) -> None:
        """Colours and font are made once a look, not once a cell."""
        if self._look is not look:
            self._look, self._font = look, type_font("small")
            self._colours = [heat(step / SHADES) for step in range(SHADES + 1)]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The colour, the number where there is room, and the frame of the current cell."""
        look = current_look()
        self._take_look(look)
        rect: QRect = option.rect
        value = index.data(VALUE_ROLE)
        if isinstance(value, float):
            span = self.high - self.low
            share = min(1.0, max(0.0, (value - self.low) / span)) if span > 0 else 0.0
            colour = self._colours[round(SHADES * share)]
            painter.fillRect(rect.adjusted(0, 0, -1, -1), colour)
            if rect.width() >= LEAST_TEXT:
                text = index.data(Qt.ItemDataRole.DisplayRole)
                painter.setFont(self._font)
                if painter.fontMetrics().horizontalAdvance(text) + S4 < rect.width():
                    painter.setPen(QColor("#000000") if colour.lightnessF() > 0.5 else QColor("#ffffff"))
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        else:
            painter.fillRect(rect.adjusted(0, 0, -1, -1), look.colour("sunken"))
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(look.colour("text"), 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Small; the headers stretch the cells."""
        return QSize(4, 8)


class _SparseHeader(QHeaderView):
    """Numbers of the blocks, as many as there is room for; names of the matrices however low the rows are."""

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        """The name, the number, or nothing."""
        if not rect.isValid():
            return
        painter.setFont(type_font("small"))
        metrics = painter.fontMetrics()
        if self.orientation() == Qt.Orientation.Vertical:
            painter.setPen(current_look().colour("muted"))
            name = self.model().headerData(logical_index, Qt.Orientation.Vertical)
            tall = rect.adjusted(0, -S4, -S8, S4)
            painter.drawText(tall, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(name or ""))
            return
        room = max(1, rect.width())
        every = next((step for step in (1, 2, 5, 10, 20) if step * room > metrics.horizontalAdvance("00") + S8), 50)
        if logical_index % every:
            return
        painter.setPen(current_look().colour("muted"))
        wide = QRect(rect.left() - room, rect.top(), 3 * room, rect.height())
        painter.drawText(wide, Qt.AlignmentFlag.AlignCenter, str(logical_index))


class _Scale(QWidget):
    """The colours with the least and the greatest value."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts = ("", "")
        self.setMinimumWidth(200)

    def set_texts(self, low: str, high: str) -> None:
        self._texts = (low, high)
        self.setAccessibleName(self.tr("Colours from {low} to {high}").format(low=low, high=high))
        self.update()

    def sizeHint(self) -> QSize:
        """A line of text high."""
        return QSize(240, self.fontMetrics().height() + S4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Low, bar, high."""
        if not self._texts[0]:
            return
        painter = QPainter(self)
        painter.setFont(type_font("small"))
        painter.setPen(current_look().colour("muted"))
        left, right = (painter.fontMetrics().horizontalAdvance(text) + S8 for text in self._texts)
        box = self.rect()
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._texts[0])
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._texts[1])
        bar = QRect(left, box.center().y() - S4, box.width() - left - right, S8)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for part in range(5):
            gradient.setColorAt(part / 4, heat(part / 4))
        painter.fillRect(bar, gradient)


class LayerMap(QWidget):
    """Switches, the map and its scale.

    Signals:
        shown_changed: what the colours shall mean: ``error`` or ``bits``, and whether after the repair.
    """

    shown_changed = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = _CellPainter(self)
        self.error_button, self.bits_button = self._pair(
            self.tr("Error"),
            self.tr("Noise of the quantized matrix against its signal, in decibels; lower is better"),
            self.tr("Bits"),
            self.tr("Bits stored for each weight, scales and adapters counted"),
        )
        self.before_button, self.after_button = self._pair(
            self.tr("Before"),
            self.tr("As quantized"),
            self.tr("After"),
            self.tr("With the repair"),
        )
        self.after_button.setChecked(True)
        self.scale = _Scale(self)
        self.table = self._table()
        self.empty = QLabel(self.tr("The map fills as the matrices are quantized."), self)
        say_role(self.empty, "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = QHBoxLayout()
        top.setSpacing(S4)
        for button in (self.error_button, self.bits_button):
            top.addWidget(button)
        top.addSpacing(S12)
        for button in (self.before_button, self.after_button):
            top.addWidget(button)
        top.addStretch(1)
        top.addWidget(self.scale)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, S8, 0, 0)
        layout.setSpacing(S8)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1)
        self.table.hide()
        self.set_repaired(False)

    def set_model(self, model: QAbstractItemModel) -> None:
        """The table to show; it keeps numbers under `VALUE_ROLE`."""
        self.table.setModel(model)
        for signal in (model.rowsInserted, model.columnsInserted, model.modelReset):
            signal.connect(self._size_changed)
        self._size_changed()

    @Slot(float, float)
    def set_range(self, low: float, high: float) -> None:
        """Values at the ends of the colours."""
        self._cells.low, self._cells.high = low, high
        unit = "dB" if self.error_button.isChecked() else self.tr("bits")
        digits = 1 if self.error_button.isChecked() else 2
        self.scale.set_texts(f"{fixed(low, digits)} {unit}", f"{fixed(high, digits)} {unit}")
        self.table.viewport().update()

    @Slot(bool)
    def set_repaired(self, repaired: bool) -> None:
        """Whether before and after differ."""
        for button in (self.before_button, self.after_button):
            button.setVisible(repaired)

    def changeEvent(self, event: QEvent) -> None:
        """Another look is in force."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def _pair(self, first: str, first_hint: str, second: str, second_hint: str) -> tuple[QPushButton, QPushButton]:
        group = QButtonGroup(self)
        buttons = []
        for text, hint in ((first, first_hint), (second, second_hint)):
            button = QPushButton(text, self)
            button.setCheckable(True)
            button.setToolTip(hint)
            button.setAccessibleName(f"{text}: {hint}")
            say_role(button, "segment")
            # The style makes the pressed one bold, which the layout does not ask about again.
            bold = QFontMetrics(type_font("body", bold=True))
            button.setMinimumWidth(bold.horizontalAdvance(text) + 2 * S16)
            group.addButton(button)
            buttons.append(button)
        buttons[0].setChecked(True)
        group.buttonClicked.connect(self._switched)
        return buttons[0], buttons[1]

    @Slot()
    def _switched(self) -> None:
        self.shown_changed.emit("error" if self.error_button.isChecked() else "bits", self.after_button.isChecked())

    @Slot()
    def _size_changed(self) -> None:
        model = self.table.model()
        filled = model is not None and model.rowCount() > 0
        self.table.setVisible(filled)
        self.empty.setVisible(not filled)

    def _table(self) -> QTableView:
        table = QTableView(self)
        table.setItemDelegate(self._cells)
        table.setHorizontalHeader(_SparseHeader(Qt.Orientation.Horizontal, table))
        table.setVerticalHeader(_SparseHeader(Qt.Orientation.Vertical, table))
        table.setAccessibleName(self.tr("Layer map: matrices by blocks"))
        table.setShowGrid(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setCornerButtonEnabled(False)
        table.setTabKeyNavigation(False)
        for header in (table.horizontalHeader(), table.verticalHeader()):
            header.setMinimumSectionSize(3)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
        table.horizontalHeader().setFixedHeight(table.fontMetrics().height() + S4)
        widest = QFontMetrics(type_font("small")).horizontalAdvance("gate_up")
        table.verticalHeader().setFixedWidth(widest + S16)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return table
