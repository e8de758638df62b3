"""Transformer blocks of a training step replayed as CUDA graphs: two launches a block instead of some hundred.

At small batches a step is bound by Python and launches, not by arithmetic. A block's forward, and its backward with the
recomputation that block checkpoints need, are each captured once per shape and replayed from then on. Everything around
the blocks (embedding, masks, loss, optimizer, Trainer, offload of the checkpoints) runs as ever.

All graphs take their input from, and leave their result in, the same few buffers and share one memory pool, so the
peak is that of the plain step. Rows are padded at the right up to a bucket of lengths; causal attention never looks
there, and no gradient comes from there. What cannot be captured runs plainly.

On a CPU nothing is captured: the same code calls the block where a graph would be replayed, which is how padding,
buffers and gradients are tested without a GPU.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn

from lowbit_core.memory import allocatable_bytes
from lowbit_core.packed.scratch import held_scratch, shared_with_graphs
from lowbit_core.processes import world_size
from lowbit_core.train.adapters import adapter_parameters
from lowbit_core.train.graph_inputs import Call, GradientBuffer, Room, call_of, gradient_layout

Run = Callable[[], None]

MOST_TOKENS = 8192
"""Tokens of a batch beyond which a step is bound by arithmetic and is not worth a graph."""

MOST_SHAPES = 8
"""Shapes that get graphs; each costs a pass to capture and some memory of the driver."""


def bucket_of(length: int) -> int:
    """The padded length: 64, 96, 128, 192, 256, 384, 512, ...: at most half as much again, a sixth on the average."""
    size = 64
    while size < length:
        size += size // 2
        if size < length:
            size = size // 3 * 4
    return size


class _Captured(NamedTuple):
    forward: Run
    backward: Run
    parameters: tuple[nn.Parameter, ...]
    gradients: GradientBuffer
    addresses: tuple[int, ...]


class BlockGraphs:
    """The graphs of one training run.

    Args:
        device: where the model is.
        say: told once, in plain words, why blocks run plainly after all.
        capture: record CUDA graphs; None where ``device`` is a GPU.
    """

    def __init__(self, device: torch.device, say: Callable[[str], None], *, capture: bool | None = None) -> None:
        self.device, self.say = device, say
        self.capture = device.type == "cuda" if capture is None else capture
        self.why_plain = ""
        self._seen: set[tuple[object, nn.Module]] = set()
        self._rooms: dict[object, Room] = {}
        self._gradients: dict[object, GradientBuffer] = {}
        self._captured: dict[tuple[object, nn.Module], _Captured] = {}
        self._scratch: dict[int, Tensor] = {}
        self._warm: set[tuple[Room, object]] = set()
        self._pool = torch.cuda.graph_pool_handle() if self.capture else None
        self._anchor = torch.zeros((), requires_grad=True)

    def run(self, block: nn.Module, plain: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Tensor | None:
        """The block's output, with gradients for its input and its parameters; None where it must run plainly."""
        call = None if self.why_plain else call_of(args, kwargs)
        if call is None or call.tokens > MOST_TOKENS:
            return None
        length = bucket_of(call.length)
        if length != call.length and not call.can_be_padded:
            return None
        key = (call.key, length, _state_of(block))
        if (key, block) not in self._captured and not self._ready(key, block, plain, call, length):
            return None
        captured = self._captured[key, block]
        if captured.addresses != _addresses(captured.parameters):
            self._give_up("parameters have moved")
            return None
        return cast(Tensor, _Replay.apply(self._anchor, call.hidden, captured, self._rooms[key], call))

    def close(self) -> None:
        """Let go of all graphs and their memory."""
        self._captured.clear()
        self._rooms.clear()
        self._gradients.clear()
        self._seen.clear()
        self._warm.clear()

    def _ready(self, key: object, block: nn.Module, plain: Callable[..., Any], call: Call, length: int) -> bool:
        """Capture the block for this shape if it has come before; one that never comes again is not worth it."""
        if (key, block) not in self._seen:
            self._seen.add((key, block))
            return False
        if key not in self._rooms:
            if len(self._rooms) >= MOST_SHAPES:
                return False
            if self.capture and not _room_for_a_pool(self.device):
                self._give_up("there is too little graphics memory for it")
                return False
            self._rooms[key] = Room(call, length, tuple(self._rooms.values()))
        try:
            room = self._rooms[key]
            room.fill(call)
            self._captured[key, block] = self._record(block, plain, room, call)
        except Exception as error:  # whatever a block does that a graph cannot: the plain step can
            self._give_up(f"{type(error).__name__}: {error}")
            return False
        return True

    def _give_up(self, reason: str) -> None:
        self.close()
        self.why_plain = reason.splitlines()[0]
        if self.capture:
            torch.cuda.empty_cache()
        self.say(self.why_plain)

    def _record(self, block: nn.Module, plain: Callable[..., Any], room: Room, call: Call) -> _Captured:
        parameters = tuple(item for item in block.parameters() if item.requires_grad)
        layout = gradient_layout(parameters)
        if layout not in self._gradients:
            self._gradients[layout] = GradientBuffer(parameters)
        gradients = self._gradients[layout]
        autocast = _autocast(self.device)

        def forward() -> None:
            with torch.no_grad(), autocast():
                room.hidden.copy_(_tensor(plain(room.hidden, **room.arguments(call))))

        def backward() -> None:
            hidden = room.hidden.detach().requires_grad_()
            with torch.enable_grad(), autocast():
                output = _tensor(plain(hidden, **room.arguments(call)))
            found = torch.autograd.grad(output, [hidden, *parameters], room.gradient, allow_unused=True)
            assert found[0] is not None
            room.gradient.copy_(found[0])
            for into, value in zip(gradients.views, found[1:], strict=True):
                into.zero_() if value is None else into.copy_(value)

        if not self.capture:
            return _Captured(forward, backward, parameters, gradients, _addresses(parameters))
        with shared_with_graphs():
            if (room, _kind_of(block)) not in self._warm:  # libraries load their kernels at the first call
                forward()
                room.fill(call)
                backward()
                self._warm.add((room, _kind_of(block)))
                torch.cuda.empty_cache()  # the graphs have a pool of their own
            captured = tuple(self._graph(work) for work in (forward, backward))
        self._scratch.update((item.data_ptr(), item) for item in held_scratch())
        return _Captured(captured[0], captured[1], parameters, gradients, _addresses(parameters))

    def _graph(self, work: Run) -> Run:
        graph = torch.cuda.CUDAGraph()
        generator = torch.cuda.default_generators[torch.cuda.current_device()]
        random, collecting = generator.get_state(), gc.isenabled()
        gc.disable()  # an old graph freed in the middle would break the new one
        try:
            torch.cuda.synchronize()
            graph.capture_begin(pool=self._pool, capture_error_mode="thread_local")
            try:
                work()
            finally:
                graph.capture_end()
        except BaseException:
            # A capture that broke off leaves the generator waiting for its end.
            fresh = torch.Generator(self.device)
            fresh.set_state(random)
            generator.graphsafe_set_state(fresh.graphsafe_get_state())
            raise
        finally:
            if collecting:
                gc.enable()
        return graph.replay


