"""Codes made elsewhere, taken as they are: matrices of GPTQ checkpoints and of published LoftQ folders."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from lowbit_core.errors import UserError
from lowbit_core.formats.codec import IntegerCodec, NormalFloatCodec
from lowbit_core.formats.levels import normal_float_levels
from lowbit_core.quantize.low_rank import LowRank
from lowbit_core.quantize.matrix import QuantizedMatrix
from lowbit_core.source.gptq import unsupported
from lowbit_core.weights.gptq_reader import GptqCodes, GptqWeights
from lowbit_core.weights.loftq_reader import LoftqWeights

_GROUPS = (32, 64, 128)
LOFTQ_BLOCK = 64
"""Consecutive weights that share a scale in LoftQ's code."""

_CHUNK_BLOCKS = 1 << 14
"""Blocks looked at at once: 1 M weights, with some 30 bytes for each."""

_ROUNDING = {torch.bfloat16: 2.1 * 2.0**-8, torch.float16: 2.1 * 2.0**-11, torch.float32: 2.0**-17}
"""How far a stored value may lie from scale times level, relative to the value: its own rounding and the scale's, and
for float32 the digits that published level tables have."""


class GptqImport:
    """`quantize.Codes` of a GPTQ checkpoint."""

    kind: Literal["gptq"] = "gptq"

    def __init__(self, folder: Path) -> None:
        """Read its headers.

        Raises:
            UserError: see `weights.gptq_reader.GptqWeights`.
        """
        self._weights = GptqWeights(folder)
        self.key = _key(folder, "gptq")

    def holds(self, name: str) -> bool:
        """Whether the checkpoint has codes for a module."""
        return name in self._weights.matrices

    @property
    def permuted(self) -> bool:
        """Whether any matrix's columns were visited in another order than they are stored in."""
        return any(self._weights.permuted(name) for name in self._weights.matrices)

    def matrix(self, name: str) -> QuantizedMatrix:
        """A module's matrix; dequantizes to exactly what the checkpoint's does.

        Raises:
            UserError: ``gptq-unsupported``.
        """
        return gptq_matrix(self._weights.codes(name))


