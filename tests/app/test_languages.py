"""The window in another language: switched while it is open, numbers and counts, what the engine says, nothing cut."""

from contextlib import suppress

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialogButtonBox, QLabel, QToolButton, QWidget

from app.engine import describe_recipe
from app.numbers import fixed, short, whole
from app.shell.application import change_language
from app.shell.language import install_language, language_of, remove_language
from app.shell.window import MainWindow
from app.state.engine_words import engine_words
from app.state.words import amount_words, bytes_words
from app.views.elided_label import ElidedLabel
from app.views.recipe_form import as_text, parse_text


@pytest.fixture
def speak(qapp):
    """Puts a language in force; afterwards it is as it was."""
    before = QLocale()
    yield lambda code: install_language(qapp, code)
    remove_language(qapp)
    QLocale.setDefault(before)


@pytest.fixture
def window(make_services, look, speak, qtbot):
    services = make_services()
    services.settings.language = "en"
    speak("en")
    made = MainWindow(services)
    made.resize(1024, 620)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def choose(window, code):
    window.services.settings.language = code
    change_language(window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def field_tip(window, key):
    window.page("new-run").tune_view.open_advanced()
    return next(item for item in window.findChildren(QWidget) if item.property("key") == key).toolTip()


def rail_words(window):
    return [button.text() for button in window.rail.findChildren(QToolButton)]


def shown_words(window):
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


def test_that_the_window_changes_its_language_while_it_is_open(window):
    window.show_page("new-run")
    window.services.notices.say("error", "The disk is full.", "It can be resumed.", code="disk-full")
    assert "New run" in rail_words(window)
    assert "Bits of embedding and head; 0 leaves them in 16." in field_tip(window, "quantize.head_bits")
    assert {"New run", "The disk is full."} <= set(shown_words(window))

    choose(window, "de")
    assert rail_words(window) == ["Neu", "Läufe", "Chat", "Optionen"]
    assert {"Neuer Lauf", "Die Platte ist voll.", "Es kann fortgesetzt werden."} <= set(shown_words(window))
    assert "Bits von Embedding und Ausgabekopf; 0 lässt sie bei 16." in field_tip(window, "quantize.head_bits")

    choose(window, "en")
    assert "New run" in rail_words(window)
    assert {"New run", "The disk is full."} <= set(shown_words(window))


def test_that_the_settings_offer_the_languages_and_the_choice_is_kept(window):
    window.show_page("settings")
    box = next(box for box in window.findChildren(QComboBox) if box.property("setting") == "language")
    assert [box.itemData(number) for number in range(box.count())] == ["system", "en", "de"]
    box.activated.emit(2)
    assert window.services.settings.language == "de"


def test_that_a_recipe_being_edited_survives_the_change(window, tmp_path):
    window.show_page("new-run")
    page = window.page("new-run")
    page.editor.set("quantize.bits", 3.0)
    page.editor.save(tmp_path / "mine.toml")
    window.show_page("settings")
    choose(window, "de")
    window.show_page("new-run")
    renewed = window.page("new-run")
    assert renewed is not page
    assert (renewed.editor.value("quantize.bits"), renewed.editor.path) == (3.0, tmp_path / "mine.toml")


def test_that_a_page_in_the_middle_of_something_stays_until_it_is_out_of_it(window, monkeypatch):
    window.show_page("chat")
    page = window.page("chat")
    busy = [True]
    monkeypatch.setattr(type(page), "in_the_middle", lambda _page: busy[0])
    choose(window, "de")
    assert window.page("chat") is page
    busy[0] = False
    window.show_page("chat")
    assert window.page("chat") is not page
    assert "Ein Modell für das Gespräch wählen" in shown_words(window)


def test_that_a_run_shown_is_shown_again(window, make_run, qtbot):
    folder, _ = make_run("one")
    window.show_page("run", str(folder))
    choose(window, "de")
    assert window.page("run").feed.run_dir == str(folder)
    qtbot.waitUntil(lambda: window.page("run").header.badge.text() == "Fertig")


def test_that_an_answer_for_a_page_that_is_gone_is_dropped(window, qtbot):
    window.show_page("settings")
    old = window.page("settings")
    services, told = window.services, []
    services.background.do("kept", lambda: ([], []), old._show_kept)
    window.page("settings")._show_kept = told.append
    choose(window, "de")
    qtbot.waitUntil(lambda: not services.background.busy)
    assert window.page("settings") is not old


def test_that_a_language_that_is_not_there_is_english():
    assert (language_of("de"), language_of("fr"), language_of("en")) == ("de", "en", "en")


@pytest.mark.parametrize(
    ("code", "count", "expected"),
    [("en", 1, "1 example"), ("en", 2, "2 examples"), ("en", 1234, "1,234 examples"),
     ("de", 1, "1 Beispiel"), ("de", 2, "2 Beispiele"), ("de", 1234, "1.234 Beispiele")],
)  # fmt: skip
def test_that_one_and_many_have_their_own_forms(speak, code, count, expected):
    speak(code)
    assert QCoreApplication.translate("DataStep", "%Ln examples", "", count) == expected


def test_that_numbers_are_written_as_the_language_does(speak):
    speak("en")
    assert (whole(12345), fixed(1234.5, 1), short(2.25), bytes_words(3.1e9)) == ("12,345", "1,234.5", "2.25", "3.1 GB")
    speak("de")
    assert (whole(12345), fixed(1234.5, 1), short(2.25), bytes_words(3.1e9)) == ("12.345", "1.234,5", "2,25", "3,1 GB")
    assert amount_words(1412, 9000, "step") == "1.412 von 9.000 Schritten"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("The disk is full.", "Die Platte ist voll."),
        ("The float model needs 1.23 GB of memory at least, and 0.50 GB are free.",
         "Das Float-Modell braucht mindestens 1,23 GB Speicher, und 0,50 GB sind frei."),
        ("%1 and a %2.csv is damaged: it is not JSON.", "%1 and a %2.csv ist beschädigt: es ist kein JSON."),
        ("3 rows cannot be used: a.jsonl:3: the row is empty; b.jsonl:9: broken JSON: here.",
         "3 Zeilen sind nicht brauchbar: a.jsonl:3: die Zeile ist leer; b.jsonl:9: fehlerhaftes JSON: here."),
        ("It is a whole number. Or: It can be auto.", "Erwartet wird: eine ganze Zahl. Oder: Möglich sind auto."),
        ("my.toml has 2 mistakes\n- tune.steps cannot be -1 (tune.steps)\n  It is at least 0.",
         "my.toml hat 2 Fehler\n- tune.steps kann nicht -1 (tune.steps) sein\n  Mindestens 0."),
        ("A sentence of a newer engine, which is empty.", "A sentence of a newer engine, which is empty."),
        ("", ""),
    ],
)  # fmt: skip
def test_that_what_the_engine_says_is_told_with_its_values(speak, said, expected):
    speak("de")
    assert engine_words(said) == expected
    speak("en")
    assert engine_words(said) == said


