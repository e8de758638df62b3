"""One token through one matrix: ours at 2, 3 and 4 bits, bitsandbytes NF4, GemLite and cuBLAS, in one run.

lowbit-bench gemv      prints a table of medians, the share of the measured read bandwidth, and the ratios;
                       --ours leaves the peers out
"""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import torch

from lowbit_core.kernels.bench.timing import copies, copy_bandwidth, median_us, read_bandwidth
from lowbit_core.kernels.cuda.launch import dequantize, gemv
from lowbit_core.kernels.cuda.matrix import PackedMatrix
from lowbit_core.kernels.cuda.variants import Grid

SHAPES = [(4096, 4096), (11008, 4096), (4096, 11008), (14336, 4096), (4096, 14336)]
GROUP = 64


def random_packed(rows: int, columns: int, bits: int, grid: Grid = "zeros") -> PackedMatrix:
    """A matrix of random codes on the GPU."""
    groups = columns // GROUP
    probe = PackedMatrix(
        codes=torch.empty(rows, 0, dtype=torch.uint8), scales=torch.empty(0), zeros=None, levels=None, bits=bits,
        grid="zeros", fixed_zero=0, group_size=GROUP, in_features=columns,
    )  # fmt: skip
    zeros = torch.randint(0, 256, (rows, (groups * bits + 7) // 8), dtype=torch.uint8, device="cuda")
    levels = torch.linspace(-1, 1, 1 << bits, device="cuda")
    return PackedMatrix(
        codes=torch.randint(0, 256, (rows, sum(probe.planes)), dtype=torch.uint8, device="cuda"),
        scales=torch.rand(rows, groups, device="cuda").half() * 0.01,
        zeros=zeros if grid == "zeros" else None, levels=levels if grid == "levels" else None,
        bits=bits, grid=grid, fixed_zero=1, group_size=GROUP, in_features=columns,
    )  # fmt: skip


def stored_bytes(matrix: PackedMatrix) -> int:
    """Bytes the product has to read."""
    return matrix.codes.numel() + 2 * matrix.scales.numel() + (0 if matrix.zeros is None else matrix.zeros.numel())


def ours(rows: int, columns: int, bits: int, grid: Grid = "zeros") -> tuple[float, int]:
    """Median microseconds at M = 1 and bytes read."""
    size = stored_bytes(random_packed(rows, columns, bits, grid))
    inputs = [
        (torch.randn(1, columns, device="cuda", dtype=torch.bfloat16), random_packed(rows, columns, bits, grid))
        for _ in range(copies(size))
    ]
    return median_us(gemv, inputs), size


def cublas(rows: int, columns: int) -> float:
    """bf16 matrix times vector."""
    inputs = [
        (torch.randn(1, columns, device="cuda", dtype=torch.bfloat16),
         torch.randn(rows, columns, device="cuda", dtype=torch.bfloat16))
        for _ in range(copies(rows * columns * 2))
    ]  # fmt: skip
    return median_us(torch.nn.functional.linear, inputs)


def bitsandbytes_nf4(rows: int, columns: int) -> float:
    """Bitsandbytes' fused NF4 product, block size 64."""
    import bitsandbytes.functional as functional

    inputs = []
    for _ in range(copies(rows * columns / 2)):
        weight = torch.randn(rows, columns, device="cuda", dtype=torch.bfloat16)
        codes, state = functional.quantize_4bit(weight, blocksize=GROUP, quant_type="nf4")
        inputs.append((torch.randn(1, columns, device="cuda", dtype=torch.bfloat16), codes, state))
    return median_us(lambda x, q, s: functional.gemv_4bit(x, q.t(), state=s), inputs)


def gemlite(rows: int, columns: int, bits: int) -> float:
    """GemLite's Triton kernels, fp16, group 64."""
    from gemlite.core import DType, GemLiteLinearTriton

    inputs = []
    for _ in range(copies(rows * columns * bits / 8)):
        codes = torch.randint(0, 1 << bits, (rows, columns), device="cuda", dtype=torch.uint8)
        scales = torch.rand(rows * columns // GROUP, 1, device="cuda", dtype=torch.float16) * 0.01
        zeros = torch.full_like(scales, 1 << (bits - 1))
        layer = GemLiteLinearTriton(
            bits, group_size=GROUP, in_features=columns, out_features=rows, input_dtype=DType.FP16,
            output_dtype=DType.FP16,
        )  # fmt: skip
        layer.pack(codes, scales.view(rows, -1), zeros.view(rows, -1), None)
        inputs.append((layer, torch.randn(1, columns, device="cuda", dtype=torch.float16)))
    return median_us(lambda layer, x: layer(x), inputs)


def dequantize_share(rows: int, columns: int, bits: int, bandwidth: float) -> float:
    """Share of the copy bandwidth that writing W in bf16 reaches, bytes read plus written."""
    size = stored_bytes(random_packed(rows, columns, bits)) + rows * columns * 2
    inputs = [
        (random_packed(rows, columns, bits), torch.empty(rows, columns, dtype=torch.bfloat16, device="cuda"))
        for _ in range(copies(size))
    ]
    return size / (median_us(lambda w, out: dequantize(w, out, overlaps=True), inputs) * 1e-6) / bandwidth


def geometric_mean(values: list[float]) -> float:
    """Of positive numbers."""
    return math.exp(sum(math.log(value) for value in values) / len(values))


def main() -> None:
    """Print the table; write it to $OUT/gemv.json where OUT is set."""
    read, copy = read_bandwidth(), copy_bandwidth()
    result: dict[str, Any] = {
        "device": torch.cuda.get_device_name(), "torch": torch.__version__, "read_TBs": read / 1e12,
        "copy_TBs": copy / 1e12, "rows": {},
    }  # fmt: skip
    print(f"{result['device']}, torch {torch.__version__}: reads {read / 1e12:.2f} TB/s, copies {copy / 1e12:.2f} TB/s")
    peers = {} if "--ours" in sys.argv else _peers()
    for rows, columns in SHAPES:
        line: dict[str, float] = {"cublas": cublas(rows, columns)}
        for name, call in peers.items():
            line[name] = call(rows, columns)
        for bits in (2, 3, 4):
            micros, size = ours(rows, columns, bits)
            line[f"ours{bits}"] = micros
            line[f"share{bits}"] = size / (micros * 1e-6) / read
            line[f"deq{bits}"] = dequantize_share(rows, columns, bits, copy)
        line["deq8"] = dequantize_share(rows, columns, 8, copy)
        line["ours_nf4"] = ours(rows, columns, 4, "levels")[0]
        result["rows"][f"{rows}x{columns}"] = line
        print(f"{rows}x{columns}", " ".join(f"{name} {value:.2f}" for name, value in line.items()), flush=True)
        torch.cuda.empty_cache()
    lines = list(result["rows"].values())
    result["between"] = [line["ours2"] < line["ours3"] < line["ours4"] for line in lines]
    means = {bits: geometric_mean([line[f"ours{bits}"] for line in lines]) for bits in (2, 3, 4)}
    result["means"] = means
    print(
        f"geometric means at 2, 3, 4 bits: {means[2]:.2f}, {means[3]:.2f}, {means[4]:.2f} us; "
        f"3 bits between the two on {sum(result['between'])} of {len(lines)} shapes"
    )
    for ours_name, peer in (("ours4", "bnb"), ("ours2", "bnb"), ("ours4", "gemlite4"), ("ours2", "gemlite2")):
        if peer in peers:
            ratio = geometric_mean([line[peer] / line[ours_name] for line in lines])
            result[f"{ours_name}_over_{peer}"] = ratio
            print(f"{ours_name} is {ratio:.2f} times as fast as {peer} (geometric mean of {len(lines)} shapes)")
    if "OUT" in os.environ:
        Path(os.environ["OUT"], "gemv.json").write_text(json.dumps(result, indent=1))


def _peers() -> dict[str, Any]:
    """The peers that are installed; a missing one is named."""
    found: dict[str, Any] = {}
    try:
        import bitsandbytes

        found["bnb"] = bitsandbytes_nf4
        print("bitsandbytes", bitsandbytes.__version__)
    except ImportError:
        print("bitsandbytes is not installed")
    try:
        import gemlite as gemlite_package

        found["gemlite4"] = lambda rows, columns: gemlite(rows, columns, 4)
        found["gemlite2"] = lambda rows, columns: gemlite(rows, columns, 2)
        print("GemLite", getattr(gemlite_package, "__version__", "?"))
    except ImportError:
        print("GemLite is not installed")
    return found


if __name__ == "__main__":
    main()
