"""What a repository on the hub holds, and which of its files make up a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.source.folder import INDEX, SINGLE, pickle_refused
from lowbit_core.source.hub_cache import HubFile
from lowbit_core.source.hub_client import Patience, endpoint, explained, with_retries
from lowbit_core.source.loftq import ADAPTER_CONFIG, ADAPTER_WEIGHTS, INITIAL

_SMALL = re.compile(r"(?i).+\.(json|jinja|txt|model|tiktoken)|readme\.md|licen[cs]e(\..+)?|notice(\..+)?")
_PICKLE = re.compile(r".+\.(bin|pt|pth|ckpt)")


@dataclass(frozen=True, kw_only=True)
class RepoInfo:
    """A repository at one commit."""

    repo: str
    commit: str
    licence: str
    files: tuple[HubFile, ...]

    def file(self, name: str) -> HubFile | None:
        """The file of that name, if there is one."""
        return next((file for file in self.files if file.name == name), None)

    def small_files(self) -> tuple[HubFile, ...]:
        """Config, tokenizer, templates, card: everything but weights, from the top folder."""
        return tuple(
            file
            for file in self.files
            if (_SMALL.fullmatch(file.name) and "/" not in file.name)
            or (file.name.startswith("additional_chat_templates/") and file.name.endswith(".jinja"))
        )

    def adapter_files(self) -> tuple[HubFile, ...]:
        """The initial adapter of a LoftQ repository, which belongs to its base; empty for others."""
        names = (f"{INITIAL}/{name}" for name in (ADAPTER_CONFIG, ADAPTER_WEIGHTS))
        return tuple(file for file in map(self.file, names) if file is not None)


def repo_info(repo: str, revision: str, patience: Patience, context: Context | None = None) -> RepoInfo:
    """Ask the hub.

    Raises:
        UserError: not found, private, gated, bad token, offline.
    """

    def ask() -> Any:
        from huggingface_hub import HfApi

        with explained(repo, revision):
            api = HfApi(endpoint=endpoint())
            return api.model_info(
                repo,
                revision=revision or None,
                files_metadata=True,
                timeout=patience.connect_seconds + patience.stall_seconds,
            )

    info = with_retries(ask, patience, context)
    card = info.card_data
    files = (_file(sibling) for sibling in info.siblings or ())
    return RepoInfo(
        repo=repo,
        commit=str(info.sha),
        licence=str(getattr(card, "license", None) or ""),
        files=tuple(sorted((file for file in files if file), key=lambda file: file.name)),
    )


def _file(sibling: Any) -> HubFile | None:
    """None for a file without a size or hash, or whose name would leave the snapshot's folder."""
    digest = sibling.lfs.sha256 if sibling.lfs is not None else sibling.blob_id
    path = PurePosixPath(sibling.rfilename)
    if not digest or sibling.size is None or path.is_absolute() or ".." in path.parts:
        return None
    return HubFile(name=sibling.rfilename, size_bytes=sibling.size, digest=digest)


def weight_choice(info: RepoInfo) -> str:
    """Name of the single weight file, or of the index over several.

    Raises:
        UserError: ``pickle-refused``, ``gguf-only`` or ``weights-missing``.
    """
    names = {file.name for file in info.files}
    for name in (SINGLE, INDEX):
        if name in names:
            return name
    where = f"hub:{info.repo}"
    others = [
        name for name in names if name.endswith(".safetensors") and "/" not in name and not name.startswith("adapter")
    ]
    if len(others) == 1:
        return others[0]
    if pickles := sorted(name for name in names if _PICKLE.fullmatch(name)):
        raise pickle_refused(pickles[0], where)
    if ggufs := sorted(name for name in names if name.lower().endswith(".gguf")):
        raise UserError(
            "gguf-only",
            f"{info.repo} holds only GGUF files, e.g. {ggufs[0]}.",
            hint="Download one and choose it with gguf:FILE, or take the original model.",
            where=where,
            arguments={"file": ggufs[0]},
        )
    raise UserError(
        "weights-missing", f"{info.repo} holds no safetensors weights.", hint="Choose another model.", where=where
    )
