"""What a transformer block is called with, and the fixed buffers its graphs read that from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

_TOKEN_DIMENSIONS = {
    "attention_mask": (-2, -1),
    "position_embeddings": (-2,),
    "position_ids": (-1,),
    "cache_position": (-1,),
}
"""Which dimensions of an argument count tokens; a tensor of another name cannot be padded."""

_ALIGNED = 64
"""Elements a gradient's place in the buffer is a multiple of."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a block.

    Attributes:
        hidden: [batch, length, width].
        length: tokens of a row.
        tensors: the tensors among the other arguments, in a fixed order.
        key: what two calls must have in common to be served by the same graph, besides the padded length.
        template: arguments by name; a tensor is stood for by its number.
        can_be_padded: whether it is known of every tensor which dimensions count tokens.
    """

    hidden: Tensor
    length: int
    tensors: tuple[tuple[str, Tensor], ...]
    key: object
    template: tuple[tuple[str, Any], ...]
    can_be_padded: bool

    @property
    def tokens(self) -> int:
        """Of all rows."""
        return self.hidden.shape[0] * self.length

    def without_hidden(self) -> Call:
        """To keep beside a checkpoint that may lie elsewhere."""
        return replace(self, hidden=self.hidden.new_empty(0))

    def with_hidden(self, hidden: Tensor) -> Call:
        """With the hidden state put back."""
        return replace(self, hidden=hidden)


@dataclass(frozen=True)
class _Number:
    """Stands for a tensor in a template."""

    index: int


def call_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call | None:
    """A block's arguments taken apart; None where something is neither a tensor nor a plain value."""
    if len(args) != 1 or not isinstance(args[0], Tensor) or args[0].dim() != 3:
        return None
    hidden, tensors = args[0], list[tuple[str, Tensor]]()
    try:
        template = tuple((name, _taken_apart(name, value, tensors)) for name, value in sorted(kwargs.items()))
    except TypeError:
        return None
    length = hidden.shape[1]
    known = all(_counts_tokens(name, tensor, length) for name, tensor in tensors)
    shapes = tuple((name, _shape_key(name, tensor, known), tensor.dtype) for name, tensor in tensors)
    autocast = (torch.is_autocast_enabled(hidden.device.type), torch.get_autocast_dtype(hidden.device.type))
    key = (hidden.shape[0], hidden.shape[2], hidden.dtype, shapes, template, autocast)
    return Call(
        hidden=hidden, length=length, tensors=tuple(tensors), key=key, template=template, can_be_padded=known
    )  # fmt: skip


