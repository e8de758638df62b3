"""Whether the code that serves packed weights on a device gives the numbers of the torch reference there."""

from __future__ import annotations

import torch

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.packed import dispatch, reference
from lowbit_core.packed.pack import pack
from lowbit_core.quantize import solve

_TOLERANCE = 0.02
"""Of the largest output: 16-bit products of 256 terms, summed in another order."""


def kernel_check(device: torch.device, dtype: torch.dtype) -> str:
    """Multiply by a small packed matrix of 2, 3 and 4 bits on ``device``.

    Returns:
        Empty where all is well, else what went wrong, for people.
    """
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(128, 256, generator=generator)
    try:
        x = torch.randn(4, 256, generator=generator).to(device, dtype)
        for bits in (2, 3, 4):
            buffers = pack(solve(weight, IntegerCodec(bits=bits, group_size=64), "nearest", device=device))
            with torch.inference_mode():
                found = dispatch.linear(x, buffers, None).float().cpu()
                wanted = (x.float() @ reference.dequantize(buffers, torch.float32).T).cpu()
            error = float((found - wanted).abs().max() / wanted.abs().max())
            if not error < _TOLERANCE:  # NaN is no match either
                return f"the product with {bits}-bit weights is off by {error:.1%}"
    except RuntimeError as error:  # a driver or a build that does not know the card says so here
        return str(error).strip().splitlines()[0]
    return ""
