"""The only door to the engine: light names, and how to start its child process.

Everything else in the app gets the engine's types from here, so one look tells what the window may know.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from lowbit_core.commands import (
    Answer,
    Cancel,
    Chat,
    Check,
    CloseChat,
    Command,
    Download,
    Failed,
    Inspect,
    OpenChat,
    Part,
    Pause,
    Preview,
    Reply,
    Run,
    Scan,
    Search,
    Stop,
    decode_answer,
)
from lowbit_core.commands import encode as encode_command
from lowbit_core.errors import UserError, UserErrors
from lowbit_core.events import (
    ArtifactWritten,
    Event,
    EventError,
    JobEnded,
    JobStarted,
    LayerFinished,
    Memory,
    Metric,
    Notice,
    Paused,
    Progress,
    Resumed,
    StageFinished,
    StageStarted,
    Stamped,
    Text,
)
from lowbit_core.events import decode as decode_event
from lowbit_core.recipe import FieldInfo, Recipe, describe_recipe, section_help
from lowbit_core.recipe import dump as dump_recipe
from lowbit_core.recipe import from_values as recipe_from_values
from lowbit_core.recipe import load as load_recipe
from lowbit_core.recipe import override as override_recipe
from lowbit_core.recipe import parse as parse_recipe

__all__ = [
    "Answer", "ArtifactWritten", "Cancel", "Chat", "Check", "CloseChat", "Command", "Download", "Event", "EventError",
    "Failed", "FieldInfo", "Inspect", "JobEnded", "JobStarted", "LayerFinished", "Memory", "Metric", "Notice",
    "OpenChat", "Part", "Pause", "Paused", "Preview", "Progress", "Recipe", "Reply", "Resumed", "Run", "Scan",
    "Search", "StageFinished", "StageStarted", "Stamped", "Stop", "Text", "UserError", "UserErrors", "child_program",
    "decode_answer", "decode_event", "describe_recipe", "dump_recipe", "encode_command", "load_recipe",
    "override_recipe", "parse_recipe", "recipe_from_values", "section_help",
]  # fmt: skip


def child_program() -> tuple[str, tuple[str, ...]]:
    """Program and arguments of ``lowbit worker``: bundled, beside this Python, or this Python itself."""
    if getattr(sys, "frozen", False):
        return sys.executable, ("worker",)
    found = shutil.which("lowbit", path=str(Path(sys.executable).parent))
    if found:
        return found, ("worker",)
    return sys.executable, ("-c", "from lowbit_core.cli.main import main; raise SystemExit(main())", "worker")
