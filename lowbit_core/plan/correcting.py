"""What a trained correction decides by free memory: one rule each for the plan and for the stage that does it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from lowbit_core.plan.shape import Shape
from lowbit_core.plan.storage import ADAPTER_NUMBER, Adapters
from lowbit_core.plan.training import OPTIMIZER_BYTES, Step, step_memory
from lowbit_core.recipe.schema import Correct

LATENT_BYTES = 18
"""Of a weight whose code is trained: latent in fp32, gradient, two moments, rounded copy (`correct.qad`)."""

OPTIMIZER: Final = "adamw"
"""What trains a correction (`correct.lrec`), whatever the fine-tuning takes."""

KEPT_HEADROOM = 1.5
"""Free memory wanted before block checkpoints are left out, as a multiple of a step's activations."""

TEACHER_HEADROOM = 2.5
"""Free memory wanted before the float model stays beside the student, as a multiple of its weights."""


def whole_model_bytes(shape: Shape, element: int) -> int:
    """Bytes of all codes trained at once, with the float model as teacher.

    Args:
        shape: the model's; its matrices are those that are trained.
        element: bytes of a number in the model's arithmetic.
    """
    return LATENT_BYTES * shape.linear_weights + element * shape.parameters


def trains_blocks(settings: Correct, shape: Shape, element: int, free_bytes: int) -> bool:
    """Whether codes are trained block by block, all at once being too much for what is free."""
    return settings.scope == "blocks" or (settings.scope == "auto" and whole_model_bytes(shape, element) > free_bytes)


def keeps_teacher(settings: Correct, parameters: int, element: int, free_bytes: int) -> bool:
    """Whether the float model stays on the device; ``free_bytes``: with the student loaded."""
    fits = TEACHER_HEADROOM * element * parameters <= free_bytes
    return settings.teacher == "resident" or (settings.teacher == "auto" and fits)


def later_bytes(adapters: Adapters) -> int:
    """What comes to the loaded adapter once it is trained: changes of scales in fp32, gradients and moments.

    Args:
        adapters: the run's.
    """
    return ADAPTER_NUMBER * adapters.scales + (ADAPTER_NUMBER + int(OPTIMIZER_BYTES[OPTIMIZER])) * adapters.repair


def correction_step(settings: Correct, shape: Shape, element: int, free_bytes: int, *, fused: bool = False) -> Step:
    """A step of training; without block checkpoints, which saves a third of its time, where its activations fit.

    Args:
        settings: the recipe's section.
        shape: the model's.
        element: bytes of a number in the model's arithmetic.
        free_bytes: on the device, with student and teacher loaded, less what training keeps (`later_bytes`).
        fused: a kernel compares with the teacher.
    """
    teacher: Literal["plain", "fused"] = "fused" if fused else "plain"
    kept = Step(tokens=settings.batch * settings.length, element=element, checkpointing=False, teacher=teacher)
    memory = step_memory(shape, kept)
    fits = KEPT_HEADROOM * (memory.kept + memory.work) <= free_bytes
    return kept if fits else replace(kept, checkpointing=True)
