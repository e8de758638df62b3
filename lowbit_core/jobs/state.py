"""What a run has finished: `state.json`, written after every stage."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lowbit_core.errors import UserError
from lowbit_core.files import file_sha256, write_json_atomic
from lowbit_core.jobs.files import files_below

STATE_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A file as it was when its stage ended; ``path`` is relative to the run folder, with slashes."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class StageRecord:
    """A finished stage: how long it took, what it left on disk, and small results later stages read."""

    seconds: float
    artifacts: tuple[Artifact, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


class State:
    """Finished stages of one run folder, kept on disk.

    ``partial`` holds results of the stage that is running (e.g. perplexities measured so far), so that a resumed run
    does not measure them again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.stages: dict[str, StageRecord] = {}
        self.partial: dict[str, Any] = {}

    @classmethod
    def read(cls, path: Path) -> State:
        """The state on disk; an empty one where there is none.

        Raises:
            UserError: the file is not a state of this version.
        """
        state = cls(path)
        if not path.exists():
            return state
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["version"] != STATE_VERSION:
                raise ValueError(f"version {data['version']}")
            for name, record in data["stages"].items():
                artifacts = tuple(Artifact(**item) for item in record["artifacts"])
                state.stages[name] = StageRecord(seconds=record["seconds"], artifacts=artifacts, facts=record["facts"])
            state.partial = data["partial"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(
                "state-unreadable",
                f"The run's state cannot be read: {error}",
                hint="The run was made by another version or the file was edited; start a new run.",
                where=str(path),
            ) from error
        return state

    def write(self) -> None:
        """Save, whole or not at all."""
        stages = {name: asdict(record) for name, record in self.stages.items()}
        write_json_atomic(self._path, {"version": STATE_VERSION, "stages": stages, "partial": self.partial})

    def finish(self, stage: str, record: StageRecord) -> None:
        """A stage is done; its partial results are dropped."""
        self.stages[stage] = record
        self.partial.pop(stage, None)
        self.write()

    def forget(self, stages: Iterable[str]) -> None:
        """These stages have to be done again."""
        for name in stages:
            self.stages.pop(name, None)
            self.partial.pop(name, None)
        self.write()


def record_artifacts(root: Path, paths: Iterable[Path]) -> tuple[Artifact, ...]:
    """Size and hash of every file below ``paths``, named relative to ``root``."""
    return tuple(
        Artifact(path=file.relative_to(root).as_posix(), size_bytes=file.stat().st_size, sha256=file_sha256(file))
        for path in paths
        for file in files_below(path)
    )


def changed_artifact(root: Path, record: StageRecord) -> str:
    """Path of the first artifact that is missing or has other bytes than recorded; empty if all are there."""
    for artifact in record.artifacts:
        file = root / artifact.path
        if not file.is_file() or file.stat().st_size != artifact.size_bytes or file_sha256(file) != artifact.sha256:
            return artifact.path
    return ""