def test_that_a_number_is_typed_as_the_language_writes_it_and_with_a_point(speak):
    share = next(info for info in describe_recipe() if info.key == "data.validation")
    speak("de")
    assert as_text(share, 0.05) == "0,05"
    assert [parse_text(share, words) for words in ("0,05", "0.05", "viel")] == [0.05, 0.05, "viel"]
    speak("en")
    assert as_text(share, 0.05) == "0.05"
    assert parse_text(share, "0,05") == "0,05"


def test_that_qts_own_buttons_speak_it_too(speak):
    speak("de")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    assert box.buttons()[0].text() == "Schließen"


def cut_texts(window):
    """Words of visible buttons and labels that need more room than they have."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        if isinstance(widget, QToolButton):  # its padding may shrink, its words may not
            cut = widget.fontMetrics().horizontalAdvance(widget.text()) > widget.width() - 4
        elif isinstance(widget, QAbstractButton):
            cut = bool(widget.text()) and widget.sizeHint().width() > widget.width()
        elif isinstance(widget, QLabel) and widget.text():
            needs, has = widget.sizeHint().width(), widget.width()
            if widget.wordWrap():
                needs, has = widget.heightForWidth(widget.width()), widget.height()
            cut = needs > has
        else:
            continue
        if cut:
            found.append(widget.text())
    return found


def test_that_no_words_are_cut_in_the_smallest_german_window(window, make_run, qtbot):
    finished_run, _ = make_run("one")
    failed_run, _ = make_run("two", outcome="failed")
    window.services.settings.runs_folder = finished_run.parent
    choose(window, "de")
    cut = {}

    def look_at(name):
        qtbot.wait(50)
        with suppress(qtbot.TimeoutError):  # laying out takes a few turns of the event loop
            qtbot.waitUntil(lambda: not cut_texts(window), timeout=3000)
        cut[name] = cut_texts(window)

    window.show_page("new-run")
    page = window.page("new-run")
    for step in range(4):
        page.open_card(step)
        look_at(f"step {step + 1}")
    page.tune_view.open_advanced()
    look_at("advanced")
    window.show_page("runs")
    look_at("runs")
    for folder in (finished_run, failed_run):
        window.show_page("run", str(folder))
        tabs = window.page("run").tabs
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            look_at(f"run {folder.name} {number}")
    window.show_page("chat")
    window.page("chat")._show_panel("settings", True)
    look_at("chat")
    window.show_page("settings")
    window.services.notices.say("warning", "The disk is full.", "It can be resumed.")
    look_at("settings")
    assert cut == {name: [] for name in cut}
