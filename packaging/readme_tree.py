"""Writes the tree of the README: a line a file, from the first sentence of its docstring or comment.

python packaging/readme_tree.py            rewrites README.md between the marks
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START, END = "<!-- tree -->", "<!-- /tree -->"
FOLDERS = ("lowbit_core", "kernels", "app")
SUFFIXES = (".py", ".cu", ".cuh", ".c", ".h")


def first_line(path: Path) -> str:
    """What a file says it is: the first line of its docstring, or of its first comment."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        doc = ast.get_docstring(ast.parse(text)) or ""
        return " ".join(doc.split("\n\n")[0].split())
    comment = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        comment.append(line.removeprefix("//").strip())
    return " ".join(" ".join(comment).split()).split(". ")[0]


def tree() -> str:
    """The whole block: folders as headings, a line a file."""
    lines: list[str] = []
    for top in FOLDERS:
        for folder in sorted([ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir())]):
            files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
            if "__pycache__" in folder.parts or not files:
                continue
            head = folder / "__init__.py"
            lines.append(f"{folder.relative_to(ROOT)}/    {first_line(head) if head.exists() else ''}".rstrip())
            lines += [f"    {path.name:<24} {shortened(first_line(path))}".rstrip() for path in files if path != head]
    return "\n".join(lines)


def shortened(text: str, limit: int = 120) -> str:
    """The first sentence, cut at a word."""
    sentence = text.replace("``", "`").split(". ")[0].rstrip(".")
    return sentence if len(sentence) <= limit else sentence[:limit].rsplit(" ", 1)[0] + " ..."


def rewritten(readme: str) -> str:
    """The README with a fresh tree between its marks."""
    before, rest = readme.split(START)
    after = rest.split(END)[1]
    return f"{before}{START}\n```text\n{tree()}\n```\n{END}{after}"


def main() -> None:
    """Rewrite the README in place."""
    path = ROOT / "README.md"
    path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
