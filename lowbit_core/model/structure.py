"""What a model is made of: its blocks, the matrices in them, and what stands around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel
from transformers.pytorch_utils import Conv1D

from lowbit_core.errors import UserError
from lowbit_core.model.skeleton import skeleton
from lowbit_core.source import ModelSpec


@dataclass(frozen=True, kw_only=True)
class Linear:
    """A matrix that can be quantized.

    Attributes:
        name: full module name, e.g. ``model.layers.0.self_attn.q_proj``; its parameter is ``name + ".weight"``.
        matrix: the same inside the block, e.g. ``self_attn.q_proj``.
        out_features: rows of W [out, in].
        in_features: columns of W.
        transposed: the module stores [in, out] (GPT-2's Conv1D).
    """

    name: str
    matrix: str
    out_features: int
    in_features: int
    transposed: bool = False

    @property
    def weights(self) -> int:
        """Number of weights."""
        return self.out_features * self.in_features


@dataclass(frozen=True, kw_only=True)
class Block:
    """One decoder layer: module name, place from 0, its matrices in the order the module registers them."""

    name: str
    index: int
    linears: tuple[Linear, ...]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Weights of two or more dimensions inside a block that cannot be quantized, and why; nothing is left unsaid."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Structure:
    """A model's parts by module name. ``norm`` and ``head`` are empty where the model has none.

    ``tied``: the head uses the embedding's weight.
    """

    blocks_name: str
    blocks: tuple[Block, ...]
    embedding: str
    norm: str
    head: str
    tied: bool
    refused: tuple[Refused, ...] = ()

    def linears(self) -> Iterator[Linear]:
        """Every matrix of every block, in order."""
        for block in self.blocks:
            yield from block.linears


def structure(spec: ModelSpec) -> Structure:
    """The parts of a model, from its configuration alone.

    Raises:
        UserError: the model is no decoder of like blocks (``model-encoder-decoder``, ``model-no-blocks``), or of an
            unknown type.
    """
    return structure_of(skeleton(spec, torch.float32))


def structure_of(model: PreTrainedModel) -> Structure:
    """The parts of a model that is built already (on any device, meta included).

    Raises:
        UserError: as for `structure`.
    """
    name, layers = _block_list(model)
    blocks, refused = [], []
    for index, layer in enumerate(layers):
        linears, left = _matrices(f"{name}.{index}", layer)
        blocks.append(Block(name=f"{name}.{index}", index=index, linears=tuple(linears)))
        refused.extend(left)
    names = {id(module): path for path, module in model.named_modules()}
    embedding, head = model.get_input_embeddings(), model.get_output_embeddings()
    return Structure(
        blocks_name=name,
        blocks=tuple(blocks),
        embedding=names[id(embedding)],
        norm=_final_norm(model, name),
        head=names[id(head)] if head is not None else "",
        tied=head is not None and head.weight is embedding.weight,
        refused=tuple(refused),
    )


def _block_list(model: PreTrainedModel) -> tuple[str, nn.ModuleList]:
    """The ModuleList that holds most of the model's matrices, as many entries as the configuration has layers."""
    layers = text_config(model.config).num_hidden_layers
    lists = [
        (sum(parameter.numel() for parameter in module.parameters()), path, module)
        for path, module in model.named_modules()
        if isinstance(module, nn.ModuleList) and len(module) == layers and any(_is_linear(m) for m in module.modules())
    ]
    if not lists:
        raise UserError(
            "model-no-blocks",
            f"No list of {layers} decoder layers was found in {type(model).__name__}.",
            hint="This architecture cannot be quantized block by block.",
            arguments={"architecture": type(model).__name__, "layers": layers},
        )
    _, path, module = max(lists, key=lambda item: item[0])
    return path, module


def text_config(config: PretrainedConfig) -> PretrainedConfig:
    """The part of a configuration that describes the text decoder (the whole of it for text-only models)."""
    return config.get_text_config(decoder=True)


def _matrices(name: str, layer: nn.Module) -> tuple[list[Linear], list[Refused]]:
    """The linears of one block, and its other parameters of two or more dimensions with the reason."""
    linears: list[Linear] = []
    refused: list[Refused] = []
    for path, module in layer.named_modules():
        if _is_linear(module):
            rows, columns = module.weight.shape
            transposed = isinstance(module, Conv1D)
            linears.append(
                Linear(
                    name=f"{name}.{path}",
                    matrix=path,
                    out_features=columns if transposed else rows,
                    in_features=rows if transposed else columns,
                    transposed=transposed,
                )
            )
            continue
        for own, parameter in module.named_parameters(recurse=False):
            if parameter.dim() >= 2:
                full = ".".join(part for part in (name, path, own) if part)
                refused.append(Refused(name=full, reason=_reason(module, parameter)))
    return linears, refused


def _is_linear(module: nn.Module) -> bool:
    # The exact class, or a subclass that leaves the arithmetic alone: Falcon's own Linear is x Wᵀ + b too.
    return isinstance(module, nn.Linear | Conv1D)


def _reason(module: nn.Module, parameter: nn.Parameter) -> str:
    kind = type(module).__name__
    if parameter.dim() == 3:
        return f"{kind} keeps {parameter.shape[0]} experts fused in one tensor, which no packed module replaces yet"
    return f"{kind} is neither a Linear nor a Conv1D"


def _final_norm(model: PreTrainedModel, blocks: str) -> str:
    """The norm registered after the blocks in the same module; empty where there is none."""
    parent_name, _, own = blocks.rpartition(".")
    norm, seen = "", False
    for child, module in model.get_submodule(parent_name).named_children():
        if child == own:
            seen = True
        elif seen and "norm" in type(module).__name__.lower():
            norm = f"{parent_name}.{child}" if parent_name else child
    # OPT and Falcon variants register it before the blocks; then the name decides.
    if not norm:
        for child, module in model.get_submodule(parent_name).named_children():
            kind = type(module).__name__.lower()
            if "norm" in kind and "embed" not in child:
                norm = f"{parent_name}.{child}" if parent_name else child
    return norm
