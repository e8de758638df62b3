"""What a model on the hub is, from its config and the headers of its weight files, read by range."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from lowbit_core.errors import UserError
from lowbit_core.source.damaged import corrupt, file_missing
from lowbit_core.source.folder import INDEX, describe, folder_model, index_files
from lowbit_core.source.hub_cache import HubFile, RepoCache
from lowbit_core.source.hub_client import BRISK, Patience, with_retries
from lowbit_core.source.hub_info import RepoInfo, repo_info, weight_choice
from lowbit_core.source.hub_stream import file_url, read_range
from lowbit_core.source.safetensors_header import StoredTensor, parse_header
from lowbit_core.source.spec import ModelSpec

_FIRST_BYTES = 256 << 10  # most headers are shorter: one request a file
_AT_ONCE = 4


def inspect_hub(repo: str, revision: str, patience: Patience = BRISK) -> ModelSpec:
    """The model ``repo``; nothing is stored. Without a network, the copy in the cache if it is whole.

    Raises:
        UserError: not found, private, gated, bad token, offline without a copy, no safetensors.
    """
    source = f"hub:{repo}"
    try:
        info = repo_info(repo, revision, patience)
    except UserError as error:
        cache = RepoCache.of(repo)
        commit = cache.commit_of(revision or "main")
        if error.code != "hub-offline" or not commit:
            raise
        try:
            return folder_model(cache.snapshot(commit), source, commit)
        except UserError:
            raise error from None
    choice = weight_choice(info)
    names = index_files(_text(info, INDEX, patience), f"{repo}/{INDEX}") if choice == INDEX else (choice,)
    files = [_file(info, name) for name in names]
    try:
        config = json.loads(_text(info, "config.json", patience))
    except ValueError as error:
        raise corrupt(f"{repo}/config.json", f"it is not JSON ({error})") from error
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise corrupt(f"{repo}/config.json", "it names no model_type")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        headers = dict(zip(names, pool.map(lambda file: _header(info, file, patience), files), strict=True))
    spec = describe(source, Path(), config, headers, licence=info.licence, revision=info.commit)
    return replace(spec, quantization="loftq") if info.adapter_files() and not spec.quantization else spec


def _file(info: RepoInfo, name: str) -> HubFile:
    file = info.file(name)
    if file is None:
        raise file_missing(Path(info.repo) / name)
    return file


def _text(info: RepoInfo, name: str, patience: Patience) -> str:
    file = _file(info, name)
    url = file_url(info.repo, info.commit, name)
    data = with_retries(lambda: read_range(info.repo, url, 0, max(1, file.size_bytes), patience), patience)
    return data.decode("utf-8", errors="replace")


def _header(info: RepoInfo, file: HubFile, patience: Patience) -> tuple[StoredTensor, ...]:
    url, first = file_url(info.repo, info.commit, file.name), b""

    def read(offset: int, length: int) -> bytes:
        nonlocal first
        if not first:
            first = fetch(0, min(_FIRST_BYTES, file.size_bytes))
        if offset + length <= len(first):
            return first[offset : offset + length]
        return first[offset:] + fetch(max(offset, len(first)), offset + length - max(offset, len(first)))

    def fetch(offset: int, length: int) -> bytes:
        return with_retries(lambda: read_range(info.repo, url, offset, length, patience), patience)

    return parse_header(read, file.size_bytes, f"{info.repo}/{file.name}")
