"""Asks for the hub's access token; the engine checks it, huggingface-hub keeps it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.engine import Failed
from app.state.engine_words import engine_text
from app.state.model_choice import ModelChoice
from app.views.look import S12, S16, say_role


class TokenDialog(QDialog):
    """One line to type, checked before it is kept."""

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self.setWindowTitle(self.tr("Access token for the hub"))
        words = QLabel(
            self.tr(
                "Some models want their terms accepted on their page first. Make an access token with the right to "
                "read in your account's settings and paste it here. It is kept where Hugging Face's own tools keep it."
            )
        )
        words.setWordWrap(True)
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setPlaceholderText("hf_…")
        self.edit.setAccessibleName(self.tr("Access token"))
        self._message = QLabel()
        self._message.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._save = buttons.button(QDialogButtonBox.StandardButton.Save)
        for button in buttons.buttons():
            button.setAccessibleName(button.text().replace("&", ""))
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(S16, S16, S16, S16)
        layout.setSpacing(S12)
        for widget in (words, self.edit, self._message, buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(440)
        self._message.setVisible(False)
        choice.token_changed.connect(self._on_saved)
        choice.token_failed.connect(self._on_failed)
        self.finished.connect(self.deleteLater)

    @Slot()
    def _on_save(self) -> None:
        if self.edit.text().strip():
            self._save.setEnabled(False)
            self._say(self.tr("Asking the hub…"), "muted")
            self._choice.save_token(self.edit.text().strip())

    @Slot(str)
    def _on_saved(self, owner: str) -> None:
        if owner and not self._save.isEnabled():
            self.accept()

    @Slot(object)
    def _on_failed(self, failed: Failed) -> None:
        self._save.setEnabled(True)
        self._say(engine_text(failed.message, failed.hint, "\n"), "error")

    def _say(self, text: str, role: str) -> None:
        say_role(self._message, role)
        self._message.setText(text)
        self._message.setVisible(bool(text))
