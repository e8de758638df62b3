"""Bytes of the packed model and of its adapters, counted by the same function as the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from lowbit_core.formats.codec import WIDTHS, Codec, IntegerCodec, NormalFloatCodec, Width
from lowbit_core.formats.layout import matrix_bytes
from lowbit_core.plan.shape import Matrix, Shape
from lowbit_core.recipe.repairs import rank_of
from lowbit_core.recipe.schema import Quantize, Recipe

STORED_FLOAT = 2
"""Bytes of a weight that is not quantized."""

ADAPTER_FILE = 2
"""Bytes of an adapter's number in its file."""

ADAPTER_NUMBER = 4
"""Bytes of an adapter's number in memory and in checkpoints: PEFT trains in fp32."""

STORED_SCALE = 2
"""Bytes of a change of a scale that is not trained (`packed.adapter`)."""

LOW_RANK_METHODS = ("loftq", "activation", "lrec", "reallm")


def codec_of(settings: Quantize, bits: int) -> Codec:
    """The recipe's codec at a width; vector and neural ones are counted like normal-float of that width."""
    width = cast(Width, bits)
    if settings.codec == "integer":
        return IntegerCodec(bits=width, group_size=settings.group_size, symmetric=settings.symmetric)
    return NormalFloatCodec(bits=width, group_size=settings.group_size)


def widths_of(bits: float) -> tuple[tuple[int, float], ...]:
    """Widths and the share of the weights stored at each, for a mean of ``bits``."""
    if float(bits).is_integer() and int(bits) in WIDTHS:
        return ((int(bits), 1.0),)
    if bits < 4:
        at_four = (bits - 2) / 2
        return ((2, 1 - at_four), (4, at_four))
    at_eight = (min(bits, 8.0) - 4) / 4
    return ((4, 1 - at_eight), (8, at_eight))


@dataclass(frozen=True, kw_only=True)
class Storage:
    """Bytes of a packed model.

    Attributes:
        matrices: codes, scales and zero points of the quantized matrices.
        table: embedding.
        head: output head, 0 where it is the embedding.
        other: everything else, in 16 bits.
        weights: number of quantized weights.
        parameters: number of all weights.
    """

    matrices: int
    table: int
    head: int
    other: int
    weights: int
    parameters: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.matrices + self.table + self.head + self.other


def storage_of(shape: Shape, settings: Quantize, bits: float) -> Storage:
    """Bytes of the model packed at ``bits`` with the recipe's codec."""
    shares = [(codec_of(settings, width), share) for width, share in widths_of(bits)]
    matrices = sum(
        share * matrix_bytes(codec, matrix.out_features, matrix.in_features).total
        for matrix in shape.matrices
        for codec, share in shares
    )
    return Storage(
        matrices=round(matrices),
        table=_table_bytes(shape, settings, shape.embedding),
        head=_table_bytes(shape, settings, shape.head),
        other=STORED_FLOAT * shape.other,
        weights=shape.linear_weights,
        parameters=shape.parameters,
    )


def _table_bytes(shape: Shape, settings: Quantize, weights: int) -> int:
    if not settings.head_bits:
        return STORED_FLOAT * weights
    rows = weights // shape.hidden
    return matrix_bytes(codec_of(settings, settings.head_bits), rows, shape.hidden).total if rows else 0


def low_rank_parameters(matrices: tuple[Matrix, ...], rank: int, ranks: Mapping[str, int] | None = None) -> int:
    """Numbers in adapters of this rank on these matrices, or of the ranks that patterns of names give."""
    wanted = ((m, rank_of(m.name, rank, ranks or {})) for m in matrices)
    return sum(min(each, m.out_features, m.in_features) * (m.out_features + m.in_features) for m, each in wanted)


def trained_scales(shape: Shape, recipe: Recipe) -> int:
    """Numbers in the changes of the quantization scales that LREC trains and stores beside its adapter."""
    correct, size = recipe.correct, recipe.quantize.group_size
    if correct.method != "lrec" or not correct.train_scales:
        return 0
    repaired = (item for item in shape.matrices if rank_of(item.name, correct.rank, correct.ranks))
    return sum(item.out_features * -(-item.in_features // (size or item.in_features)) for item in repaired)


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """Numbers (not bytes) in the adapters of a run.

    Attributes:
        repair: of the repair, the changes of trained scales included; 0 without one.
        scales: those changes.
        trained: those the tuning trains, DoRA's magnitudes included; 0 without tuning.
        frozen: those that take part while it trains and stay as they are.
        frozen_scales: changes of scales among them.
        own_scales: changes of scales that the tuned adapter has itself, having gone on from the repair.
        rank: of the trained ones.
    """

    repair: int
    scales: int
    trained: int
    frozen: int
    frozen_scales: int
    own_scales: int
    rank: int

    @property
    def tuned(self) -> int:
        """All that answer in the tuned model."""
        return self.trained + self.frozen

    @property
    def frozen_bytes(self) -> int:
        """Of those that take part while others train."""
        return ADAPTER_NUMBER * (self.frozen - self.frozen_scales) + STORED_SCALE * self.frozen_scales

    @property
    def loaded_bytes(self) -> int:
        """Of repair and tuned adapter, loaded to answer."""
        factors = self.repair - self.scales + self.trained
        return ADAPTER_NUMBER * factors + STORED_SCALE * (self.scales + self.own_scales)


def adapters_of(shape: Shape, recipe: Recipe) -> Adapters:
    """The adapters a recipe makes."""
    correct = recipe.correct
    repair, scales = 0, trained_scales(shape, recipe)
    if correct.method in LOW_RANK_METHODS:
        repair = low_rank_parameters(shape.matrices, correct.rank, correct.ranks) + scales
    if not recipe.data.source:
        return Adapters(
            repair=repair, scales=scales, trained=0, frozen=0, frozen_scales=0, own_scales=0, rank=0
        )  # fmt: skip
    if recipe.tune.adapter == "continue" and repair:
        return Adapters(
            repair=repair, scales=scales, trained=repair - scales, frozen=scales, frozen_scales=scales,
            own_scales=scales, rank=recipe.correct.rank,
        )  # fmt: skip
    targets = recipe.tune.targets
    chosen = tuple(m for m in shape.matrices if "all" in targets or m.name.rpartition(".")[2] in targets)
    magnitudes = sum(matrix.out_features for matrix in chosen) if recipe.tune.dora else 0
    trained = low_rank_parameters(chosen, recipe.tune.rank) + magnitudes
    stacked = recipe.tune.adapter == "stack"
    return Adapters(
        repair=repair, scales=scales, trained=trained, frozen=repair if stacked else 0,
        frozen_scales=scales if stacked else 0, own_scales=0, rank=recipe.tune.rank,
    )  # fmt: skip
