"""Writes every text a user can read as a translatable source, merges them into the .ts files and compiles the .qm.

python packaging/translate.py            after texts changed, and after translating
python packaging/translate.py --check    says what is not translated yet, changes nothing

Translate in ``resources/i18n/lowbit_de.ts``, by hand or with ``pyside6-linguist``. Three kinds of text go in: the
window's own, the recipe's (field names, help, sections), and what the engine says (context ``Engine``).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from pathlib import Path

import app_texts
import engine_texts
from app_texts import AppText
from engine_texts import EngineText

ROOT = Path(__file__).resolve().parent.parent
I18N = ROOT / "resources" / "i18n"
ENGINE_JSON = I18N / "engine.json"
LANGUAGES = {"de": (), "en": ("-pluralonly",)}
"""English is what the sources say; its file holds one and many only."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Update the files, or check them.

    Returns:
        1 where ``--check`` found something untranslated.
    """
    parser = argparse.ArgumentParser(description="Collect, merge and compile the translations.")
    parser.add_argument("--check", action="store_true", help="say what is not translated yet")
    if parser.parse_args(arguments).check:
        return _check()
    engine = engine_sentences()
    I18N.mkdir(exist_ok=True)
    write_engine_json(engine, ENGINE_JSON)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "texts.py"
        source.write_text(source_text(engine, every_text(engine)), encoding="utf-8")
        for language, options in LANGUAGES.items():
            path = I18N / f"lowbit_{language}.ts"
            _tool("lupdate", "-silent", "-no-obsolete", "-locations", "none", "-source-language", "en",
                  "-target-language", language, *options, str(source), "-ts", str(path))  # fmt: skip
            compile_ts(path, path.with_suffix(".qm"))
    return 0


def engine_sentences() -> list[EngineText]:
    """What the engine says, and mistakes that the app itself hands out in the engine's types."""
    app = engine_texts.collect(ROOT / "app", engine_texts.SHALLOW)
    found = {item.text: item for item in (*app, *engine_texts.collect(ROOT / "lowbit_core"))}
    return [found[text] for text in sorted(found)]


def every_text(engine: Sequence[EngineText]) -> list[AppText]:
    """All texts with their contexts, sorted."""
    own = app_texts.collect(ROOT / "app")
    return sorted({*own, *recipe_texts(), *(AppText("Engine", item.text) for item in engine)})


def recipe_texts() -> Iterator[AppText]:
    """The recipe as the form shows it: names of fields and sections, and their help."""
    from lowbit_core.recipe import describe_recipe, section_help

    sections = {info.section for info in describe_recipe()}
    yield AppText("RecipeNames", "General")
    for section in sections - {""}:
        yield AppText("RecipeNames", section.capitalize())
        yield AppText("RecipeFields", section_help(section))
    for info in describe_recipe():
        name = info.name.replace("_", " ")
        yield AppText("RecipeNames", name[:1].upper() + name[1:])
        yield AppText("RecipeFields", info.help)


def source_text(engine: Sequence[EngineText], texts: Sequence[AppText]) -> str:
    """A Python file that lupdate reads: each text once, with what its values are as a comment for the translator."""
    values = {item.text: item.values for item in engine}
    lines = []
    for item in texts:
        words = json.dumps(item.text, ensure_ascii=False)
        if item.context == "Engine" and values[item.text]:
            lines.append("#: " + "; ".join(f"%{at} is {name}" for at, name in enumerate(values[item.text], 1)))
        if item.plural:
            lines += [
                f"class {item.context}(QObject):",
                f'    text = self.tr({words}, "", 2)',
                "class _End:",
                "    pass",
            ]
        else:
            lines.append(f"QT_TRANSLATE_NOOP({json.dumps(item.context)}, {words})")
    return "\n".join(lines) + "\n"


def write_engine_json(engine: Sequence[EngineText], path: Path) -> None:
    """What the window reads the engine's sentences back with: each text, and which of its values are numbers."""
    rows = [{"text": item.text, "numbers": list(item.numbers)} if item.numbers else item.text for item in engine]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def compile_ts(source: Path, target: Path) -> None:
    """Compile a .ts; what is unfinished stays English."""
    _tool("lrelease", "-silent", "-nounfinished", str(source), "-qm", str(target))


def unfinished(path: Path) -> list[str]:
    """Texts of a .ts without a translation, each with its context."""
    found = []
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") == "unfinished":
                found.append(f"{context.findtext('name')}: {message.findtext('source')}")
    return found


def _check() -> int:
    missing = [text for language in LANGUAGES for text in unfinished(I18N / f"lowbit_{language}.ts")]
    print("\n".join(missing) or "Everything is translated.")
    return 1 if missing else 0


def _tool(name: str, *arguments: str) -> None:
    program = Path(sys.executable).parent / f"pyside6-{name}"
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    raise SystemExit(main())
