"""What a run can answer as, from the names of its files alone. No torch: the app asks this, too."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.recipe import load

PackedVariant = Literal["quantized", "repaired", "tuned"]


def variant_adapters(folder: RunFolder) -> dict[PackedVariant, tuple[str, ...]]:
    """The variants of a run's packed model, and which adapters each uses, in order; `variant_base` has the model."""
    variants: dict[PackedVariant, tuple[str, ...]] = {"quantized": ()}
    if (folder.repair / "adapter_config.json").is_file():
        variants["repaired"] = ("repair",)
    elif folder.base == folder.corrected:
        variants["repaired"] = ()
    if (folder.tuned / "adapter_config.json").is_file():
        repair = variants.get("repaired", ()) if load(folder.recipe).tune.adapter == "stack" else ()
        variants["tuned"] = (*repair, "tuned")
    return variants


def variant_base(folder: RunFolder, variant: PackedVariant) -> Path:
    """The packed folder a variant's adapters belong to."""
    return folder.quantized if variant == "quantized" else folder.base