def _taken_apart(name: str, value: Any, tensors: list[tuple[str, Tensor]]) -> Any:
    if isinstance(value, Tensor):
        if value.requires_grad:
            raise TypeError("an argument that is trained")
        tensors.append((name, value))
        return _Number(len(tensors) - 1)
    if isinstance(value, tuple):
        return tuple(_taken_apart(name, item, tensors) for item in value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(type(value).__name__)


def _put_together(value: Any, tensors: Sequence[Tensor]) -> Any:
    if isinstance(value, _Number):
        return tensors[value.index]
    if isinstance(value, tuple):
        return tuple(_put_together(item, tensors) for item in value)
    return value


def _counts_tokens(name: str, tensor: Tensor, length: int) -> bool:
    dimensions = _TOKEN_DIMENSIONS.get(name)
    if dimensions is None or tensor.dim() < len(dimensions) + (2 if name == "attention_mask" else 0):
        return False
    return all(tensor.shape[dimension] == length for dimension in dimensions)


def _shape_key(name: str, tensor: Tensor, known: bool) -> tuple[int, ...]:
    """The shape, without what depends on the length."""
    dimensions = {dimension % tensor.dim() for dimension in _TOKEN_DIMENSIONS[name]} if known else set()
    return tuple(0 if index in dimensions else size for index, size in enumerate(tensor.shape))


class Room:
    """The buffers that graphs of one shape read from and write to, shared by all blocks.

    Args:
        call: of this shape.
        length: padded tokens of a row.
        others: rooms of other shapes; no two are in use at the same time, so large enough buffers serve again.

    Attributes:
        hidden: a block's input, then its output.
        gradient: of the output, then of the input.
    """

    def __init__(self, call: Call, length: int, others: Sequence[Room]) -> None:
        batch, _, width = call.hidden.shape
        size = batch * length * width
        flat = next((item.flat for item in others if item.fits(call.hidden, size)), None)
        self.flat: Tensor = call.hidden.new_zeros(2 * size) if flat is None else flat
        self.hidden = self.flat[:size].view(batch, length, width)
        self.gradient = self.flat[size : 2 * size].view(batch, length, width)
        self._tensors = [_padded_like(name, tensor, call, length) for name, tensor in call.tensors]
        self._sources: list[tuple[Tensor, int] | None] = [None] * len(self._tensors)

    def fits(self, hidden: Tensor, size: int) -> bool:
        """Whether another shape's states fit into these buffers."""
        return self.flat.dtype == hidden.dtype and self.flat.numel() >= 2 * size

    def arguments(self, call: Call) -> dict[str, Any]:
        """The block's arguments by name, from the buffers."""
        return {name: _put_together(value, self._tensors) for name, value in call.template}

    @torch.no_grad()
    def fill(self, call: Call, gradient: Tensor | None = None) -> None:
        """Copy a call into the buffers, zeros beyond its length; tensors that all blocks share are copied once."""
        _fill_rows(self.hidden, call.hidden)
        if gradient is not None:
            _fill_rows(self.gradient, gradient)
        for index, (name, tensor) in enumerate(call.tensors):
            source = self._sources[index]
            if source is None or source[0] is not tensor or source[1] != tensor._version:
                _fill_tensor(name, self._tensors[index], tensor)
                self._sources[index] = (tensor, tensor._version)


class GradientBuffer:
    """Where the graphs of like blocks leave the gradients of their parameters, one piece of memory a number format.

    Args:
        parameters: of one of these blocks.
    """

    def __init__(self, parameters: Sequence[nn.Parameter]) -> None:
        self._places: list[tuple[torch.dtype, int, torch.Size]] = []
        sizes: dict[torch.dtype, int] = {}
        for item in parameters:
            begin = sizes.get(item.dtype, 0)
            self._places.append((item.dtype, begin, item.shape))
            sizes[item.dtype] = begin + -(-item.numel() // _ALIGNED) * _ALIGNED
        device = parameters[0].device if parameters else None
        self._flat = {dtype: torch.zeros(size, dtype=dtype, device=device) for dtype, size in sizes.items()}
        self.views = self._views(self._flat)

    def copies(self) -> list[Tensor]:
        """A copy of each gradient."""
        return self._views({dtype: flat.clone() for dtype, flat in self._flat.items()})

    def _views(self, flat: dict[torch.dtype, Tensor]) -> list[Tensor]:
        return [flat[dtype][begin : begin + shape.numel()].view(shape) for dtype, begin, shape in self._places]


def gradient_layout(parameters: Sequence[nn.Parameter]) -> tuple[object, ...]:
    """What two blocks must have in common to share a `GradientBuffer`."""
    return tuple((item.dtype, item.shape) for item in parameters)


def _fill_rows(buffer: Tensor, source: Tensor) -> None:
    length = source.shape[1]
    buffer[:, :length].copy_(source)
    if length < buffer.shape[1]:
        buffer[:, length:].zero_()


def _padded_like(name: str, tensor: Tensor, call: Call, length: int) -> Tensor:
    shape = list(tensor.shape)
    if call.can_be_padded:
        for dimension in _TOKEN_DIMENSIONS[name]:
            shape[dimension] = length
    return tensor.new_zeros(shape)


def _fill_tensor(name: str, buffer: Tensor, source: Tensor) -> None:
    if buffer.shape == source.shape:
        buffer.copy_(source)
        return
    if name == "attention_mask":
        # Tokens never look at the padding; the padding looks everywhere, so that no row of weights is without a number.
        yes, no = (True, False) if source.dtype == torch.bool else (0.0, torch.finfo(source.dtype).min)
        buffer.fill_(no)
        buffer[..., source.shape[-2] :, :] = yes
    buffer[tuple(slice(size) for size in source.shape)].copy_(source)
