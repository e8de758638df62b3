"""Trading time for memory: one hidden state a block is kept, on the device or in RAM, and the rest recomputed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import checkpoint

from lowbit_core.train.block_graphs import BlockGraphs
from lowbit_core.train.head import backbone, replaced_forward


def block_list(model: nn.Module) -> list[nn.Module]:
    """The transformer blocks of a causal model: the outermost module list of its backbone, the longest of these."""
    lists = [item for item in backbone(model).named_modules() if isinstance(item[1], nn.ModuleList) and len(item[1])]
    assert lists, f"{type(model).__name__} has no list of blocks"
    depth = min(name.count(".") for name, _ in lists)
    return max((list(item.children()) for name, item in lists if name.count(".") == depth), key=len)


@contextmanager
def checkpoint_blocks(model: nn.Module, *, offload: bool = False, graphs: BlockGraphs | None = None) -> Iterator[None]:
    """Within the block, training keeps only each transformer block's input and recomputes the block in backward.

    Non-reentrant, so it works under data parallelism and with frozen inputs.

    Args:
        model: causal model, bare or inside PEFT's wrapper.
        offload: hold these inputs in RAM (page-locked when they come from a GPU) until backward wants them.
        graphs: replays blocks where it can.
    """
    # The random state is saved for each block only if something inside draws from it; on a GPU that costs a wait.
    random = any(isinstance(item, nn.Dropout) and item.p > 0 for item in model.modules()) or _attention_dropout(model)
    if random:
        graphs = None  # a graph would draw another mask when it computes again
    with ExitStack() as stack:
        for block in block_list(model):
            forward = _checkpointed(block, block.forward, offload=offload, preserve_rng_state=random, graphs=graphs)
            stack.enter_context(replaced_forward(block, forward))
        yield


def _checkpointed(
    block: nn.Module,
    plain: Callable[..., Any],
    *,
    offload: bool,
    preserve_rng_state: bool,
    graphs: BlockGraphs | None,
) -> Callable[..., Any]:
    def forward(*args: Any, **kwargs: Any) -> Any:
        if not (block.training and torch.is_grad_enabled()):
            return plain(*args, **kwargs)
        with offloaded(args[0]) if offload and args else nullcontext():
            replayed = None if graphs is None else graphs.run(block, plain, args, kwargs)
            if replayed is not None:
                return replayed
            return checkpoint(plain, *args, use_reentrant=False, preserve_rng_state=preserve_rng_state, **kwargs)

    return forward


def offloaded(hidden: Tensor) -> saved_tensors_hooks:
    """Hooks under which ``hidden``, and nothing else, is saved for backward as a copy in RAM."""
    address, shape = hidden.data_ptr(), hidden.shape

    def pack(tensor: Tensor) -> Tensor | tuple[torch.device, Tensor]:
        if tensor.data_ptr() != address or tensor.shape != shape:
            return tensor
        return tensor.device, _to_ram(tensor)

    def unpack(saved: Tensor | tuple[torch.device, Tensor]) -> Tensor:
        if isinstance(saved, Tensor):
            return saved
        device, copy = saved
        return copy.to(device, non_blocking=True)

    return saved_tensors_hooks(pack, unpack)


def _to_ram(tensor: Tensor) -> Tensor:
    copy = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=tensor.is_cuda)
    # Same stream as whatever frees or reads the memory next, so no wait is needed on either side.
    copy.copy_(tensor, non_blocking=tensor.is_cuda)
    return copy


def _attention_dropout(model: nn.Module) -> bool:
    config = getattr(model, "config", None)
    names = ("attention_dropout", "attn_pdrop", "resid_pdrop", "hidden_dropout")
    return any(isinstance(rate := getattr(config, name, 0.0), float) and rate > 0 for name in names)
