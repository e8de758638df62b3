"""The files of texts: everything is in them, every value stands in its translation, and what is compiled is current."""

import importlib.util
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
I18N = ROOT / "resources" / "i18n"
VALUE = re.compile(r"%L?n|%\d|\{\w*[^{}]*\}")
ENOUGH = 0.97


@pytest.fixture(scope="module")
def translate():
    """The script, which is no package."""
    sys.path.insert(0, str(ROOT / "packaging"))
    spec = importlib.util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(ROOT / "packaging"))


def contexts(language):
    return list(ElementTree.parse(I18N / f"lowbit_{language}.ts").getroot().iter("context"))


def finished(context):
    """Source and forms of every finished message; more than one form where there is a number."""
    for message in context.iter("message"):
        translation = message.find("translation")
        if translation.get("type") != "unfinished":
            forms = [form.text or "" for form in translation.iter("numerusform")]
            yield message.findtext("source"), forms or [translation.text or ""]


@pytest.mark.parametrize("context", contexts("de"), ids=lambda context: context.findtext("name"))
def test_that_every_value_of_a_text_stands_in_its_translation(context):
    for source, forms in finished(context):
        for form in forms:
            assert sorted(VALUE.findall(form)) == sorted(VALUE.findall(source)), source
            assert form.strip(), source


@pytest.mark.parametrize("context", contexts("de"), ids=lambda context: context.findtext("name"))
def test_that_a_translation_begins_ends_and_breaks_as_its_text_does(context):
    for source, forms in finished(context):
        for form in forms:
            assert form[: len(form) - len(form.lstrip())] == source[: len(source) - len(source.lstrip())], source
            assert form[len(form.rstrip()) :] == source[len(source.rstrip()) :], source
            assert form.count("\n") == source.count("\n"), source
            assert form.endswith("…") == source.endswith("…"), source


def test_that_nearly_all_texts_of_the_sources_are_translated(translate):
    wanted = {(item.context, item.text) for item in translate.every_text(translate.engine_sentences())}
    known = {(context.findtext("name"), source) for context in contexts("de") for source, _ in finished(context)}
    missing = sorted(wanted - known)
    assert len(missing) <= (1 - ENOUGH) * len(wanted), f"run python packaging/translate.py, then translate: {missing}"


@pytest.mark.parametrize("language", ["de", "en"])
def test_that_the_compiled_file_is_current(translate, language, tmp_path):
    translate.compile_ts(I18N / f"lowbit_{language}.ts", tmp_path / "made.qm")
    made, shipped = tmp_path / "made.qm", I18N / f"lowbit_{language}.qm"
    assert made.read_bytes() == shipped.read_bytes(), "run python packaging/translate.py"


def test_that_what_the_engine_says_is_read_back_by_the_same_sentences_that_are_translated():
    rows = json.loads((I18N / "engine.json").read_text(encoding="utf-8"))
    known = {row if isinstance(row, str) else row["text"] for row in rows}
    (engine,) = (context for context in contexts("de") if context.findtext("name") == "Engine")
    assert {message.findtext("source") for message in engine.iter("message")} == known


def test_that_sentences_are_followed_to_where_they_are_written(translate, tmp_path):
    (tmp_path / "room.py").write_text(
        """
_NAMES = {"ram": "main memory", "gpu": "graphics memory"}

def _reason(odd):
    if odd:
        return "it is odd"
    return f"it has {odd} parts"

def _refuse(code, message, *, hint=""):
    raise UserError(code, message, hint=hint)

def work(path, need, place, mode):
    for place, name in _NAMES.items():
        raise UserError("a", f"It needs {need / 1e9:.2f} GB of {name}.", hint="Wait." if mode else "Leave it.")
    _refuse("b", f"{path} is damaged: {_reason(need)}.", hint="Copy " + "it again.")
    words = "Seldom said."
    words += " And more."
    emit(Notice(level="info", code="c", message=f"{path!r} is {mode}.", hint=words))
""",
        encoding="utf-8",
    )
    found = {item.text: item for item in translate.engine_texts.collect(tmp_path)}
    assert {
        "It needs %1 GB of main memory.", "It needs %1 GB of graphics memory.", "Wait.", "Leave it.",
        "%1 is damaged: it is odd.", "%1 is damaged: it has %2 parts.", "Copy it again.", "%1 is %2.", "Seldom said.",
    } <= found.keys()  # fmt: skip
    assert found["It needs %1 GB of main memory."].numbers == (1,)
    assert found["%1 is %2."].values == ("path", "mode")


def test_that_a_helper_that_fills_in_the_context_is_understood(translate, tmp_path):
    (tmp_path / "view.py").write_text(
        """
def _tr(text):
    return QCoreApplication.translate("Words", text)

class View(QWidget):
    def show(self, count):
        tr = QCoreApplication.translate
        self.set(self.tr("A " "title"), _tr("Body"), tr("Other", "Foot"), self.tr("%n rows", "", count))
        self.set(QT_TRANSLATE_NOOP("Table", "Cell"), self.tr(title))
""",
        encoding="utf-8",
    )
    assert [(item.context, item.text, item.plural) for item in translate.app_texts.collect(tmp_path)] == [
        ("Other", "Foot", False), ("Table", "Cell", False), ("View", "%n rows", True), ("View", "A title", False),
        ("Words", "Body", False),
    ]  # fmt: skip
