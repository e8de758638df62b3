"""A model from the hub onto this computer: resumable, checked, interruptible."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.events import Notice, Progress
from lowbit_core.files import disk_full, explain_write_errors, flush_to_disk, free_disk_bytes
from lowbit_core.source.damaged import corrupt, file_missing
from lowbit_core.source.folder import INDEX, folder_model, index_files
from lowbit_core.source.hub_cache import COMMIT, HubFile, RepoCache, hash_existing
from lowbit_core.source.hub_client import BRISK, PATIENT, Patience, Retry, offline, pause
from lowbit_core.source.hub_info import RepoInfo, repo_info, weight_choice
from lowbit_core.source.hub_stream import file_url, stream_from
from lowbit_core.source.lock import waiting_lock

_SPARE_BYTES = 64 << 20


def download_model(
    repo: str, revision: str, *, context: Context, patience: Patience = PATIENT, asking: Patience = BRISK
) -> tuple[Path, str]:
    """The snapshot folder and commit of ``repo``, with every file of the model in it.

    Without a network the cache's copy is used if it is whole.

    Raises:
        UserError: refused, offline without a copy, disk full, damaged at the source.
        Interrupted: the bytes fetched so far stay and are used next time.
    """
    cache, wanted = RepoCache.of(repo), revision or "main"
    if COMMIT.fullmatch(wanted) and _whole(cache.snapshot(wanted)):
        return cache.snapshot(wanted), wanted
    try:
        info = repo_info(repo, revision, asking, context)
    except UserError as error:
        commit = cache.commit_of(wanted)
        if error.code != "hub-offline" or not commit or not _whole(cache.snapshot(commit)):
            raise
        message = f"The hub cannot be reached; the copy of {repo} on this computer is used."
        context.emit(Notice(level="info", code="hub-copy-used", message=message, arguments={"model": repo}))
        return cache.snapshot(commit), commit
    weights = weight_choice(info)
    with explain_write_errors(cache.folder):
        meter = _Meter(context)
        _fetch_all(cache, info, (*info.small_files(), *info.adapter_files()), meter, patience, context)
        _fetch_all(cache, info, _weight_files(cache, info, weights), meter, patience, context)
        cache.remember(wanted, info.commit)
    return cache.snapshot(info.commit), info.commit


def _whole(snapshot: Path) -> bool:
    """All of a model is there. Weights are fetched last, so that their presence means the tokenizer's too."""
    try:
        return bool(folder_model(snapshot, "").tensors)
    except UserError:
        return False


def _weight_files(cache: RepoCache, info: RepoInfo, choice: str) -> tuple[HubFile, ...]:
    names: Sequence[str] = (choice,)
    if choice == INDEX:
        path = cache.snapshot(info.commit) / INDEX
        names = index_files(path.read_text(encoding="utf-8"), f"{info.repo}/{INDEX}")
    files = []
    for name in names:
        file = info.file(name)
        if file is None:
            raise file_missing(Path(info.repo) / name)
        files.append(file)
    return tuple(files)


class _Meter:
    """Progress over several files, at most ten events a second."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.done = self.total = self.gained = 0
        self.started = time.monotonic()
        self.last = 0.0

    def add(self, count: int, *, fetched: bool = True) -> None:
        """``count`` more bytes are there; ``fetched`` now, not found from before."""
        self.done += count
        self.gained += count if fetched else 0
        self.show()

    def show(self, *, at_once: bool = False) -> None:
        """Emit, unless the last time was under 0.1 s ago."""
        now = time.monotonic()
        if not at_once and now - self.last < 0.1:
            return
        self.last, seconds = now, now - self.started
        eta = (self.total - self.done) * seconds / self.gained if self.gained and seconds > 1 else None
        self.context.emit(Progress(stage="download", done=self.done, total=self.total, unit="bytes", eta_seconds=eta))


def _fetch_all(
    cache: RepoCache, info: RepoInfo, files: Sequence[HubFile], meter: _Meter, patience: Patience, context: Context
) -> None:
    missing = [file for file in files if not cache.have(info.commit, file)]
    parts = {file: _size(cache.part(file)) for file in missing}
    needed = sum(file.size_bytes - min(file.size_bytes, parts[file]) for file in missing)
    if needed and free_disk_bytes(cache.folder) < needed + _SPARE_BYTES:
        raise disk_full(cache.folder, needed + _SPARE_BYTES)
    meter.total += sum(file.size_bytes for file in files)
    meter.add(sum(file.size_bytes for file in files if file not in parts), fetched=False)
    for file in missing:
        lock = cache.lock(file)
        lock.parent.mkdir(parents=True, exist_ok=True)
        with waiting_lock(lock, context):
            if cache.have(info.commit, file):  # another process was faster
                meter.add(file.size_bytes, fetched=False)
            else:
                _fetch(cache, info, file, meter, patience, context)
    meter.show(at_once=True)


def _fetch(
    cache: RepoCache, info: RepoInfo, file: HubFile, meter: _Meter, patience: Patience, context: Context
) -> None:
    """Fetch one file into its part, check it, and move it to its place; damaged bytes are fetched anew once."""
    part = cache.part(file)
    part.parent.mkdir(parents=True, exist_ok=True)
    for attempt in (1, 2):
        before = meter.done
        if _gather(info, file, part, meter, patience, context) == file.digest:
            cache.adopt(info.commit, file)
            return
        part.unlink(missing_ok=True)
        meter.done = before
        if attempt == 1:
            message = f"{file.name} arrived damaged and is fetched again."
            context.emit(Notice(level="warning", code="hub-damaged", message=message, arguments={"file": file.name}))
    raise corrupt(f"{info.repo}/{file.name}", "its hash is not the one that the hub states, twice in a row")


def _gather(info: RepoInfo, file: HubFile, part: Path, meter: _Meter, patience: Patience, context: Context) -> str:
    """Append to ``part`` until it has all bytes; their hash. Unbuffered, so that kill -9 loses nothing written."""
    if _size(part) > file.size_bytes:
        part.unlink()
    hasher, url, failures = file.hasher(), file_url(info.repo, info.commit, file.name), 0
    offset = hash_existing(part, hasher) if part.exists() else 0
    meter.add(offset, fetched=False)
    with part.open("ab", buffering=0) as out:
        while offset < file.size_bytes:
            start = offset
            try:
                for position, chunk in stream_from(info.repo, url, offset, patience, context):
                    if position != offset:  # the server ignores ranges: from the beginning
                        assert position == 0, position
                        out.truncate(0)
                        hasher = file.hasher()
                        meter.add(-offset)
                        offset = start = 0
                    room = file.size_bytes - offset
                    out.write(chunk[:room])
                    hasher.update(chunk[:room])
                    offset += min(len(chunk), room)
                    meter.add(min(len(chunk), room))
                    if len(chunk) >= room:
                        break
                if offset < file.size_bytes:
                    raise Retry(f"the connection ended after {offset} of {file.size_bytes} bytes of {file.name}")
            except Retry as error:
                failures = 1 if offset > start else failures + 1
                if failures >= patience.attempts:
                    raise offline(error.why) from error
                meter.show(at_once=True)
                pause(patience.wait_seconds(failures, error.wait), context)
        flush_to_disk(out)
    return hasher.hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
