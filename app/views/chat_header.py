"""The head of the chat: which model, its state, who answers, and the page's own buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.views.icons import icon
from app.views.look import S4, S8, S12, S16, S24, say_role, type_font


@dataclass(frozen=True)
class Choice:
    """An entry of the model menu; one without a name is a heading, one with the name ``-`` a line."""

    name: str
    text: str
    tip: str = ""


@dataclass(frozen=True)
class Segment:
    """A variant's button."""

    name: str
    text: str
    tip: str
    on: bool


class ChatHeader(QFrame):
    """Two rows.

    Signals:
        chosen: name of the model menu's entry.
        menu_opened: the model menu is about to be shown.
        acted: the state line's button: its name.
        toggled: name (``list``, ``settings``, ``compare``) and whether it is on.
        segments_changed: names of the variants that are on.
        more: what to do: ``export``, ``rename``, ``delete``.
    """

    chosen = Signal(str)
    menu_opened = Signal()
    acted = Signal(str)
    toggled = Signal(str, bool)
    segments_changed = Signal(list)
    more = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        say_role(self, "head")
        self._icons: list[tuple[QToolButton | QPushButton, str]] = []
        self._segments: dict[str, QPushButton] = {}
        self._multiple = False
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self.menu_opened)
        self._menu.triggered.connect(self._choose)
        self.list_button = self._toggle("list", "list", self.tr("Show the saved conversations"))
        self.settings_button = self._toggle("settings", "settings", self.tr("System prompt and sampling"))
        self.model = QPushButton()
        self.model.setMenu(self._menu)
        self.model.setAccessibleName(self.tr("Model to talk with"))
        self.model.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._icons.append((self.model, "model"))
        self.state, self.bar, self.action = QLabel(), QProgressBar(), QPushButton()
        say_role(self.state, "muted")
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar.setFixedWidth(100)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of opening the model"))
        say_role(self.action, "link")
        self.action.clicked.connect(self._act)
        self.compare = QPushButton(self.tr("Compare"))
        self.compare.setCheckable(True)
        self.compare.setProperty("toggle", "compare")
        self.compare.setAccessibleName(self.tr("Compare several variants"))
        self.compare.setToolTip(self.tr("Asks several variants the same and shows their answers side by side"))
        self.compare.clicked.connect(self._toggled)
        say_role(self.compare, "segment")
        words = QFontMetrics(type_font("body", bold=True)).horizontalAdvance(self.compare.text())
        self.compare.setMinimumWidth(words + S24 + 2 * S16)
        self._icons.append((self.compare, "compare"))
        self.more_button = self._more()
        self._lay_out()
        self._set_icons()
        self.set_state("", -1.0)
        self.set_action("", "")

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Fill the model menu."""
        self._menu.clear()
        for choice in choices:
            if choice.name == "-":
                self._menu.addSeparator()
                continue
            action = self._menu.addAction(choice.text)
            action.setData(choice.name)
            action.setToolTip(choice.tip or choice.text)
            action.setEnabled(bool(choice.name))

    def set_model(self, title: str, tip: str) -> None:
        """The chosen model."""
        metrics = self.model.fontMetrics()
        self.model.setText(metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, 240) + "  ▾")
        self.model.setToolTip(tip)

    def set_state(self, text: str, share: float) -> None:
        """What the session does; ``share`` 0 to 1 shows a bar, −1 none, above 1 a busy one."""
        self.state.setText(text)
        self.state.setToolTip(text)
        self.bar.setVisible(share >= 0)
        if share > 1:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * max(0.0, share)))

    def set_action(self, name: str, text: str, tip: str = "") -> None:
        """The button beside it; an empty text hides it."""
        self.action.setProperty("action", name)
        self.action.setText(text)
        self.action.setAccessibleName(text or self.tr("Open or close the chat"))
        self.action.setToolTip(tip)
        self.action.setVisible(bool(text))

    def set_segments(self, segments: Sequence[Segment], *, multiple: bool) -> None:
        """Who can answer; one or several of them are on."""
        self._multiple = multiple
        names = [segment.name for segment in segments]
        if names != list(self._segments):
            for button in self._segments.values():
                self._row.removeWidget(button)
                button.hide()
                button.deleteLater()
            self._segments = {name: self._segment(name, place) for place, name in enumerate(names)}
        bold = QFontMetrics(type_font("body", bold=True))
        for segment in segments:
            button = self._segments[segment.name]
            button.setText(segment.text)
            # Bold, as it is drawn when on, is wider than what a button asks for.
            button.setMinimumWidth(bold.horizontalAdvance(segment.text) + 2 * S16)
            button.setAccessibleName(self.tr("Answer as: %1").replace("%1", segment.text))
            button.setToolTip(segment.tip)
            button.setChecked(segment.on)
        self._variants.setVisible(len(segments) > 1)
        self.compare.setChecked(multiple)
        self.compare.setVisible(len(segments) > 1)

    def set_toggle(self, name: str, on: bool) -> None:
        """Show a panel's button as on or off."""
        (self.list_button if name == "list" else self.settings_button).setChecked(on)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the palette."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_icons"):
            self._set_icons()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(S8)
        for widget in (self.list_button, self.model):
            first.addWidget(widget)
        first.addWidget(self.bar)
        first.addWidget(self.state, 1)
        for button in (self.action, self.settings_button, self.more_button):
            first.addWidget(button)
        self._variants = QWidget()
        self._row = QHBoxLayout(self._variants)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(S4)
        self._row.addStretch(1)
        self._row.addWidget(self.compare)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S12, S8, S12, S8)
        layout.setSpacing(S8)
        layout.addLayout(first)
        layout.addWidget(self._variants)

    def _toggle(self, name: str, picture: str, tip: str) -> QToolButton:
        button = QToolButton()
        say_role(button, "quiet")
        button.setCheckable(True)
        button.setIconSize(QSize(20, 20))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setProperty("toggle", name)
        button.clicked.connect(self._toggled)
        self._icons.append((button, picture))
        return button

    def _more(self) -> QToolButton:
        button = QToolButton()
        say_role(button, "quiet")
        button.setIconSize(QSize(20, 20))
        button.setAccessibleName(self.tr("More"))
        button.setToolTip(self.tr("Export, rename or delete this conversation"))
        menu = QMenu(button)
        for name, text in (
            ("export", self.tr("Export…")),
            ("rename", self.tr("Rename…")),
            ("delete", self.tr("Delete this conversation")),
        ):
            menu.addAction(text).setData(name)
        menu.triggered.connect(self._more_chosen)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._icons.append((button, "more"))
        return button

    def _segment(self, name: str, place: int) -> QPushButton:
        button = QPushButton()
        say_role(button, "segment")
        button.setCheckable(True)
        button.setProperty("variant", name)
        button.clicked.connect(self._segment_clicked)
        self._row.insertWidget(place, button)
        return button

    def _set_icons(self) -> None:
        for button, name in self._icons:
            button.setIcon(icon(name))

    def _segment_clicked(self) -> None:
        pressed = str(self.sender().property("variant"))
        if self._multiple:
            names = [name for name, button in self._segments.items() if button.isChecked()]
            if not names:  # the last one stays on
                self._segments[pressed].setChecked(True)
                return
        else:
            names = [pressed]
            for name, button in self._segments.items():
                button.setChecked(name == pressed)
        self.segments_changed.emit(names)

    def _toggled(self) -> None:
        sender = self.sender()
        self.toggled.emit(str(sender.property("toggle")), bool(sender.isChecked()))  # type: ignore[attr-defined]

    def _choose(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))

    def _more_chosen(self, action: QAction) -> None:
        self.more.emit(str(action.data()))

    def _act(self) -> None:
        self.acted.emit(str(self.action.property("action")))
