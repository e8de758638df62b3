"""The tokenizer that belongs to a model."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from platformdirs import user_cache_path
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from lowbit_core.errors import UserError
from lowbit_core.source import ModelSpec


def load_tokenizer(spec: ModelSpec) -> PreTrainedTokenizerBase:
    """The model's tokenizer, from its folder or converted from its GGUF file.

    A conversion takes seconds, so its result is kept in the user's cache folder, named after the file, its size and
    its time of change.

    Raises:
        UserError: no tokenizer that transformers can read (``tokenizer-missing``).
    """
    try:
        if not spec.gguf_file:
            return AutoTokenizer.from_pretrained(spec.folder, local_files_only=True)
        kept = _cache_folder(spec.folder / spec.gguf_file)
        if (kept / "tokenizer_config.json").exists():
            return AutoTokenizer.from_pretrained(kept, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(spec.folder, gguf_file=spec.gguf_file, local_files_only=True)
    except (OSError, ValueError, KeyError, NotImplementedError, ImportError) as error:
        raise UserError(
            "tokenizer-missing",
            f"No tokenizer could be read from {spec.folder}: {error}",
            hint="A model folder needs tokenizer.json (or the files it is made of) beside its weights.",
            where=str(spec.folder),
        ) from error
    _keep(tokenizer, kept)
    return tokenizer


def _cache_folder(file: Path) -> Path:
    status = file.stat()
    key = f"{file.resolve()}|{status.st_size}|{status.st_mtime_ns}"
    return user_cache_path("lowbit-studio") / "tokenizers" / hashlib.sha256(key.encode()).hexdigest()[:24]


def _keep(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Save under a temporary name, then rename; a cache that cannot be written is no reason to stop."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as temporary:
            written = Path(temporary) / "tokenizer"
            tokenizer.save_pretrained(written)
            written.rename(folder)
    except OSError:
        return
