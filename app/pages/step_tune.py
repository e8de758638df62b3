"""Joins presets and the form of all fields to step 4."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.engine import section_help
from app.numbers import short
from app.state.engine_words import engine_words
from app.state.methods import field_help, field_name
from app.state.recipe_edit import RecipeEditor
from app.state.run_presets import NAMES, PRESETS, SENTENCES, preset_of
from app.views.recipe_form import parse_text
from app.views.tune_view import TuneView


class TuneStep(QObject):
    """Shows the preset in force and every field.

    Signals:
        summary_changed: the step's line, and its state.
    """

    summary_changed = Signal(str, str)

    def __init__(self, editor: RecipeEditor, view: TuneView, parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._view = editor, view
        self._filled = False
        view.set_presets([(key, _presets(NAMES[key]), _presets(SENTENCES[key])) for key in PRESETS])
        view.preset_chosen.connect(self._set_preset)
        view.advanced.toggled.connect(self._fill)
        view.form.edited.connect(self._edited)
        editor.changed.connect(self._on_changed)
        editor.checked.connect(self._show_errors)
        self._show()

    def show_key(self, key: str) -> None:
        """Lead the user to a field."""
        self._view.open_advanced()
        self._view.form.focus(key)

    @Slot(bool)
    def _fill(self, on: bool) -> None:
        """The form is made when it is first opened: it has some seventy controls."""
        if not on or self._filled:
            return
        self._filled = True
        sections: dict[str, list[tuple[object, str, str]]] = {}
        for key, info in self._editor.infos.items():
            sections.setdefault(info.section, []).append((info, field_name(key), field_help(info.help)))
        self._view.form.set_fields(
            [
                (
                    _section(name),
                    field_help(section_help(name)) if name else "",
                    fields,  # type: ignore[misc]
                )
                for name, fields in sections.items()
            ]
        )
        self._view.form.set_values({key: self._editor.value(key) for key in self._editor.infos})
        self._show_errors()

    @Slot(str)
    def _set_preset(self, name: str) -> None:
        words = self.tr("Preset %1").replace("%1", _presets(NAMES[name]))
        self._editor.change(PRESETS[name], words)
        self._show()

    @Slot(str, object)
    def _edited(self, key: str, value: object) -> None:
        info = self._editor.infos[key]
        self._editor.set(key, parse_text(info, value) if isinstance(value, str) else value)

    @Slot(object)
    def _on_changed(self, keys: frozenset[str]) -> None:
        if self._filled:
            self._view.form.set_values({key: self._editor.value(key) for key in keys})
        self._show()

    @Slot()
    def _show_errors(self) -> None:
        if self._filled:
            errors = self._editor.errors
            self._view.form.set_errors(
                {key: f"{engine_words(item.message)}. {engine_words(item.hint)}" for key, item in errors.items()}
            )

    def _show(self) -> None:
        preset = preset_of(self._editor)
        self._view.set_preset(preset, _presets(SENTENCES[preset]))
        steps, epochs = self._editor.value("tune.steps"), self._editor.value("tune.epochs")
        if steps:
            length = self.tr("%Ln steps", "", steps)
        elif isinstance(epochs, float):
            length = (
                self.tr("%n passes over the data", "", int(epochs))
                if epochs.is_integer()
                else self.tr("%1 passes over the data").replace("%1", short(epochs))
            )
        else:
            length = ""
        name = _presets(NAMES[preset]) if preset else self.tr("own settings")
        self.summary_changed.emit(f"{name}, {length}" if length else name, "done")


def _presets(text: str) -> str:
    return QCoreApplication.translate("Presets", text)


def _section(name: str) -> str:
    return QCoreApplication.translate("RecipeNames", name.capitalize() if name else "General")
