"""`lowbit-studio --self-test`: what a bundle must be able to do on a strange computer, in a minute."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEventLoop, QTimer

from app.engine import Failed, Reply, Scan, built_methods, sample_names
from app.shell.pages import PAGES
from app.shell.window import MainWindow

PATIENCE_MS = 120_000


def self_test(window: MainWindow) -> int:
    """Show every page once, read resources, and have the engine's child answer; says what it did on stderr.

    Returns:
        0, or 1 with what failed.
    """
    for page in PAGES:
        window.show_page(page.name)
        _say(f"page {page.name}: shown")
    _say(f"samples: {', '.join(sample_names())}; repairs: {', '.join(built_methods())}")
    loop = QEventLoop()
    answers: list[Reply | Failed] = []

    def answered(answer: Reply | Failed) -> None:
        answers.append(answer)
        loop.quit()

    window.services.children.workbench.request(lambda number: Scan(id=number), reply=answered, failed=answered)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    if not answers:
        loop.exec()
    heavy = sorted({"torch", "transformers"} & set(sys.modules))
    if heavy:
        _say(f"failed: the window's process loaded {', '.join(heavy)}")
        return 1
    answer = answers[0] if answers else None
    if not isinstance(answer, Reply):
        _say(f"failed: the engine did not answer: {answer.message if answer is not None else 'no answer'}")
        return 1
    _say(f"engine: torch {answer.data.get('torch', {}).get('version')}, kernels {answer.data.get('kernels')}")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
