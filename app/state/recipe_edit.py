"""The recipe being edited: one value a key, undo and redo, files, and every mistake at its key."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.engine import (
    FieldInfo,
    Recipe,
    UserError,
    UserErrors,
    describe_recipe,
    dump_recipe,
    load_recipe,
    recipe_from_values,
)

_MERGED_SECONDS = 1.5
_TYPED = ("text", "whole", "number", "texts", "table")


class RecipeEditor(QObject):
    """Holds the values of all recipe fields, valid or not, and the last valid recipe they made.

    Signals:
        changed: keys whose value changed, a frozenset of texts.
        checked: whether the values make a recipe, or the mistakes, may have changed.
        file_changed: the path, or whether there are unsaved changes, did.
    """

    changed = Signal(object)
    checked = Signal()
    file_changed = Signal()

    def __init__(self, recipe: Recipe | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._infos = {info.key: info for info in describe_recipe()}
        self._recipe = recipe or Recipe()
        self._values = _values(self._recipe, self._infos)
        self._errors: dict[str, UserError] = {}
        self._path: Path | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._on_clean)

    @property
    def recipe(self) -> Recipe:
        """The last valid recipe."""
        return self._recipe

    @property
    def valid(self) -> bool:
        """Whether the values as they stand make a recipe."""
        return not self._errors

    @property
    def errors(self) -> Mapping[str, UserError]:
        """Mistakes by key."""
        return MappingProxyType(self._errors)

    @property
    def path(self) -> Path | None:
        """The file it was opened from or saved to."""
        return self._path

    @property
    def infos(self) -> Mapping[str, FieldInfo]:
        """What is known of each field, in the schema's order."""
        return MappingProxyType(self._infos)

    def value(self, key: str) -> Any:
        """A field's value as it stands."""
        return self._values[key]

    def set(self, key: str, value: Any) -> None:
        """Change one field; can be undone."""
        self.change({key: value})

    def change(self, changes: Mapping[str, Any], words: str = "") -> None:
        """Change some fields as one step of the undo history.

        Args:
            changes: key to value.
            words: name of the step for the undo menu.
        """
        real = {key: value for key, value in changes.items() if not _same(self._values[key], value)}
        if real:
            old = {key: self._values[key] for key in real}
            self.undo_stack.push(_Edit(self, old, real, words or ", ".join(real)))

    def replace(self, recipe: Recipe, words: str) -> None:
        """Take over all of another recipe, as one step."""
        self.change(_values(recipe, self._infos), words)

    def start_over(self, recipe: Recipe, path: Path | None = None) -> None:
        """Another recipe, with a new history.

        Args:
            recipe: what to edit.
            path: its file, if it has one that may be written.
        """
        old, self._values = self._values, _values(recipe, self._infos)
        self.undo_stack.clear()
        self._path = path
        self._check()
        self.changed.emit(frozenset(key for key, value in self._values.items() if not _same(old[key], value)))
        self.file_changed.emit()

    def open(self, path: Path) -> None:
        """Edit a file's recipe.

        Raises:
            UserError: it cannot be read or is no recipe.
        """
        self.start_over(load_recipe(path), path)

    def save(self, path: Path) -> None:
        """Write the recipe, what is default left out.

        Raises:
            UserError: the values make no recipe, or the file cannot be written.
        """
        try:
            path.write_text(self.toml(), encoding="utf-8")
        except OSError as error:
            raise UserError(
                "file-unwritable", f"{path} cannot be written: {error.strerror}.", where=str(path)
            ) from error
        self._path = path
        self.undo_stack.setClean()
        self.file_changed.emit()

    def toml(self, *, whole: bool = False) -> str:
        """The recipe as a file; ``whole`` with the defaults."""
        return dump_recipe(self._recipe, changed_only=not whole)

    def _put(self, changes: Mapping[str, Any]) -> None:
        self._values.update(changes)
        self._check()
        self.changed.emit(frozenset(changes))

    def _check(self) -> None:
        try:
            self._recipe = recipe_from_values(_nested(self._values))
            self._errors = {}
        except UserErrors as errors:
            self._errors = {error.where: error for error in errors.errors}
        self.checked.emit()

    def _on_clean(self, _clean: bool) -> None:
        self.file_changed.emit()


class _Edit(QUndoCommand):
    """One step. Typing into the same field within a moment is one step."""

    def __init__(self, editor: RecipeEditor, old: Mapping[str, Any], new: Mapping[str, Any], words: str) -> None:
        super().__init__(words)
        self._editor, self._old, self._new, self._at = editor, old, dict(new), time.monotonic()

    def redo(self) -> None:
        self._editor._put(self._new)

    def undo(self) -> None:
        self._editor._put(self._old)

    def id(self) -> int:
        keys = list(self._new)
        return 1 if len(keys) == 1 and self._editor.infos[keys[0]].kind in _TYPED else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        assert isinstance(other, _Edit)
        if other._new.keys() != self._new.keys() or other._at - self._at > _MERGED_SECONDS:
            return False
        self._new, self._at = other._new, other._at
        return True


def _values(recipe: Recipe, infos: Mapping[str, FieldInfo]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key in infos:
        value: Any = recipe
        for part in key.split("."):
            value = getattr(value, part)
        made[key] = value
    return made


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in values.items():
        section, _, name = key.rpartition(".")
        (made.setdefault(section, {}) if section else made)[name] = value
    return made


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
