"""Replaces a model's linears and embeddings by packed ones, before the weights come."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import Codec
from lowbit_core.packed.embedding import PackedEmbedding, TiedHead
from lowbit_core.packed.linear import PackedLinear
from lowbit_core.packed.manifest import Manifest, bad_config

PackedModule = PackedLinear | PackedEmbedding


def swap_modules(model: nn.Module, manifest: Manifest, where: str = "config.json") -> None:
    """Put empty packed modules (on the device of what they replace: meta while loading) where the manifest names them.

    Raises:
        UserError: a name is not in the model, or its module cannot be packed (``packed-config``).
    """
    for name, codec in manifest.matrices.items():
        try:
            module = model.get_submodule(name)
        except AttributeError as error:
            raise bad_config(where, f"the model has no module {name}") from error
        put_module(model, name, packed_like(name, module, codec, permuted=name in manifest.permuted))
    for head, embedding in manifest.tied.items():
        source = model.get_submodule(embedding)
        if not isinstance(source, PackedEmbedding):
            raise bad_config(where, f"{head} is tied to {embedding}, which is not packed")
        put_module(model, head, TiedHead(source))


def packed_like(name: str, module: nn.Module, codec: Codec, *, permuted: bool) -> PackedModule:
    """An empty packed module with the shape, bias, dtype and device of ``module``.

    GPT-2's Conv1D stores [in, out]; its packed form is a linear like any other.

    Raises:
        UserError: ``module-unsupported``, with the name and class.
    """
    weight: Any = module.weight
    device, dtype = weight.device, weight.dtype
    if isinstance(module, nn.Embedding):
        scale = _embedding_scale(name, module)
        return PackedEmbedding(
            module.num_embeddings,
            module.embedding_dim,
            codec,
            scale=scale,
            padding_idx=module.padding_idx,
            dtype=dtype,
            device=device,
        )
    if isinstance(module, nn.Linear):
        out_features, in_features = module.out_features, module.in_features
    elif isinstance(module, Conv1D):
        in_features, out_features = weight.shape
    else:
        raise _unsupported(name, module)
    bias = module.bias is not None
    return PackedLinear(in_features, out_features, codec, bias=bias, permuted=permuted, dtype=dtype, device=device)


def unpack_modules(model: nn.Module, dtype: torch.dtype) -> None:
    """The opposite: every packed module becomes a dense nn.Linear or nn.Embedding with the dequantized weight."""
    for name, module in list(model.named_modules()):
        if isinstance(module, PackedEmbedding):
            table = nn.Embedding.from_pretrained(module.dequantize(dtype), padding_idx=module.padding_idx)
            put_module(model, name, table if module.scale is None else _ScaledEmbedding(table, module.scale))
        elif isinstance(module, PackedLinear | TiedHead):
            dense = nn.Linear(module.in_features, module.out_features, bias=module.bias is not None, device="meta")
            dense.weight = nn.Parameter(module.dequantize(dtype), requires_grad=False)
            if module.bias is not None:
                dense.bias = nn.Parameter(module.bias.to(dtype), requires_grad=False)
            put_module(model, name, dense)


def put_module(model: nn.Module, name: str, module: nn.Module) -> None:
    """Set the submodule of a dotted name."""
    parent, _, own = name.rpartition(".")
    setattr(model.get_submodule(parent), own, module)


class _ScaledEmbedding(nn.Module):
    """An embedding whose rows are multiplied, as Gemma's; only made by `unpack_modules`."""

    def __init__(self, table: nn.Embedding, scale: float) -> None:
        super().__init__()
        self.weight = table.weight
        self.scale = scale

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """ids: int64 [...] -> [..., width]."""
        return nn.functional.embedding(ids, self.weight) * torch.tensor(self.scale, dtype=self.weight.dtype)


def _embedding_scale(name: str, module: nn.Embedding) -> float | None:
    if type(module) is nn.Embedding:
        return None
    scale = getattr(module, "scalar_embed_scale", getattr(module, "embed_scale", None))
    if not isinstance(scale, float | int):
        raise _unsupported(name, module)
    return float(scale)


def _unsupported(name: str, module: nn.Module) -> UserError:
    return UserError(
        "module-unsupported",
        f"{name} is a {type(module).__name__}, which cannot be packed.",
        hint="Leave it in 16 bits: add its name to quantize.skip.",
        where=name,
        arguments={"name": name, "kind": type(module).__name__},
    )