def gptq_matrix(stored: GptqCodes) -> QuantizedMatrix:
    """A GPTQ matrix on the integer grid.

    Groups of 32, 64 or 128 and whole rows are kept, larger multiples of 128 are cut into groups of 128 that share their
    scale. Where every zero point is the middle one, none is stored.

    Raises:
        UserError: ``gptq-unsupported``: groups of another size, groups that do not have equally many inputs, a zero
            point of 2^b, which no code can hold, or a scale that is no fp16 number.
    """
    matrix = stored.matrix
    name, bits = matrix.name, matrix.bits
    group_size, repeats = _group_size(stored)
    permutation = _permutation(stored, group_size * repeats)
    columns = matrix.in_features
    groups = -(-columns // group_size) if group_size else 1
    codes = stored.codes if permutation is None else stored.codes[:, permutation]
    zeros, scales = (part.repeat_interleave(repeats, dim=1)[:, :groups] for part in (stored.zeros, stored.scales))
    half = scales.half()
    if not bool((half.float() == scales.float()).all()):
        raise unsupported(name, "a scale is no 16-bit float")
    top = (1 << bits) - 1
    if int(zeros.max()) > top or int(zeros.min()) < 0:
        raise unsupported(
            name,
            f"a zero point is {int(zeros.max())}, beyond the {bits}-bit codes; it was written by a tool that stores a "
            "zero point of 0 as -1 and overwrites its neighbours",
        )
    kept: Tensor | None = zeros.to(torch.uint8).contiguous()
    codec = IntegerCodec(bits=bits, group_size=group_size)  # type: ignore[arg-type]
    if bool((zeros == 1 << (bits - 1)).all()):
        codec, kept = IntegerCodec(bits=bits, group_size=group_size, symmetric=True), None  # type: ignore[arg-type]
        if bits == 2:  # levels -2, -1, 0, 1 here are -1, 0, 1, 2 with the scale's sign turned
            codes, half = 3 - codes, -half
    return QuantizedMatrix(
        codec=codec,
        codes=codes.contiguous(),
        scales=half.contiguous(),
        zeros=kept,
        permutation=None if permutation is None else permutation.to(torch.int32),
    )


def _group_size(stored: GptqCodes) -> tuple[int, int]:
    """Our group size and how many of ours make one of theirs."""
    size = stored.matrix.group_size
    if size == 0 or size in _GROUPS:
        return size, 1
    if size % 128 == 0:
        return 128, size // 128
    raise unsupported(stored.matrix.name, f"groups of {size} weights; 32, 64, whole rows and multiples of 128 fit")


def _permutation(stored: GptqCodes, size: int) -> Tensor | None:
    """Inputs sorted by group, int64 [in]; None where they are sorted already.

    Raises:
        UserError: a group other than the last does not have ``size`` inputs.
    """
    group_of = stored.group_of
    order = group_of.argsort(stable=True)
    columns = len(group_of)
    expected = torch.arange(columns) // (size or columns)
    if not torch.equal(group_of[order], expected):
        raise unsupported(stored.matrix.name, f"its g_idx makes groups of other sizes than {size or columns}")
    return None if torch.equal(order, torch.arange(columns)) else order


class LoftqImport:
    """`quantize.Codes` and `quantize.Repair` of a published LoftQ folder."""

    kind: Literal["loftq"] = "loftq"

    def __init__(self, folder: Path) -> None:
        """Read its headers.

        Raises:
            UserError: see `weights.loftq_reader.LoftqWeights`.
        """
        self._weights = LoftqWeights(folder)
        self.adapter = self._weights.adapter
        self.key = _key(folder, "loftq")

    def holds(self, name: str) -> bool:
        """Whether a module is quantized: LoftQ quantizes those that have a low-rank term."""
        return name in self.adapter.modules

    permuted = False
    """LoftQ's blocks follow the rows."""

    def matrix(self, name: str) -> QuantizedMatrix:
        """A module's matrix at 2 or 4 bits.

        Raises:
            UserError: its values are not those of 2- or 4-bit NormalFloat (``loftq-unsupported``).
        """
        return loftq_matrix(self._weights.quantized_values(name), name)

    def repair(self, name: str, weight: Tensor, quantized: QuantizedMatrix, gram: Tensor | None) -> LowRank | None:
        """The low-rank term that was published with the folder."""
        if name not in self.adapter.modules:
            return None
        a, b = self.adapter.factors(name)
        return LowRank(a=a.to(weight.device), b=b.to(weight.device))


def loftq_matrix(values: Tensor, name: str = "") -> QuantizedMatrix:
    """The codes behind quantized values that are stored as floats.

    Every block of NormalFloat has a value of its whole scale, so its greatest magnitude is the scale, rounded as the
    values are. With the codes that follow, the scale is taken that fits all the block's values best.

    Args:
        values: [out, in], bfloat16, float16 or float32.
        name: for messages.

    Raises:
        UserError: ``loftq-unsupported``: blocks that run across rows, or values that are on neither grid.
    """
    rows, columns = values.shape
    if columns % LOFTQ_BLOCK:
        raise _not_loftq(name, f"its rows of {columns} do not divide into blocks of {LOFTQ_BLOCK}")
    tolerance = _ROUNDING.get(values.dtype)
    if tolerance is None:
        raise _not_loftq(name, f"it is stored as {str(values.dtype).removeprefix('torch.')}")
    blocks = values.view(-1, LOFTQ_BLOCK)
    widths: tuple[Literal[2, 4], ...] = (2, 4)
    for bits in widths:
        found = [_on_grid(part.float(), bits, tolerance) for part in blocks.split(_CHUNK_BLOCKS)]
        parts = [part for part in found if part is not None]
        if len(parts) == len(found):
            codes, scales = (torch.cat(side) for side in zip(*parts, strict=True))
            return QuantizedMatrix(
                codec=NormalFloatCodec(bits=bits, group_size=LOFTQ_BLOCK),
                codes=codes.view(rows, columns),
                scales=scales.view(rows, columns // LOFTQ_BLOCK),
            )
    raise _not_loftq(name, "its values are on neither the 2-bit nor the 4-bit NormalFloat grid")


def _on_grid(blocks: Tensor, bits: Literal[2, 4], tolerance: float) -> tuple[Tensor, Tensor] | None:
    """Codes uint8 [n, 64] and scales fp16 [n] of blocks float32 [n, 64]; None where a value is on no level."""
    levels = torch.tensor(normal_float_levels(bits))
    scale = blocks.abs().amax(dim=-1, keepdim=True)
    units = torch.where(scale == 0, 0.0, blocks / scale)
    codes = torch.bucketize(units, (levels[1:] + levels[:-1]) / 2)
    worth = levels[codes]
    if not bool(((worth * scale - blocks).abs() <= tolerance * blocks.abs()).all()):
        return None
    power = worth.square().sum(-1)
    best = (worth * blocks).sum(-1) / power.clamp_min(1e-30)
    return codes.to(torch.uint8), torch.where(power > 0, best, 0.0).half()


def _not_loftq(name: str, why: str) -> UserError:
    return UserError(
        "loftq-unsupported",
        f"{name} cannot be packed as LoftQ left it: {why}.",
        hint='Set quantize.codes = "new" to quantize the model again.',
        where=name,
        arguments={"name": name, "why": why},
    )


def _key(folder: Path, kind: str) -> str:
    """Names the folder's files by size and time: what a run's saved work depends on."""
    digest = hashlib.sha256(kind.encode())
    for path in sorted(folder.rglob("*.safetensors")):
        seen = path.stat()
        digest.update(f"{path.relative_to(folder)}:{seen.st_size}:{seen.st_mtime_ns}".encode())
    return digest.hexdigest()
