"""What a packed folder says about itself: the ``quantization_config`` of its config.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import Codec, codec_from_json, codec_to_json
from lowbit_core.formats.layout import LAYOUT_VERSION
from lowbit_core.source.damaged import corrupt, file_missing

QUANT_METHOD = "lowbit"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Which modules are packed, and how.

    Attributes:
        matrices: module name -> codec; linears, and the embedding or head where they are packed.
        permuted: names of those with a column permutation.
        tied: head -> embedding whose bytes it reads.
        skipped: module name -> why it was left in 16 bits.
        base_sha256: `identity.base_sha256` of the folder; adapters name it. Empty until it is known.
        run_key: what `PackedFolder` was given, so that a finished folder is known to be this run's.
        layout_version: `formats.layout.LAYOUT_VERSION` of the writer.
    """

    matrices: Mapping[str, Codec]
    permuted: frozenset[str] = frozenset()
    tied: Mapping[str, str] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    base_sha256: str = ""
    run_key: str = ""
    layout_version: int = LAYOUT_VERSION

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; codecs are listed once and named by number."""
        codecs = sorted(set(self.matrices.values()), key=repr)
        number = {codec: index for index, codec in enumerate(codecs)}
        return {
            "quant_method": QUANT_METHOD,
            "layout_version": self.layout_version,
            "base_sha256": self.base_sha256,
            "run_key": self.run_key,
            "codecs": [codec_to_json(codec) for codec in codecs],
            "matrices": {name: number[codec] for name, codec in self.matrices.items()},
            "permuted": sorted(self.permuted),
            "tied": dict(self.tied),
            "skipped": dict(self.skipped),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], where: str = "config.json") -> Manifest:
        """The inverse of `to_json`.

        Raises:
            UserError: ``packed-version`` for a layout this version does not know, ``packed-config`` for anything else.
        """
        version = data.get("layout_version")
        if version != LAYOUT_VERSION:
            raise UserError(
                "packed-version",
                f"The folder's weights are laid out as version {version}; this program reads version {LAYOUT_VERSION}.",
                hint="Quantize the model again, or use the version of the program that wrote the folder.",
                where=where,
                arguments={"found": str(version), "known": LAYOUT_VERSION},
            )
        try:
            codecs = [codec_from_json(item) for item in data["codecs"]]
            return cls(
                matrices={str(name): codecs[index] for name, index in data["matrices"].items()},
                permuted=frozenset(data.get("permuted", ())),
                tied=dict(data.get("tied", {})),
                skipped=dict(data.get("skipped", {})),
                base_sha256=str(data.get("base_sha256", "")),
                run_key=str(data.get("run_key", "")),
            )
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise bad_config(where, f"its quantization_config cannot be read ({error})") from error


def read_manifest(folder: Path) -> Manifest:
    """What a packed folder says about itself.

    Raises:
        UserError: ``file-missing``, ``file-corrupt``, ``packed-config`` or ``packed-version``.
    """
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise file_missing(path) from error
    except ValueError as error:
        raise corrupt(str(path), "it is not JSON") from error
    marked = config.get("quantization_config") if isinstance(config, dict) else None
    if not isinstance(marked, dict) or marked.get("quant_method") != QUANT_METHOD:
        raise bad_config(str(path), f"it has no quantization_config of the method {QUANT_METHOD!r}")
    return Manifest.from_json(marked, str(path))


def bad_config(where: str, why: str) -> UserError:
    """A config.json that contradicts itself or the model's files."""
    return UserError(
        "packed-config",
        f"{where} does not describe a packed model: {why}.",
        hint="Copy the folder again, or quantize the model again.",
        where=where,
        arguments={"path": where, "why": why},
    )
