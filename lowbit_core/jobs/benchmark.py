"""What a device does in a second, measured in about two seconds: the rates the plan divides by."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.jobs.device import choose_dtype
from lowbit_core.plan import Rates
from lowbit_core.quantize import solve

SECONDS = 2.0
"""Of measuring, a quarter for each rate; what is loaded and allocated for it comes on top."""

SUSTAINED = 0.9
"""Share of a large product's speed that a whole forward pass reaches (the starter on one core: 59e9 of 63e9)."""

READ_SHARE = 0.4
"""Share of the speed at which one product reads its weights that a decoded token reaches, all that lies between
counted (the starter on a processor: 7.5e9 of 21e9 bytes a second)."""

BLOCK_OPERATIONS = 60
"""Operations a transformer block is made of."""

_SIDE = {"cuda": 4096, "cpu": 1024}
_READ_ROWS = {"cuda": 32_768, "cpu": 8192}
_SOLVED = {"cuda": 2048, "cpu": 1024}


def measure_rates(device: torch.device, seconds: float = SECONDS) -> Rates:
    """Run what a run is made of for ``seconds`` on ``device`` and count.

    Products are measured in the number format a run takes there by itself; sizes are those of models this device can
    hold, small enough that any device has the memory (64 MB on a processor, 0.4 GB on a GPU).
    """
    dtype = choose_dtype("auto", device)
    share = seconds / 4
    generator = torch.Generator().manual_seed(0)
    with torch.inference_mode():
        side = _SIDE[device.type]
        left = torch.randn(side, side, generator=generator).to(device, dtype)
        matmul = side**3 / _seconds_each(lambda: left @ left, device, share)
        rows = _READ_ROWS[device.type]
        weight = torch.randn(rows, 1, generator=generator).to(device, dtype).expand(rows, 2048).contiguous()
        vector = torch.randn(2048, generator=generator).to(device, dtype)
        read = weight.numel() * weight.element_size() / _seconds_each(lambda: weight @ vector, device, share)
        small = torch.randn(8, 64, generator=generator).to(device, dtype)
        launch = BLOCK_OPERATIONS * _seconds_each(lambda: small + small, device, share)
    return Rates(
        matmul=SUSTAINED * matmul,
        decode_bytes=READ_SHARE * read,
        solve=_solve_rate(device, share),
        launch=launch,
    )


def _solve_rate(device: torch.device, seconds: float) -> float:
    """GPTQ on one matrix, counted as the plan counts it: in³ for the factorization, 6·out·in² for the feedback."""
    size = _SOLVED[device.type]
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(size, size, generator=generator).to(device)
    inputs = torch.randn(2 * size, size, generator=generator).to(device)
    gram = inputs.T @ inputs / inputs.shape[0]
    codec = IntegerCodec(bits=3, group_size=64)
    solve(weight[:64, :64], codec, "gptq", gram[:64, :64])  # loads the libraries; small, since one solve takes long
    return 7 * size**3 / _seconds_each(lambda: solve(weight, codec, "gptq", gram), device, seconds, warm=True)


def _seconds_each(work: Callable[[], object], device: torch.device, seconds: float, *, warm: bool = False) -> float:
    """Mean seconds of ``work`` after one call that warms it up; at least one is measured however long it takes."""
    if not warm:
        work()
    _wait(device)
    done, began = 0, time.perf_counter()
    while True:
        work()
        done += 1
        if device.type == "cuda" and done % 16 == 0:
            # A queue of launches returns at once; without waiting, the loop would fill it for the whole time.
            _wait(device)
        spent = time.perf_counter() - began
        if spent >= seconds:
            _wait(device)
            return (time.perf_counter() - began) / done


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
