"""The device benchmark: plausible rates in the time it is given, and a kernel check that notices wrong numbers."""

import math
import time
from dataclasses import astuple

import torch

from lowbit_core.jobs.benchmark import measure_rates
from lowbit_core.packed import check


def test_that_a_processor_is_measured_in_about_the_time_given():
    measure_rates(torch.device("cpu"), seconds=0.01)  # libraries are loaded
    began = time.perf_counter()
    rates = measure_rates(torch.device("cpu"), seconds=0.2)
    assert time.perf_counter() - began < 60  # half a second on a computer that does nothing else
    assert all(value > 0 and math.isfinite(value) for value in astuple(rates))
    assert rates.matmul > rates.solve / 4
    assert rates.launch < 0.1


def test_that_the_kernels_of_this_processor_pass_their_check():
    assert check.kernel_check(torch.device("cpu"), torch.float32) == ""


def test_that_wrong_numbers_and_refusals_of_a_device_are_told(monkeypatch):
    monkeypatch.setattr(check.dispatch, "linear", lambda x, buffers, bias: torch.zeros(4, 128))
    assert "2-bit" in check.kernel_check(torch.device("cpu"), torch.float32)

    def refuse(x, buffers, bias):
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device\nmore words")

    monkeypatch.setattr(check.dispatch, "linear", refuse)
    assert check.kernel_check(torch.device("cpu"), torch.float32).endswith("on the device")
