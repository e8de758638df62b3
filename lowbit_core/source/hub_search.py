"""Finding models on the hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lowbit_core.source.hub_client import BRISK, Patience, endpoint, explained, with_retries
from lowbit_core.source.safetensors_header import DTYPE_BITS


@dataclass(frozen=True, kw_only=True)
class HubModel:
    """One line of a search's result."""

    id: str
    """ORG/NAME; as a source ``hub:ORG/NAME``."""

    downloads: int
    """In the last 30 days."""

    likes: int
    licence: str
    """Identifier such as apache-2.0; empty where none is given."""

    gated: bool
    """Its terms have to be accepted on its page first."""

    parameters: int | None
    """Stored weights; None where the hub does not know."""

    size_bytes: int | None
    """Of the weights; None where the hub does not know."""

    architecture: str
    """transformers' short name, e.g. llama; empty where the hub does not know."""


def search_models(query: str, limit: int = 30, *, patience: Patience = BRISK) -> tuple[HubModel, ...]:
    """Text-generating models with safetensors weights whose name matches ``query``, most downloaded first.

    Raises:
        UserError: offline, bad token.
    """

    def ask() -> list[Any]:
        from huggingface_hub import HfApi

        with explained(query):
            return list(
                HfApi(endpoint=endpoint()).list_models(
                    search=query or None,
                    pipeline_tag="text-generation",
                    filter="safetensors",
                    sort="downloads",
                    limit=limit,
                    expand=["downloads", "likes", "gated", "safetensors", "tags", "config"],
                )
            )

    return tuple(_model(info) for info in with_retries(ask, patience))


def _model(info: Any) -> HubModel:
    tags = [str(tag) for tag in info.tags or ()]
    counts: Mapping[str, int] = getattr(info.safetensors, "parameters", None) or {}
    known = bool(counts) and all(dtype in DTYPE_BITS for dtype in counts)
    return HubModel(
        id=str(info.id),
        downloads=info.downloads or 0,
        likes=info.likes or 0,
        licence=next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), ""),
        gated=bool(info.gated),
        parameters=sum(counts.values()) if counts else None,
        size_bytes=sum(count * DTYPE_BITS[dtype] // 8 for dtype, count in counts.items()) if known else None,
        architecture=str((info.config or {}).get("model_type", "")),
    )
