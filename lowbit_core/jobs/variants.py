"""What a run can answer as, from the names of its files alone. No torch: the app asks this, too."""

from __future__ import annotations

from typing import Literal

from lowbit_core.jobs.run_folder import RunFolder
from lowbit_core.recipe import load

PackedVariant = Literal["quantized", "repaired", "tuned"]


def variant_adapters(folder: RunFolder) -> dict[PackedVariant, tuple[str, ...]]:
    """The variants of a run's packed model, and which adapters each one uses, in order."""
    variants: dict[PackedVariant, tuple[str, ...]] = {"quantized": ()}
    if (folder.repair / "adapter_config.json").is_file():
        variants["repaired"] = ("repair",)
    if (folder.tuned / "adapter_config.json").is_file():
        stacked = load(folder.recipe).tune.adapter == "stack" and "repaired" in variants
        variants["tuned"] = ("repair", "tuned") if stacked else ("tuned",)
    return variants
