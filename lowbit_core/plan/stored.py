"""Recipes on codes that were made elsewhere: where the codes lie, and the recipe that says what will really be done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from lowbit_core.errors import UserError
from lowbit_core.recipe.repairs import closed_form
from lowbit_core.recipe.schema import Correct, Recipe
from lowbit_core.source import ModelSpec
from lowbit_core.source.folder import folder_model
from lowbit_core.source.loftq import adapter_config, loftq_adapter

LOFTQ_BITS = 4
"""What a LoftQ folder is planned at; its width, 2 or 4 for each matrix, is seen when its values are read."""


@dataclass(frozen=True, kw_only=True)
class StoredCodes:
    """Codes made elsewhere.

    Attributes:
        kind: what made them.
        folder: where they are.
        own: they are the model's own: its float weights are not known.
        bits: of most matrices.
        group_size: as packed; 0 is the whole row.
        rank: of the low-rank term that comes with them; 0 without.
    """

    kind: Literal["gptq", "loftq"]
    folder: Path
    own: bool
    bits: int
    group_size: int
    rank: int


def stored_codes(recipe: Recipe, spec: ModelSpec) -> StoredCodes | None:
    """The codes a recipe packs as they are; None where it chooses its own.

    Raises:
        UserError: ``quantize.codes`` names no folder of codes (``codes-missing``), or damaged files.
    """
    wanted = recipe.quantize.codes
    if wanted == "new" or (wanted == "auto" and spec.quantization not in ("gptq", "loftq")):
        return None
    if wanted == "auto":
        return _described(spec, own=True)
    folder = Path(wanted.removeprefix("path:")).expanduser()
    found = folder_model(folder, f"path:{folder}")
    if found.quantization not in ("gptq", "loftq"):
        raise UserError(
            "codes-missing",
            f"{folder} holds no codes: it is neither a GPTQ checkpoint nor a LoftQ folder.",
            hint="quantize.codes is auto, new, or the folder of a quantized version of the model.",
            where="quantize.codes",
            arguments={"path": str(folder)},
        )
    return _described(found, own=False)


def as_stored(recipe: Recipe, spec: ModelSpec) -> Recipe:
    """The recipe with what the codes decide written into it; any other recipe as it is.

    A model whose float weights are not known has nothing to be repaired by: a LoftQ folder keeps its own low-rank term,
    a GPTQ checkpoint has none.

    Raises:
        UserError: see `stored_codes`; a correction that wants the float model (``no-float-model``).
    """
    stored = stored_codes(recipe, spec)
    if stored is None:
        return recipe
    settings: dict[str, Any] = {
        "bits": float(stored.bits),
        "codec": "integer" if stored.kind == "gptq" else "normal-float",
        "group_size": stored.group_size,
        "symmetric": False,
        "solver": "nearest",
    }
    return replace(
        recipe, quantize=replace(recipe.quantize, **settings), correct=_correction(recipe.correct, stored, spec)
    )


def _correction(correct: Correct, stored: StoredCodes, spec: ModelSpec) -> Correct:
    if stored.own and correct.method not in ("none", "activation", "loftq"):
        raise UserError(
            "no-float-model",
            f"{spec.source} holds no float weights that {correct.method} could learn from.",
            hint="Set model.source to the original model and quantize.codes to this folder.",
            where="model.source",
            arguments={"method": correct.method},
        )
    if stored.own and (stored.kind == "gptq" or correct.method == "none"):
        return replace(correct, method="none")
    if stored.own:
        return replace(correct, method="loftq", rank=stored.rank, ranks={}, iterations=1)
    if closed_form(correct) != "loftq":
        return correct
    published = {"rank": stored.rank, "ranks": {}} if stored.kind == "loftq" else {}
    return replace(correct, iterations=1, **published)  # type: ignore[arg-type]


def _described(spec: ModelSpec, *, own: bool) -> StoredCodes:
    if spec.quantization == "loftq":
        adapter = loftq_adapter(spec.folder) if spec.folder != Path() else None  # looked at on the hub only
        rank = 0 if adapter is None else int(adapter_config(adapter).get("r") or 0)
        return StoredCodes(kind="loftq", folder=spec.folder, own=own, bits=LOFTQ_BITS, group_size=64, rank=rank)
    bits, group_size = _gptq_shape(spec)
    return StoredCodes(kind="gptq", folder=spec.folder, own=own, bits=bits, group_size=group_size, rank=0)


def _gptq_shape(spec: ModelSpec) -> tuple[int, int]:
    """Bits and group size of most matrices; the number of groups follows from a matrix's bytes."""
    seen: Counter[tuple[int, int]] = Counter()
    for tensor in spec.tensors:
        if not tensor.dtype.startswith("GPTQ"):
            continue
        bits = int(tensor.dtype.removeprefix("GPTQ"))
        rows, columns = tensor.shape
        beside = tensor.size_bytes - rows * columns * bits // 8 - 4 * columns
        size = columns / max(1, round(beside / (rows * (2 + bits / 8))))
        near = next((group for group in (32, 64) if size < 1.5 * group), 128)
        seen[bits, 0 if size > columns / 2 else near] += tensor.elements
    return max(seen, key=lambda key: seen[key]) if seen else (4, 128)
