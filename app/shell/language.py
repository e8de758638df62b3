"""The language of the window: which there are, and putting one in force."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.views.look import resource

LANGUAGES = ("en", "de")
"""Those with a file in ``resources/i18n``; English has one too, for the forms of one and many."""

_OURS = "lowbit-translator"


def language_of(choice: str) -> str:
    """The language a choice stands for.

    Args:
        choice: ``system`` or a language's code.
    """
    code = QLocale.system().name()[:2] if choice == "system" else choice
    return code if code in LANGUAGES else "en"


def install_language(app: QApplication, choice: str) -> None:
    """Put a language in force: our texts, Qt's own (buttons of dialogs), and how numbers are written.

    Args:
        app: what is translated.
        choice: ``system`` or a language's code.
    """
    code = language_of(choice)
    system = QLocale.system()
    QLocale.setDefault(system if system.name()[:2] == code else QLocale(code))
    remove_language(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for path in (f"{folder}/qtbase_{code}.qm", str(resource("i18n", f"lowbit_{code}.qm"))):
        translator = QTranslator(app)
        translator.setObjectName(_OURS)
        if translator.load(path):
            app.installTranslator(translator)
        else:
            translator.deleteLater()


def remove_language(app: QApplication) -> None:
    """What the sources say, untranslated."""
    for old in app.findChildren(QTranslator, _OURS):
        app.removeTranslator(old)
        old.deleteLater()
