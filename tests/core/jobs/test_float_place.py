"""Where the float model stands beside a packed one, with made-up amounts of free memory."""

import pytest
import torch

from lowbit_core.errors import UserError
from lowbit_core.jobs.float_place import WORKSPACE_BYTES, float_bytes, place_float
from lowbit_core.source import inspect_model

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.fixture
def spec(tiny_llama):
    return inspect_model(f"path:{tiny_llama}")


def place(spec, device, *, ram, vram=0, held=0):
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    return place_float(spec, device, dtype, held_bytes=held, free=lambda at: vram if at.type == "cuda" else ram)


def test_that_the_need_is_the_weights_and_working_space(spec):
    assert float_bytes(spec, torch.float32) == spec.parameters * 4 + WORKSPACE_BYTES


def test_that_it_stands_on_the_device_then_in_ram_then_at_half_precision(spec):
    full, half = float_bytes(spec, torch.float32), float_bytes(spec, torch.bfloat16)
    on_gpu = place(spec, CUDA, ram=0, vram=half)
    assert (on_gpu.device.type, on_gpu.dtype, on_gpu.alone) == ("cuda", torch.bfloat16, False)
    in_ram = place(spec, CUDA, ram=full, vram=half - 1)
    assert (in_ram.device.type, in_ram.dtype) == ("cpu", torch.float32)
    small = place(spec, CUDA, ram=full - 1, vram=half - 1)
    assert (small.device.type, small.dtype) == ("cpu", torch.bfloat16)


def test_that_the_packed_model_leaves_only_when_nothing_else_fits(spec):
    half = float_bytes(spec, torch.bfloat16)
    found = place(spec, CPU, ram=half - 1, held=1)
    assert (found.alone, found.dtype, found.free_bytes) == (True, torch.bfloat16, half)
    assert not place(spec, CPU, ram=half, held=1).alone


def test_that_a_refusal_names_the_bytes(spec):
    half = float_bytes(spec, torch.bfloat16)
    with pytest.raises(UserError) as caught:
        place(spec, CPU, ram=half - 10, held=9)
    assert caught.value.code == "float-too-big"
    assert caught.value.arguments == {"needed_bytes": half, "free_bytes": half - 1}
