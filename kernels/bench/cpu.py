"""One token through one matrix on the CPU: ours at 2 to 8 bits against torch's bf16 and fp32, in one run.

All are timed in turn, so that whatever else the machine does falls on each; weights rotate past the cache. The figure
is the tenth percentile: with other programs on the same cores a median tells of their time slices.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from lowbit_core.kernels.cpu import library

SHAPES = [(4096, 4096), (11008, 4096), (4096, 11008), (1536, 576), (576, 576)]
GROUP = 64
_WORKING_SET = 96e6
"""Bytes of copies of a matrix, well past a processor's last cache."""


def random_matrix(rows: int, columns: int, bits: int) -> tuple[library.Matrix, tuple[Tensor, ...]]:
    """A matrix of random codes with a zero point a group, and the tensors it points into."""
    groups = -(-columns // GROUP)
    row_bytes = sum(-(-columns * plane // 128) * 16 for plane in ((2, 1) if bits == 3 else (bits,)))
    codes = torch.randint(0, 256, (rows, row_bytes), dtype=torch.uint8)
    scales = torch.rand(rows, groups).half() * 0.01
    zeros = torch.randint(0, 256, (rows, (groups * bits + 7) // 8), dtype=torch.uint8)
    made = library.matrix(
        codes, scales, zeros, None, columns=columns, bits=bits, grid="zeros", fixed_zero=0, group_size=GROUP
    )
    return made, (codes, scales, zeros)


class _Product:
    """One product, with the tensors its matrix points into."""

    def __init__(self, x: Tensor, matrix: Any, kept: Any, use: library.InstructionSet) -> None:
        self._call = partial(library.product, x, matrix, use=use)
        self._kept = kept

    def __call__(self) -> Tensor:
        """y."""
        return self._call()


def products(rows: int, columns: int, bits: int, use: library.InstructionSet) -> list[Callable[[], Tensor]]:
    """Our product over enough matrices to miss the cache."""
    x = torch.randn(1, columns, dtype=torch.bfloat16)
    made = [random_matrix(rows, columns, bits) for _ in range(_copies(rows * columns * bits / 8))]
    return [_Product(x, matrix, kept, use) for matrix, kept in made]


def dense(rows: int, columns: int, dtype: torch.dtype) -> list[Callable[[], Tensor]]:
    """Torch's product, likewise."""
    x = torch.randn(1, columns, dtype=dtype)
    made = [torch.randn(rows, columns).to(dtype) for _ in range(_copies(rows * columns * dtype.itemsize))]
    return [partial(torch.nn.functional.linear, x, weight) for weight in made]


def in_turn(calls: dict[str, list[Callable[[], Tensor]]], seconds: float) -> dict[str, float]:
    """Microseconds of each (tenth percentile), a call of every one after another until the time is up."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in (ring[0] for ring in calls.values()):
        call()
    until, turn = time.perf_counter() + seconds, 0
    while time.perf_counter() < until or turn < 5:
        for name, ring in calls.items():
            began = time.perf_counter()
            ring[turn % len(ring)]()
            times[name].append(time.perf_counter() - began)
        turn += 1
    return {name: sorted(found)[len(found) // 10] * 1e6 for name, found in times.items()}


def _copies(size_bytes: float) -> int:
    return max(1, int(_WORKING_SET // size_bytes) + 1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5, help="time a shape")
    parser.add_argument("--use", choices=["auto", "plain", "avx2", "avx512"], default="auto", help="instructions")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, torch.get_num_threads()])
    options = parser.parse_args()
    print(f"torch {torch.__version__}, {library.instructions()}; microseconds at M = 1, the tenth percentile")
    with torch.inference_mode():
        for threads in sorted(set(options.threads)):
            torch.set_num_threads(threads)
            print(f"{threads} thread{'s' if threads > 1 else ''}")
            for shape in SHAPES:
                _print_shape(shape, options.seconds, options.use)


def _print_shape(shape: tuple[int, int], seconds: float, use: library.InstructionSet) -> None:
    calls = {"bf16": dense(*shape, torch.bfloat16), "fp32": dense(*shape, torch.float32)}
    for bits in (2, 3, 4, 8):
        calls[f"{bits} bits"] = products(*shape, bits, use)
    found = in_turn(calls, seconds)
    ratios = ", ".join(f"{bits} bits {found['bf16'] / found[f'{bits} bits']:.2f}" for bits in (2, 3, 4, 8))
    print(f"{shape[0]}x{shape[1]}: " + "  ".join(f"{name} {value:.0f}" for name, value in found.items()), flush=True)
    print(f"    times as fast as torch's bf16: {ratios}", flush=True)


if __name__ == "__main__":
    main()
