"""What is freed between matrices leaves the process, whatever small blocks lie between."""

import subprocess
import sys

import pytest

CHILD = """
import torch
from lowbit_core.allocator import large_blocks_go_back

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

torch.ones(7_000_000)  # glibc raises its threshold to the largest block it sees freed
small = []
with large_blocks_go_back():
    before = resident()
    large = []
    for _ in range(20):
        large.append(torch.ones(2_000_000))  # 8 MB
        small.append(torch.ones(1000))
    held = resident()
    large.clear()
    print(held - before, resident() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's heaps")
def test_that_large_blocks_leave_no_holes_in_the_heaps():
    done = subprocess.run([sys.executable, "-c", CHILD], check=True, capture_output=True, text=True)
    held, left = map(int, done.stdout.split())
    assert held > 150_000_000
    assert left < 10_000_000
