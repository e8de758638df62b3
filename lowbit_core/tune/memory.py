"""What the recipe moves or shrinks before training, and what the person is told of it."""

from __future__ import annotations

import torch
from peft import PeftModel

from lowbit_core.events import Notice
from lowbit_core.recipe.schema import Tune
from lowbit_core.train.adapters import adapter_parameters
from lowbit_core.train.ram_embedding import embedding_to_ram


def make_small(model: PeftModel, settings: Tune, *, name: str, notices: list[Notice]) -> None:
    """Embedding to RAM and adapter to bf16 as the recipe says.

    Args:
        model: with the adapter ``name`` attached.
        settings: the recipe's section.
        name: of the trained adapter.
        notices: what was done is added.
    """
    device = next(item for _, item in adapter_parameters(model)).device
    wanted = settings.embedding == "ram" or (settings.embedding == "auto" and device.type == "cuda")
    if wanted and device.type == "cuda":
        moved = embedding_to_ram(model)
        if moved:
            notices.append(_moved(moved, settings))
        elif settings.embedding == "ram":
            notices.append(_stays())
    if settings.adapter_precision == "bf16":
        for owner, parameter in adapter_parameters(model):
            if owner == name and parameter.requires_grad:
                parameter.data = parameter.data.to(torch.bfloat16)


def _moved(size_bytes: int, settings: Tune) -> Notice:
    also = " Hidden states between blocks wait there, too." if settings.offload and settings.checkpointing else ""
    return Notice(
        level="info",
        code="moved-to-ram",
        message=f"The token embedding ({size_bytes / 1e6:,.0f} MB) lies in the computer's RAM while training.{also}",
        arguments={"bytes": size_bytes},
    )


def _stays() -> Notice:
    return Notice(
        level="info",
        code="embedding-stays",
        message="The token embedding stays on the GPU: the output head reads the same numbers.",
    )
