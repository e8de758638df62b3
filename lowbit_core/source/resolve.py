"""From a recipe's ``source`` to a `ModelSpec`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.source.folder import folder_model
from lowbit_core.source.gguf import gguf_model
from lowbit_core.source.nearest import nearest
from lowbit_core.source.spec import ModelSpec

Kind = Literal["starter", "hub", "path", "gguf"]
_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")


class Source(NamedTuple):
    """A source taken apart: ``rest`` is the id or path after the colon."""

    kind: Kind
    rest: str


def parse_source(source: str) -> Source:
    """Take a source apart.

    Raises:
        UserError: ``source-form``, with the nearest valid form in the hint.
    """
    text = source.strip()
    if text == "starter":
        return Source("starter", "")
    kind, colon, rest = text.partition(":")
    rest = rest.strip()
    if colon and rest:
        if kind == "hub" and _HUB_NAME.fullmatch(rest):
            return Source("hub", rest)
        if kind == "path":
            return Source("path", rest)
        if kind == "gguf":
            return Source("gguf", rest)
    raise UserError(
        "source-form",
        f"{source!r} is no model source.",
        hint=f"Did you mean {_nearest_form(text)}? Valid: starter, hub:ORG/NAME, path:DIR, gguf:FILE.",
        where="model.source",
        arguments={"source": source, "nearest": _nearest_form(text)},
    )


def _nearest_form(text: str) -> str:
    kind, colon, rest = text.partition(":")
    rest = rest.strip() if colon and len(kind) > 1 else text  # one letter is a Windows drive
    if not rest:
        return "starter"
    address = re.match(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)", text)
    if address:
        return f"hub:{address[1]}"
    path = Path(rest).expanduser()
    if rest.lower().endswith(".gguf"):
        return f"gguf:{rest}"
    if path.is_dir() or rest.startswith((".", "/", "~", "\\")) or rest[1:2] == ":":
        return f"path:{rest}"
    if not colon and (word := nearest(text.lower(), ("starter",))):
        return word
    if re.fullmatch(r"[\w.-]+/[\w.-]+", rest):
        return f"{nearest(kind.lower(), ('hub', 'path')) if colon and kind else 'hub'}:{rest}".replace(
            "::", ":"
        ).lstrip(":")
    return f"{nearest(kind.lower(), ('hub', 'path', 'gguf')) or 'path'}:{rest}"


def resolve(source: str, revision: str = "", *, context: Context) -> ModelSpec:
    """The model behind ``source``, with its files on this computer: fetches what is missing, then reads headers.

    Raises:
        UserError: bad source, nothing there, damaged files, no network, gated, disk full; weights already quantized by
            another tool (``already-quantized``).
        Interrupted: while downloading; what was fetched is kept and used next time.
    """
    kind, rest = parse_source(source)
    if kind == "starter":
        from lowbit_core.source.starter import starter_folder

        spec = _local_starter(starter_folder(context))
    elif kind == "hub":
        from lowbit_core.source.hub_download import download_model

        folder, commit = download_model(rest, revision, context=context)
        spec = folder_model(folder, source.strip(), commit)
    else:
        spec = _local(kind, rest, source.strip())
    _refuse_quantized(spec)
    return spec


def inspect_model(source: str, revision: str = "") -> ModelSpec:
    """What ``source`` is, without downloading weights: a hub model's headers are read by range.

    Raises:
        UserError: bad source, nothing there, damaged files, no network, gated.
    """
    kind, rest = parse_source(source)
    if kind == "hub":
        from lowbit_core.source.hub_inspect import inspect_hub

        return inspect_hub(rest, revision)
    if kind == "starter":
        from lowbit_core.source.hub_inspect import inspect_hub
        from lowbit_core.source.starter import HUB, starter_cached

        if folder := starter_cached():
            return _local_starter(folder)
        try:
            return replace(inspect_hub(HUB, ""), source="starter")
        except UserError as error:
            raise UserError(
                "starter-missing",
                "The starter model is not on this computer yet, and the hub cannot be asked about it.",
                hint="Fetch it once with: lowbit starter",
                action="fetch-starter",
            ) from error
    return _local(kind, rest, source.strip())


def _local(kind: Kind, rest: str, source: str) -> ModelSpec:
    path = Path(rest).expanduser()
    if kind == "gguf":
        return gguf_model(path, source)
    if path.is_file() and path.suffix.lower() == ".gguf":
        return gguf_model(path, f"gguf:{rest}")
    return folder_model(path, source)


def _local_starter(folder: Path) -> ModelSpec:
    files = sorted(folder.glob("*.gguf"))
    return gguf_model(files[0], "starter") if files else folder_model(folder, "starter")


def _refuse_quantized(spec: ModelSpec) -> None:
    if spec.quantization in ("", "gguf", "lowbit", "loftq"):
        return
    if spec.quantization == "gptq" and any(tensor.dtype.startswith("GPTQ") for tensor in spec.tensors):
        return
    raise UserError(
        "already-quantized",
        f"{spec.source} is already quantized with {spec.quantization}; its float weights are gone.",
        hint="Choose the original model that it was made from.",
        where=spec.source,
        arguments={"method": spec.quantization},
    )
