"""The integer codec's arithmetic: w = s·v, v = q − z an integer in −z .. 2^b − 1 − z.

Solvers work in units of the scale, u = w/s, and round u to a level v; the stored code is q = v + z.
"""

from __future__ import annotations

import torch
from torch import Tensor

from lowbit_core.formats.codec import IntegerCodec


def snap(codec: IntegerCodec, units: Tensor, zero: Tensor | int) -> Tensor:
    """Nearest level v of u = w/s.

    Args:
        codec: bits.
        units: float [...], w/s.
        zero: z, an int or a float tensor that broadcasts to ``units``.

    Returns:
        float [...], integers in −z .. 2^b − 1 − z.
    """
    top = (1 << codec.bits) - 1
    if isinstance(zero, int):
        return units.round().clamp_(-zero, top - zero)
    return torch.minimum(torch.maximum(units.round(), -zero), top - zero)


def code(levels: Tensor, zero: Tensor | int) -> Tensor:
    """Q = v + z as uint8 [...], from the levels that `snap` gave."""
    return (levels + zero).to(torch.uint8)


def range_grid(codec: IntegerCodec, groups: Tensor) -> tuple[Tensor, Tensor | int]:
    """Scale and zero point that just hold every weight of a group (INT2.1's and GPTQ's min/max grid).

    Asymmetric: lo = min(w, 0), hi = max(w, 0), s = (hi − lo)/(2^b − 1), z = round(−lo/s). Fixed zero: the weight of
    greatest magnitude lands on the end with one level more, s = −w/2^(b−1) (Q4_0's rule, so s may be negative).

    Args:
        codec: bits and symmetry.
        groups: float32 [..., g].

    Returns:
        s float32 [...] rounded to fp16, and z float32 [...] or the codec's fixed zero.
    """
    if codec.fixed_zero is not None:
        index = groups.abs().argmax(dim=-1, keepdim=True)
        extreme = groups.gather(-1, index).squeeze(-1)
        return to_half(-extreme / (1 << (codec.bits - 1))), codec.fixed_zero
    top = (1 << codec.bits) - 1
    low = groups.amin(dim=-1).clamp_(max=0)
    high = groups.amax(dim=-1).clamp_(min=0)
    scale = to_half((high - low) / top)
    zero = torch.where(scale > 0, (-low / scale).round_(), 0.0).clamp_(0, top)
    return scale, zero


def to_half(scale: Tensor) -> Tensor:
    """The value an fp16 scale will have, kept in float32; what fp16 cannot hold becomes its greatest value."""
    limit = torch.finfo(torch.float16).max
    return scale.clamp(-limit, limit).half().float()
