"""Collects the window's own texts: what stands in ``tr``, ``translate``, ``QT_TRANSLATE_NOOP`` and helpers around them.

Qt's lupdate reads Python too, but knows neither a module's helper that fills in the context nor ``translate`` with a
number; so the texts are found here and handed to it in the plainest form.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class AppText:
    """One text: whose it is, its words, and whether it has a form for one and a form for many (``%n``)."""

    context: str
    text: str
    plural: bool = False


def collect(package: Path) -> list[AppText]:
    """Every text below a folder of sources, sorted.

    Args:
        package: folder of the app.
    """
    found: set[AppText] = set()
    for path in sorted(package.rglob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        found.update(_texts(module, "", {}))
    return sorted(found)


def _texts(node: ast.AST, owner: str, helpers: dict[str, str]) -> Iterator[AppText]:
    """Texts inside a node.

    Args:
        node: a module, class or function, or anything in one.
        owner: the class around it.
        helpers: functions that fill in a context, by name; an empty context for a plain other name of ``translate``.
    """
    helpers = helpers | _helpers(node)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            text = _text(child, owner, helpers)
            if text is not None:
                yield text
        yield from _texts(child, child.name if isinstance(child, ast.ClassDef) else owner, helpers)


def _helpers(node: ast.AST) -> dict[str, str]:
    """``def _tr(text): return QCoreApplication.translate("Chat", text)`` and ``tr = QCoreApplication.translate``."""
    found: dict[str, str] = {}
    for child in node.body if isinstance(node, ast.Module | ast.FunctionDef) else ():
        if isinstance(child, ast.Assign) and _is_translate(child.value):
            found |= {target.id: "" for target in child.targets if isinstance(target, ast.Name)}
        elif isinstance(child, ast.FunctionDef):
            last = child.body[-1]
            call = last.value if isinstance(last, ast.Return) else None
            if isinstance(call, ast.Call) and _is_translate(call.func):
                context, *texts = call.args
                names = [item.arg for item in child.args.args]
                if texts and isinstance(context, ast.Constant) and ast.unparse(texts[0]) in names[:1]:
                    found[child.name] = str(context.value)
    return found


def _is_translate(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "translate"


def _text(call: ast.Call, owner: str, helpers: dict[str, str]) -> AppText | None:
    function = call.func
    name = function.id if isinstance(function, ast.Name) else ""
    if isinstance(function, ast.Attribute) and function.attr == "tr" and owner:
        return _made(owner, call.args, 0)
    if _is_translate(function) or name == "QT_TRANSLATE_NOOP" or helpers.get(name) == "":
        context = call.args[0] if call.args else None
        return _made(context.value, call.args, 1) if isinstance(context, ast.Constant) else None
    return _made(helpers[name], call.args, 0) if helpers.get(name) else None


def _made(context: object, arguments: list[ast.expr], place: int) -> AppText | None:
    if not isinstance(context, str) or len(arguments) <= place:
        return None
    text = arguments[place]
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return None
    return AppText(
        context, text.value, plural=("%n" in text.value or "%Ln" in text.value) and len(arguments) > place + 2
    )
