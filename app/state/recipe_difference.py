"""In what two runs' recipes differ, key by key."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.engine import Recipe, describe_recipe, dump_recipe
from app.state.methods import field_help

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Difference:
    """A key whose values differ; ``help`` is the recipe's own text about it."""

    key: str
    first: str
    second: str
    help: str


def recipe_differences(first: Recipe, second: Recipe) -> tuple[Difference, ...]:
    """Every key that differs, in the order of the schema."""
    one, two = _flat(first), _flat(second)
    helps = {info.key: info.help for info in describe_recipe()}
    keys = [*helps, *sorted((one.keys() | two.keys()) - helps.keys())]
    return tuple(
        Difference(key, one.get(key, ""), two.get(key, ""), helps.get(key, ""))
        for key in keys
        if one.get(key, "") != two.get(key, "")
    )


def _flat(recipe: Recipe) -> dict[str, str]:
    found: dict[str, str] = {}
    tables = {info.key for info in describe_recipe() if info.kind == "table"}

    def walk(values: dict[str, Any], path: str) -> None:
        for name, value in values.items():
            key = f"{path}.{name}" if path else name
            if isinstance(value, dict) and key not in tables:
                walk(value, key)
            else:
                found[key] = _shown(value)

    walk(tomllib.loads(dump_recipe(recipe)), "")
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_shown(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


class DifferenceModel(QAbstractTableModel):
    """Key and the two runs' values."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Difference, ...] = ()
        self._names = ("", "")

    def set_differences(self, rows: tuple[Difference, ...], first: str, second: str) -> None:
        """Show another pair of runs."""
        self.beginResetModel()
        self._rows, self._names = rows, (first, second)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Keys that differ."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Key, first, second."""
        return 0 if parent.isValid() else 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts; the recipe's help as tooltip."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.key, row.first or "–", row.second or "–")[index.column()]
        return field_help(row.help) if role == Qt.ItemDataRole.ToolTipRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Setting, and the runs' names."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Setting"), *self._names)[section]
