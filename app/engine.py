"""The only door to the engine: light names, and how to start its child process.

Everything else in the app gets the engine's types from here, so one look tells what the window may know.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lowbit_core.commands import (
    Answer,
    Cancel,
    Chat,
    Check,
    CloseChat,
    Command,
    Download,
    Failed,
    Frontier,
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
    Token,
    decode_answer,
)
from lowbit_core.commands import encode as encode_command
from lowbit_core.errors import UserError, UserErrors
from lowbit_core.events import (
    PLANNED_MEMORY,
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
from lowbit_core.files import app_folder, write_text_atomic
from lowbit_core.recipe import FieldInfo, Recipe, describe_recipe, section_help
from lowbit_core.recipe import dump as dump_recipe
from lowbit_core.recipe import from_values as recipe_from_values
from lowbit_core.recipe import load as load_recipe
from lowbit_core.recipe import override as override_recipe
from lowbit_core.recipe import parse as parse_recipe

if TYPE_CHECKING:
    from lowbit_core.jobs.frontier_points import FrontierDocument
    from lowbit_core.jobs.frontier_points import Point as PlannedPoint
    from lowbit_core.jobs.run_folder import RunFolder
    from lowbit_core.machine import Battery, Gpu, Machine, UnusedGpu
    from lowbit_core.plan import DataStatistics, Line, Plan, Rates, Suggestion
    from lowbit_core.source import ModelSpec

__all__ = [
    "PLANNED_MEMORY", "Answer", "ArtifactWritten", "Battery", "Cancel", "Chat", "Check", "CloseChat", "Command",
    "DataStatistics", "Download", "Event", "EventError", "Failed", "FieldInfo", "Frontier", "FrontierDocument",
    "Gpu", "Inspect", "JobEnded", "JobStarted", "LayerFinished", "Line", "Machine", "Memory", "Metric", "ModelSpec",
    "Notice", "OpenChat", "Part", "Pause", "Paused", "Plan", "PlannedPoint", "Preview", "Progress", "Rates",
    "Recipe", "Reply", "Resumed", "Run", "RunFolder", "Scan", "Search", "StageFinished", "StageStarted", "Stamped",
    "Stop", "Suggestion", "Text", "Token", "UnusedGpu", "UserError", "UserErrors", "app_folder", "built_codecs",
    "built_methods", "changed_recipe", "child_program", "conversations_folder", "data_statistics", "decode_answer",
    "decode_event", "default_runs_folder", "describe_recipe", "dump_recipe", "encode_command", "frontier_from_json",
    "hub_cache_folder", "inspect_machine", "kept_rates", "load_recipe", "machine_identity", "model_from_reply",
    "override_recipe", "parse_recipe", "plan_recipe", "preset_recipe", "read_frontier", "recipe_from_values",
    "resolve_recipe_bits", "run_folder", "run_variants", "sample_names", "section_help", "serve_worker",
    "suggest_changes", "typical_seconds", "write_text_atomic",
]  # fmt: skip

_LATER = {
    "Battery": "machine", "Gpu": "machine", "Machine": "machine", "UnusedGpu": "machine",
    "DataStatistics": "plan", "Line": "plan", "Plan": "plan", "Rates": "plan", "Suggestion": "plan",
    "ModelSpec": "source", "RunFolder": "jobs.run_folder", "FrontierDocument": "jobs.frontier_points",
}  # fmt: skip
"""Types whose rooms are loaded when somebody imports them: the window should be up before."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"lowbit_core.{_LATER[name]}"), name)


def child_program() -> tuple[str, tuple[str, ...]]:
    """Program and arguments of ``lowbit worker``: bundled, beside this Python, or this Python itself."""
    if getattr(sys, "frozen", False):
        return sys.executable, ("worker",)
    found = shutil.which("lowbit", path=str(Path(sys.executable).parent))
    if found:
        return found, ("worker",)
    return sys.executable, ("-c", "from lowbit_core.cli.main import main; raise SystemExit(main())", "worker")


def built_methods() -> tuple[str, ...]:
    """Corrections this engine has; the schema names more."""
    from lowbit_core.recipe.check import BUILT_METHODS

    return BUILT_METHODS


def built_codecs() -> tuple[str, ...]:
    """Codecs this engine has; the schema names more."""
    from lowbit_core.recipe.check import BUILT_CODECS

    return BUILT_CODECS


def default_runs_folder() -> Path:
    """The app's own folder of runs."""
    from lowbit_core.jobs.run_folder import default_runs_folder

    return default_runs_folder()


def run_variants(path: Path | str) -> tuple[str, ...]:
    """What a run's folder can answer as, from the float model to the tuned one; empty before it is quantized."""
    from lowbit_core.jobs.variants import variant_adapters

    folder = run_folder(path)
    if not (folder.quantized / "config.json").is_file():
        return ()
    return ("float", *variant_adapters(folder))


def conversations_folder() -> Path:
    """Where conversations are kept: beside the app's own folder of runs."""
    return default_runs_folder().parent / "conversations"


def hub_cache_folder() -> Path:
    """Where huggingface-hub keeps models, by its own rules; not asked from the library, which is slow to import."""
    chosen = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return Path(home).expanduser() / "hub"


def run_folder(path: Path | str) -> RunFolder:
    """The layout of a run folder; nothing is created."""
    from lowbit_core.jobs.run_folder import RunFolder

    return RunFolder(Path(path))


