"""Where a run keeps its things: names inside the folder, making and opening one, and the lock on it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from lowbit_core.errors import UserError
from lowbit_core.files import app_folder, explain_write_errors
from lowbit_core.jobs.state import State
from lowbit_core.recipe.schema import Recipe


def default_runs_folder() -> Path:
    """The app's own folder of runs, e.g. ~/.local/share/lowbit-studio/runs, or below ``LOWBIT_HOME``."""
    if os.environ.get("LOWBIT_HOME"):
        return app_folder() / "runs"
    return Path(platformdirs.user_data_dir("lowbit-studio", appauthor=False)) / "runs"


@dataclass(frozen=True)
class RunFolder:
    """The layout of ``runs/<UTC time>-<name>/``; nothing is created by naming it."""

    path: Path

    @property
    def recipe(self) -> Path:
        """The resolved recipe."""
        return self.path / "recipe.toml"

    @property
    def events(self) -> Path:
        """One event a line."""
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        """Library messages and tracebacks."""
        return self.path / "log.txt"

    @property
    def state_file(self) -> Path:
        """Stages done and hashes."""
        return self.path / "state.json"

    @property
    def calibration(self) -> Path:
        """The tokens [n, length] the solver looked at."""
        return self.path / "calibration.safetensors"

    @property
    def quantized(self) -> Path:
        """Hugging Face folder of the packed model."""
        return self.path / "quantized"

    @property
    def corrected(self) -> Path:
        """Hugging Face folder of the packed model whose codes a correction trained."""
        return self.path / "corrected"

    @property
    def base(self) -> Path:
        """The packed folder that repair and tuning stand on: the corrected one where there is one."""
        return self.corrected if (self.corrected / "config.json").is_file() else self.quantized

    @property
    def adapters(self) -> Path:
        """Folder of PEFT adapters, one folder each."""
        return self.path / "adapters"

    @property
    def repair(self) -> Path:
        """The adapter that undoes quantization error."""
        return self.adapters / "repair"

    @property
    def repair_start(self) -> Path:
        """The closed-form adapter a trained repair starts from."""
        return self.adapters / "start"

    @property
    def tuned(self) -> Path:
        """The adapter trained on the user's data."""
        return self.adapters / "tuned"

    @property
    def checkpoints(self) -> Path:
        """Saves that training goes on from."""
        return self.path / "checkpoints"

    @property
    def correct_checkpoints(self) -> Path:
        """Saves that training the repair goes on from."""
        return self.path / "checkpoints-correct"

    @property
    def work(self) -> Path:
        """Scratch space of the running stage, e.g. hidden states; removed when the run is done."""
        return self.path / "work"

    @property
    def report(self) -> Path:
        """The numbers at the end."""
        return self.path / "report.json"

    def state(self) -> State:
        """What is done so far."""
        return State.read(self.state_file)

    def exists(self) -> bool:
        """Whether a run was started here."""
        return self.recipe.is_file()

    def prepare(self) -> None:
        """Make the folder and try to write in it.

        Raises:
            UserError: ``folder-unwritable`` or ``disk-full``.
        """
        with explain_write_errors(self.path):
            try:
                self.path.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError) as error:
                raise UserError(
                    "folder-unwritable",
                    f"{self.path} cannot be made: there is a file in its way.",
                    hint="Choose another folder with --out or [output] dir.",
                    where=str(self.path),
                ) from error
            probe = self.path / ".writable"
            probe.write_bytes(b"")
            probe.unlink()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder; the lock ends with the process, however that ends.

        Raises:
            UserError: another process is running this folder.
        """
        lock = FileLock(str(self.path / ".lock"), timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise UserError(
                "run-in-use",
                "Another process is working in this run folder.",
                hint="Wait for it or end it, then try again.",
                where=str(self.path),
            ) from error
        try:
            yield
        finally:
            lock.release()


def new_run_folder(parent: Path, name: str, *, now: datetime | None = None) -> RunFolder:
    """A folder name that is not taken: UTC time and the run's name, e.g. ``20250131-142501-starter-3bit``."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "run"
    path = parent / f"{stamp}-{safe[:80]}"
    number = 2
    while path.exists():
        path = parent / f"{stamp}-{safe[:80]}-{number}"
        number += 1
    return RunFolder(path)


def newest_run(parent: Path, name: str) -> RunFolder | None:
    """The latest run of that name, for a resume that does not say which."""
    suffix = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "run"
    pattern = re.compile(r"\d{8}-\d{6}-" + re.escape(suffix[:80]) + r"(-\d+)?")
    runs = [path for path in parent.glob("*") if pattern.fullmatch(path.name) and RunFolder(path).exists()]
    return RunFolder(max(runs, key=lambda path: path.name)) if runs else None


def run_name(recipe: Recipe) -> str:
    """The recipe's name for its run, or one from model and bits, e.g. ``SmolLM2-135M-3bit``."""
    if recipe.output.name:
        return recipe.output.name
    last = re.split(r"[:/\\]", recipe.model.source.rstrip("/\\"))[-1]
    bits = recipe.quantize.bits
    return f"{last.removesuffix('.gguf')}-{bits if isinstance(bits, str) else f'{bits:g}'}bit"


def choose_run_folder(recipe: Recipe) -> RunFolder:
    """A new folder for this recipe, in its own ``[output] dir`` or the app's folder of runs."""
    return new_run_folder(runs_folder(recipe), run_name(recipe))


def runs_folder(recipe: Recipe) -> Path:
    """The folder of the run folders of this recipe."""
    return Path(recipe.output.dir).expanduser() if recipe.output.dir else default_runs_folder()
