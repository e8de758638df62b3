"""The device benchmark: plausible rates in the time it is given, and a kernel check that notices wrong numbers."""

import math
import time
from dataclasses import astuple

import torch

from lowbit_core.cli import device_report
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


def test_that_the_report_checks_every_gpu_and_is_empty_only_where_its_numbers_are_right(monkeypatch):
    checked = []

    def answer(device, dtype):
        checked.append((str(device), dtype))
        return "the product with 3-bit weights is off by 12.0%" if str(device) == "cuda:1" else ""

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda *_: (9, 0))
    monkeypatch.setattr(check, "kernel_check", answer)
    machine = type("Machine", (), {"gpus": ("one", "two")})()
    found = device_report._checks(machine)
    assert found == {"cpu": "", "cuda:0": "", "cuda:1": "the product with 3-bit weights is off by 12.0%"}
    assert [device for device, _ in checked] == ["cpu", "cuda:0", "cuda:1"]
    assert all(dtype in (torch.bfloat16, torch.float16) for device, dtype in checked if device != "cpu"), (
        "the kernels serve 16 bits only: in fp32 the reference would be compared with itself"
    )
