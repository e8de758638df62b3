"""Every field of the recipe as a form, made from the schema's description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.engine import FieldInfo
from app.numbers import locale, short
from app.views.look import S4, S8, S16, say_role


class RecipeForm(QWidget):
    """A control a field, under its section's name.

    Signals:
        edited: key, and the value as the control has it (text for what is typed).
    """

    edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._controls: dict[str, QWidget] = {}
        self._messages: dict[str, QLabel] = {}
        self._infos: dict[str, FieldInfo] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(S16)

    def set_fields(self, sections: Sequence[tuple[str, str, Sequence[tuple[FieldInfo, str, str]]]]) -> None:
        """Title and help of each section, and its fields with name and help in the user's language."""
        for title, help_text, fields in sections:
            head = QLabel(title)
            say_role(head, "strong")
            head.setToolTip(help_text)
            form = QFormLayout()
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            form.setHorizontalSpacing(S16)
            form.setVerticalSpacing(S8)
            for info, name, tip in fields:
                form.addRow(*self._field(info, name, tip))
            self._layout.addWidget(head)
            self._layout.addLayout(form)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these, as far as a control differs from them."""
        for key, value in values.items():
            control = self._controls.get(key)
            if control is not None:
                control.blockSignals(True)
                _show(control, self._infos[key], value)
                control.blockSignals(False)

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """Mistakes by key, under their fields."""
        for key, label in self._messages.items():
            text = errors.get(key, "")
            if label.text() == text:
                continue
            label.setText(text)
            label.setVisible(bool(text))
            control = self._controls[key]
            control.setProperty("invalid", bool(text))
            control.style().unpolish(control)
            control.style().polish(control)

    def focus(self, key: str) -> None:
        """Bring a field into view."""
        if key in self._controls:
            self._controls[key].setFocus()

    def keys(self) -> tuple[str, ...]:
        """Fields the form has."""
        return tuple(self._controls)

    def _field(self, info: FieldInfo, name: str, tip: str) -> tuple[QLabel, QWidget]:
        label, control, message = QLabel(name), _control(info), QLabel()
        say_role(message, "error")
        message.setWordWrap(True)
        message.setVisible(False)
        control.setAccessibleName(f"{name} ({info.key})")
        control.setAccessibleDescription(tip)
        control.setProperty("key", info.key)
        for widget in (label, control):
            widget.setToolTip(f"<p>{tip}</p><p><code>{info.key}</code></p>")
        label.setBuddy(control)
        if isinstance(control, QCheckBox):
            control.toggled.connect(self._toggled)
        elif isinstance(control, QComboBox):
            control.activated.connect(self._activated)
        else:
            assert isinstance(control, QLineEdit)
            control.textEdited.connect(self._typed)
        self._controls[info.key], self._messages[info.key], self._infos[info.key] = control, message, info
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S4)
        column.addWidget(control)
        column.addWidget(message)
        return label, cell

    def _toggled(self, on: bool) -> None:
        self.edited.emit(self.sender().property("key"), on)

    def _activated(self, index: int) -> None:
        box = self.sender()
        assert isinstance(box, QComboBox)
        self.edited.emit(box.property("key"), box.itemData(index))

    def _typed(self, text: str) -> None:
        self.edited.emit(self.sender().property("key"), text)


def _control(info: FieldInfo) -> QWidget:
    if info.kind == "switch":
        return QCheckBox()
    if info.kind == "choice":
        box = QComboBox()
        for choice in info.choices:
            box.addItem(str(choice), choice)
        return box
    return QLineEdit()


def _show(control: QWidget, info: FieldInfo, value: Any) -> None:
    if isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, QComboBox):
        control.setCurrentIndex(max(0, control.findData(value)))
    elif isinstance(control, QLineEdit):
        text = as_text(info, value)
        if not control.hasFocus() or control.text() == "" or parse_text(info, control.text()) != value:
            control.setText(text)


def as_text(info: FieldInfo, value: Any) -> str:
    """A value as it is typed: lists with commas, tables as ``role = column``."""
    if info.kind == "texts" and not isinstance(value, str):
        return ", ".join(map(str, value))
    if info.kind == "table" and isinstance(value, Mapping):
        return ", ".join(f"{role} = {name}" for role, name in value.items())
    return short(value) if isinstance(value, float) else str(value)


def parse_text(info: FieldInfo, text: str) -> Any:
    """What was typed as a value; what cannot be one stays a text, which the recipe's check then explains."""
    words = text.strip()
    if info.kind == "texts":
        return tuple(part.strip() for part in words.split(",") if part.strip())
    if info.kind == "table":
        pairs = [part.partition("=") for part in words.split(",") if part.strip()]
        numbers = info.bounds.least is not None
        return {role.strip(): _number(name.strip()) if numbers else name.strip() for role, _, name in pairs}
    if info.kind in ("whole", "number") and words not in info.choices:
        try:
            return int(words) if info.kind == "whole" else float(words.replace(locale().decimalPoint(), "."))
        except ValueError:
            return words
    if info.kind == "number":
        return words
    return text


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text
