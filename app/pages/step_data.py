"""Joins the data's choice to step 2."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from app.engine import Failed, data_statistics, sample_names
from app.numbers import whole
from app.state.data_choice import ROLES, DataChoice, Found, Seen, data_source_of_path
from app.state.engine_words import engine_text, engine_words
from app.state.fit import FitModel
from app.state.methods import field_help
from app.state.recipe_edit import RecipeEditor
from app.views.data_view import DataView

LISTED_REFUSALS = 40


class DataStep(QObject):
    """Shows what was found and seen.

    Signals:
        summary_changed: the step's line, and its state.
    """

    summary_changed = Signal(str, str)

    def __init__(
        self, choice: DataChoice, view: DataView, editor: RecipeEditor, fit: FitModel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._choice, self._view, self._editor, self._fit = choice, view, editor, fit
        choice.found_changed.connect(self._show_found)
        choice.seen_changed.connect(self._show_seen)
        choice.failed.connect(self._on_failed)
        choice.busy_changed.connect(self._show_busy)
        editor.changed.connect(self._on_changed)
        view.set_rows(choice.rows)
        view.set_samples(self._samples())
        view.dropped.connect(self.take_path)
        view.file_wanted.connect(self._ask_file)
        view.folder_wanted.connect(self._ask_folder)
        view.removed.connect(self._remove)
        view.sample_chosen.connect(choice.choose)
        view.column_chosen.connect(self._set_column)
        view.validation_chosen.connect(self._set_validation)
        self._show_found()
        self._show_seen()
        self._show_validation()

    @Slot(str)
    def take_path(self, path: str) -> None:
        """A dropped or picked file or folder; what is wrong with it, the engine says."""
        self._choice.choose(data_source_of_path(Path(path)))

    def _samples(self) -> list[tuple[str, str, str]]:
        known = {
            "workshop": (self.tr("Workshop chats"), self.tr("119 short conversations of a made-up toaster workshop")),
            "birds": (self.tr("Bird questions"), self.tr("60 questions and answers about birds, as a table")),
            "heron": (self.tr("Plain prose"), self.tr("An essay of about 4,200 words")),
        }
        return [(f"sample:{name}", *known.get(name, (name, ""))) for name in reversed(sample_names())]

    @Slot()
    def _ask_file(self) -> None:
        kinds = "*.jsonl *.json *.csv *.tsv *.parquet *.arrow *.txt *.gz *.zst"
        words = self.tr("Data (%1);;All files (*)").replace("%1", kinds)
        path, _ = QFileDialog.getOpenFileName(self._view, self.tr("Open data"), "", words)
        if path:
            self.take_path(path)

    @Slot()
    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self._view, self.tr("Open a folder of data"))
        if path:
            self.take_path(path)

    @Slot()
    def _remove(self) -> None:
        self._choice.choose("")

    @Slot(str, str)
    def _set_column(self, role: str, column: str) -> None:
        found = self._choice.found
        columns = dict(self._editor.value("data.columns")) or (dict(found.mapping) if found is not None else {})
        columns = {name: value for name, value in columns.items() if name != role}
        self._editor.set("data.columns", columns | ({role: column} if column else {}))

    @Slot(float)
    def _set_validation(self, share: float) -> None:
        self._editor.set("data.validation", round(share, 4))

    @Slot(object)
    def _on_changed(self, keys: frozenset[str]) -> None:
        if "data.validation" in keys:
            self._show_validation()
            self._show_found()
        if "data.max_length" in keys:
            self._show_lengths(self._choice.seen)

    def _show_validation(self) -> None:
        value = self._editor.value("data.validation")
        self._view.set_validation(
            value if isinstance(value, float) else None, field_help(self._editor.infos["data.validation"].help)
        )

    @Slot(bool)
    def _show_busy(self, busy: bool) -> None:
        if busy and self._choice.found is None:
            self._view.set_found(self._name(), self.tr("Looking at the data…"), "")

    @Slot(object)
    def _on_failed(self, failed: Failed) -> None:
        if self._choice.error is not None:
            self._view.set_refusal(engine_words(failed.message), engine_words(failed.hint))
            self.summary_changed.emit(engine_words(failed.message), "wrong")
        else:
            self._view.set_seen([], engine_text(failed.message, failed.hint))

    def _name(self) -> str:
        source = str(self._editor.value("data.source"))
        return source.partition(":")[2] if source.startswith(("sample:", "hub:")) else Path(source).name

    def _held_back(self, found: Found) -> int:
        """Rows for measuring: of the recipe's share, as the engine rounds it; of a file, as it was found."""
        share = self._editor.value("data.validation")
        if not isinstance(share, float):
            return found.validation
        if not share or found.examples < 2:
            return 0
        return min(max(1, round(share * found.examples)), found.examples - 1)

    @Slot()
    def _show_found(self) -> None:
        found = self._choice.found
        if found is None:
            if self._choice.error is None:
                self._view.set_found("", self.tr("Without data the model is quantized and repaired only."), "")
                self.summary_changed.emit(self.tr("No data: quantize and repair only"), "open")
            self._view.set_columns([], [], {})
            self._view.set_refused("", 0)
            return
        examples = self.tr("%Ln examples", "", found.examples)
        held = self.tr("%Ln held back for measuring", "", self._held_back(found))
        counts = [examples, held]
        if found.refused_count:
            counts.append(self.tr("%Ln refused", "", found.refused_count))
        if found.duplicates:
            counts.append(self.tr("%Ln repeated", "", found.duplicates))
        notes = [engine_words(message) for message, _ in found.notices] + [
            self.tr("%1 is not read: %2").replace("%1", name).replace("%2", engine_words(why))
            for name, why in found.ignored[:3]
        ]
        why = self.tr("Format %1: %2.").replace("%1", found.format).replace("%2", engine_words(found.why).rstrip("."))
        self._view.set_found(self._name(), why, "\n".join([" · ".join(counts), *notes]))
        chosen = dict(self._editor.value("data.columns")) or dict(found.mapping)
        self._view.set_columns([(role, self._role(role)) for role in self._roles(found.format)], found.columns, chosen)
        listed = "\n".join(f"{where}: {engine_words(reason)}" for where, reason in found.refused[:LISTED_REFUSALS])
        self._view.set_refused(listed or self.tr("Every row can be used."), found.refused_count)
        self.summary_changed.emit(f"{self._name()}, {examples}, {found.format}", "done")

    def _roles(self, form: str) -> tuple[str, ...]:
        return ROLES.get(form, ())

    def _role(self, role: str) -> str:
        return {
            "messages": self.tr("Conversation"),
            "prompt": self.tr("Question or prompt"),
            "input": self.tr("Further input"),
            "completion": self.tr("Answer"),
            "system": self.tr("System prompt"),
            "text": self.tr("Text"),
        }.get(role, role)

    @Slot()
    def _show_seen(self) -> None:
        seen, found = self._choice.seen, self._choice.found
        self._show_lengths(seen)
        if seen is None:
            words = self.tr("The preview appears when the model's tokenizer is on this computer.") if found else ""
            self._view.set_seen([], words)
            self._fit.set_data(None)
            return
        rows = [
            (
                self.tr("%1: %2 tokens, %3 learned")
                .replace("%1", row.origin)
                .replace("%2", whole(row.tokens))
                .replace("%3", whole(row.learned))
                + (self.tr(", cut") if row.cut else ""),
                row.pieces,
            )
            for row in seen.rows
        ]
        legend = self.tr("Highlighted: what the model learns to write. The rest it only reads.")
        if not seen.own_template:
            legend += " " + self.tr("The model has no chat template of its own; a plain one is used.")
        self._view.set_seen(rows, legend)
        count = found.examples - found.validation if found is not None else seen.counted
        self._fit.set_data(data_statistics(max(1, count), seen.mean_tokens))

    def _show_lengths(self, seen: Seen | None) -> None:
        if seen is None:
            self._view.set_lengths((), 0, 0, "")
            return
        limit = int(self._editor.value("data.max_length"))
        words = (
            self.tr("%1 rows, longest %2 tokens, %3 too long for the limit of %4")
            .replace("%1", whole(seen.counted))
            .replace("%2", whole(seen.longest))
            .replace("%3", whole(seen.too_long))
            .replace("%4", whole(limit))
        )
        self._view.set_lengths(seen.histogram, seen.longest, limit, words)
