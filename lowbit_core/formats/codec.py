"""Names and parameters of the codecs: how a weight matrix W [out, in] becomes codes and side data.

A codec says what the numbers mean; `formats.layout` says which bytes hold them; `quantize` chooses the codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Width = Literal[2, 3, 4, 8]
"""Bits of a code."""

WIDTHS: tuple[int, ...] = get_args(Width)
"""What a matrix can be stored at, and a mixture made of."""

GroupSize = int
"""Weights along `in` that share a scale; 0 is the whole row. The last group of a row may be short."""


@dataclass(frozen=True, kw_only=True)
class IntegerCodec:
    """w = s·(q − z), q and z integers in 0..2^bits − 1, s an fp16 scale per group.

    ``symmetric`` stores no z: it is 2^(bits−1), except at 2 bits where it is 1, the grid −s, 0, s, 2s of GGUF's Q2_0
    (at group 64 bit-exact with it; 4 bits at group 32 is Q4_0's grid). Such a grid has one level more on one side of
    zero; s may be negative, to put it where it is needed.
    """

    bits: Width
    group_size: GroupSize = 64
    symmetric: bool = False
    kind: Literal["integer"] = "integer"

    @property
    def fixed_zero(self) -> int | None:
        """The zero point every group shares, or None where each group stores its own."""
        if not self.symmetric:
            return None
        return 1 if self.bits == 2 else 1 << (self.bits - 1)


@dataclass(frozen=True, kw_only=True)
class NormalFloatCodec:
    """w = s·level[q], the levels of NormalFloat-k (QLoRA, LoftQ), s an fp16 scale per group, which a search may make
    negative.
    """

    bits: Width
    group_size: GroupSize = 64
    kind: Literal["normal-float"] = "normal-float"


Codec = IntegerCodec | NormalFloatCodec
"""Vector and neural codecs join here."""

_KINDS: Mapping[str, type[Codec]] = {"integer": IntegerCodec, "normal-float": NormalFloatCodec}


def codec_to_json(codec: Codec) -> dict[str, Any]:
    """Plain JSON values; the inverse of `codec_from_json`."""
    return asdict(codec)


def codec_from_json(data: Mapping[str, Any]) -> Codec:
    """The codec written by `codec_to_json`.

    Raises:
        ValueError: unknown kind, field or value.
    """
    kind = _KINDS.get(str(data.get("kind")))
    if kind is None:
        raise ValueError(f"unknown codec {data.get('kind')!r}")
    try:
        codec = kind(**data)
    except TypeError as error:
        raise ValueError(str(error)) from error
    check_codec(codec)
    return codec


def check_codec(codec: Codec) -> None:
    """Refuse parameters no kernel or reference implements.

    Raises:
        ValueError: bits other than 2, 3, 4, 8 or group size other than 0, 32, 64, 128.
    """
    if codec.bits not in WIDTHS:
        raise ValueError(f"bits must be 2, 3, 4 or 8, not {codec.bits}")
    if codec.group_size not in (0, 32, 64, 128):
        raise ValueError(f"group_size must be 0, 32, 64 or 128, not {codec.group_size}")
