"""GPTQ checkpoints (version 1: GPTQ-for-LLaMa, AutoGPTQ, INT2.1) told by the names and shapes of their matrices.

For W [out, in] at b bits with G groups along the input a module stores

    qweight  int32 [in·b/32, out]    codes, packed along the input, lowest bits first; 3 bits run on across words
    qzeros   int32 [G, out·b/32]     zero points less one, packed along the output in the same way
    scales   fp16  [G, out]
    g_idx    int32 [in]              group of each input; other than i // g where columns were visited by activation

and W = scales[g_idx]·(code − (zero + 1)). Version 2 (``checkpoint_format = "gptq_v2"``) stores the zero points as they
are. AWQ's tensors have the same names with qweight packed along the output; they are not taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import WIDTHS
from lowbit_core.source.damaged import corrupt
from lowbit_core.source.spec import TRANSPOSED_TYPES, TensorSpec

PARTS = ("qweight", "qzeros", "scales", "g_idx")
_SETTINGS = "quantize_config.json"
_WORD = 32


@dataclass(frozen=True, kw_only=True)
class GptqMatrix:
    """One quantized matrix W [out, in] of a checkpoint.

    Attributes:
        name: module name.
        bits: 2, 3, 4 or 8.
        out_features: rows.
        in_features: columns.
        groups: scales along a row.
        group_size: as stated, or as the number of groups says; 0 is the whole row.
    """

    name: str
    bits: int
    out_features: int
    in_features: int
    groups: int
    group_size: int


def gptq_settings(folder: Path, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """``bits``, ``group_size``, ``checkpoint_format`` and the like from config.json, or from quantize_config.json.

    Raises:
        UserError: ``file-corrupt``.
    """
    stated = config.get("quantization_config")
    if isinstance(stated, Mapping):
        return stated
    path = folder / _SETTINGS
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise corrupt(str(path), f"it is not JSON ({error})") from error
    return found if isinstance(found, Mapping) else {}


def is_gptq(names: Iterable[str], settings: Mapping[str, Any]) -> bool:
    """Whether a checkpoint with these tensors is one: it says so, or says nothing and carries GPTQ's group indices."""
    ends = {name.rpartition(".")[2] for name in names}
    method = str(settings.get("quant_method", ""))
    return {"qweight", "qzeros", "scales"} <= ends and (method == "gptq" or (not method and "g_idx" in ends))


def gptq_matrices(shapes: Mapping[str, tuple[int, ...]], settings: Mapping[str, Any]) -> dict[str, GptqMatrix]:
    """The quantized matrices by module name.

    Args:
        shapes: of all stored tensors.
        settings: see `gptq_settings`; may be empty, then the shapes say it all.

    Raises:
        UserError: ``gptq-unsupported``: a width other than 2, 3, 4 or 8, or shapes that contradict each other.
    """
    modules = [name.removesuffix(".qweight") for name in shapes if name.endswith(".qweight")]
    return {module: _matrix(module, shapes, settings) for module in modules}


def _matrix(module: str, shapes: Mapping[str, tuple[int, ...]], settings: Mapping[str, Any]) -> GptqMatrix:
    try:
        words, rows = shapes[f"{module}.qweight"]
        groups, wide = shapes[f"{module}.scales"]
        zero_groups, zero_words = shapes[f"{module}.qzeros"]
    except (KeyError, ValueError) as error:
        raise unsupported(module, "its qzeros or scales are missing or have other dimensions") from error
    index = shapes.get(f"{module}.g_idx")
    stated = settings.get("bits", settings.get("wbits"))
    if index is None and not isinstance(stated, int):
        raise unsupported(module, f"it has no g_idx, and no {_SETTINGS} states its bits")
    columns = index[0] if index is not None else words * _WORD // int(stated or 1)
    bits, left = divmod(words * _WORD, columns) if columns else (0, 1)
    if left or bits not in WIDTHS:
        raise unsupported(module, f"{words * _WORD / max(1, columns):g} bits a weight; only 2, 3, 4 and 8 are known")
    if rows != wide or zero_groups != groups or zero_words * _WORD != rows * bits:
        raise unsupported(module, f"qweight {[words, rows]} and qzeros {[zero_groups, zero_words]} do not fit together")
    return GptqMatrix(
        name=module,
        bits=bits,
        out_features=rows,
        in_features=columns,
        groups=groups,
        group_size=_group_size(module, columns, groups, settings),
    )


def _group_size(module: str, columns: int, groups: int, settings: Mapping[str, Any]) -> int:
    """The stated size where it gives this many groups, else the even one; 0 for a single group."""
    if groups == 1:
        return 0
    stated = settings.get("group_size", settings.get("groupsize"))
    if isinstance(stated, int) and stated > 0 and -(-columns // stated) == groups:
        return stated
    if columns % groups == 0:
        return columns // groups
    likely = [size for size in (32, 64, 128) if -(-columns // size) == groups]
    if not likely:
        raise unsupported(module, f"{groups} groups do not divide {columns} inputs, and no group_size is stated")
    return likely[0]


def plain_tensors(
    tensors: Iterable[TensorSpec], settings: Mapping[str, Any], model_type: str
) -> tuple[TensorSpec, ...]:
    """The tensors as the float model has them: one ``weight`` in the place of each matrix's parts.

    Raises:
        UserError: see `gptq_matrices`.
    """
    stored = {tensor.name: tensor for tensor in tensors}
    matrices = gptq_matrices({name: tensor.shape for name, tensor in stored.items()}, settings)
    found = []
    for name, tensor in stored.items():
        module, _, part = name.rpartition(".")
        if module not in matrices or part not in PARTS:
            found.append(tensor)
        elif part == "qweight":
            matrix = matrices[module]
            shape = (matrix.out_features, matrix.in_features)
            sizes = (stored[f"{module}.{item}"].size_bytes for item in PARTS if f"{module}.{item}" in stored)
            found.append(
                TensorSpec(
                    name=f"{module}.weight",
                    shape=shape[::-1] if model_type in TRANSPOSED_TYPES else shape,
                    dtype=f"GPTQ{matrix.bits}",
                    size_bytes=sum(sizes),
                    file=tensor.file,
                )
            )
    return tuple(found)


def unsupported(module: str, why: str) -> UserError:
    """A checkpoint that says GPTQ and holds something else, or more than is built."""
    return UserError(
        "gptq-unsupported",
        f"The GPTQ matrix {module} cannot be taken over: {why}.",
        hint='Set quantize.codes = "new" to quantize its values again, or choose the original model.',
        where=module,
        arguments={"matrix": module, "why": why},
    )
