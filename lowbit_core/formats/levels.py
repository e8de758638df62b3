"""Level tables of the codecs, without torch.

NormalFloat-k (QLoRA 2305.14314 section 3; LoftQ's `normal` quantizer): positives are the normal quantiles of 2^(k-1)+1
points from p0 = 0.9677083 down to 0.5 without the last, negatives those of 2^(k-1) points mirrored, zero between; all
divided by the greatest.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

_OFFSET = 0.9677083


@lru_cache
def normal_float_levels(bits: int) -> tuple[float, ...]:
    """The 2^bits levels of NormalFloat, ascending, from −1 to 1."""
    half = 1 << (bits - 1)
    positive = _quantiles(half + 1)
    levels = sorted([*positive, 0.0, *(-value for value in _quantiles(half))])
    return tuple(level / levels[-1] for level in levels)


def _quantiles(points: int) -> list[float]:
    quantile = NormalDist().inv_cdf
    step = (_OFFSET - 0.5) / (points - 1)
    return [quantile(_OFFSET - step * index) for index in range(points - 1)]
