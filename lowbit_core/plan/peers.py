"""Memory of tuning the same model without quantizing it: what a run's peak is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from lowbit_core.plan.shape import Shape, shape_of
from lowbit_core.plan.storage import adapters_of
from lowbit_core.plan.training import Step, step_memory
from lowbit_core.recipe.schema import Recipe
from lowbit_core.source import ModelSpec

HALF, FULL = 2, 4
"""Bytes of a number in 16 bits and in fp32."""


@dataclass(frozen=True, kw_only=True)
class PeerMemory:
    """Bytes at the peak of one step of the same batch and length, by torch's count (no CUDA context, no process).

    Attributes:
        lora: frozen weights in 16 bits; adapters, their gradients and AdamW's moments in fp32.
        full: every weight trained: weights, gradients and AdamW's moments in fp32, a copy of the weights in 16 bits for
            the arithmetic, as transformers' Trainer does it with bf16 or fp16.
        activations: the part of both that a step makes and frees.
    """

    lora: int
    full: int
    activations: int


def peer_memory(recipe: Recipe, spec: ModelSpec) -> PeerMemory:
    """Estimated with the formulas of the plan; checkpointing and the chunked loss are as in the run itself.

    A run that only corrects is compared at its correction's batch and length.

    Args:
        recipe: of the run.
        spec: the model.
    """
    shape = shape_of(spec)
    step = step_of(recipe)
    memory = step_memory(shape, step)
    activations = memory.kept + memory.work
    trained = lora_parameters(recipe, shape)
    return PeerMemory(
        lora=HALF * shape.parameters + 4 * FULL * trained + activations,
        full=(4 * FULL + HALF) * shape.parameters + activations,
        activations=activations,
    )


def step_of(recipe: Recipe) -> Step:
    """Tokens at once and checkpointing of the run's training, in 16-bit arithmetic."""
    if recipe.data.source:
        tokens = recipe.tune.batch * recipe.data.max_length
        return Step(tokens=tokens, element=HALF, checkpointing=recipe.tune.checkpointing, offload=recipe.tune.offload)
    return Step(tokens=recipe.correct.batch * recipe.correct.length, element=HALF, checkpointing=True)


def lora_parameters(recipe: Recipe, shape: Shape) -> int:
    """Numbers in the adapter the run trains."""
    adapters = adapters_of(shape, recipe)
    return adapters.trained or adapters.repair
