"""Memory of a training step on a packed base, from what transformers' Llama block keeps for backward.

Bytes a token inside one block (H hidden, Q query rows, K key rows, F rows of gate and up), 16-bit arithmetic, with
frozen packed matrices that keep nothing and adapters on all of them:

    4H + 4H     two norms keep their input in fp32
    2H + 2H     their outputs, kept once for the adapters of q, k, v and of gate, up
    2H          the residual stream between attention and MLP
    4Q + 4K     queries, keys, values, attention's output, which is also the input of o's adapter
    8F          gate, silu(gate), up, and their product, which is also the input of down's adapter
    + 6F + 2H   gradients alive at once when backward enters the MLP

Checked against QLoRA as measured on the Llama-2-7B shape (4.56, 5.52, 6.88 GB at 512, 2048, 4096 tokens) in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lowbit_core.formats.tiles import TILE_WEIGHTS
from lowbit_core.plan.shape import Shape
from lowbit_core.plan.storage import ADAPTER_NUMBER

CHUNK_LOGITS = 1 << 23
"""Logits in a chunk of the loss (`train.loss.CHUNK_ELEMENTS`)."""

FUSED_CHUNK_FACTOR = 4
"""So many times the rows where teacher and student are compared by a kernel (`train.loss`)."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """How a step is run.

    Attributes:
        tokens: on the device at once, batch times length.
        element: bytes of a hidden state's number.
        checkpointing: keep one hidden state a block and recompute the rest.
        offload: keep those in RAM.
        chunked: the loss takes its logits chunk by chunk; else all at once, as transformers does.
        shared_inputs: adapters that read the same hidden state keep it once; PEFT's own layers keep a copy each.
        teacher: the loss is a distance to a teacher's logits, by torch's operators or by a fused kernel on a GPU.
    """

    tokens: int
    element: int = 2
    checkpointing: bool = True
    offload: bool = False
    chunked: bool = True
    shared_inputs: bool = True
    teacher: Literal["none", "plain", "fused"] = "none"


@dataclass(frozen=True, kw_only=True)
class StepMemory:
    """Bytes of a step at its peak, weights, adapters and optimizer left out.

    Attributes:
        kept: hidden states at the blocks' borders, or everything without checkpointing.
        work: what exists besides at the worse of two moments, the loss or the backward pass of one block.
        work_is_loss: which of the two that is.
        scratch: the dequantized tile.
    """

    kept: int
    work: int
    work_is_loss: bool
    scratch: int


def block_bytes_per_token(shape: Shape, element: int = 2, *, shared_inputs: bool = True) -> int:
    """What one block keeps for backward, a token."""
    h, f = shape.hidden, shape.ffn
    q = shape.attention.heads * shape.attention.head_dim
    k = shape.attention.kv_heads * shape.attention.head_dim
    kept = 2 * 4 * h + element * (2 * h + h + 2 * q + 2 * k + 4 * f)
    # A copy for each of q, k, v instead of one, of gate and up, of o and of down.
    return kept if shared_inputs else kept + element * (2 * h + h + q + f)


def gradient_bytes_per_token(shape: Shape, element: int = 2) -> int:
    """Gradients alive at once inside one block, a token."""
    return element * (3 * shape.ffn + shape.hidden)


def loss_bytes(shape: Shape, step: Step) -> int:
    """Bytes of head and loss, without the head's weights."""
    around = step.tokens * shape.hidden * (4 + 3 * step.element)  # final norm in fp32, its output, rows, gradient
    if not step.chunked:
        # log-softmax and its gradient in fp32, and the gradient rounded to 16 bits
        return around + step.tokens * shape.vocab * (4 + 4 + step.element)
    rows = max(16, CHUNK_LOGITS // max(1, shape.vocab))
    if step.teacher == "fused":
        # both logits, the gradient, and that times the loss's own
        return around + min(step.tokens, FUSED_CHUNK_FACTOR * rows) * shape.vocab * 4 * step.element
    rows = min(step.tokens, rows)
    if step.teacher == "plain":
        # both logits in 16 bits, fp32 and log-softmax, products in fp32, gradient in fp32 and in 16 bits
        return around + rows * shape.vocab * (2 * (4 + 4 + step.element) + 4 + 4 + step.element)
    # logits in 16 bits and fp32, log-softmax, gradient in fp32 and in 16 bits
    return around + rows * shape.vocab * (4 + 4 + 4 + 2 * step.element)


def scratch_bytes(shape: Shape, element: int = 2, *, packed_head: bool = False) -> int:
    """The largest tile a packed matrix is dequantized into."""
    largest = max(shape.largest_matrix.weights, shape.vocab * shape.hidden if packed_head else 0)
    return element * min(largest, TILE_WEIGHTS)


def step_memory(shape: Shape, step: Step, *, packed_head: bool = False) -> StepMemory:
    """Memory of one forward and backward pass."""
    layers = len(shape.blocks)
    border = step.tokens * shape.hidden * step.element
    inside = step.tokens * block_bytes_per_token(shape, step.element, shared_inputs=step.shared_inputs)
    gradients = step.tokens * gradient_bytes_per_token(shape, step.element)
    if step.checkpointing:
        kept = layers * border if not step.offload else 2 * border
        block = inside + gradients
    else:
        kept = layers * inside
        block = gradients
    loss = loss_bytes(shape, step)
    return StepMemory(
        kept=kept,
        work=max(loss, block),
        work_is_loss=loss > block,
        scratch=scratch_bytes(shape, step.element, packed_head=packed_head),
    )


def offloaded_bytes(shape: Shape, step: Step) -> int:
    """RAM for the hidden states at the borders, page-locked."""
    if not (step.offload and step.checkpointing):
        return 0
    return len(shape.blocks) * step.tokens * shape.hidden * step.element


OPTIMIZER_BYTES = {"adamw": 8.0, "adamw-8bit": 2.0 + 8 / 256, "paged-adamw-8bit": 2.0 + 8 / 256}
"""Bytes of AdamW's two moments a trained number: fp32, or 8 bits with an fp32 scale for each 256."""


def plan_training_peak(shape: Shape, step: Step, *, weights: int, trained: int) -> int:
    """Torch's peak of a training step, for comparing with measurements: weights, fp32 adapters and gradients, step.

    Args:
        shape: the model's.
        step: how it is run.
        weights: bytes of the base.
        trained: numbers in the adapters.
    """
    memory = step_memory(shape, step)
    return weights + 2 * ADAPTER_NUMBER * trained + memory.kept + memory.work + memory.scratch
