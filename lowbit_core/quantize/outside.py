"""What is not quantized by the block loop: embedding, head, norms, biases, and matrices left as they are."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import torch
from torch import Tensor

from lowbit_core.context import Context
from lowbit_core.errors import UserError
from lowbit_core.events import Notice
from lowbit_core.model import BlockStream, Linear
from lowbit_core.quantize.allocation import codec_for
from lowbit_core.quantize.protocols import Codes, Sink
from lowbit_core.quantize.solve import solve
from lowbit_core.recipe.schema import Quantize


def is_skipped(linear: Linear, patterns: tuple[str, ...]) -> bool:
    """Whether a skip pattern fits the full name, the name inside the block, or its last part."""
    names = (linear.name, linear.matrix, linear.matrix.rpartition(".")[2])
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def for_storage(tensor: Tensor) -> Tensor:
    """As stored if that is at most 16 bits or no float, else bfloat16 (a GGUF is read as float32)."""
    if tensor.is_floating_point() and tensor.element_size() > 2:
        return tensor.to(torch.bfloat16)
    return tensor


def send_block_tensors(stream: BlockStream, block: str, quantized: set[str], sink: Sink) -> None:
    """Everything below the module ``block`` but the weights of the ``quantized`` modules, as stored."""
    for name in stored_names(stream):
        if name.startswith(f"{block}.") and name.removesuffix(".weight") not in quantized:
            sink.tensor(name, for_storage(stream.reader.read(stream.names[name])))


def send_outside_tensors(
    stream: BlockStream, settings: Quantize, sink: Sink, context: Context, codes: Codes | None = None
) -> None:
    """Everything outside the blocks; embedding and head at ``head_bits`` where the recipe asks for it, a head that has
    codes of its own with these.
    """
    parts = stream.structure
    low = set() if settings.head_bits == 0 else {parts.embedding, *([parts.head] if parts.head else ())}
    for name in stored_names(stream):
        context.checkpoint()
        if name.startswith(f"{parts.blocks_name}."):
            continue
        module = name.removesuffix(".weight")
        if name.endswith(".weight") and codes is not None and module not in low and codes.holds(module):
            sink.matrix(module, codes.matrix(module), None)
            continue
        tensor = stream.reader.read(stream.names[name])
        if name.endswith(".weight") and module in low:
            # No text: rows of the embedding are looked up one at a time, so their weights count alike.
            codec = codec_for(settings, settings.head_bits)
            sink.matrix(module, solve(tensor.float(), codec, "search", device=stream.device), None)
        else:
            sink.tensor(name, for_storage(tensor))


def stored_names(stream: BlockStream) -> Iterator[str]:
    """Parameters and persistent buffers by transformers name; a tied head is left to its embedding."""
    seen: set[str] = set()
    for name, stored in stream.names.items():
        if stored not in seen:
            seen.add(stored)
            yield name


def tell_refused(stream: BlockStream, context: Context) -> None:
    """A Notice for each weight inside a block that stays as it is."""
    for item in stream.structure.refused:
        tell_left(context, item.name, item.reason)


def tell_left(context: Context, name: str, reason: str) -> None:
    """One weight stays as it is."""
    context.emit(
        Notice(
            level="warning",
            code="matrix-not-quantized",
            message=f"{name} stays as it is: {reason}.",
            arguments={"name": name, "reason": reason},
        )
    )


def check_quantizable(stream: BlockStream) -> None:
    """Refuse a model that would come out as large as it went in.

    Raises:
        UserError: no block holds a matrix that can be quantized (``nothing-to-quantize``).
    """
    if any(block.linears for block in stream.structure.blocks):
        return
    raise UserError(
        "nothing-to-quantize",
        f"No matrix of {type(stream.model).__name__} can be quantized.",
        hint="Its blocks hold neither Linear nor Conv1D modules.",
    )