class _Replay(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, anchor: Tensor, hidden: Tensor, captured: _Captured, room: Room, call: Call) -> Tensor:
        room.fill(call)
        captured.forward()
        ctx.save_for_backward(hidden)
        ctx.work = (captured, room, call.without_hidden())
        return room.hidden[:, : call.length].clone()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        captured, room, call = ctx.work
        (hidden,) = ctx.saved_tensors
        room.fill(call.with_hidden(hidden), grads[0])
        captured.backward()
        _add_gradients(captured.parameters, captured.gradients)
        grad = room.gradient[:, : call.length].clone() if ctx.needs_input_grad[1] else None
        return None, grad, None, None, None


@torch.no_grad()
def _add_gradients(parameters: Sequence[nn.Parameter], found: GradientBuffer) -> None:
    """From the graphs' buffer, which serves the next block, to where the optimizer looks."""
    if all(item.grad is None for item in parameters):
        for item, copy in zip(parameters, found.copies(), strict=True):
            item.grad = copy
        return
    for item, view in zip(parameters, found.views, strict=True):
        item.grad = view.clone() if item.grad is None else item.grad.add_(view)


def _state_of(block: nn.Module) -> object:
    """What a block does besides its arguments and the numbers of its parameters: who answers, who learns."""
    layer: Any = next((item for item in block.modules() if hasattr(item, "active_adapters")), None)
    adapters = None if layer is None else (tuple(layer.active_adapters), layer.disable_adapters)
    return adapters, tuple(item.requires_grad for item in block.parameters())


def _kind_of(block: nn.Module) -> object:
    """Blocks of one kind call the same kernels."""
    tensors = (*block.parameters(), *block.buffers())
    return type(block), tuple((item.shape, item.dtype) for item in tensors)


def _room_for_a_pool(device: torch.device) -> bool:
    """Whether what a step needs beyond what stays fits twice: for the graphs, and for what runs around them."""
    beyond = torch.cuda.max_memory_allocated(device) - torch.cuda.memory_allocated(device)
    return allocatable_bytes(device) > 2 * beyond


def _tensor(output: Any) -> Tensor:
    first = output[0] if isinstance(output, tuple) and len(output) == 1 else output
    if not isinstance(first, Tensor):
        raise TypeError("the block returns more than its hidden state")
    return first


def _autocast(device: torch.device) -> Callable[[], Any]:
    """Autocast as it is now, without its cache: a cached cast would be recorded once and then be stale."""
    enabled, dtype = torch.is_autocast_enabled(device.type), torch.get_autocast_dtype(device.type)
    return lambda: torch.autocast(device.type, dtype=dtype, enabled=enabled, cache_enabled=False)


def _addresses(parameters: Sequence[nn.Parameter]) -> tuple[int, ...]:
    return tuple(item.data_ptr() for item in parameters)


@contextmanager
def block_graphs(model: nn.Module, device: torch.device, say: Callable[[str], None]) -> Iterator[BlockGraphs | None]:
    """Graphs for a training run on ``device``, and the stream for them; None where they would not be right.

    Only adapters may be trained: other modules may keep something from step to step that a graph would not see. Several
    processes get their gradients summed by hooks that a graph does not call.
    """
    adapted = {id(parameter) for _, parameter in adapter_parameters(model)}
    others = any(item.requires_grad and id(item) not in adapted for item in model.parameters())
    if device.type != "cuda" or others or not adapted or world_size() > 1:
        yield None
        return
    with graph_stream(device):
        graphs = BlockGraphs(device, say)
        try:
            yield graphs
        finally:
            graphs.close()


@contextmanager
def graph_stream(device: torch.device) -> Iterator[None]:
    """Within the block, work goes on a stream that can be captured; graphs and plain steps then share all buffers."""
    if device.type != "cuda":
        yield
        return
    outer, stream = torch.cuda.current_stream(device), _stream_of(device)
    stream.wait_stream(outer)
    with torch.cuda.stream(stream):
        yield
    outer.wait_stream(stream)


@cache
def _stream_of(device: torch.device) -> torch.cuda.Stream:
    """One for all runs: libraries keep working memory for each stream they have met, 70 MB of it on a large GPU."""
    return torch.cuda.Stream(device)