def read_frontier(folder: Path) -> FrontierDocument | None:
    """What a frontier's folder holds; None where it is none, or one that cannot be read."""
    from lowbit_core.jobs.frontier_points import read_frontier

    try:
        return read_frontier(folder)
    except UserError:
        return None


def frontier_from_json(data: Mapping[str, Any]) -> FrontierDocument:
    """The document a `Frontier` command tells of."""
    from lowbit_core.jobs.frontier_points import frontier_from_json

    return frontier_from_json(data)


def inspect_machine(path: Path | None = None) -> Machine:
    """GPUs, memory, cores and disk; 50 to 200 ms, so not in the GUI thread."""
    from lowbit_core.machine import inspect_machine

    return inspect_machine(path)


def model_from_reply(data: Mapping[str, Any]) -> ModelSpec:
    """The model an `Inspect` or `Download` reply describes, from its ``spec``."""
    from lowbit_core.source import ModelSpec, TensorSpec

    values = dict(data["spec"])
    tensors = tuple(TensorSpec(**(item | {"shape": tuple(item["shape"])})) for item in values["tensors"])
    return ModelSpec(**(values | {"folder": Path(values["folder"]), "tensors": tensors}))


def plan_recipe(
    recipe: Recipe,
    spec: ModelSpec,
    machine: Machine,
    data: DataStatistics | None = None,
    report: Mapping[str, Any] | None = None,
) -> Plan:
    """Estimated memory, disk and time; a few milliseconds, nothing is read.

    ``report``: the device's (`Scan`); where it holds measured rates the times are from them.
    """
    from lowbit_core.plan import DataStatistics, plan

    on_gpu = recipe.device == "cuda" or (recipe.device == "auto" and bool(machine.gpus))
    # Measured in the number format a run takes by itself; another one has other rates.
    rates = kept_rates(report or {}, on_gpu) if recipe.precision == "auto" else None
    return plan(recipe, spec, machine, data=data or DataStatistics(), rates=rates)


def machine_identity(machine: Machine) -> str:
    """What has to be the same for a device report to still hold."""
    from lowbit_core.plan.measured import identity

    return identity(machine)


def kept_rates(report: Mapping[str, Any], on_gpu: bool) -> Rates | None:
    """The measured rates in a device report; None without."""
    from lowbit_core.plan.measured import kept_rates

    return kept_rates(report, on_gpu)


def typical_seconds(machine: Machine, report: Mapping[str, Any]) -> tuple[float, float] | None:
    """Estimated seconds of the starter recipe, and of the same with a model of 1.1 billion weights.

    None where the speed was not measured.
    """
    from lowbit_core.plan.reading import read_statistics
    from lowbit_core.plan.typical import typical_model

    if kept_rates(report, bool(machine.gpus)) is None:
        return None
    recipe = preset_recipe("starter")
    data = read_statistics(recipe)
    starter, billion = (plan_recipe(recipe, typical_model(name), machine, data, report) for name in ("starter", "1b"))
    return starter.total_seconds, billion.total_seconds


def resolve_recipe_bits(
    recipe: Recipe, spec: ModelSpec, machine: Machine, data: DataStatistics | None = None
) -> Recipe:
    """The recipe with the most bits that fit this machine."""
    from lowbit_core.plan import DataStatistics, resolve_bits, with_changes

    wanted = with_changes(recipe, {"quantize.bits": "auto"})
    return resolve_bits(wanted, spec, machine, data=data or DataStatistics())


def changed_recipe(recipe: Recipe, changes: Mapping[str, Any]) -> Recipe:
    """The recipe with some keys changed, unchecked: for plans of what is not chosen yet."""
    from lowbit_core.plan import with_changes

    return with_changes(recipe, changes)


def suggest_changes(
    recipe: Recipe, spec: ModelSpec, machine: Machine, budget_bytes: int, data: DataStatistics | None = None
) -> tuple[Suggestion, ...]:
    """What to change so that the recipe needs at most ``budget_bytes`` on its device, the least harmful first."""
    from lowbit_core.plan import DataStatistics, suggest

    return suggest(recipe, spec, machine, budget_bytes, data=data or DataStatistics())


def data_statistics(rows: int, mean_tokens: float) -> DataStatistics:
    """What the plan may know of the data."""
    from lowbit_core.plan import DataStatistics

    return DataStatistics(rows=rows, mean_tokens=mean_tokens)


def preset_recipe(name: str) -> Recipe:
    """A recipe that comes with the program, e.g. ``starter``."""
    from lowbit_core.recipe.presets import preset_path

    return load_recipe(preset_path(name))


def sample_names() -> tuple[str, ...]:
    """Data that comes with the program, as ``sample:NAME`` wants it."""
    from lowbit_core.data import default_samples_folder

    folder = default_samples_folder()
    suffixes = {".jsonl", ".json", ".csv", ".tsv", ".txt", ".parquet"}
    return tuple(sorted(path.stem for path in folder.iterdir() if path.suffix in suffixes)) if folder else ()


def serve_worker(arguments: list[str]) -> int:
    """Be the engine's child process; only the bundled program, which is both, calls this."""
    # By name, so that no chain of imports leads from the window's process to torch.
    return int(importlib.import_module("lowbit_core.cli.main").main(arguments))
