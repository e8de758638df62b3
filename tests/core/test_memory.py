"""What a process may still allocate on a GPU, with torch's own strictness about device numbers; and its peak in RAM."""

import sys
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
import torch

from lowbit_core.memory import allocatable_bytes, peak_bytes, reset_peak

GB = 1_000_000_000


@pytest.fixture
def card(monkeypatch):
    """80 GB, 30 free, 5 held by torch of which 3 are used; torch takes a number where it takes no plain "cuda"."""

    def numbered(value):
        def answer(device):
            if not isinstance(device, int):
                raise ValueError(f"Expected a torch.device with a specified index or an integer, but got:{device}")
            return value

        return answer

    def put(share):
        told = {
            "current_device": lambda: 0,
            "mem_get_info": numbered((30 * GB, 80 * GB)),
            "get_device_properties": numbered(SimpleNamespace(total_memory=80 * GB)),
            "get_per_process_memory_fraction": numbered(share),
            "memory_reserved": numbered(5 * GB),
            "memory_allocated": numbered(3 * GB),
        }
        for name, answer in told.items():
            monkeypatch.setattr(torch.cuda, name, answer)

    return put


@pytest.mark.parametrize("device", ["cuda", "cuda:0"])
@pytest.mark.parametrize(("share", "left"), [(1.0, 32 * GB), (0.1, 5 * GB)])
def test_that_driver_and_share_both_bound_what_is_left(card, device, share, left):
    card(share)
    assert allocatable_bytes(torch.device(device)) == left


def test_that_a_peak_is_no_less_than_what_was_held():
    cpu = torch.device("cpu")
    reset_peak(cpu)
    before = psutil.Process().memory_info().rss
    held = np.ones(200_000_000, dtype=np.uint8)
    del held
    assert before + 190e6 < peak_bytes(cpu) < before + 10e9


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems keep a process's peak")
def test_that_a_peak_does_not_count_what_was_given_back_before():
    """Tuning on a CPU was told to have taken what the repair before it took."""
    cpu = torch.device("cpu")
    held = np.ones(400_000_000, dtype=np.uint8)
    del held
    reset_peak(cpu)
    assert peak_bytes(cpu) < psutil.Process().memory_info().rss + 100e6


def test_that_a_gpu_nobody_used_yet_has_no_peak_to_forget():
    reset_peak(torch.device("cuda"))
    assert torch.cuda.is_available() or peak_bytes(torch.device("cuda")) == 0
