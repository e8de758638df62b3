"""What a device does in a second, measured in about two seconds: the rates the plan divides by."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch

from lowbit_core.formats.codec import IntegerCodec
from lowbit_core.jobs.device import choose_dtype
from lowbit_core.plan import Rates
from lowbit_core.quantize import solve

SECONDS = 2.0
"""Of measuring, a quarter for each rate; what is loaded and allocated for it comes on top."""

SUSTAINED = {torch.float32: 0.9, torch.bfloat16: 0.5, torch.float16: 0.5}
"""Share of a large product's speed that a whole forward pass reaches, by number format (the starter on a processor:
59e9 of 63e9 on one core in fp32, 2.2e11 of 4.6e11 on two with matrix units): norms and attention gain less by units.
"""

READ_SHARE = 0.4
"""Share of the speed at which one product reads its weights that a decoded token reaches, all that lies between
counted (the starter on a processor: 7.5e9 of 21e9 bytes a second)."""

BLOCK_OPERATIONS = 60
"""Operations a transformer block is made of."""

TOGETHER, SHORT = 16, 0.002
"""Calls timed as one, so that the clock and the wait for a GPU count little; fewer where they take over 2 ms."""

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
        matmul=SUSTAINED[dtype] * matmul,
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
    """Seconds of ``work`` at its fastest, after one call that warms it up; at least one is measured however long.

    The fastest and not the mean: what else the computer does at that moment is no property of the device. On a
    processor the time spent by this process counts where it is less: with other programs on every core each call waits,
    and one core's worth of work is an honest bound (solving, on two cores shared by twelve programs: 7 times nearer).
    """
    if not warm:
        work()
    _wait(device)
    fastest, calls, spent = math.inf, 0, time.process_time()
    until = time.perf_counter() + seconds
    while True:
        began = time.perf_counter()
        done = 0
        while done < TOGETHER and (not done or time.perf_counter() - began < SHORT):
            work()
            done += 1
        _wait(device)
        now = time.perf_counter()
        fastest, calls = min(fastest, (now - began) / done), calls + done
        if now >= until:
            break
    own = (time.process_time() - spent) / calls
    return min(fastest, own) if device.type == "cpu" and own > 0 else fastest


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
