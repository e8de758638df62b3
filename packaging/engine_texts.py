"""Collects what the engine says to people from its sources: messages, hints, reasons, names of the plan's lines.

The engine writes English. Every sentence it can say is a string of its source, perhaps with values in it; here each is
followed from where it is handed out (`SINKS`) back to where it is written, through variables, tables, helpers and
their callers. A value becomes ``%1``, ``%2``, ... in the order of the sentence.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeGuard

SINKS: Mapping[str, tuple[tuple[int, str], ...]] = MappingProxyType(
    {
        "UserError": ((1, "message"), (-1, "hint")),
        "UserErrors": ((1, "message"), (-1, "hint")),
        "Notice": ((-1, "message"), (-1, "hint")),
        "JobEnded": ((-1, "message"), (-1, "hint")),
        "Failed": ((-1, "message"), (-1, "hint")),
        "Line": ((-1, "what"),),
        "Suggestion": ((-1, "why"),),
        "Plan": ((-1, "notes"),),
        "DataNotice": ((1, "message"), (2, "hint")),
        "Detected": ((2, "why"),),
        "DataReport": ((-1, "why"),),
        "Refused": ((1, "reason"),),
        "Row": ((-1, "reason"),),
        "SampleRow": ((-1, "reason"),),
        "RowRefusedError": ((0, ""),),
        "_Unfit": ((0, ""),),
        "UnusedGpu": ((-1, "why"),),
    }
)
"""Who hands words to people: which arguments, by place (-1: by keyword only) and keyword."""

DEEPEST = 7
SHALLOW = 1
MOST = 40
FEW = 3
"""How far a text is followed in the engine and in the app, how many forms of one sentence are taken, and up to how many
forms of a value are written into the sentence instead of being phrases of their own."""


@dataclass(frozen=True)
class Value:
    """A value inside a sentence: its source, and whether it is written as a formatted number."""

    source: str
    number: bool = False


@dataclass(frozen=True)
class EngineText:
    """One sentence: with ``%1`` and so on, which of them are formatted numbers, and what the values are."""

    text: str
    numbers: tuple[int, ...] = ()
    values: tuple[str, ...] = ()


_TELLING = (
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.comprehension, ast.Call, ast.Return,
    ast.Yield,
)  # fmt: skip
Parts = tuple["str | Value", ...]


@dataclass
class _Scope:
    """Where an expression stands: its module, and the functions around it, the innermost last.

    ``terminal``: the module speaks to a terminal only, what it says never reaches the window.
    """

    module: ast.Module
    functions: tuple[ast.FunctionDef, ...] = ()
    terminal: bool = False


@dataclass
class _Sources:
    """Every module of the engine, with its calls and functions by name."""

    calls: dict[str, list[tuple[ast.Call, _Scope]]] = field(default_factory=dict)
    functions: dict[str, list[tuple[ast.FunctionDef, _Scope]]] = field(default_factory=dict)


def collect(package: Path, deepest: int = DEEPEST) -> list[EngineText]:
    """Every sentence below a folder of sources, sorted.

    Args:
        package: folder of the engine; or of the app, for mistakes that it hands out in the engine's types.
        deepest: how far a text is followed.
    """
    sources = _read(package)
    found: dict[str, EngineText] = {}
    for name, arguments in SINKS.items():
        for call, scope in sources.calls.get(name, ()):
            for place, keyword in () if scope.terminal else arguments:
                expression = _argument(call, place, keyword)
                if expression is not None:
                    for text in _texts(_Follow(sources, deepest), expression, scope):
                        found.setdefault(text.text, text)
    return [found[text] for text in sorted(found)]


def _read(package: Path) -> _Sources:
    sources = _Sources()
    for path in sorted(package.rglob("*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        _index(sources, module, _Scope(module, terminal=path.parent.name == "cli"))
    return sources


def _index(sources: _Sources, node: ast.AST, scope: _Scope) -> None:
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, ast.FunctionDef):
            sources.functions.setdefault(child.name, []).append((child, scope))
            inner = replace(scope, functions=(*scope.functions, child))
        elif isinstance(child, ast.Call):
            sources.calls.setdefault(_name(child.func), []).append((child, scope))
        _index(sources, child, inner)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _argument(call: ast.Call, place: int, keyword: str) -> ast.expr | None:
    if 0 <= place < len(call.args):
        return call.args[place]
    return next((item.value for item in call.keywords if item.arg == keyword), None)


def _texts(follow: _Follow, expression: ast.expr, scope: _Scope) -> Iterator[EngineText]:
    for parts in follow.forms(expression, scope, 0):
        yield from _told(parts)
    yield from itertools.chain.from_iterable(_told(parts) for parts in follow.phrases)


def _told(parts: Parts) -> Iterator[EngineText]:
    if not any(isinstance(part, str) and any(map(str.isalpha, part)) for part in parts) or _is_name(parts):
        return
    text, numbers, values = "", [], []
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        values.append(part.source)
        text += f"%{len(values)}"
        if part.number:
            numbers.append(len(values))
    yield EngineText(text.strip(), tuple(numbers), tuple(values))


class _Follow:
    """Follows one expression to the strings it can be. ``phrases`` gathers words that stand as values in sentences."""

    def __init__(self, sources: _Sources, deepest: int) -> None:
        self._sources, self._deepest = sources, deepest
        self._seen: set[int] = set()
        self.phrases: list[Parts] = []

    def forms(self, node: ast.expr, scope: _Scope, depth: int) -> list[Parts]:
        """Every form a text can take; one `Value` for what cannot be followed."""
        unknown: list[Parts] = [(Value(ast.unparse(node)),)]
        if depth > self._deepest:
            return unknown
        if isinstance(node, ast.Constant):
            return [(node.value,)] if isinstance(node.value, str) else unknown
        if isinstance(node, ast.JoinedStr):
            return self._joined([self._part(item, scope, depth) for item in node.values])
        if isinstance(node, ast.IfExp):
            return self.forms(node.body, scope, depth) + self.forms(node.orelse, scope, depth)
        if isinstance(node, ast.BoolOp):
            return [form for item in node.values for form in self.forms(item, scope, depth)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined([self.forms(node.left, scope, depth), self.forms(node.right, scope, depth)])
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [form for item in node.elts for form in self.forms(item, scope, depth + 1)]
        if isinstance(node, ast.Dict):
            return [form for item in node.values for form in self.forms(item, scope, depth + 1)]
        found = self._reference(node, scope, depth + 1)
        return found[:MOST] or unknown

    def _reference(self, node: ast.expr, scope: _Scope, depth: int) -> list[Parts]:
        if isinstance(node, ast.Name):
            return self._variable(node.id, scope, depth, None)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return self._variable(node.value.id, scope, depth, None)
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in ("tuple", "list") and node.args:
                return self.forms(node.args[0], scope, depth)
            if name == "get" and isinstance(node.func, ast.Attribute):
                return [*self.forms(node.func.value, scope, depth), *self._all(node.args[1:], scope, depth)]
            return self._results(name, depth, None)
        return []

    def _variable(self, name: str, scope: _Scope, depth: int, place: int | None) -> list[Parts]:
        for at in range(len(scope.functions) - 1, -1, -1):
            function = scope.functions[at]
            inner = _Scope(scope.module, scope.functions[: at + 1])
            found = self._assigned(function, name, inner, depth)
            if name in _parameters(function):
                return found + self._handed(function, name, depth)
            if found:
                return found
        return self._assigned(scope.module, name, _Scope(scope.module), depth)

    def _assigned(self, body: ast.AST, name: str, scope: _Scope, depth: int) -> list[Parts]:
        forms: list[Parts] = []
        for node in _telling_nodes(body):
            if id(node) in self._seen:
                continue
            self._seen.add(id(node))
            before = len(forms)
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    forms += self._from(target, node.value, name, scope, depth)
            elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
                forms += self._from(node.target, node.value, name, scope, depth)
            elif isinstance(node, ast.For | ast.comprehension):
                forms += self._from(node.target, node.iter, name, scope, depth)
            elif _appends_to(node, name):
                forms += self.forms(node.args[0], scope, depth)
            if len(forms) == before:
                self._seen.discard(id(node))
        return forms

    def _from(self, target: ast.expr, value: ast.expr, name: str, scope: _Scope, depth: int) -> list[Parts]:
        if isinstance(target, ast.Name) and target.id == name:
            return self.forms(value, scope, depth)
        if isinstance(target, ast.Tuple):
            names = [item.id if isinstance(item, ast.Name) else "" for item in target.elts]
            if name in names:
                return self._element(value, names.index(name), scope, depth)
        return []

    def _element(self, value: ast.expr, place: int, scope: _Scope, depth: int) -> list[Parts]:
        if isinstance(value, ast.Tuple | ast.List):
            if len(value.elts) > place and not any(isinstance(item, ast.Tuple) for item in value.elts):
                return self.forms(value.elts[place], scope, depth)
            rows = [item for item in value.elts if isinstance(item, ast.Tuple) and len(item.elts) > place]
            return self._all([item.elts[place] for item in rows], scope, depth)
        if isinstance(value, ast.IfExp):
            both = (value.body, value.orelse)
            return [form for item in both for form in self._element(item, place, scope, depth)]
        if not isinstance(value, ast.Call):
            return []
        if isinstance(value.func, ast.Attribute) and value.func.attr == "items" and place == 1:
            return self.forms(value.func.value, scope, depth)
        return self._results(_name(value.func), depth, place)

    def _results(self, name: str, depth: int, place: int | None) -> list[Parts]:
        forms: list[Parts] = []
        for function, scope in self._sources.functions.get(name, ()):
            inner = _Scope(scope.module, (*scope.functions, function))
            for node in _telling_nodes(function):
                if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
                    if place is not None:
                        forms += self._element(node.value, place, inner, depth)
                    elif not isinstance(node.value, ast.Constant) or isinstance(node.value.value, str):
                        forms += self.forms(node.value, inner, depth)
        return forms

    def _handed(self, function: ast.FunctionDef, name: str, depth: int) -> list[Parts]:
        """What callers hand over for a parameter, and its default."""
        names = _parameters(function)
        place = names.index(name) - (names[0] in ("self", "cls"))
        positional = len(function.args.args)
        forms: list[Parts] = []
        for call, scope in self._sources.calls.get(function.name, ()):
            if id(call) in self._seen:
                continue
            self._seen.add(id(call))
            expression = _argument(call, place if names.index(name) < positional else -1, name)
            if expression is not None:
                forms += self.forms(expression, scope, depth)
            self._seen.discard(id(call))
        return forms

    def _part(self, node: ast.expr, scope: _Scope, depth: int) -> list[Parts]:
        if not isinstance(node, ast.FormattedValue):
            return self.forms(node, scope, depth)
        value: Parts = (Value(ast.unparse(node.value), number=_is_number(node.format_spec)),)
        if node.format_spec is not None or node.conversion != -1:
            return [value]
        forms = self.forms(node.value, scope, depth + 2)
        if len(forms) <= FEW and all(_is_phrase(form) or form == ("",) for form in forms):
            return forms
        self.phrases += [form for form in forms if _is_phrase(form)]
        return [value]

    def _all(self, nodes: Sequence[ast.expr], scope: _Scope, depth: int) -> list[Parts]:
        return [form for node in nodes for form in self.forms(node, scope, depth)]

    @staticmethod
    def _joined(parts: list[list[Parts]]) -> list[Parts]:
        return [
            tuple(itertools.chain.from_iterable(form)) for form in itertools.islice(itertools.product(*parts), MOST)
        ]


def _appends_to(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "append":
        return False
    return isinstance(node.func.value, ast.Name) and node.func.value.id == name


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [item.arg for item in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def _own_nodes(body: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function or module, but not what is inside functions in it."""
    for child in ast.iter_child_nodes(body):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from _own_nodes(child)


@cache
def _telling_nodes(body: ast.AST) -> tuple[ast.AST, ...]:
    """Those of them that give a variable its value or hand out a result."""
    return tuple(node for node in _own_nodes(body) if isinstance(node, _TELLING))


def _is_phrase(form: Parts) -> bool:
    """Words that stand as a value are told from names and keys by their blanks."""
    words = "".join(part for part in form if isinstance(part, str))
    blank = " " in words.strip(" ,.") or (" " in words and not all(isinstance(part, str) for part in form))
    return blank and sum(map(str.isalpha, words)) > 2


def _is_name(parts: Parts) -> bool:
    """``perplexity/tuned`` and the like: keys, which nobody translates."""
    return any(isinstance(part, str) and "/" in part for part in parts) and not _is_phrase(parts)


def _is_number(spec: ast.expr | None) -> bool:
    constants = [item.value for item in ast.walk(spec) if isinstance(item, ast.Constant)] if spec else []
    written = "".join(map(str, constants))
    return written.endswith(("f", ",", "g"))
